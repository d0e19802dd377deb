/// A component's exported function, called with Swift values. Keeps the component's instance.
///
/// Check the types once with ``check(parameters:result:)``; `call` relies on it.
public struct LiftedFunction {
  @usableFromInline let function: GuestFunction
  private let instance: ComponentInstance

  init(_ function: GuestFunction, _ instance: ComponentInstance) {
    self.function = function
    self.instance = instance
  }

  public var type: FunctionType { function.type }

  /// Whether ``timing`` is measured, by whoever calls the function: reading the clock takes longer than a short call.
  public var isTimed: Bool {
    get { function.isTimed }
    nonmutating set { function.isTimed = newValue }
  }

  /// Of the latest call.
  public var timing: CallTiming { function.timing }

  /// Throws `.typeMismatch` unless the function takes and returns exactly these types.
  public func check(parameters: [ValueType], result: ValueType?) throws(ComponentError) {
    guard type.parameters.map(\.type) == parameters, type.result == result else {
      throw ComponentError(.typeMismatch, "the operator exports a function of type \(type), which is not what its interface says: build it against the interface's published WIT")
    }
  }

  /// Calls the function. A failure (a trap, a broken rule of the canonical ABI) discards the instance.
  @inlinable public func call<each Argument: ComponentValue, Result: ComponentValue>(
    _ arguments: repeat each Argument, returning _: Result.Type = Result.self
  ) throws(ComponentError) -> Result {
    try call { (writer) throws(ComponentError) in
      repeat try writer.write(each arguments)
    } read: { (reader) throws(ComponentError) in
      try Result.read(from: &reader)
    }
  }

  /// The same with one argument, which is not copied as an element of a parameter pack would be.
  @inlinable public func call<Argument: ComponentValue, Result: ComponentValue>(
    _ argument: Argument, returning _: Result.Type = Result.self
  ) throws(ComponentError) -> Result {
    try call { (writer) throws(ComponentError) in
      try argument.write(to: &writer)
    } read: { (reader) throws(ComponentError) in
      try Result.read(from: &reader)
    }
  }

  /// Calls a function without a result.
  @inlinable public func call<each Argument: ComponentValue>(_ arguments: repeat each Argument) throws(ComponentError) {
    try call { (writer) throws(ComponentError) in
      repeat try writer.write(each arguments)
    } read: { (_) throws(ComponentError) in }
  }

  /// Calls the function with values whose types are those of ``type``; nil comes back from a function without a result.
  public func call(_ arguments: [Value]) throws(ComponentError) -> Value? {
    guard arguments.count == type.parameters.count else {
      throw ComponentError(.typeMismatch, "\(arguments.count) arguments were passed to a function that takes \(type.parameters.count)")
    }
    return try call { (writer) throws(ComponentError) in
      for (argument, parameter) in zip(arguments, type.parameters) { try writer.write(argument, as: parameter.type) }
    } read: { (reader) throws(ComponentError) -> Value? in
      guard let type = type.result else { return nil }
      return try reader.value(type)
    }
  }

  @inlinable @inline(__always)
  func call<Result>(
    _ write: (inout ValueWriter) throws(ComponentError) -> Void, read: (inout ValueReader) throws(ComponentError) -> Result
  ) throws(ComponentError) -> Result {
    var writer = try function.begin()
    do throws(ComponentError) {
      try write(&writer)
      var reader = try function.run()
      let result = try read(&reader)
      try function.end()
      return result
    } catch {
      function.fail(error)
      throw error
    }
  }
}

/// How long the parts of a call took, in nanoseconds.
public struct CallTiming: Sendable, Hashable {
  /// Copying the arguments into the guest.
  public var lower: UInt64 = 0
  /// The guest's own function, host functions it called included.
  public var guest: UInt64 = 0
  /// Copying the result out, post-return included.
  public var lift: UInt64 = 0
}

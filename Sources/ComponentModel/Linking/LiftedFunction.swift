internal import WebAssembly

/// How long the parts of a call took, in nanoseconds.
public struct CallTiming: Sendable, Hashable {
  /// Copying the arguments into the guest.
  public var lower: UInt64 = 0
  /// The guest's own function, host functions it called included.
  public var guest: UInt64 = 0
  /// Copying the result out, post-return included.
  public var lift: UInt64 = 0
}

/// A component's exported function, called with Swift values.
///
/// Check the types once with ``check(parameters:result:)``; `call` relies on it.
public final class LiftedFunction {
  public let type: FunctionType
  /// Of the latest call.
  public private(set) var timing = CallTiming()
  private let function: Function
  private let postReturn: Function?
  private let layout: FunctionLayout
  private let context: CanonicalContext
  private let slotCount: Int
  var instance: InstanceState { context.instance }

  init(type: FunctionType, function: Function, postReturn: Function?, context: CanonicalContext) throws(ComponentError) {
    self.type = type
    self.function = function
    self.postReturn = postReturn
    self.context = context
    layout = try FunctionLayout(type)
    slotCount = max(1, layout.parameters.flat?.count ?? 1)
  }

  /// Throws `.typeMismatch` unless the function takes and returns exactly these types.
  public func check(parameters: [ValueType], result: ValueType?) throws(ComponentError) {
    guard type.parameters.map(\.type) == parameters, type.result == result else {
      throw ComponentError(.typeMismatch, "the operator exports a function of type \(type), which is not what its interface says: build it against the interface's published WIT")
    }
  }

  /// Calls the function. A failure (a trap, a broken rule of the canonical ABI) discards the instance.
  public func call<each Argument: ComponentValue, Result: ComponentValue>(
    _ arguments: repeat each Argument, returning _: Result.Type = Result.self
  ) throws(ComponentError) -> Result {
    try run(from: nil) { (writer) throws(ComponentError) in
      repeat try (each arguments).write(to: &writer)
    } lift: { (reader) throws(ComponentError) in
      try Result.read(from: &reader)
    }
  }

  /// Calls a function without a result.
  public func call<each Argument: ComponentValue>(_ arguments: repeat each Argument) throws(ComponentError) {
    try run(from: nil) { (writer) throws(ComponentError) in
      repeat try (each arguments).write(to: &writer)
    } lift: { (_) throws(ComponentError) in }
  }

  /// Calls the function with values whose types are those of ``type``; nil comes back from a function without a result.
  public func call(_ arguments: [Value]) throws(ComponentError) -> Value? {
    let parameters = type.parameters
    guard arguments.count == parameters.count else {
      throw ComponentError(.typeMismatch, "\(arguments.count) arguments were passed to a function that takes \(parameters.count)")
    }
    return try run(from: nil) { (writer) throws(ComponentError) in
      for (argument, parameter) in zip(arguments, parameters) { try writer.write(argument, as: parameter.type) }
    } lift: { (reader) throws(ComponentError) -> Value? in
      guard let result = type.result else { return nil }
      return try reader.value(result)
    }
  }

  /// Serves a call by another component's guest. `values` are the core values of its lowered function; `caller` and `callerLayout` belong to that.
  func call(from caller: CanonicalContext, _ callerLayout: FunctionLayout, _ values: UnsafeMutableBufferPointer<RawValue>) throws(ComponentError) {
    let mark = caller.instance.handles.lendMark
    try run(from: caller.instance) { (writer) throws(ComponentError) in
      try caller.withMemory { (memory) throws(ComponentError) in
        var reader = try caller.argumentReader(callerLayout, memory, values)
        for parameter in type.parameters { try writer.transfer(parameter.type, from: &reader) }
      }
    } lift: { (reader) throws(ComponentError) in
      guard let result = type.result else { return }
      var writer = try caller.resultWriter(callerLayout, values)
      try writer.transfer(result, from: &reader)
    }
    caller.instance.handles.endLends(from: mark)
  }

  @inline(__always)
  private func run<R>(
    from caller: InstanceState?, _ lower: (inout ValueWriter) throws(ComponentError) -> Void, lift: (inout ValueReader) throws(ComponentError) -> R
  ) throws(ComponentError) -> R {
    let instance = context.instance
    return try instance.enter(from: caller) { () throws(ComponentError) in
      try withUnsafeTemporaryAllocation(of: RawValue.self, capacity: slotCount) { (values) throws(ComponentError) in
        values.initialize(repeating: RawValue())
        let start = monotonicNanoseconds()
        if layout.parametersInMemory {
          let address = try context.allocate(layout.parameters.size, alignment: layout.parameters.alignment)
          var writer = ValueWriter(context, address: address)
          try lower(&writer)
          values[0].u32 = UInt32(address)
        } else {
          var writer = ValueWriter(context, flat: values)
          try lower(&writer)
        }
        let entered = monotonicNanoseconds()
        try context.store.callTranslated(function, values)
        let left = monotonicNanoseconds()
        let returned = values[0]
        let result = try context.withMemory { (memory) throws(ComponentError) in
          var reader = try resultReader(memory, values)
          return try lift(&reader)
        }
        guard instance.handles.openBorrows == 0 else {
          throw ComponentError(.canonicalABI, "the guest returned without dropping \(instance.handles.openBorrows) handles lent to it")
        }
        try finish(returned)
        let end = monotonicNanoseconds()
        timing = CallTiming(lower: entered - start, guest: left - entered, lift: end - left)
        return result
      }
    }
  }

  private func resultReader(
    _ memory: UnsafeMutableRawBufferPointer, _ values: UnsafeMutableBufferPointer<RawValue>
  ) throws(ComponentError) -> ValueReader {
    context.beginLifting()
    guard layout.resultInMemory, let result = layout.result else { return ValueReader(context, memory: memory, flat: values) }
    return ValueReader(context, memory: memory, address: try context.checked(values[0].u32, result, in: memory.count))
  }

  private func finish(_ returned: RawValue) throws(ComponentError) {
    guard let postReturn else { return }
    let instance = context.instance
    instance.mayLeave = false
    defer { instance.mayLeave = true }
    try withUnsafeTemporaryAllocation(of: RawValue.self, capacity: 1) { (values) throws(ComponentError) in
      values.initialize(repeating: returned)
      try context.store.callTranslated(postReturn, values)
    }
  }
}

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
    let instance = context.instance
    return try instance.enter { () throws(ComponentError) in
      try withUnsafeTemporaryAllocation(of: RawValue.self, capacity: slotCount) { (values) throws(ComponentError) in
        values.initialize(repeating: RawValue())
        let start = monotonicNanoseconds()
        instance.mayLeave = false
        if layout.parametersInMemory {
          let address = try context.allocate(layout.parameters.size, alignment: layout.parameters.alignment)
          var writer = ValueWriter(context, address: address)
          repeat try (each arguments).write(to: &writer)
          values[0].u32 = UInt32(address)
        } else {
          var writer = ValueWriter(context, flat: values)
          repeat try (each arguments).write(to: &writer)
        }
        instance.mayLeave = true
        let entered = monotonicNanoseconds()
        try context.store.callTranslated(function, values)
        let left = monotonicNanoseconds()
        let returned = values[0]
        let result = try lift(Result.self, values)
        try finish(returned)
        let end = monotonicNanoseconds()
        timing = CallTiming(lower: entered - start, guest: left - entered, lift: end - left)
        return result
      }
    }
  }

  /// Calls the function with values whose types are those of `type`; nil comes back from a function without a result.
  public func call(_ arguments: [Value]) throws(ComponentError) -> Value? {
    throw ComponentError(.unsupported, "to be done")
  }

  private func lift<Result: ComponentValue>(_: Result.Type, _ values: UnsafeMutableBufferPointer<RawValue>) throws(ComponentError) -> Result {
    try context.withMemory { (bytes) throws(ComponentError) in
      if layout.resultInMemory, let shape = layout.result {
        var reader = ValueReader(context, memory: bytes, address: try context.checked(values[0].u32, shape))
        return try Result.read(from: &reader)
      }
      var reader = ValueReader(context, memory: bytes, flat: values)
      return try Result.read(from: &reader)
    }
  }

  private func finish(_ returned: RawValue) throws(ComponentError) {
    let instance = context.instance
    if instance.handles.openBorrows != 0 {
      throw ComponentError(.canonicalABI, "the guest returned without dropping \(instance.handles.openBorrows) handles lent to it")
    }
    guard let postReturn else { return }
    instance.mayLeave = false
    defer { instance.mayLeave = true }
    try withUnsafeTemporaryAllocation(of: RawValue.self, capacity: 1) { (values) throws(ComponentError) in
      values.initialize(repeating: returned)
      try context.store.callTranslated(postReturn, values)
    }
  }
}

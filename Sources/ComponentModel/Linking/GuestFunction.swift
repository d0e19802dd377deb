internal import WebAssembly

/// A function of a guest, called by the rules of the canonical ABI: `begin`, write the arguments, `run`, read the `result`, `end`; and
/// `fail` if any of these but `begin` throws. Source: CanonicalABI.md, `canon_lift`.
@usableFromInline
final class GuestFunction {
  let type: FunctionType
  var isTimed = false
  private(set) var timing = CallTiming()
  private let function: Pinned<Function>
  private let postReturn: Pinned<Function>?
  private let layout: FunctionLayout
  private let context: CanonicalContext
  /// The flat arguments, and then the flat result. An instance runs one call at a time.
  private let slots: UnsafeMutableBufferPointer<RawValue>
  private var lap: UInt64 = 0
  let instance: InstanceState

  init(type: FunctionType, function: Function, postReturn: Function?, context: CanonicalContext) throws(ComponentError) {
    self.type = type
    layout = try FunctionLayout(type)
    self.function = Pinned(function)
    self.postReturn = postReturn.map { Pinned($0) }
    self.context = context
    instance = context.instance
    slots = .allocate(capacity: max(1, layout.parameters.flat?.count ?? 1))
    slots.initialize(repeating: RawValue())
  }

  deinit {
    function.delete()
    postReturn?.delete()
    slots.deallocate()
  }

  /// Enters the instance, from another one or from the host: a writer of the arguments.
  @usableFromInline func begin(from caller: InstanceState? = nil) throws(ComponentError) -> ValueWriter {
    if isTimed { lap = monotonicNanoseconds() }
    try instance.enter(from: caller)
    guard layout.parametersInMemory else { return ValueWriter(context, flat: slots) }
    do throws(ComponentError) {
      var writer = ValueWriter(context, flat: slots)
      let address = try writer.allocate(layout.parameters.size, alignment: layout.parameters.alignment)
      slots[0].u32 = UInt32(address)
      return ValueWriter(context, memory: writer.memory, address: address)
    } catch {
      fail(error, from: caller)
      throw error
    }
  }

  /// Calls the guest.
  @usableFromInline func run() throws(ComponentError) {
    if isTimed { timing.lower = nextLap() }
    try context.store.callTranslated(function, slots)
    if isTimed { timing.guest = nextLap() }
  }

  /// A reader of the result.
  @usableFromInline func result() throws(ComponentError) -> ValueReader {
    guard layout.resultInMemory, let result = layout.result else {
      return ValueReader(context, flat: slots, memory: UnsafeMutableRawBufferPointer(start: nil, count: 0))
    }
    let memory = context.memoryBytes
    return ValueReader(context, memory: memory, address: try context.checked(slots[0].u32, result, in: memory.count))
  }

  /// Has the guest free what it returned, and leaves the instance.
  @usableFromInline func end(from caller: InstanceState? = nil) throws(ComponentError) {
    guard instance.handles.openBorrows == 0 else {
      throw ComponentError(.canonicalABI, "the guest returned without dropping \(instance.handles.openBorrows) handles lent to it")
    }
    if let postReturn {
      instance.mayLeave = false
      defer { instance.mayLeave = true }
      try context.store.callTranslated(postReturn, slots)
    }
    instance.leave(from: caller)
    if isTimed { timing.lift = nextLap() }
  }

  /// Leaves the instance, which is of no use any more.
  @usableFromInline func fail(_ error: ComponentError, from caller: InstanceState? = nil) { instance.fail(error, from: caller) }

  private func nextLap() -> UInt64 {
    let now = monotonicNanoseconds()
    defer { lap = now }
    return now - lap
  }

  /// Serves a call by another component's guest. `values` are the core values of its lowered function; `caller` and `callerLayout` belong to that.
  func call(from caller: CanonicalContext, _ callerLayout: FunctionLayout, _ values: UnsafeMutableBufferPointer<RawValue>) throws(ComponentError) {
    let mark = caller.instance.handles.lendMark
    var arguments = try begin(from: caller.instance)
    do throws(ComponentError) {
      var callerArguments = try caller.argumentReader(callerLayout, values)
      for parameter in type.parameters { try arguments.transfer(parameter.type, from: &callerArguments) }
      try run()
      if let type = type.result {
        var result = try result(), callerResult = try caller.resultWriter(callerLayout, values)
        try callerResult.transfer(type, from: &result)
      }
      try end(from: caller.instance)
    } catch {
      fail(error, from: caller.instance)
      throw error
    }
    caller.instance.handles.endLends(from: mark)
  }
}

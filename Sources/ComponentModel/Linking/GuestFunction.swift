internal import WebAssembly

/// A function of a guest, called by the rules of the canonical ABI: `begin`, write the arguments, `run`, read the result, `end`; and
/// `fail` if any of these but `begin` throws. Source: CanonicalABI.md, `canon_lift`.
@usableFromInline
final class GuestFunction {
  let type: FunctionType
  var isTimed = false
  private(set) var timing = CallTiming()
  private let function: Pinned<Function>
  private let postReturn: Pinned<Function>?
  private let path: CallPath
  private let context: CanonicalContext
  /// The flat arguments, and then the flat result. An instance runs one call at a time.
  private let slots: UnsafeMutableBufferPointer<RawValue>
  private var lap: UInt64 = 0
  let instance: InstanceState

  init(type: FunctionType, function: Function, postReturn: Function?, context: CanonicalContext) throws(ComponentError) {
    self.type = type
    path = CallPath(try FunctionLayout(type))
    self.function = Pinned(function)
    self.postReturn = postReturn.map { Pinned($0) }
    self.context = context
    instance = context.instance
    slots = .allocate(capacity: max(1, path.flatCount))
    slots.initialize(repeating: RawValue())
  }

  deinit {
    function.delete()
    postReturn?.delete()
    slots.deallocate()
  }

  /// Enters the instance, from another one or from the host: a writer of the arguments.
  @usableFromInline func begin(from caller: InstanceState? = nil) throws(ComponentError) -> ValueWriter {
    if isTimed { _ = nextLap() }
    try instance.enter(from: caller)
    guard let parameters = path.parameters else { return ValueWriter(context, flat: slots) }
    do throws(ComponentError) {
      var writer = ValueWriter(context, flat: slots)
      try writer.spill(parameters)
      return writer
    } catch {
      fail(error, from: caller)
      throw error
    }
  }

  /// Calls the guest: a reader of the result.
  @usableFromInline func run() throws(ComponentError) -> ValueReader {
    if isTimed { timing.lower = nextLap() }
    try context.store.callTranslated(function, slots.baseAddress!, count: slots.count)
    if isTimed { timing.guest = nextLap() }
    guard let result = path.result else { return ValueReader(context, flat: slots) }
    return try context.reader(at: slots[0].u32, result)
  }

  /// Has the guest free what it returned, and leaves the instance.
  @usableFromInline func end(from caller: InstanceState? = nil) throws(ComponentError) {
    guard instance.handles.openBorrows == 0 else { throw .undropped(instance.handles.openBorrows) }
    if let postReturn { try call(postReturn) }
    instance.leave(from: caller)
    if isTimed { timing.lift = nextLap() }
  }

  @inline(never)
  private func call(_ postReturn: Pinned<Function>) throws(ComponentError) {
    instance.mayLeave = false
    defer { instance.mayLeave = true }
    try context.store.callTranslated(postReturn, slots.baseAddress!, count: slots.count)
  }

  /// Leaves the instance, which is of no use any more.
  @usableFromInline func fail(_ error: ComponentError, from caller: InstanceState? = nil) { instance.fail(error, from: caller) }

  /// Nanoseconds since the lap before.
  @inline(never)
  private func nextLap() -> UInt64 {
    let now = monotonicNanoseconds()
    defer { lap = now }
    return now - lap
  }

  /// Serves a call by another component's guest. `values` are the core values of its lowered function; `caller` and `callerPath` belong to that.
  func call(from caller: CanonicalContext, _ callerPath: CallPath, _ values: UnsafeMutableBufferPointer<RawValue>) throws(ComponentError) {
    let mark = caller.instance.handles.lentCount
    var arguments = try begin(from: caller.instance)
    do throws(ComponentError) {
      var callerArguments = try caller.argumentReader(callerPath, values)
      for parameter in type.parameters { try arguments.transfer(parameter.type, from: &callerArguments) }
      var result = try run()
      if let type = type.result {
        var callerResult = try caller.resultWriter(callerPath, values)
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

extension ComponentError {
  @inline(never)
  fileprivate static func undropped(_ count: Int) -> ComponentError {
    ComponentError(.canonicalABI, "the guest returned without dropping \(count) handles lent to it")
  }
}

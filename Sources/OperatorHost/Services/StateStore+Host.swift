internal import ComponentModel
internal import Dataflow

/// `state-store-types.duration`.
struct StateStoreDuration: ComponentRecord {
  var seconds: UInt64, nanoseconds: UInt32
  static var type: ValueType { get throws(ComponentError) { try .record([("seconds", .u64), ("nanos", .u32)]) } }
  static let shape = Timespec.shape
  init(fields reader: inout ValueReader) throws(ComponentError) {
    seconds = try reader.read()
    nanoseconds = try reader.read()
  }
  func writeFields(to writer: inout ValueWriter) throws(ComponentError) {
    try writer.write(seconds)
    try writer.write(nanoseconds)
  }

  /// In nanoseconds, at most what fits.
  var total: UInt64 {
    let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    let (sum, overflow2) = product.addingReportingOverflow(UInt64(nanoseconds))
    return overflow || overflow2 ? .max : sum
  }
}

/// `state-store-types.set-conditions`.
private enum SetCondition: Int, ComponentEnumeration {
  case onlyIfDoesNotExist, onlyIfEqualOrDoesNotExist, unconditional
  static var type: ValueType {
    get throws(ComponentError) { try .enumeration(["only-if-does-not-exist", "only-if-equal-or-does-not-exist", "unconditional"]) }
  }
  var condition: MemoryStateStore.Condition {
    switch self {
    case .onlyIfDoesNotExist: .ifAbsent
    case .onlyIfEqualOrDoesNotExist: .ifEqualOrAbsent
    case .unconditional: .always
    }
  }
}

/// `state-store-types.set-options`.
private struct SetOptions: ComponentRecord {
  var condition: SetCondition, expires: StateStoreDuration?
  static var type: ValueType {
    get throws(ComponentError) { try .record([("conditions", SetCondition.type), ("expires", .option(of: StateStoreDuration.type))]) }
  }
  static let shape = ValueShape().field(SetCondition.shape).field(StateStoreDuration?.shape).record
  init(fields reader: inout ValueReader) throws(ComponentError) {
    condition = try reader.read()
    expires = try reader.read()
  }
  func writeFields(to writer: inout ValueWriter) throws(ComponentError) {
    try writer.write(condition)
    try writer.write(expires)
  }
}

/// `state-store-types.state-store-error`; the store in memory knows only `request-error`.
private struct StateStoreError: ComponentVariant, ResultSide {
  var message: String
  static var type: ValueType {
    get throws(ComponentError) {
      try .variant([
        .init(name: "request-error", type: .string), .init(name: "timeout", type: nil), .init(name: "protocol", type: nil), .init(name: "internal", type: nil),
      ])
    }
  }
  static let shape = ValueShape.variant(caseCount: 4, String.shape)
  static let caseCount = 4
  static let payloadAlignment = 4
  init(_ failure: MemoryStateStore.Failure) {
    switch failure {
    case .request(let text): message = text
    }
  }
  init(case index: Int, payload reader: inout ValueReader) throws(ComponentError) { message = index == 0 ? try reader.read() : "" }
  var caseIndex: Int { 0 }
  func writePayload(to writer: inout ValueWriter) throws(ComponentError) { try writer.write(message) }
}

/// The three responses: a value and the version of the key it belongs to.
private struct StateStoreResponse<Value: ComponentValue>: ComponentRecord, ResultSide {
  var response: Value, version: LogicalClock?
  init(_ response: Value, _ version: Timestamp?) {
    self.response = response
    self.version = version.map(LogicalClock.init)
  }
  static var type: ValueType { get throws(ComponentError) { try .record([("response", Value.type), ("version", .option(of: LogicalClock.type))]) } }
  static var shape: ValueShape { ValueShape().field(Value.shape).field(LogicalClock?.shape).record }
  init(fields reader: inout ValueReader) throws(ComponentError) {
    response = try reader.read()
    version = try reader.read()
  }
  func writeFields(to writer: inout ValueWriter) throws(ComponentError) {
    try writer.write(response)
    try writer.write(version)
  }
}

extension HostImports {
  mutating func provideStateStore(_ store: MemoryStateStore) throws(ComponentError) {
    provide(HostInterface("wasm-graph:processor/hybrid-logical-clock@1.1.0"))
    provide(HostInterface("wasm-graph:processor/state-store-types@1.1.0"))
    var interface = HostInterface("wasm-graph:processor/state-store@1.1.0")
    typealias Answer<Value: ComponentValue> = ComponentResult<StateStoreResponse<Value>, StateStoreError>

    func answer<Value: ComponentValue>(
      _ body: () throws(MemoryStateStore.Failure) -> StateStoreResponse<Value>
    ) -> Answer<Value> {
      do throws(MemoryStateStore.Failure) {
        return .ok(try body())
      } catch {
        return .error(StateStoreError(error))
      }
    }

    // Everything is answered at once, so that the timeouts have nothing to bound.
    try interface.function("get") { (key: [UInt8], _: StateStoreDuration?) -> Answer<[UInt8]?> in
      answer { () throws(MemoryStateStore.Failure) in
        let entry = try store.get(key)
        return StateStoreResponse(entry?.value, entry?.version)
      }
    }
    try interface.function("set") {
      (key: [UInt8], value: [UInt8], _: StateStoreDuration?, token: LogicalClock?, options: SetOptions) -> Answer<Bool> in
      answer { () throws(MemoryStateStore.Failure) in
        let (isSet, version) = try store.set(
          key, value, options.condition.condition, expiresIn: options.expires?.total, fencingToken: token?.timestamp)
        return StateStoreResponse(isSet, version)
      }
    }
    try interface.function("del") { (key: [UInt8], token: LogicalClock?, _: StateStoreDuration?) -> Answer<Int64> in
      answer { () throws(MemoryStateStore.Failure) in
        let (count, version) = try store.delete(key, fencingToken: token?.timestamp)
        return StateStoreResponse(count, version)
      }
    }
    try interface.function("vdel") { (key: [UInt8], value: [UInt8], token: LogicalClock?, _: StateStoreDuration?) -> Answer<Int64> in
      answer { () throws(MemoryStateStore.Failure) in
        let (count, version) = try store.delete(key, expecting: value, fencingToken: token?.timestamp)
        return StateStoreResponse(count, version)
      }
    }
    provide(interface)
  }
}

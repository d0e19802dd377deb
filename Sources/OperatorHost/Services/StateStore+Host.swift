internal import ComponentModel
internal import Dataflow
internal import StateStore
internal import Telemetry

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
  var condition: SetOptions.Condition {
    switch self {
    case .onlyIfDoesNotExist: .ifAbsent
    case .onlyIfEqualOrDoesNotExist: .ifEqualOrAbsent
    case .unconditional: .always
    }
  }
}

/// `state-store-types.set-options`.
private struct SetOptionsRecord: ComponentRecord {
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

/// `state-store-types.state-store-error`.
private struct StateStoreErrorVariant: ComponentVariant, ResultSide {
  var error: StateStoreError
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
  init(_ error: StateStoreError) { self.error = error }
  init(case index: Int, payload reader: inout ValueReader) throws(ComponentError) {
    error =
      switch index {
      case 0: .request(try reader.read())
      case 1: .timeout
      case 2: .protocol
      default: .internal("")
      }
  }
  var caseIndex: Int {
    switch error {
    case .request: 0
    case .timeout: 1
    case .protocol: 2
    case .internal: 3
    }
  }
  func writePayload(to writer: inout ValueWriter) throws(ComponentError) {
    if case .request(let text) = error { try writer.write(text) }
  }
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
  mutating func provideStateStore(_ store: any KeyValueStore, log: @escaping OperationLog) throws(ComponentError) {
    provide(HostInterface("wasm-graph:processor/hybrid-logical-clock@1.1.0"))
    provide(HostInterface("wasm-graph:processor/state-store-types@1.1.0"))
    var interface = HostInterface("wasm-graph:processor/state-store@1.1.0")
    typealias Answer<Value: ComponentValue> = ComponentResult<StateStoreResponse<Value>, StateStoreErrorVariant>

    func answer<Value: ComponentValue>(_ body: () throws(StateStoreError) -> StateStoreResponse<Value>) -> Answer<Value> {
      do throws(StateStoreError) {
        return .ok(try body())
      } catch {
        // The guest is not told more than that something is wrong.
        if case .internal(let reason) = error { log(.error, "state-store", reason) }
        return .error(StateStoreErrorVariant(error))
      }
    }

    try interface.function("get") { (key: [UInt8], timeout: StateStoreDuration?) -> Answer<[UInt8]?> in
      answer { () throws(StateStoreError) in
        let entry = try store.get(key, timeout: timeout?.total)
        return StateStoreResponse(entry?.value, entry?.version)
      }
    }
    try interface.function("set") {
      (key: [UInt8], value: [UInt8], timeout: StateStoreDuration?, token: LogicalClock?, options: SetOptionsRecord) -> Answer<Bool> in
      answer { () throws(StateStoreError) in
        let options = SetOptions(options.condition.condition, expiresIn: options.expires?.total, fencingToken: token?.timestamp)
        let (isSet, version) = try store.set(key, value, options, timeout: timeout?.total)
        return StateStoreResponse(isSet, version)
      }
    }
    try interface.function("del") { (key: [UInt8], token: LogicalClock?, timeout: StateStoreDuration?) -> Answer<Int64> in
      answer { () throws(StateStoreError) in
        let (count, version) = try store.delete(key, expecting: nil, fencingToken: token?.timestamp, timeout: timeout?.total)
        return StateStoreResponse(count, version)
      }
    }
    try interface.function("vdel") { (key: [UInt8], value: [UInt8], token: LogicalClock?, timeout: StateStoreDuration?) -> Answer<Int64> in
      answer { () throws(StateStoreError) in
        let (count, version) = try store.delete(key, expecting: value, fencingToken: token?.timestamp, timeout: timeout?.total)
        return StateStoreResponse(count, version)
      }
    }
    provide(interface)
  }
}

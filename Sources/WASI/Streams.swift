internal import ComponentModel

/// `wasi:io/error.error`. No stream of ours fails, so there is none.
final class IOError: HostResource {
  static let resourceType = ResourceType(name: "error")
  private init() {}
}

/// `wasi:io/streams.input-stream`: standard input, always at its end.
final class InputStream: HostResource {
  static let resourceType = ResourceType(name: "input-stream")
}

/// `wasi:io/streams.output-stream`: lines for the log.
final class OutputStream: HostResource {
  static let resourceType = ResourceType(name: "output-stream")
  /// How many bytes one write may carry; a guest asks for it through `check-write`.
  static let permit: UInt64 = 64 << 10
  let lines: LineBuffer

  init(_ lines: LineBuffer) { self.lines = lines }

  func write(_ bytes: [UInt8]) throws(ComponentError) {
    try checkPermit(UInt64(bytes.count))
    lines.append(bytes)
  }

  func writeZeroes(_ count: UInt64) throws(ComponentError) {
    try checkPermit(count)
    lines.append(repeatElement(0, count: Int(count)))
  }

  private func checkPermit(_ count: UInt64) throws(ComponentError) {
    guard count <= Self.permit else {
      throw ComponentError(.trap, "the guest wrote \(count) bytes at once to a stream whose check-write permits \(Self.permit)")
    }
  }
}

/// `wasi:io/streams.stream-error`.
enum StreamError: ComponentVariant, ResultSide {
  case lastOperationFailed(Own<IOError>)
  case closed

  static var type: ValueType {
    get throws(ComponentError) {
      try .variant([VariantType.Case(name: "last-operation-failed", type: Own<IOError>.type), VariantType.Case(name: "closed", type: nil)])
    }
  }
  static var shape: ValueShape { .variant(caseCount: caseCount, Own<IOError>.shape) }
  static var caseCount: Int { 2 }
  static var payloadAlignment: Int { Own<IOError>.shape.alignment }

  init(case index: Int, payload reader: inout ValueReader) throws(ComponentError) {
    self = index == 0 ? .lastOperationFailed(try reader.read()) : .closed
  }

  var caseIndex: Int {
    switch self {
    case .lastOperationFailed: 0
    case .closed: 1
    }
  }

  func writePayload(to writer: inout ValueWriter) throws(ComponentError) {
    if case .lastOperationFailed(let error) = self { try writer.write(error) }
  }
}

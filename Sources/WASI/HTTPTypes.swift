internal import ComponentModel

/// The types of `wasi:http/types` that have no resources in them.
enum HTTPTypes {
  static func variant(_ cases: [(String, ValueType?)]) throws(ComponentError) -> ValueType {
    try .variant(cases.map { VariantType.Case(name: $0.0, type: $0.1) })
  }
}

/// `wasi:http/types.header-error`.
enum HTTPHeaderError: Int, ComponentEnumeration, ResultSide {
  case invalidSyntax, forbidden, immutable

  static var type: ValueType {
    get throws(ComponentError) { try HTTPTypes.variant([("invalid-syntax", nil), ("forbidden", nil), ("immutable", nil)]) }
  }
}

/// The names that a variant such as `wasi:http/types.method` knows, before `other`.
protocol HTTPNames {
  static var names: [String] { get }
}

enum HTTPMethods: HTTPNames {
  static let names = ["get", "head", "post", "put", "delete", "connect", "options", "trace", "patch"]
}

enum HTTPSchemes: HTTPNames {
  static let names = ["HTTP", "HTTPS"]
}

typealias HTTPMethod = HTTPName<HTTPMethods>
typealias HTTPScheme = HTTPName<HTTPSchemes>

/// One of a few names, or another one.
struct HTTPName<Names: HTTPNames>: ComponentVariant {
  let caseIndex: Int
  /// Empty for the names that are known.
  let other: String
  var isOther: Bool { caseIndex == Names.names.count }

  init(caseIndex: Int, other: String) { (self.caseIndex, self.other) = (caseIndex, other) }

  static var type: ValueType { get throws(ComponentError) { try HTTPTypes.variant(Names.names.map { ($0, nil) } + [("other", .string)]) } }
  static var shape: ValueShape { .variant(caseCount: caseCount, String.shape) }
  static var caseCount: Int { Names.names.count + 1 }
  static var payloadAlignment: Int { String.shape.alignment }

  init(case index: Int, payload reader: inout ValueReader) throws(ComponentError) {
    self.init(caseIndex: index, other: index == Names.names.count ? try reader.read() : "")
  }

  func writePayload(to writer: inout ValueWriter) throws(ComponentError) {
    if isOther { try writer.write(other) }
  }
}

/// `wasi:http/types.error-code`; of its cases the host knows one.
struct HTTPErrorCode: ComponentVariant, ResultSide {
  /// `HTTP-request-denied`.
  static let denied = HTTPErrorCode()
  var caseIndex: Int { 15 }

  static var type: ValueType {
    get throws(ComponentError) {
      let text = try ValueType.option(of: .string), u32 = try ValueType.option(of: .u32), u64 = try ValueType.option(of: .u64)
      let name = try ValueType.record([("rcode", text), ("info-code", .option(of: .u16))])
      let alert = try ValueType.record([("alert-id", .option(of: .u8)), ("alert-message", text)])
      let field = try ValueType.record([("field-name", text), ("field-size", u32)])
      return try HTTPTypes.variant([
        ("DNS-timeout", nil), ("DNS-error", name), ("destination-not-found", nil), ("destination-unavailable", nil), ("destination-IP-prohibited", nil),
        ("destination-IP-unroutable", nil), ("connection-refused", nil), ("connection-terminated", nil), ("connection-timeout", nil),
        ("connection-read-timeout", nil), ("connection-write-timeout", nil), ("connection-limit-reached", nil), ("TLS-protocol-error", nil),
        ("TLS-certificate-error", nil), ("TLS-alert-received", alert), ("HTTP-request-denied", nil), ("HTTP-request-length-required", nil),
        ("HTTP-request-body-size", u64), ("HTTP-request-method-invalid", nil), ("HTTP-request-URI-invalid", nil), ("HTTP-request-URI-too-long", nil),
        ("HTTP-request-header-section-size", u32), ("HTTP-request-header-size", .option(of: field)), ("HTTP-request-trailer-section-size", u32),
        ("HTTP-request-trailer-size", field), ("HTTP-response-incomplete", nil), ("HTTP-response-header-section-size", u32),
        ("HTTP-response-header-size", field), ("HTTP-response-body-size", u64), ("HTTP-response-trailer-section-size", u32),
        ("HTTP-response-trailer-size", field), ("HTTP-response-transfer-coding", text), ("HTTP-response-content-coding", text),
        ("HTTP-response-timeout", nil), ("HTTP-upgrade-failed", nil), ("HTTP-protocol-error", nil), ("loop-detected", nil), ("configuration-error", nil),
        ("internal-error", text),
      ])
    }
  }

  static var caseCount: Int { 39 }
  /// The largest payload is that of `HTTP-request-header-size`, the one with the strictest alignment that of `HTTP-request-body-size`.
  static var shape: ValueShape {
    let field = ValueShape().field(String?.shape).field(UInt32?.shape).record
    return .variant(caseCount: caseCount, .variant(caseCount: 2, field), UInt64?.shape)
  }
  static var payloadAlignment: Int { UInt64.shape.alignment }

  private init() {}
  init(case index: Int, payload reader: inout ValueReader) throws(ComponentError) {
    throw ComponentError(.typeMismatch, "error codes of `wasi:http` go from the host to guests only")
  }
  func writePayload(to writer: inout ValueWriter) throws(ComponentError) {}
}

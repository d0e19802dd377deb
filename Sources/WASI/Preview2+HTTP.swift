internal import ComponentModel

extension Preview2 {
  /// `wasi:http`, which runtimes of JavaScript and others import whether or not the operator sends requests: it links, and says no when it is called.
  func http() throws(ComponentError) -> [HostInterface] {
    let reason = "operators have no access to the network"
    var types = Self.interface("http/types")
    types.denyUnknown(reason)
    var handler = Self.interface("http/outgoing-handler")
    handler.denyUnknown(reason)

    let fields = types.uninhabitedResource("fields")
    let incomingRequest = types.uninhabitedResource("incoming-request"), outgoingRequest = types.uninhabitedResource("outgoing-request")
    let options = types.uninhabitedResource("request-options"), outparam = types.uninhabitedResource("response-outparam")
    let incomingResponse = types.uninhabitedResource("incoming-response"), outgoingResponse = types.uninhabitedResource("outgoing-response")
    let incomingBody = types.uninhabitedResource("incoming-body"), outgoingBody = types.uninhabitedResource("outgoing-body")
    let futureTrailers = types.uninhabitedResource("future-trailers"), futureResponse = types.uninhabitedResource("future-incoming-response")

    let t = try HTTPTypes()
    func result(_ ok: ValueType? = nil, _ error: ValueType? = nil) throws(ComponentError) -> ValueType { try .result(ok: ok, error: error) }
    func method(_ resource: ResourceType, _ name: String, _ result: ValueType, taking parameters: [ValueType] = []) {
      types.deny("[method]\(resource.name).\(name)", [.borrow(resource)] + parameters, result)
    }
    func property(_ resource: ResourceType, _ name: String, _ type: ValueType) throws(ComponentError) {
      method(resource, name, type)
      method(resource, "set-\(name)", try result(), taking: [type])
    }

    let value = try ValueType.list(of: .u8), entries = try ValueType.list(of: .tuple([.string, value])), changed = try result(nil, t.headerError)
    types.deny("[constructor]fields", [], .own(fields))
    types.deny("[static]fields.from-list", [entries], try result(.own(fields), t.headerError))
    method(fields, "get", try .list(of: value), taking: [.string])
    method(fields, "has", .bool, taking: [.string])
    method(fields, "set", changed, taking: [.string, try .list(of: value)])
    method(fields, "delete", changed, taking: [.string])
    method(fields, "append", changed, taking: [.string, value])
    method(fields, "entries", entries)
    method(fields, "clone", .own(fields))

    let text = try ValueType.option(of: .string), scheme = try ValueType.option(of: t.scheme)
    types.deny("[constructor]outgoing-request", [.own(fields)], .own(outgoingRequest))
    try property(outgoingRequest, "method", t.method)
    method(incomingRequest, "method", t.method)
    for (name, type) in [("path-with-query", text), ("scheme", scheme), ("authority", text)] {
      try property(outgoingRequest, name, type)
      method(incomingRequest, name, type)
    }
    types.deny("[constructor]outgoing-response", [.own(fields)], .own(outgoingResponse))
    try property(outgoingResponse, "status-code", .u16)
    method(incomingResponse, "status", .u16)
    for resource in [incomingRequest, outgoingRequest, incomingResponse, outgoingResponse] { method(resource, "headers", .own(fields)) }
    for resource in [incomingRequest, incomingResponse] { method(resource, "consume", try result(.own(incomingBody))) }
    for resource in [outgoingRequest, outgoingResponse] { method(resource, "body", try result(.own(outgoingBody))) }

    types.deny("[constructor]request-options", [], .own(options))
    for name in ["connect-timeout", "first-byte-timeout", "between-bytes-timeout"] { try property(options, name, .option(of: .u64)) }

    method(incomingBody, "stream", try result(Own<InputStream>.type))
    types.deny("[static]incoming-body.finish", [.own(incomingBody)], .own(futureTrailers))
    method(outgoingBody, "write", try result(Own<OutputStream>.type))
    types.deny("[static]outgoing-body.finish", [.own(outgoingBody), try .option(of: .own(fields))], try result(nil, t.errorCode))
    method(futureTrailers, "get", try .option(of: result(result(.option(of: .own(fields)), t.errorCode))))
    method(futureResponse, "get", try .option(of: result(result(.own(incomingResponse), t.errorCode))))
    for future in [futureTrailers, futureResponse] { method(future, "subscribe", Own<Pollable>.type) }
    method(outparam, "send-informational", try result(nil, t.errorCode), taking: [.u16, .own(fields)])
    types.deny("[static]response-outparam.set", [.own(outparam), try result(.own(outgoingResponse), t.errorCode)], nil)
    types.deny("http-error-code", [Borrow<IOError>.type], try .option(of: t.errorCode))

    handler.deny("handle", [.own(outgoingRequest), try .option(of: .own(options))], try result(.own(futureResponse), t.errorCode))
    return [types, handler]
  }
}

/// The types of `wasi:http/types`.
private struct HTTPTypes {
  let method, scheme, headerError, errorCode: ValueType

  init() throws(ComponentError) {
    func variant(_ cases: [(String, ValueType?)]) throws(ComponentError) -> ValueType {
      try .variant(cases.map { VariantType.Case(name: $0.0, type: $0.1) })
    }
    method = try variant(["get", "head", "post", "put", "delete", "connect", "options", "trace", "patch"].map { ($0, nil) } + [("other", .string)])
    scheme = try variant([("HTTP", nil), ("HTTPS", nil), ("other", .string)])
    headerError = try variant([("invalid-syntax", nil), ("forbidden", nil), ("immutable", nil)])

    let text = try ValueType.option(of: .string), u32 = try ValueType.option(of: .u32), u64 = try ValueType.option(of: .u64)
    let name = try ValueType.record([("rcode", text), ("info-code", .option(of: .u16))])
    let alert = try ValueType.record([("alert-id", .option(of: .u8)), ("alert-message", text)])
    let field = try ValueType.record([("field-name", text), ("field-size", u32)])
    errorCode = try variant([
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

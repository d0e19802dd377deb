internal import ComponentModel

extension Preview2 {
  /// `wasi:http`: requests can be made up, and are denied when they are handed over (`HTTP-request-denied`). No response ever exists, and nobody
  /// sends the operator requests, so that no function on these can be reached with a valid handle.
  func http() throws(ComponentError) -> [HostInterface] {
    var types = Self.interface("http/types")
    types.denyUnknown("operators have no access to the network")
    let memory = HTTPMemory()
    try addFields(to: &types, memory)
    try addRequests(to: &types, memory)
    try addResponses(to: &types)

    var handler = Self.interface("http/outgoing-handler")
    try handler.function("handle") { (_: Own<HTTPRequest>, _: Own<HTTPRequestOptions>?) -> ComponentResult<Own<HTTPFutureResponse>, HTTPErrorCode> in
      .error(.denied)
    }
    return [types, handler]
  }

  private func addFields(to types: inout HostInterface, _ memory: HTTPMemory) throws(ComponentError) {
    types.resource("fields", HTTPFields.self)
    typealias Fields = Borrow<HTTPFields>
    try types.function("[constructor]fields") { () -> Own<HTTPFields> in Own(try HTTPFields([], memory)) }
    try types.function("[static]fields.from-list") { (entries: [HTTPFields.Entry]) -> ComponentResult<Own<HTTPFields>, HTTPHeaderError> in
      entries.allSatisfy(HTTPFields.isValid) ? .ok(Own(try HTTPFields(entries, memory))) : .error(.invalidSyntax)
    }
    try types.function("[method]fields.get") { (fields: Fields, name: String) -> [[UInt8]] in fields.resource.values(name) }
    try types.function("[method]fields.has") { (fields: Fields, name: String) -> Bool in !fields.resource.values(name).isEmpty }
    try types.function("[method]fields.set") { (fields: Fields, name: String, values: [[UInt8]]) -> HTTPFields.Change in
      try fields.resource.set(name, values)
    }
    try types.function("[method]fields.delete") { (fields: Fields, name: String) -> HTTPFields.Change in try fields.resource.set(name, []) }
    try types.function("[method]fields.append") { (fields: Fields, name: String, value: [UInt8]) -> HTTPFields.Change in
      try fields.resource.append(name, value)
    }
    try types.function("[method]fields.entries") { (fields: Fields) -> [HTTPFields.Entry] in fields.resource.entries }
    try types.function("[method]fields.clone") { (fields: Fields) -> Own<HTTPFields> in Own(try fields.resource.copy(isImmutable: false)) }
  }

  private func addRequests(to types: inout HostInterface, _ memory: HTTPMemory) throws(ComponentError) {
    types.resource("outgoing-request", HTTPRequest.self)
    types.resource("outgoing-body", HTTPBody.self)
    types.resource("request-options", HTTPRequestOptions.self)
    typealias Request = Borrow<HTTPRequest>
    typealias Done = ComponentResult<NoValue, NoValue>
    func done(_ isDone: Bool) -> Done { isDone ? .ok(NoValue()) : .error(NoValue()) }

    try types.function("[constructor]outgoing-request") { (headers: Own<HTTPFields>) -> Own<HTTPRequest> in
      Own(HTTPRequest(headers: try headers.resource.copy(isImmutable: true), memory))
    }
    try types.function("[method]outgoing-request.headers") { (request: Request) -> Own<HTTPFields> in Own(request.resource.headers) }
    try types.function("[method]outgoing-request.method") { (request: Request) -> HTTPMethod in request.resource.method }
    try types.function("[method]outgoing-request.set-method") { (request: Request, method: HTTPMethod) -> Done in done(try request.resource.set(method: method)) }
    try types.function("[method]outgoing-request.scheme") { (request: Request) -> HTTPScheme? in request.resource.scheme }
    try types.function("[method]outgoing-request.set-scheme") { (request: Request, scheme: HTTPScheme?) -> Done in done(try request.resource.set(scheme: scheme)) }
    for (name, part) in [("path-with-query", HTTPRequest.pathPart), ("authority", HTTPRequest.authorityPart)] {
      try types.function("[method]outgoing-request.\(name)") { (request: Request) -> String? in request.resource[keyPath: part] }
      try types.function("[method]outgoing-request.set-\(name)") { (request: Request, text: String?) -> Done in done(try request.resource.set(part, to: text)) }
    }

    try types.function("[method]outgoing-request.body") { (request: Request) -> ComponentResult<Own<HTTPBody>, NoValue> in
      defer { request.resource.hasBody = true }
      return request.resource.hasBody ? .error(NoValue()) : .ok(Own(HTTPBody()))
    }
    try types.function("[method]outgoing-body.write") { (body: Borrow<HTTPBody>) -> ComponentResult<Own<OutputStream>, NoValue> in
      defer { body.resource.hasStream = true }
      return body.resource.hasStream ? .error(NoValue()) : .ok(Own(OutputStream(LineBuffer(.stdout, WASIConfiguration { _, _ in }))))
    }
    try types.function("[static]outgoing-body.finish") { (_: Own<HTTPBody>, _: Own<HTTPFields>?) -> ComponentResult<NoValue, HTTPErrorCode> in .ok(NoValue()) }

    try types.function("[constructor]request-options") { () -> Own<HTTPRequestOptions> in Own(HTTPRequestOptions()) }
    let timeouts: [(String, ReferenceWritableKeyPath<HTTPRequestOptions, UInt64?>)] = [
      ("connect", \.connectTimeout), ("first-byte", \.firstByteTimeout), ("between-bytes", \.betweenBytesTimeout),
    ]
    for (name, timeout) in timeouts {
      try types.function("[method]request-options.\(name)-timeout") { (options: Borrow<HTTPRequestOptions>) -> UInt64? in options.resource[keyPath: timeout] }
      try types.function("[method]request-options.set-\(name)-timeout") { (options: Borrow<HTTPRequestOptions>, duration: UInt64?) -> Done in
        options.resource[keyPath: timeout] = duration
        return done(true)
      }
    }
  }

  private func addResponses(to types: inout HostInterface) throws(ComponentError) {
    let incomingRequest = types.uninhabitedResource("incoming-request"), outparam = types.uninhabitedResource("response-outparam")
    let incomingResponse = types.uninhabitedResource("incoming-response"), outgoingResponse = types.uninhabitedResource("outgoing-response")
    let incomingBody = types.uninhabitedResource("incoming-body"), futureTrailers = types.uninhabitedResource("future-trailers")
    types.resource("future-incoming-response", HTTPFutureResponse.self)
    let fields = Own<HTTPFields>.type, errorCode = try HTTPErrorCode.type, futureResponse = HTTPFutureResponse.resourceType
    func result(_ ok: ValueType? = nil, _ error: ValueType? = nil) throws(ComponentError) -> ValueType { try .result(ok: ok, error: error) }
    func method(_ resource: ResourceType, _ name: String, _ result: ValueType, taking parameters: [ValueType] = []) {
      types.deny("[method]\(resource.name).\(name)", [.borrow(resource)] + parameters, result)
    }

    method(incomingRequest, "method", try HTTPMethod.type)
    for name in ["path-with-query", "authority"] { method(incomingRequest, name, try .option(of: .string)) }
    method(incomingRequest, "scheme", try .option(of: HTTPScheme.type))
    types.deny("[constructor]outgoing-response", [fields], .own(outgoingResponse))
    method(outgoingResponse, "status-code", .u16)
    method(outgoingResponse, "set-status-code", try result(), taking: [.u16])
    method(outgoingResponse, "body", try result(Own<HTTPBody>.type))
    method(incomingResponse, "status", .u16)
    for resource in [incomingRequest, incomingResponse, outgoingResponse] { method(resource, "headers", fields) }
    for resource in [incomingRequest, incomingResponse] { method(resource, "consume", try result(.own(incomingBody))) }
    method(incomingBody, "stream", try result(Own<InputStream>.type))
    types.deny("[static]incoming-body.finish", [.own(incomingBody)], .own(futureTrailers))
    method(futureTrailers, "get", try .option(of: result(result(.option(of: fields), errorCode))))
    method(futureResponse, "get", try .option(of: result(result(.own(incomingResponse), errorCode))))
    for future in [futureTrailers, futureResponse] { method(future, "subscribe", Own<Pollable>.type) }
    method(outparam, "send-informational", try result(nil, errorCode), taking: [.u16, fields])
    types.deny("[static]response-outparam.set", [.own(outparam), try result(.own(outgoingResponse), errorCode)], nil)
    types.deny("http-error-code", [Borrow<IOError>.type], try .option(of: errorCode))
  }
}

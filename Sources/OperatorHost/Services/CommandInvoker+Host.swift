internal import ComponentModel
internal import Dataflow
internal import RPC
internal import Telemetry

/// `rpc-types.rpc-error`.
private struct RPCErrorVariant: ComponentVariant, ResultSide {
  var kind: RPCError.Kind
  static let names = [
    "configuration-invalid", "payload-invalid", "timeout", "client-error", "cancellation", "header-invalid", "header-missing", "unknown-error",
    "invocation-exception", "execution-exception", "internal-logic-error", "state-invalid", "resource-table-error", "build-error",
  ]
  static var type: ValueType { get throws(ComponentError) { try .variant(names.map { .init(name: $0, type: nil) }) } }
  static let shape = ValueShape.variant(caseCount: names.count)
  static var caseCount: Int { names.count }
  static let payloadAlignment = 1
  init(_ kind: RPCError.Kind) { self.kind = kind }
  init(case index: Int, payload reader: inout ValueReader) throws(ComponentError) { kind = RPCError.Kind(rawValue: index) ?? .unknownError }
  var caseIndex: Int { kind.rawValue }
  func writePayload(to writer: inout ValueWriter) throws(ComponentError) {}
}

/// `command-invoker.command-response`.
private struct CommandResponse: ComponentRecord, ResultSide {
  var payload: [UInt8], customUserData: [Pair<String, String>], timestamp: LogicalClock?
  static var type: ValueType {
    get throws(ComponentError) {
      try .record([
        ("payload", .list(of: .u8)), ("custom-user-data", .list(of: .tuple([.string, .string]))), ("timestamp", .option(of: LogicalClock.type)),
      ])
    }
  }
  static let shape = ValueShape().field([UInt8].shape).field([UInt8].shape).field(LogicalClock?.shape).record
  init(_ reply: RPCClient.Reply) {
    payload = reply.payload
    customUserData = reply.customUserData.map { Pair($0.key, $0.value) }
    timestamp = reply.timestamp.map(LogicalClock.init)
  }
  init(fields reader: inout ValueReader) throws(ComponentError) {
    payload = try reader.read()
    customUserData = try reader.read()
    timestamp = try reader.read()
  }
  func writeFields(to writer: inout ValueWriter) throws(ComponentError) {
    try writer.write(payload)
    try writer.write(customUserData)
    try writer.write(timestamp)
  }
}

/// What an instance's requests and options take of the host's memory, together: the limit on its own memory does not bound it.
private final class CommandMemory {
  static let limit = 16 << 20
  var byteCount = 0
}

/// A builder or what it built. Builders are values: every setter gives a new one.
private class CommandPart<Content> {
  let content: Content
  private let size: Int
  private let memory: CommandMemory

  /// - Throws: `resourceTableError` if the instance holds too much already.
  required init(_ content: Content, size: Int, _ memory: CommandMemory) throws(RPCError) {
    guard memory.byteCount + size <= CommandMemory.limit else {
      throw RPCError(.resourceTableError, "the requests of an instance take at most \(CommandMemory.limit) bytes together")
    }
    self.content = content
    self.size = size
    self.memory = memory
    memory.byteCount += size
  }

  deinit { memory.byteCount -= size }
}

private final class RequestBuilder: CommandPart<CommandInvoker.Request>, HostResource {
  static let resourceType = ResourceType(name: "command-request-builder")
}
private final class RequestResource: CommandPart<CommandInvoker.Request>, HostResource {
  static let resourceType = ResourceType(name: "command-request")
}
private final class OptionsBuilder: CommandPart<CommandInvoker.Options>, HostResource {
  static let resourceType = ResourceType(name: "command-invoker-options-builder")
}
private final class OptionsResource: CommandPart<CommandInvoker.Options>, HostResource {
  static let resourceType = ResourceType(name: "command-invoker-options")
}
private final class InvokerResource: CommandPart<CommandInvoker>, HostResource {
  static let resourceType = ResourceType(name: "command-invoker")
}

extension CommandInvoker.Request {
  /// In bytes, about.
  fileprivate var size: Int {
    256 + payload.count + customUserData.reduce(0) { $0 + $1.key.utf8.count + $1.value.utf8.count + 64 }
      + topicTokens.reduce(0) { $0 + $1.key.utf8.count + $1.value.utf8.count + 64 }
  }
}

extension CommandInvoker.Options {
  fileprivate var size: Int {
    let texts = [requestTopicPattern, responseTopicPattern, commandName, topicNamespace, responseTopicPrefix, responseTopicSuffix]
    return 256 + texts.reduce(0) { $0 + ($1?.utf8.count ?? 0) } + topicTokens.reduce(0) { $0 + $1.key.utf8.count + $1.value.utf8.count + 64 }
  }
}

extension HostImports {
  /// - Parameters:
  ///   - client: the connection that commands are sent over; nil if the run has none.
  ///   - timeLeft: nanoseconds until the current call into the guest must be over.
  mutating func provideCommandInvoker(_ client: RPCClient?, timeLeft: @escaping () -> UInt64, log: @escaping OperationLog) throws(ComponentError) {
    provide(HostInterface("wasm-graph:processor/rpc-types@1.1.0"))
    var interface = HostInterface("wasm-graph:processor/command-invoker@1.1.0")
    interface.resource("command-request", RequestResource.self)
    interface.resource("command-request-builder", RequestBuilder.self)
    interface.resource("command-invoker-options", OptionsResource.self)
    interface.resource("command-invoker-options-builder", OptionsBuilder.self)
    interface.resource("command-invoker", InvokerResource.self)
    let memory = CommandMemory()
    typealias Failable<Success: ResultSide> = ComponentResult<Success, RPCErrorVariant>

    // The guest learns the kind of error; the log has the sentence.
    func failable<Success>(_ body: () throws(RPCError) -> Success) -> Failable<Success> {
      do throws(RPCError) {
        return .ok(try body())
      } catch {
        log(.error, "command-invoker", error.description)
        return .error(RPCErrorVariant(error.kind))
      }
    }
    func changed(_ builder: RequestBuilder, _ change: (inout CommandInvoker.Request) throws(RPCError) -> Void) -> Failable<Own<RequestBuilder>> {
      failable { () throws(RPCError) in
        var request = builder.content
        try change(&request)
        return Own(try RequestBuilder(request, size: request.size, memory))
      }
    }
    func changed(_ builder: OptionsBuilder, _ change: (inout CommandInvoker.Options) -> Void) -> Failable<Own<OptionsBuilder>> {
      failable { () throws(RPCError) in
        var options = builder.content
        change(&options)
        return Own(try OptionsBuilder(options, size: options.size, memory))
      }
    }

    try interface.function("[constructor]command-request-builder") { () throws in
      let request = CommandInvoker.Request()
      return Own(try RequestBuilder(request, size: request.size, memory))
    }
    try interface.function("[method]command-request-builder.payload") { (builder: Borrow<RequestBuilder>, payload: [UInt8]) in
      changed(builder.resource) { $0.payload = payload }
    }
    try interface.function("[method]command-request-builder.custom-user-data") { (builder: Borrow<RequestBuilder>, data: [Pair<String, String>]) in
      changed(builder.resource) { $0.customUserData = data.map { UserProperty(key: $0.first, value: $0.second) } }
    }
    try interface.function("[method]command-request-builder.topic-tokens") { (builder: Borrow<RequestBuilder>, tokens: [Pair<String, String>]) in
      changed(builder.resource) { $0.topicTokens = tokens.dictionary }
    }
    try interface.function("[method]command-request-builder.timeout") { (builder: Borrow<RequestBuilder>, seconds: UInt64, nanoseconds: UInt32) in
      changed(builder.resource) { request throws(RPCError) in
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let timeout = overflow ? UInt64.max : product.addingReportingOverflow(UInt64(nanoseconds)).partialValue
        guard timeout > 0, seconds <= UInt64(UInt32.max) else { throw RPCError(.configurationInvalid, "a timeout is longer than nothing and at most \(UInt32.max) seconds") }
        request.timeout = timeout
      }
    }
    try interface.function("[method]command-request-builder.build") { (builder: Borrow<RequestBuilder>) in
      failable { () throws(RPCError) in Own(try RequestResource(builder.resource.content, size: builder.resource.content.size, memory)) }
    }

    try interface.function("[constructor]command-invoker-options-builder") { () throws in
      let options = CommandInvoker.Options()
      return Own(try OptionsBuilder(options, size: options.size, memory))
    }
    let texts: [(name: String, field: any WritableKeyPath<CommandInvoker.Options, String> & Sendable)] = [
      ("request-topic-pattern", \.requestTopicPattern), ("command-name", \.commandName),
    ]
    for (name, field) in texts {
      try interface.function("[method]command-invoker-options-builder.\(name)") { (builder: Borrow<OptionsBuilder>, text: String) in
        changed(builder.resource) { $0[keyPath: field] = text }
      }
    }
    let optionalTexts: [(name: String, field: any WritableKeyPath<CommandInvoker.Options, String?> & Sendable)] = [
      ("response-topic-pattern", \.responseTopicPattern), ("topic-namespace", \.topicNamespace), ("response-topic-prefix", \.responseTopicPrefix),
      ("response-topic-suffix", \.responseTopicSuffix),
    ]
    for (name, field) in optionalTexts {
      try interface.function("[method]command-invoker-options-builder.\(name)") { (builder: Borrow<OptionsBuilder>, text: String) in
        changed(builder.resource) { $0[keyPath: field] = text }
      }
    }
    try interface.function("[method]command-invoker-options-builder.topic-token-map") { (builder: Borrow<OptionsBuilder>, tokens: [Pair<String, String>]) in
      changed(builder.resource) { $0.topicTokens = tokens.dictionary }
    }
    try interface.function("[method]command-invoker-options-builder.build") { (builder: Borrow<OptionsBuilder>) in
      failable { () throws(RPCError) in Own(try OptionsResource(builder.resource.content, size: builder.resource.content.size, memory)) }
    }

    try interface.function("new-invoker") { (options: Own<OptionsResource>) in
      failable { () throws(RPCError) in
        guard let client else { throw RPCError(.clientError, "this run has no MQTT connection to send commands over") }
        let options = options.resource.content
        return Own(try InvokerResource(try CommandInvoker(options, client), size: options.size, memory))
      }
    }
    try interface.function("[method]command-invoker.invoke") { (invoker: Borrow<InvokerResource>, request: Own<RequestResource>) in
      failable { () throws(RPCError) in
        var request = request.resource.content
        request.timeout = min(request.timeout ?? RPCClient.defaultTimeout, max(1, timeLeft()))
        return CommandResponse(try invoker.resource.content.invoke(request))
      }
    }
    provide(interface)
  }
}

extension [Pair<String, String>] {
  /// Of values with the same name the last counts.
  fileprivate var dictionary: [String: String] { Dictionary(map { ($0.first, $0.second) }) { $1 } }
}

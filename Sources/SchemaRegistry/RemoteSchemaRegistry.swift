#if canImport(FoundationEssentials)
internal import FoundationEssentials
#else
internal import Foundation
#endif
public import RPC

/// AIO's schema registry, or another that speaks its protocol, over a connection (host-apis.md §6).
public struct RemoteSchemaRegistry: SchemaRegistry {
  /// Where requests go.
  static let topic = "adr/dtmi:ms:adr:SchemaRegistry;2/get"

  private let client: RPCClient

  public init(_ client: RPCClient) { self.client = client }

  public func get(name: String, version: String, timeout: UInt64) throws(SchemaRegistryError) -> Schema {
    guard !name.isEmpty, !version.isEmpty else { throw .request("a schema has a name and a version") }
    guard timeout > 0 else { throw .request("a timeout of zero leaves no time for an answer") }
    let payload: [UInt8]
    do {
      payload = [UInt8](try JSONEncoder().encode(["name": name, "version": version]))
    } catch {
      throw .internal("the request cannot be written: \(error)")
    }
    let request = RPCRequest(
      topic: Self.topic, responseTopic: "clients/\(client.clientID)/\(Self.topic)", payload: payload, contentType: "application/json")
    let reply: RPCClient.Reply
    do throws(RPCError) {
      // A failed request has its reason in the payload, whatever its status.
      reply = try client.call(request, timeout: min(timeout, UInt64(UInt32.max) * 1_000_000_000))
    } catch {
      switch error.kind {
      case .timeout: throw .timeout
      case .payloadInvalid, .headerInvalid, .headerMissing: throw .request(error.description)
      default: throw .internal(error.description)
      }
    }
    let answer: Answer
    do {
      answer = try JSONDecoder().decode(Answer.self, from: Data(reply.payload))
    } catch {
      throw .internal("the registry's answer cannot be read: \(error)")
    }
    if let error = answer.error {
      switch error.code {
      case .number(404), .text("NotFound"): throw .notFound
      case .number(400), .text("BadRequest"): throw .request(error.message ?? "the registry refused the request")
      default: throw .internal(error.message ?? "the registry failed")
      }
    }
    guard let schema = answer.schema else { throw .internal("the registry's answer has neither a schema nor an error") }
    return try schema.schema
  }
}

private struct Answer: Decodable {
  struct Failure: Decodable {
    var code: Code
    var message: String?
  }

  /// A number, or its name.
  enum Code: Decodable {
    case number(Int)
    case text(String)
    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let number = try? container.decode(Int.self) { self = .number(number) } else { self = .text(try container.decode(String.self)) }
    }
  }

  var schema: SchemaDocument?
  var error: Failure?
}

private struct SchemaDocument: Decodable {
  var name: String, version: String, namespace: String?, format: String, schemaType: String?, schemaContent: String
  var description: String?, displayName: String?, hash: String?, tags: [String: String]?

  var schema: Schema {
    get throws(SchemaRegistryError) {
      guard schemaType == nil || schemaType == "MessageSchema" else { throw .internal("the schema is of the unknown type \"\(schemaType ?? "")\"") }
      let knownFormat: Schema.Format
      switch format {
      case _ where format.hasPrefix("JsonSchema/"): knownFormat = .json
      case _ where format.hasPrefix("Delta/"): knownFormat = .delta
      default: throw .internal("the schema is in the unknown format \"\(format)\"")
      }
      return Schema(
        name: name, version: version, namespace: namespace ?? "", format: knownFormat, content: schemaContent, description: description, displayName: displayName,
        hash: hash, tags: tags ?? [:])
    }
  }
}

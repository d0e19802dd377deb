/// Message schemas by name and version, as operators ask for them (host-apis.md §6). Used from all workers.
public protocol SchemaRegistry: Sendable {
  /// - Parameter timeout: in nanoseconds. Registries in this process answer at once.
  func get(name: String, version: String, timeout: UInt64) throws(SchemaRegistryError) -> Schema
}

/// A message schema with what is known about it.
public struct Schema: Sendable, Hashable {
  public enum Format: Sendable, Hashable { case json, delta }

  public var name: String
  public var version: String
  public var namespace: String
  public var format: Format
  /// The schema's text.
  public var content: String
  public var description: String?
  public var displayName: String?
  public var hash: String?
  public var tags: [String: String]

  public init(
    name: String, version: String, namespace: String = "", format: Format = .json, content: String, description: String? = nil, displayName: String? = nil,
    hash: String? = nil, tags: [String: String] = [:]
  ) {
    self.name = name
    self.version = version
    self.namespace = namespace
    self.format = format
    self.content = content
    self.description = description
    self.displayName = displayName
    self.hash = hash
    self.tags = tags
  }
}

/// Why there is no schema: the cases of `schema-error`.
public enum SchemaRegistryError: Error, Hashable, Sendable {
  /// The request makes no sense; the text says why.
  case request(String)
  /// The registry failed; the text says how.
  case `internal`(String)
  case timeout
  case notFound
  /// There is no registry.
  case notAvailable
}

/// The registry of a run that has none.
public struct NoSchemaRegistry: SchemaRegistry {
  public init() {}
  public func get(name: String, version: String, timeout: UInt64) throws(SchemaRegistryError) -> Schema { throw .notAvailable }
}

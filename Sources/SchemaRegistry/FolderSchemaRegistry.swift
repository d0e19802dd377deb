#if canImport(Glibc)
internal import Glibc
#endif

/// Schemas in files: `<name>/<version>.json`, or `<name>/<version>.delta` for a Delta schema. Read when they are asked for, so that edits count.
public struct FolderSchemaRegistry: SchemaRegistry {
  /// No schema is longer, in bytes.
  public static let maximumByteCount = 4 << 20

  private let path: String

  /// - Parameter path: the folder; it need not exist yet.
  public init(path: String) { self.path = path }

  public func get(name: String, version: String, timeout: UInt64) throws(SchemaRegistryError) -> Schema {
    for (what, text) in [("name", name), ("version", version)] {
      // Both become names of files: they must not lead anywhere else.
      guard !text.isEmpty, text.utf8.count <= 255, text != ".", text != "..", !text.utf8.contains(where: { $0 == UInt8(ascii: "/") || $0 < 0x20 }) else {
        throw .request("\"\(text)\" is not a schema's \(what)")
      }
    }
    for (suffix, format) in [("json", Schema.Format.json), ("delta", .delta)] {
      guard let content = try Self.read("\(path)/\(name)/\(version).\(suffix)") else { continue }
      return Schema(name: name, version: version, format: format, content: content)
    }
    throw .notFound
  }

  /// The text of a file; nil if there is none.
  private static func read(_ path: String) throws(SchemaRegistryError) -> String? {
    let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard file >= 0 else {
      guard errno == ENOENT || errno == ENOTDIR else { throw .internal("\(path) cannot be opened: \(String(cString: strerror(errno)))") }
      return nil
    }
    defer { close(file) }
    var status = stat()
    guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { throw .internal("\(path) is not a file") }
    guard status.st_size <= maximumByteCount else { throw .internal("\(path) has \(status.st_size) bytes; a schema has at most \(maximumByteCount)") }
    var failure: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: Int(status.st_size)) { buffer, count in
      while count < buffer.count {
        let read = Glibc.read(file, buffer.baseAddress! + count, buffer.count - count)
        if read < 0, errno == EINTR { continue }
        if read < 0 { failure = errno }
        if read <= 0 { break }
        count += read
      }
    }
    guard failure == 0 else { throw .internal("\(path) cannot be read: \(String(cString: strerror(failure)))") }
    guard let text = String(validating: bytes, as: UTF8.self) else { throw .internal("\(path) is not UTF-8") }
    return text
  }
}

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

extension GraphSource {
  /// Reads a file. That it cannot be read, or is no text, is a diagnostic like any other.
  ///
  /// - Parameter kind: what is expected, for messages: a graph.
  package static func load(path: String, kind: String = "graph") -> Result<GraphSource, GraphError> {
    func failure(_ message: String) -> Result<GraphSource, GraphError> {
      .failure(GraphError(diagnostics: [GraphSource(file: path, text: "").diagnostic(.error, .file, at: .file, message)]))
    }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return failure("the file cannot be opened: \(String(cString: strerror(errno)))") }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    // One byte more than is allowed is enough to tell that it is too large, also for a device that never ends.
    while bytes.count <= GraphText.maximumBytes {
      let wanted = min(65536, GraphText.maximumBytes + 1 - bytes.count)
      var count = 0
      let chunk = [UInt8](unsafeUninitializedCapacity: wanted) { buffer, initialized in
        repeat { count = read(descriptor, buffer.baseAddress, wanted) } while count < 0 && errno == EINTR
        initialized = max(0, count)
      }
      guard count >= 0 else { return failure("the file cannot be read: \(String(cString: strerror(errno)))") }
      if count == 0 { break }
      bytes += chunk
    }
    return GraphText.decode(bytes, file: path, kind: kind).map { GraphSource(file: path, text: $0) }
  }
}

#if canImport(Glibc)
internal import Glibc
#endif
internal import JSONTree
internal import Yams

/// A test of a graph: a `.test.yaml` file (tooling.md §5).
public struct TestCase: Sendable {
  /// The file.
  public let path: String
  /// The title.
  public let name: String
  /// Paths, made absolute or relative to the working folder.
  public let graph: String
  public let input: String
  public let expectedFile: String
  /// Of real time, in milliseconds: a case that takes longer is an error. Windows close by the test's own clock, which does not wait.
  public let timeoutMilliseconds: UInt64
  public let select: [FieldPath]
  public let ignores: [FieldPath]

  private static let fields: Set<String> = ["name", "graph", "input", "expected", "timeout", "select", "ignores"]

  /// Reads a file. Throws with its name and the line of what is wrong.
  public init(path: String) throws(TestError) {
    let text = try readText(path)
    let node: Node?
    do {
      node = try Yams.compose(yaml: text)
    } catch {
      throw TestError("\(path): \(error)")
    }
    guard let mapping = node?.mapping else { throw TestError("\(path):1: a test is a mapping with the keys name, graph, input and expected") }
    func place(_ node: Node) -> String { "\(path):\(node.mark?.line ?? 1)" }
    for (key, _) in mapping where !Self.fields.contains(key.string ?? "") {
      throw TestError("\(place(key)): a test has no field `\(key.string ?? "?")`; it has \(Self.fields.sorted().joined(separator: ", "))")
    }
    func string(_ key: String) throws(TestError) -> String {
      guard let value = mapping[key] else { throw TestError("\(path):1: the field `\(key)` is missing") }
      guard let text = value.scalar?.string, !text.isEmpty else { throw TestError("\(place(value)): `\(key)` takes a text") }
      return text
    }
    func paths(_ key: String) throws(TestError) -> [FieldPath] {
      guard let value = mapping[key] else { return [] }
      guard let items = value.sequence else { throw TestError("\(place(value)): `\(key)` takes a list of paths, such as [payload]") }
      var paths: [FieldPath] = []
      for item in items {
        guard let path = item.scalar.flatMap({ FieldPath($0.string) }) else {
          throw TestError("\(place(item)): `\(key)` takes paths of names with dots between them, such as payload.temperature")
        }
        paths.append(path)
      }
      return paths
    }
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    func file(_ key: String) throws(TestError) -> String {
      let name = try string(key)
      return name.hasPrefix("/") ? name : folder + name
    }
    self.path = path
    name = try string("name")
    graph = try file("graph")
    input = try file("input")
    expectedFile = try file("expected")
    select = try paths("select")
    ignores = try paths("ignores")
    if let value = mapping["timeout"] {
      guard let number = value.scalar.flatMap({ UInt64($0.string) }), (1...86_400_000).contains(number) else {
        throw TestError("\(place(value)): `timeout` takes milliseconds, 1 to 86400000")
      }
      timeoutMilliseconds = number
    } else {
      timeoutMilliseconds = 60_000
    }
  }

  /// What the output is compared with.
  public func expectation() throws(TestError) -> Expectation {
    guard let expected = JSON(bytes: try readText(expectedFile).utf8) else { throw TestError("\(expectedFile): this is not JSON") }
    var expectation = Expectation(expected)
    (expectation.select, expectation.ignores) = (select, ignores)
    return expectation
  }

  /// The test files at `path`: itself, or all in the folder and those below it, sorted.
  public static func find(_ path: String) throws(TestError) -> [String] {
    var status = stat()
    guard stat(path, &status) == 0 else { throw TestError("\(path): \(String(cString: strerror(errno)))") }
    guard status.st_mode & S_IFMT == S_IFDIR else { return [path] }
    var found: [String] = [], folders = [path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path]
    // Folders are entered once, however links lead around.
    var seen: Set<UInt64> = []
    while let folder = folders.popLast() {
      guard stat(folder, &status) == 0, seen.insert(UInt64(status.st_ino)).inserted, let directory = opendir(folder) else { continue }
      defer { closedir(directory) }
      while let entry = readdir(directory) {
        let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        guard !name.hasPrefix("."), stat("\(folder)/\(name)", &status) == 0 else { continue }
        if status.st_mode & S_IFMT == S_IFDIR { folders.append("\(folder)/\(name)") } else if name.hasSuffix(".test.yaml") { found.append("\(folder)/\(name)") }
      }
    }
    return found.sorted()
  }
}

/// Why a test could not be read or run.
public struct TestError: Error, Sendable, Hashable, CustomStringConvertible {
  public let description: String
  public init(_ description: String) { self.description = description }
}

/// The text of a file of at most 64 MiB.
func readText(_ path: String) throws(TestError) -> String {
  let file = open(path, O_RDONLY | O_CLOEXEC)
  guard file >= 0 else { throw TestError("\(path): \(String(cString: strerror(errno)))") }
  defer { close(file) }
  var status = stat()
  guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { throw TestError("\(path): this is not a file") }
  guard status.st_size <= 64 << 20 else { throw TestError("\(path): the file is larger than 64 MiB") }
  let bytes = [UInt8](unsafeUninitializedCapacity: Int(status.st_size)) { buffer, count in
    while count < buffer.count {
      let read = Glibc.read(file, buffer.baseAddress! + count, buffer.count - count)
      if read < 0, errno == EINTR { continue }
      if read <= 0 { break }
      count += read
    }
  }
  guard bytes.count == Int(status.st_size) else { throw TestError("\(path): the file cannot be read") }
  guard let text = String(validating: bytes, as: UTF8.self) else { throw TestError("\(path): the file is not UTF-8") }
  return text
}

func fileExists(_ path: String) -> Bool { access(path, F_OK) == 0 }

func writeText(_ text: String, to path: String) throws(TestError) {
  let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
  guard file >= 0 else { throw TestError("\(path): \(String(cString: strerror(errno)))") }
  defer { close(file) }
  var rest = Array(text.utf8)[...]
  while !rest.isEmpty {
    let count = rest.withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
    guard count > 0 || errno == EINTR else { throw TestError("\(path): \(String(cString: strerror(errno)))") }
    rest = rest.dropFirst(max(0, count))
  }
}

internal import Crypto
internal import FoundationEssentials
internal import Glibc

/// File operations with errors that say which file and why.
enum Files {
  static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }
  static func isExecutable(_ path: String) -> Bool { access(path, X_OK) == 0 && !isFolder(path) }

  static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  static func size(_ path: String) throws(OperatorBuildError) -> Int {
    var status = stat()
    guard stat(path, &status) == 0 else { throw failure("The file could not be looked at", path) }
    return Int(status.st_size)
  }

  /// The names of a folder's entries, sorted.
  static func list(_ path: String) throws(OperatorBuildError) -> [String] {
    do {
      return try FileManager.default.contentsOfDirectory(atPath: path).sorted()
    } catch {
      throw failure("The folder could not be read", path)
    }
  }

  static func makeFolder(_ path: String) throws(OperatorBuildError) {
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw OperatorBuildError(.fileAccess, "The folder could not be made. Is it writable, and is no file of this name in the way?", path: path)
    }
  }

  /// A file's bytes, all of them; an error if there are more than `limit`.
  static func read(_ path: String, limit: Int = 1 << 31) throws(OperatorBuildError) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(min(try size(path), limit))
    try readChunks(of: path) { chunk throws(OperatorBuildError) in
      bytes.append(contentsOf: chunk)
      guard bytes.count <= limit else { throw OperatorBuildError(.fileAccess, "The file has more than \(limit) bytes. Is it the right one?", path: path) }
      return true
    }
    return bytes
  }

  /// A file's first bytes, at most `count`.
  static func read(_ path: String, prefix count: Int) throws(OperatorBuildError) -> [UInt8] {
    var bytes: [UInt8] = []
    try readChunks(of: path) { chunk in
      bytes.append(contentsOf: chunk.prefix(count - bytes.count))
      return bytes.count < count
    }
    return bytes
  }

  static func hexSHA256(of path: String) throws(OperatorBuildError) -> String {
    var hash = SHA256()
    try readChunks(of: path) { chunk in
      hash.update(data: chunk)
      return true
    }
    return hex(hash.finalize())
  }

  /// Reads on while `body` returns true.
  private static func readChunks(
    of path: String, _ body: (ArraySlice<UInt8>) throws(OperatorBuildError) -> Bool
  ) throws(OperatorBuildError) {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw failure("The file could not be opened", path) }
    defer { close(file) }
    var buffer = [UInt8](repeating: 0, count: 1 << 18)
    while true {
      let count = Glibc.read(file, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw failure("The file could not be read", path) }
      guard count > 0, try body(buffer[..<count]) else { return }
    }
  }

  /// Writes to a file beside `path` and renames it, so that readers see the old content or the new.
  static func writeAtomically(_ bytes: [UInt8], to path: String) throws(OperatorBuildError) {
    let temporary = "\(path).\(getpid()).tmp"
    let file = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard file >= 0 else { throw failure("The file could not be written", path) }
    var rest = bytes[...]
    var written = true
    while written, !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      written = count >= 0
      rest = rest.dropFirst(max(count, 0))
    }
    guard close(file) == 0, written, rename(temporary, path) == 0 else {
      let error = failure("The file could not be written", path)
      unlink(temporary)
      throw error
    }
  }

  /// An error that ends in what `errno` says.
  static func failure(_ message: String, _ path: String?) -> OperatorBuildError {
    OperatorBuildError(.fileAccess, "\(message): \(String(cString: strerror(errno))).", path: path)
  }
}

/// The SHA-256 of a text's UTF-8, in lower-case hexadecimal.
func hexSHA256(of text: String) -> String { hex(SHA256.hash(data: Array(text.utf8))) }

private func hex(_ digest: SHA256.Digest) -> String {
  digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}

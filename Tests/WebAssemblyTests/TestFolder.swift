import Foundation
import Glibc
import Testing

/// A folder of its own, removed at the end.
final class TestFolder: Sendable {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "millrace-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// The names of what is in it, sorted.
  var files: [String] { ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted() }

  func path(_ name: String) -> String { path + "/" + name }

  func read(_ name: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(filePath: path(name)))) }

  /// Writes a file anew; what was there under this name is another file.
  func write(_ name: String, _ bytes: some Sequence<UInt8>) throws {
    try? FileManager.default.removeItem(atPath: path(name))
    try Data(bytes).write(to: URL(filePath: path(name)))
  }

  func isLink(_ name: String) -> Bool {
    var status = stat()
    return lstat(path(name), &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
  }

  /// Says that the file was used last so many seconds after 1970.
  func setLastUse(_ name: String, _ seconds: Int) throws {
    let times = [timespec(tv_sec: seconds, tv_nsec: 0), timespec(tv_sec: seconds, tv_nsec: 0)]
    try #require(utimensat(AT_FDCWD, path(name), times, 0) == 0)
  }
}

internal import FoundationEssentials
internal import Glibc

enum FilePaths {
  /// A path from the root; `path` may be relative to the working directory.
  static func absolute(_ path: String) -> String {
    path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
  }

  /// The path without links, `.` and `..`.
  static func real(_ path: String) throws(OperatorBuildError) -> String {
    guard let resolved = realpath(path, nil) else { throw Files.failure("The path could not be resolved", path) }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  /// Where operator builds keep what they may lose: below XDG_CACHE_HOME, or `~/.cache`.
  static func userCache(_ environment: [String: String]) throws(OperatorBuildError) -> String {
    if let cache = environment["XDG_CACHE_HOME"], cache.hasPrefix("/") { return cache + "/millrace/operators" }
    guard let home = environment["HOME"], home.hasPrefix("/") else {
      throw OperatorBuildError(.fileAccess, "There is no place for build products: HOME is not set. Set it, or XDG_CACHE_HOME.")
    }
    return home + "/.cache/millrace/operators"
  }
}

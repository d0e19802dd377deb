import Foundation

/// Scripts on disk.
public enum ScriptFiles {
  public struct NotFound: Error, CustomStringConvertible {
    let path: String
    public var description: String { "there is no script or folder `\(path)`" }
  }

  /// The scripts of this repository.
  public static let own = folder("WastScripts/Scripts")
  /// Where the official suites are looked for; see the README there.
  public static let official = folder("Conformance")

  /// All scripts at or below the given paths, in order.
  public static func find(_ paths: [String]) throws -> [String] {
    try paths.flatMap { path in
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { throw NotFound(path: path) }
      guard isFolder.boolValue else { return [path] }
      let base = path.hasSuffix("/") ? path : path + "/"
      return (FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []).filter { $0.hasSuffix(".wast") }.map { base + $0 }.sorted()
    }
  }

  private static func folder(_ name: String) -> String {
    let tests = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent().deletingLastPathComponent()
    return tests.appending(path: name).path()
  }
}

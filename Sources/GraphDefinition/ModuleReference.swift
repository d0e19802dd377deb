/// The reference of an operation to its module: `temperature:1.0.0`, `samples/wasm/temperature:1.0.0`, `name@sha256:…`, or a bare folder
/// name for local development.
///
/// A reference is relative to the registry that the graph is run with; a host in front (`localhost:5000/name:1.0.0`) is kept as part of the
/// repository, because published graphs use both forms. Source: graph definition, section 3.
public struct ModuleReference: Sendable, Hashable, CustomStringConvertible {
  /// Everything in front of the tag and the digest.
  public let repository: String
  public let tag: String?
  /// `sha256:` and 64 hexadecimal digits, or another algorithm's.
  public let digest: String?

  /// The last segment of the repository, which is what local folders and files are named after.
  public var name: String {
    repository.split(separator: "/").last.map(String.init) ?? repository
  }

  public var description: String {
    repository + (tag.map { ":" + $0 } ?? "") + (digest.map { "@" + $0 } ?? "")
  }

  /// Parses a reference; the error says, in half a sentence, what is wrong with it.
  public init(_ text: String) throws(ModuleReferenceError) {
    var rest = text[...]
    if let scheme = text.range(ofScheme: "://") {
      throw ModuleReferenceError(reason: "must not start with \(quoted(text[..<scheme]))", fix: "write \(quoted(text[scheme...]))")
    }
    if let at = rest.firstIndex(of: "@") {
      let digest = rest[rest.index(after: at)...]
      let parts = digest.split(separator: ":", omittingEmptySubsequences: false)
      guard parts.count == 2, !parts[0].isEmpty, parts[1].utf8.count >= 32, parts[1].utf8.allSatisfy(\.isHexadecimalDigit),
        parts[0] != "sha256" || parts[1].utf8.count == 64
      else {
        throw ModuleReferenceError(reason: "has no valid digest after `@`", fix: "write `@sha256:` and 64 hexadecimal digits")
      }
      self.digest = String(digest)
      rest = rest[..<at]
    } else {
      digest = nil
    }
    if let colon = rest.lastIndex(of: ":"), !rest[colon...].contains("/") {
      let tag = rest[rest.index(after: colon)...]
      guard (1...128).contains(tag.utf8.count), tag.utf8.allSatisfy({ $0.isNameCharacter }), tag.first != ".", tag.first != "-" else {
        throw ModuleReferenceError(reason: "has no valid tag after `:`", fix: "write a tag of letters, digits, `.`, `_` and `-`, such as `:1.0.0`")
      }
      self.tag = String(tag)
      rest = rest[..<colon]
    } else {
      tag = nil
    }
    repository = String(rest)
    try checkRepository()
  }

  private func checkRepository() throws(ModuleReferenceError) {
    let segments = repository.split(separator: "/", omittingEmptySubsequences: false)
    for (index, segment) in segments.enumerated() {
      var segment = segment
      // The first of several segments may be a host with a port.
      if index == 0, segments.count > 1, let colon = segment.firstIndex(of: ":"), Int(segment[segment.index(after: colon)...]) != nil {
        segment = segment[..<colon]
      }
      guard !segment.isEmpty, segment != ".", segment != ".." else {
        throw ModuleReferenceError(
          reason: segment.isEmpty ? "has an empty path segment" : "must not contain \(quoted(segment)) as a path segment",
          fix: "write `<repository>:<tag>`, such as `temperature:1.0.0`, or the name of a local folder")
      }
      guard segment.utf8.allSatisfy(\.isNameCharacter) else {
        throw ModuleReferenceError(
          reason: "contains a character that no repository has", fix: "use letters, digits, `.`, `_`, `-` and `/` only")
      }
      // Registries refuse capital letters; a local folder may have them.
      guard tag == nil && digest == nil || !segment.utf8.contains(where: { (0x41...0x5A).contains($0) }) else {
        throw ModuleReferenceError(
          reason: "has capital letters in its repository, which registries refuse", fix: "write \(quoted(lowercasedReference))")
      }
    }
  }

  private var lowercasedReference: String {
    repository.lowercased() + (tag.map { ":" + $0 } ?? "") + (digest.map { "@" + $0 } ?? "")
  }
}

/// Why a text is no module reference.
public struct ModuleReferenceError: Error, Sendable, Hashable {
  /// Continues a sentence that starts with "the reference".
  public let reason: String
  public let fix: String
}

extension String {
  /// The end of a leading `oci://`, `https://` and so on.
  fileprivate func range(ofScheme marker: String) -> String.Index? {
    guard let colon = firstIndex(of: ":"), self[colon...].hasPrefix(marker) else { return nil }
    return index(colon, offsetBy: marker.count)
  }
}

extension UInt8 {
  fileprivate var isHexadecimalDigit: Bool {
    (0x30...0x39).contains(self) || (0x61...0x66).contains(self)
  }

  /// Letters, digits, `.`, `_` and `-`.
  fileprivate var isNameCharacter: Bool {
    (0x30...0x39).contains(self) || (0x41...0x5A).contains(self) || (0x61...0x7A).contains(self) || self == 0x2E || self == 0x5F || self == 0x2D
  }
}

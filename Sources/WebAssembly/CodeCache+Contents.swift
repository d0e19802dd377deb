internal import Glibc

extension CodeCache {
  /// A cached file.
  public struct Entry: Sendable, Hashable {
    /// The 64 digits of its ``Key``.
    public let key: String
    public let kind: Kind
    public let byteCount: Int
    /// When it was stored or used last, in seconds since 1970.
    public let lastUse: Int
  }

  /// What is in the cache, used last first. Files that are not the cache's are left out.
  public func entries() -> [Entry] {
    (folder?.files() ?? []).reversed().map(Entry.init)
  }

  /// Removes what has not been used for `age`, and what killed processes have left. A file that a process is loading stays readable for it.
  ///
  /// - Returns: the removed entries, and how many could not be removed.
  @discardableResult
  public func clear(unusedFor age: Duration = .zero) -> (removed: [Entry], failures: Int) {
    guard let folder else { return ([], 0) }
    folder.sweep()
    let newest = time(nil) - Int(age.components.seconds)
    let files = folder.files().filter { age == .zero || $0.lastUse.tv_sec <= newest }
    let removed = files.filter { folder.remove($0) }
    return (removed.map(Entry.init), files.count - removed.count)
  }
}

extension CodeCache.Entry {
  fileprivate init(_ file: CacheFolder.File) {
    let parts = file.name.split(separator: ".", maxSplits: 1)
    self.init(
      key: String(parts.first ?? ""), kind: CodeCache.Kind(String(parts.dropFirst().first ?? "")), byteCount: file.byteCount, lastUse: file.lastUse.tv_sec)
  }
}

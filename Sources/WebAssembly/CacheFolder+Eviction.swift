internal import Glibc

extension CacheFolder {
  struct File {
    let name: String
    let byteCount: Int
    /// When it was written or used last.
    let lastUse: timespec
  }

  /// The cached files, those that were used least recently first. What is not ours by its name is left out.
  func files() -> [File] {
    names().filter { !$0.hasSuffix(Self.partialEnding) }.compactMap { name in
      var status = stat()
      guard lstat(path + "/" + name, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
      return File(name: name, byteCount: Int(status.st_size), lastUse: status.st_mtim)
    }.sorted { ($0.lastUse.tv_sec, $0.lastUse.tv_nsec, $0.name) < ($1.lastUse.tv_sec, $1.lastUse.tv_nsec, $1.name) }
  }

  /// Brings the folder back to its limit. A file that another process has open stays readable for it.
  func evict(keeping kept: String) {
    sweep()
    let files = files()
    var total = files.reduce(0) { $0 + $1.byteCount }
    for file in files where total > limit && file.name != kept {
      if remove(file) { total -= file.byteCount }
    }
  }

  @discardableResult
  func remove(_ file: File) -> Bool { unlink(path + "/" + file.name) == 0 }

  /// Removes what killed processes have left: partial files that nobody has locked.
  func sweep() {
    for name in names() where name.hasSuffix(Self.partialEnding) {
      // Having the lock and letting go of it removes the file.
      _ = lock(String(name.dropLast(Self.partialEnding.count)), patience: .zero)
    }
  }

  /// The names in the folder that are 64 hexadecimal digits and an ending.
  private func names() -> [String] {
    guard let stream = opendir(path) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      let digits = name.prefix { $0 != "." }
      if digits.utf8.count == 64, digits.utf8.allSatisfy({ (48...57).contains($0) || (97...102).contains($0) }), digits.endIndex < name.endIndex { names.append(name) }
    }
    return names
  }
}

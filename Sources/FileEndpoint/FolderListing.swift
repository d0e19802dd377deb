internal import Glibc

/// The names of the files in a folder.
enum FolderListing {
  /// The files of a folder, sorted by their names' bytes. Folders, pipes and the like are left out; so are hidden files unless
  /// wanted. What cannot be looked at is listed, so that reading it says why.
  ///
  /// - Parameter since: leaves out files that have not changed since this time.
  static func files(in folder: FileName, hidden: Bool, since: timespec? = nil) throws(SystemError) -> [FileName] {
    guard let stream = opendir(folder.terminated) else { throw SystemError() }
    defer { closedir(stream) }
    var names: [FileName] = []
    while true {
      errno = 0
      guard let entry = readdir(stream) else {
        if errno != 0 { throw SystemError() }
        break
      }
      let name = FileName(entry)
      if name.bytes == [UInt8(ascii: ".")] || name.bytes == Array("..".utf8) || (name.isHidden && !hidden) { continue }
      if isFile(name, Int32(entry.pointee.d_type), in: dirfd(stream), since: since) { names.append(name) }
    }
    return names.sorted()
  }

  private static func isFile(_ name: FileName, _ type: Int32, in folder: Int32, since: timespec?) -> Bool {
    if type == Int32(DT_REG) && since == nil { return true }
    if type != Int32(DT_REG) && type != Int32(DT_LNK) && type != Int32(DT_UNKNOWN) { return false }
    var status = stat()
    if fstatat(folder, name.terminated, &status, 0) != 0 { return true }
    if let since, (status.st_ctim.tv_sec, status.st_ctim.tv_nsec) < (since.tv_sec, since.tv_nsec) { return false }
    return status.isRegularFile
  }
}

extension FileName {
  fileprivate init(_ entry: UnsafeMutablePointer<dirent>) {
    self = withUnsafeBytes(of: &entry.pointee.d_name) { FileName(bytes: Array($0.prefix { $0 != 0 })) }
  }
}

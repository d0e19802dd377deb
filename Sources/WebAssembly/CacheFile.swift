internal import Glibc

/// An open file of a code cache.
struct CacheFile: ~Copyable {
  let descriptor: Int32

  deinit { close(descriptor) }

  /// Checks the file's seal.
  func isWhole(name: String, size: Int) -> Bool {
    guard let map = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0), map != MAP_FAILED else { return false }
    defer { munmap(map, size) }
    // Reads all of it now: a disk that cannot give it back is an error here, where an access later would be a signal. Older kernels cannot.
    guard madvise(map, size, MADV_POPULATE_READ) == 0 || errno == EINVAL else { return false }
    return CacheSeal.isWhole(UnsafeRawBufferPointer(start: map, count: size), name: name)
  }
}

/// The right to write one file of a code cache: the lock of a partial file beside it, into which it is written.
///
/// The system unlocks the file when its process ends, however it ends. So a partial file that is not locked is a leftover.
struct CacheLock: ~Copyable {
  let descriptor: Int32
  let folder: String
  let name: String

  private var partial: String { folder + "/" + name + CacheFolder.partialEnding }

  deinit {
    // After `write` there is none, or already the next one's.
    if isCurrent, isOurs { unlink(partial) }
    // By name: a process that is just being started elsewhere may hold a copy of the descriptor.
    flock(descriptor, LOCK_UN)
    close(descriptor)
  }

  /// Whether the file that is locked is the one at its path.
  var isCurrent: Bool {
    var locked = stat(), there = stat()
    return fstat(descriptor, &locked) == 0 && lstat(partial, &there) == 0 && locked.st_dev == there.st_dev && locked.st_ino == there.st_ino
  }

  /// Whether it is what we would have made.
  var isOurs: Bool {
    var status = stat()
    return fstat(descriptor, &status) == 0 && status.isOurFile
  }

  /// Writes the file and moves it to its place.
  func write(_ content: UnsafeRawBufferPointer, _ seal: [UInt8]) -> Bool {
    guard ftruncate(descriptor, 0) == 0, append(content), seal.withUnsafeBytes({ append($0) }) else { return false }
    guard rename(partial, folder + "/" + name) == 0 else { return false }
    // Nobody changes it any more, not even by mistake.
    fchmod(descriptor, 0o400)
    return true
  }

  private func append(_ bytes: UnsafeRawBufferPointer) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return false }
      rest = rest.dropFirst(count)
    }
    return true
  }
}

extension stat {
  /// Owned by us, and writable by nobody else.
  var isOurs: Bool { st_uid == geteuid() && st_mode & 0o022 == 0 }
  var isOurFile: Bool { isOurs && st_mode & S_IFMT == S_IFREG }
}

internal import Glibc

/// The files of a code cache: opened only when they can be trusted, and written so that others see whole files only.
struct CacheFolder: Sendable {
  let path: String
  /// How many bytes the files may have together.
  let limit: Int

  /// What the name of a file ends in while it is written.
  static let partialEnding = ".partial"

  /// Makes the folder and its parents; says why it cannot be trusted, if so.
  static func prepare(_ directory: String) -> String? {
    var path = directory.hasPrefix("/") ? "" : "."
    for part in directory.split(separator: "/") {
      path += "/" + part
      mkdir(path, 0o700)
    }
    var status = stat()
    guard stat(directory, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else { return "the code cache \(directory) is not a folder that can be made" }
    guard status.isOurs else {
      return "the code cache \(directory) is writable by others, so compiled code in it cannot be trusted; run `chmod go-w` on it"
    }
    return nil
  }

  /// The file of this name, if it is there, whole and ours. Marks it as used.
  func open(_ name: String) -> CacheFile? {
    let descriptor = Glibc.open(path + "/" + name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    let file = CacheFile(descriptor: descriptor)
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.isOurFile, status.st_size >= CacheSeal.byteCount,
      file.isWhole(name: name, size: Int(status.st_size))
    else { return nil }
    futimens(descriptor, nil)
    return file
  }

  /// The right to write the file of this name, which one thread of one process has at a time; nil if it is not to be had within `patience`, or if
  /// the folder cannot be written to. `waiting` is called once, before a wait.
  func lock(_ name: String, patience: Duration, waiting: () -> Void = {}) -> CacheLock? {
    let deadline = ContinuousClock.now + patience
    var hasWaited = false
    while true {
      let partial = path + "/" + name + Self.partialEnding
      let descriptor = Glibc.open(partial, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0o600)
      guard descriptor >= 0 else { return nil }
      if flock(descriptor, LOCK_EX | LOCK_NB) == 0 {
        let lock = CacheLock(descriptor: descriptor, folder: path, name: name)
        // Whoever had the lock before has moved or removed the file; what may be there now is another one.
        guard lock.isCurrent else {
          guard ContinuousClock.now < deadline else { return nil }
          continue
        }
        guard lock.isOurs else { return nil }
        return lock
      }
      let isTaken = errno == EWOULDBLOCK
      close(descriptor)
      guard isTaken, ContinuousClock.now < deadline else { return nil }
      if !hasWaited { waiting() }
      hasWaited = true
      usleep(20_000)
    }
  }

  /// Writes the lock's file. Then what was used least recently goes, until the rest is within the limit.
  func store(_ content: UnsafeRawBufferPointer, under lock: borrowing CacheLock) {
    guard content.count + CacheSeal.byteCount <= limit, let seal = CacheSeal.of(content, name: lock.name) else { return }
    if lock.write(content, seal) { evict(keeping: lock.name) }
  }
}

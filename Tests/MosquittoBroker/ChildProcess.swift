internal import Foundation
internal import Glibc
internal import Synchronization

/// What a command, or a broker, said when it failed.
public struct CommandFailure: Error, CustomStringConvertible {
  public let description: String
}

/// A program that runs beside this one. Not Foundation's `Process`, which learns of the end of a child only once all children that were started at the same
/// time have ended too.
final class ChildProcess: Sendable {
  private let identifier: pid_t
  private let status = Mutex<Int32?>(nil)

  /// - Parameter onLine: takes what it writes to its standard error, line by line, on a thread of its own; in the end nil.
  init(_ name: String, _ arguments: [String], onLine: @escaping @Sendable (String?) -> Void) throws {
    guard let path = executable(name) else { throw CommandFailure(description: "\(name) is not installed") }
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { throw CommandFailure(description: "there is no pipe for \(name)") }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, ends[1], 2)
    // What others have open is not held open. Closing what is not open does no harm.
    for descriptor in 3..<Int32(512) { posix_spawn_file_actions_addclose(&actions, descriptor) }
    // Threads of the tests may block signals; the child must not.
    var attributes = posix_spawnattr_t(), signals = sigset_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    sigfillset(&signals)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    var words: [UnsafeMutablePointer<CChar>?] = ([path] + arguments).map { strdup($0) } + [nil]
    defer { for word in words { free(word) } }
    var identifier: pid_t = 0
    let result = posix_spawn(&identifier, path, &actions, &attributes, &words, environ)
    close(ends[1])
    let output = ends[0]
    guard result == 0 else {
      close(output)
      throw CommandFailure(description: "\(path) cannot be started: \(String(cString: strerror(result)))")
    }
    self.identifier = identifier
    Thread {
      var rest: [UInt8] = [], chunk = [UInt8](repeating: 0, count: 4096)
      while true {
        let count = read(output, &chunk, chunk.count)
        if count < 0, errno == EINTR { continue }
        if count <= 0 { break }
        rest += chunk[..<count]
        var lines = rest.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        rest = Array(lines.removeLast())
        for line in lines { onLine(String(decoding: line, as: UTF8.self)) }
      }
      if !rest.isEmpty { onLine(String(decoding: rest, as: UTF8.self)) }
      onLine(nil)
      close(output)
    }.start()
  }

  /// Waits until it has ended, after a signal if one is given.
  @discardableResult func wait(signal: Int32? = nil) -> Int32 {
    status.withLock { status in
      if let status { return status }
      var result: Int32 = 0
      while true {
        // Again and again: mosquitto forgets a SIGTERM that comes while it starts.
        if let signal { kill(identifier, signal) }
        let ended = waitpid(identifier, &result, signal == nil ? 0 : WNOHANG)
        if ended == identifier || ended < 0 && errno != EINTR { break }
        if signal != nil { poll(nil, 0, 10) }
      }
      status = result
      return result
    }
  }

  /// Runs a command to its end.
  static func run(_ name: String, _ arguments: [String]) throws {
    let lines = Lines()
    let process = try ChildProcess(name, arguments) { lines.append($0) }
    if process.wait() != 0 { throw CommandFailure(description: "\(name) failed: \(lines.all.joined(separator: "\n"))") }
  }
}

/// Lines as they come.
final class Lines: Sendable {
  private let lines = Mutex<[String]>([])

  func append(_ line: String?) {
    if let line { lines.withLock { $0.append(line) } }
  }

  var all: [String] { lines.withLock { $0 } }
}

func executable(_ name: String) -> String? {
  let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map(String.init) + ["/usr/sbin", "/usr/local/sbin"]
  return folders.map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
}

import Glibc

/// A child process with pipes: lines go in at its standard input and come out of its standard output, or error.
final class ChildProcess {
  enum Stream: Int32 { case output = 1, error = 2 }

  private let process: pid_t
  private let input: UnsafeMutablePointer<FILE>
  private let lines: UnsafeMutablePointer<FILE>
  private var isOver = false

  /// - Parameter reading: the stream that ``readLine()`` reads; of the other two, `output` goes nowhere and `error` to ours.
  init(_ arguments: [String], reading stream: Stream = .output, environment: [String: String] = [:]) throws {
    var toChild: [Int32] = [0, 0], fromChild: [Int32] = [0, 0]
    guard pipe(&toChild) == 0, pipe(&fromChild) == 0 else { throw Failure("no pipes: \(String(cString: strerror(errno)))") }
    for descriptor in toChild + fromChild { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, toChild[0], 0)
    if stream == .error { posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0) }
    posix_spawn_file_actions_adddup2(&actions, fromChild[1], stream.rawValue)

    for (name, value) in environment { setenv(name, value, 1) }
    var pointers = arguments.map { strdup($0) } + [nil]
    defer { pointers.forEach { free($0) } }
    var process = pid_t()
    let code = posix_spawnp(&process, arguments[0], &actions, nil, &pointers, environ)
    close(toChild[0])
    close(fromChild[1])
    guard code == 0, let input = fdopen(toChild[1], "w"), let lines = fdopen(fromChild[0], "r") else {
      throw Failure("\(arguments[0]) could not be started: \(String(cString: strerror(code)))")
    }
    (self.process, self.input, self.lines) = (process, input, lines)
  }

  deinit { _ = finish() }

  func write(_ line: String) {
    fputs(line + "\n", input)
    fflush(input)
  }

  /// The next line without its end; nil when there are no more.
  func readLine() -> String? {
    var buffer: UnsafeMutablePointer<CChar>?
    var capacity = 0
    defer { free(buffer) }
    let count = getline(&buffer, &capacity, lines)
    guard count > 0, let buffer else { return nil }
    let bytes = UnsafeRawBufferPointer(start: buffer, count: count)
    return String(decoding: bytes.last == UInt8(ascii: "\n") ? bytes.dropLast() : bytes[...], as: UTF8.self)
  }

  /// Closes the child's input and waits for its end; its exit status, or nil if it has none.
  @discardableResult
  func finish() -> Int32? {
    guard !isOver else { return nil }
    isOver = true
    fclose(input)
    while readLine() != nil {}
    fclose(lines)
    var status: Int32 = 0
    waitpid(process, &status, 0)
    return status & 0x7f == 0 ? status >> 8 & 0xff : nil
  }
}

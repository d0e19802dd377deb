internal import Glibc
internal import Synchronization

/// Runs a program and hands on its output. One child runs at a time: builds share the machine badly, and Ctrl-C has one target.
enum ChildProcess {
  enum Ending: Equatable {
    case exited(Int32)
    case killed(signal: Int32)
    /// This process was asked to stop, and passed that on.
    case interrupted
  }

  private static let turn = Mutex(())

  /// - Parameters:
  ///   - executable: an absolute path.
  ///   - output: called with each line of standard output and standard error, in the order of writing.
  static func run(
    _ executable: String, _ arguments: [String], environment: [String: String], output: (String) -> Void
  ) throws(OperatorBuildError) -> Ending {
    try turn.withLock { (_) throws(OperatorBuildError) in
      let forwarder = SignalForwarder()
      defer { forwarder.restore() }
      let (process, pipe) = try spawn(executable, arguments, environment)
      SignalForwarder.target(process)
      readLines(from: pipe, output)
      close(pipe)
      let status = wait(for: process)
      SignalForwarder.target(nil)
      if SignalForwarder.wasSignalled { return .interrupted }
      return status & 0x7f == 0 ? .exited((status >> 8) & 0xff) : .killed(signal: status & 0x7f)
    }
  }

  /// Starts the child in a process group of its own, so that it gets signals once, through us; its output goes to the pipe.
  private static func spawn(
    _ executable: String, _ arguments: [String], _ environment: [String: String]
  ) throws(OperatorBuildError) -> (process: pid_t, pipe: Int32) {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw Files.failure("A pipe could not be opened", nil) }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    defer { close(ends[1]) }

    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
    posix_spawn_file_actions_adddup2(&actions, ends[1], 2)

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    for signal in SignalForwarder.signals { sigaddset(&signals, signal) }
    posix_spawnattr_setsigdefault(&attributes, &signals)
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))

    var argv = ([executable] + arguments).map { strdup($0) } + [nil]
    var envp = environment.sorted { $0.key < $1.key }.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for string in argv + envp { free(string) } }
    var process: pid_t = 0
    let failure = posix_spawn(&process, executable, &actions, &attributes, &argv, &envp)
    guard failure == 0 else {
      close(ends[0])
      throw OperatorBuildError(.buildFailed, "The program could not be started: \(String(cString: strerror(failure))).", path: executable)
    }
    return (process, ends[0])
  }

  /// Hands on each line until every writer has closed the pipe; a line too long for anyone to read comes in parts.
  private static func readLines(from pipe: Int32, _ output: (String) -> Void) {
    let longestLine = 1 << 16
    var line: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: longestLine)
    func flush() {
      output(String(decoding: line, as: UTF8.self))
      line.removeAll(keepingCapacity: true)
    }
    while true {
      let count = read(pipe, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { break }
      for byte in buffer[..<count] {
        if byte == UInt8(ascii: "\n") { flush() } else { line.append(byte) }
        if line.count >= longestLine { flush() }
      }
    }
    if !line.isEmpty { flush() }
  }

  private static func wait(for process: pid_t) -> Int32 {
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0 {
      guard errno == EINTR else { return 0x7f00 }
    }
    return status
  }
}

/// Passes on signals that ask this process to stop to the child's process group; the second one kills it.
private struct SignalForwarder {
  static let signals = [SIGINT, SIGTERM, SIGHUP]

  // What the handler touches: atomics only, as little else is safe there.
  private static let group = Atomic<pid_t>(0)
  private static let first = Atomic<Int32>(0)

  private let previous: [sigaction]

  init() {
    Self.group.store(0, ordering: .sequentiallyConsistent)
    Self.first.store(0, ordering: .sequentiallyConsistent)
    var action = sigaction()
    action.__sigaction_handler.sa_handler = { signal in
      let isFirst = SignalForwarder.first.compareExchange(expected: 0, desired: signal, ordering: .sequentiallyConsistent).exchanged
      let group = SignalForwarder.group.load(ordering: .sequentiallyConsistent)
      if group > 0 { kill(-group, isFirst ? signal : SIGKILL) }
    }
    previous = Self.signals.map { signal in
      var old = sigaction()
      sigaction(signal, &action, &old)
      return old
    }
  }

  static var wasSignalled: Bool { first.load(ordering: .sequentiallyConsistent) != 0 }

  /// Names the child, which gets the signal at once if that came while it was being started.
  static func target(_ process: pid_t?) {
    group.store(process ?? 0, ordering: .sequentiallyConsistent)
    let signal = first.load(ordering: .sequentiallyConsistent)
    if let process, signal != 0 { kill(-process, signal) }
  }

  func restore() {
    for (signal, action) in zip(Self.signals, previous) {
      var action = action
      sigaction(signal, &action, nil)
    }
  }
}

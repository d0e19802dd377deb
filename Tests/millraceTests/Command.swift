import Foundation
import Glibc
import OperatorFixtures
import Synchronization
import Testing

/// The built `millrace`, run as users run it.
final class Command {
  /// The executable beside the test bundle.
  static let executable = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent().path() + "millrace"

  let pid: pid_t
  private let output: Int32
  private let errors = Result { try TestFolder() }
  /// Held while a child is started, so that no other one gets its pipe.
  private static let starting = Mutex(())

  /// Starts it. Its standard output is a pipe to ``line()``; its standard error goes to a file.
  /// `environment` is added to the test's own.
  init(_ arguments: [String], environment: [String: String] = [:]) throws {
    let errorFile = try errors.get().path + "/stderr"
    (pid, output) = try Self.starting.withLock { _ in
      var pipe: [Int32] = [0, 0]
      try #require(Glibc.pipe(&pipe) == 0)
      for end in pipe { try #require(fcntl(end, F_SETFD, FD_CLOEXEC) == 0) }
      var actions = posix_spawn_file_actions_t()
      posix_spawn_file_actions_init(&actions)
      defer { posix_spawn_file_actions_destroy(&actions) }
      posix_spawn_file_actions_adddup2(&actions, pipe[1], STDOUT_FILENO)
      posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, errorFile, O_WRONLY | O_CREAT | O_APPEND, 0o644)
      posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
      let words = ([Self.executable] + arguments).map { strdup($0) } + [nil]
      let variables = ProcessInfo.processInfo.environment.merging(environment) { $1 }.map { strdup("\($0)=\($1)") } + [nil]
      defer { (words + variables).forEach { free($0) } }
      var pid = pid_t()
      let status = posix_spawn(&pid, Self.executable, &actions, nil, words, variables)
      close(pipe[1])
      try #require(status == 0, "\(Self.executable) cannot be started: \(String(cString: strerror(status)))")
      return (pid, pipe[0])
    }
  }

  private var rest: [UInt8] = []
  private var isOpen = true

  /// The next line of standard output, without its end; nil at the end. Blocks.
  func line() -> String? {
    while true {
      if let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
        let line = String(decoding: rest[..<end], as: UTF8.self)
        rest.removeSubrange(...end)
        return line
      }
      guard isOpen else { return nil }
      var buffer = [UInt8](repeating: 0, count: 65536)
      let count = read(output, &buffer, buffer.count)
      guard count > 0 else { return nil }
      rest += buffer.prefix(count)
    }
  }

  func closeOutput() {
    if isOpen { close(output) }
    isOpen = false
  }

  func interrupt() { kill(pid, SIGINT) }

  /// What it has said on standard error so far.
  var standardError: String { (try? errors.get().text(of: "stderr")) ?? "" }

  /// The size of its memory that is in use, in bytes.
  var residentSize: Int {
    let fields = (try? String(contentsOfFile: "/proc/\(pid)/statm", encoding: .utf8))?.split(separator: " ") ?? []
    return fields.count > 1 ? (Int(fields[1]) ?? 0) * Int(sysconf(Int32(_SC_PAGESIZE))) : 0
  }

  /// Whether it has ended; to be asked before ``wait()``.
  var hasEnded: Bool {
    var status = siginfo_t()
    return waitid(P_PID, id_t(pid), &status, WEXITED | WNOHANG | WNOWAIT) != 0 || status.si_signo != 0
  }

  /// Waits for its end: the exit code, or the signal that ended it, negated.
  func wait() -> Int32 {
    var status: Int32 = 0
    while waitpid(pid, &status, 0) < 0, errno == EINTR {}
    closeOutput()
    return status & 0x7F == 0 ? (status >> 8) & 0xFF : -(status & 0x7F)
  }
}

/// What a command that ran to its end left.
struct Outcome {
  let code: Int32, lines: [String], errors: String

  init(_ arguments: String...) throws { try self.init(arguments) }

  init(_ arguments: [String], environment: [String: String] = [:]) throws { self.init(try Command(arguments, environment: environment)) }

  /// Waits for the end of one that runs.
  init(_ command: Command) {
    var lines: [String] = []
    while let line = command.line() { lines.append(line) }
    code = command.wait()
    self.lines = lines
    errors = command.standardError
  }

  var output: String { lines.joined(separator: "\n") }

  /// The lines of standard error, each of which must be a JSON object with its kind under `event`.
  func events() throws -> [[String: Any]] {
    try errors.split(separator: "\n").map { line in
      let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any], "\(line)")
      #expect(object["event"] is String, "\(line)")
      return object
    }
  }
}

/// A graph `in` → `work` → `out` with the module `work:1.0.0`, and files to run it over.
struct TestRun {
  let folder: TestFolder
  var graph: String { folder.path + "/graph.yaml" }
  var input: String { folder.path + "/input" }

  init(_ fixture: OperatorFixture = .moody, files: [(name: String, content: String)] = [], configurations: String = "[]") throws {
    folder = try TestFolder()
    try folder.write("modules/work-1.0.0.wasm", fixture)
    try folder.write("graph.yaml", """
      metadata: { $schema: https://www.schemastore.org/aio-wasm-graph-config-1.0.0.json, name: Test, version: 1.0.0 }
      moduleRequirements: { apiVersion: 1.1.0, runtimeVersion: 1.1.0 }
      operations:
        - { operationType: source, name: in }
        - { operationType: map, name: work, module: work:1.0.0 }
        - { operationType: sink, name: out }
      connections:
        - { from: { name: in }, to: { name: work } }
        - { from: { name: work }, to: { name: out } }
      moduleConfigurations: \(configurations)
      """)
    try FileManager.default.createDirectory(atPath: input, withIntermediateDirectories: true)
    for file in files { try folder.write("input/" + file.name, file.content) }
  }

  /// Runs the graph over the files.
  func run(_ options: String...) throws -> Outcome { try Outcome(arguments + options) }

  /// Starts a run that goes on.
  func start(_ options: String...) throws -> Command { try Command(arguments + options) }

  private var arguments: [String] { ["run", graph, "--input", input, "--code-cache", "off"] }
}

import ComponentModel
import Runtime
import Synchronization

/// Tells a user on a terminal, or with `json` a program, how far loading and compiling a graph's modules has come. Called from many threads.
final class LoadReporter: Sendable {
  fileprivate struct File {
    var finished = 0, count = 0
    var finishedCode = 0, code = 0
  }

  fileprivate struct State {
    var loading: [String] = []
    var compiling: [String: File] = [:]
    /// Modules that other processes are compiling for us.
    var waiting = 0
    var start: ContinuousClock.Instant?
  }

  private let json: Bool
  private let state = Mutex(State())

  init(json: Bool) { self.json = json }

  @Sendable func event(_ event: LoadEvent) {
    switch event {
    case .loading(let path): state.withLock { $0.loading.append(path) }
    case .compiling(let path, let event):
      state.withLock { $0.note(event, of: path) }
      if json { Terminal.error.line(jsonLine(CompilationReport(path, event))) }
    }
  }

  /// What is going on.
  var line: String? { state.withLock(\.line) }
}

extension LoadReporter.State {
  fileprivate mutating func note(_ event: CompilationEvent, of path: String) {
    if start == nil { start = .now }
    compiling[path, default: LoadReporter.File()].count = event.count
    compiling[path]?.code = event.totalCodeSize
    switch event.step {
    case .started: break
    case .waiting: waiting += 1
    case .finished:
      compiling[path]?.finished += 1
      compiling[path]?.finishedCode += event.codeSize
    }
  }

  fileprivate var line: String? {
    guard let start else { return loading.last.map { "loading \($0)" } }
    let files = compiling.values, names = compiling.keys.sorted()
    let first = names.first?.split(separator: "/").last ?? ""
    let others = names.count > 1 ? " and \(names.count - 1) more" : ""
    func sum(_ count: KeyPath<LoadReporter.File, Int>) -> Int { files.reduce(0) { $0 + $1[keyPath: count] } }
    func megabytes(_ bytes: Int) -> String { decimal(Double(bytes) / 1e6, 1) }
    return "compiling \(first)\(others): \(sum(\.finished)) of \(sum(\.count)) core modules done, "
      + "\(megabytes(sum(\.finishedCode))) of \(megabytes(sum(\.code))) MB of code, \(start.duration(to: .now).components.seconds) s"
      + (waiting > 0 ? "; another process compiles \(waiting) of them" : "")
  }
}

/// What `run --json` prints of a core module that is not in the code cache.
struct CompilationReport: Encodable {
  let event: String
  /// The module file, and the core module's number among those of the file that are compiled.
  let module: String, number: Int, count: Int, codeSize: Int
  let seconds: Double?

  init(_ path: String, _ event: CompilationEvent) {
    (self.event, seconds) =
      switch event.step {
      case .started: ("compiling", nil)
      case .waiting: ("waiting", nil)
      case .finished(let nanoseconds): ("compiled", Double(nanoseconds) / 1e9)
      }
    (module, number, count, codeSize) = (path, event.number, event.count, event.codeSize)
  }
}

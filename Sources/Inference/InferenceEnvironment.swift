import COnnxRuntime
import Synchronization

/// ONNX Runtime as this process uses it: one environment and one arena for the memory of all sessions.
///
/// It is made when the first model is loaded, because making it takes some 30 ms and 15 MiB; until then nothing is paid for.
public final class InferenceEnvironment: Sendable {
  public static let shared = InferenceEnvironment()

  /// The version of the ONNX Runtime library in use, as in "1.32.0".
  public static var libraryVersion: String { OnnxRuntime.version }

  public struct Options: Sendable, Hashable {
    /// The most bytes that all sessions together may take for weights and tensors; a model that needs more gets
    /// ``InferenceError/Code/tooLarge``. nil is no limit.
    public var memoryLimit: Int?
    /// How the arena grows when it is full.
    public var growth: Growth

    public enum Growth: Sendable, Hashable {
      /// By what is asked for: the least memory.
      case asRequested
      /// By doubling: fewer allocations from the system, up to twice the memory.
      case doubling
    }

    public init(memoryLimit: Int? = 2 << 30, growth: Growth = .asRequested) {
      self.memoryLimit = memoryLimit
      self.growth = growth
    }
  }

  public enum Severity: Int32, Sendable, Comparable {
    case verbose, info, warning, error, fatal

    public static func < (one: Severity, other: Severity) -> Bool { one.rawValue < other.rawValue }
  }

  /// What ONNX Runtime has to say besides its errors: called on any thread, with warnings and worse.
  public typealias LogHandler = @Sendable (Severity, String) -> Void

  private enum State: @unchecked Sendable {  // The pointer is only ever read.
    case unused(Options)
    case made(OpaquePointer)
    case failed(InferenceError)
  }

  private let state = Mutex(State.unused(Options()))
  private let logHandler = Mutex<LogHandler?>(nil)

  private init() {}

  /// Whether a model has been loaded, and with it the environment.
  public var isMade: Bool {
    state.withLock { if case .made = $0 { true } else { false } }
  }

  /// Sets the options; false if it is too late, because a model has been loaded before.
  @discardableResult
  public func configure(_ options: Options) -> Bool {
    state.withLock { state in
      guard case .unused = state else { return false }
      state = .unused(options)
      return true
    }
  }

  /// Routes ONNX Runtime's warnings to `handler`; nil, as at the start, drops them.
  public func setLogHandler(_ handler: LogHandler?) {
    logHandler.withLock { $0 = handler }
  }

  func log(_ severity: Severity, _ message: String) {
    logHandler.withLock { $0 }?(severity, message)
  }

  /// The environment, made by the first call. It lives as long as the process.
  func pointer(_ runtime: OnnxRuntime) throws(InferenceError) -> OpaquePointer {
    try state.withLock { state throws(InferenceError) in
      switch state {
      case .made(let environment): return environment
      case .failed(let error): throw error
      case .unused(let options):
        do throws(InferenceError) {
          let environment = try Self.make(options, runtime)
          state = .made(environment)
          return environment
        } catch {
          state = .failed(error)
          throw error
        }
      }
    }
  }

  private static func make(_ options: Options, _ runtime: OnnxRuntime) throws(InferenceError) -> OpaquePointer {
    let api = runtime.api
    var created: OpaquePointer?
    try runtime.check(
      api.pointee.CreateEnvWithCustomLogger(
        { _, severity, _, _, _, message in
          guard let message else { return }
          InferenceEnvironment.shared.log(Severity(rawValue: severity) ?? .warning, String(cString: message))
        }, nil, OrtLoggingLevel(ORT_LOGGING_LEVEL_WARNING), "millrace", &created), during: .setUp)
    guard let environment = created else { throw InferenceError(.runtimeError, "ONNX Runtime made no environment.") }

    let memory = try runtime.make(during: .setUp, releasedBy: api.pointee.ReleaseMemoryInfo) {
      api.pointee.CreateCpuMemoryInfo(OrtAllocatorType(ORT_ARENA_ALLOCATOR), OrtMemType(ORT_MEM_TYPE_DEFAULT), $0)
    }
    let keys = CStrings(["max_mem", "arena_extend_strategy"])
    let values = [options.memoryLimit.map { max(1, $0) } ?? 0, options.growth == .asRequested ? 1 : 0]
    let arena = try runtime.make(during: .setUp, releasedBy: api.pointee.ReleaseArenaCfg) {
      api.pointee.CreateArenaCfgV2(keys.pointers.baseAddress, values, values.count, $0)
    }
    try runtime.check(api.pointee.CreateAndRegisterAllocator(environment, memory.pointer, arena.pointer), during: .setUp)
    return environment
  }
}

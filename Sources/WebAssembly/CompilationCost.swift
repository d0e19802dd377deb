/// What it costs to compile a function, estimated from its code: Cranelift's time and memory grow faster than the code does, so that a function of
/// 300 KB can ask for gigabytes and minutes, and nothing can stop a compilation once it runs.
///
/// The figures were measured on functions that are costly in one way each. The costliest function of CPython's takes a quarter of the limits.
struct CompilationCost {
  /// Of one function.
  static let maximumSeconds = 20, maximumMemory = 1 << 30
  /// Of all functions of a module.
  static let maximumModuleSeconds = 600
  /// Each takes some kilobytes until all are compiled, however short it is.
  static let maximumFunctions = 200_000

  private var instructions = 0.0
  private var calls = 0.0
  private var tableTargets = 0.0
  private var loops = 0.0
  /// Places where control flow parts or meets.
  private var joints = 0.0
  /// Values that are handed over at these places, and what it takes to put them in order, which is quadratic.
  private var arguments = 0.0
  private var moves = 0.0
  /// How many locals are in use.
  private let locals: Double
  private let declaredLocals: Double
  /// The most values that a function of the module takes or returns.
  private let arity: Double

  init(locals: Int = 0, declaredLocals: Int = 0, arity: Int = 0) {
    self.locals = Double(locals)
    self.declaredLocals = Double(declaredLocals)
    self.arity = Double(arity)
  }

  var seconds: Double {
    let linear = 30_000 + 60 * declaredLocals + 6000 * instructions + (8000 + 15 * arity * arity) * calls + 1000 * tableTargets
    return 1e-9 * (linear + 120 * loops * loops + 2 * joints * joints + 240 * joints * locals + 50 * moves)
  }

  /// In bytes.
  var memory: Double {
    900 * instructions + (2400 + 100 * arity) * calls + 600 * tableTargets + 16_000 * loops + 30 * joints * locals + 100 * arguments
  }

  mutating func countInstructions(_ count: Int = 1) { instructions += Double(count) }
  mutating func countTarget() { tableTargets += 1 }
  mutating func countLoop() { loops += 1 }

  /// A call, from which exceptions go to as many handlers.
  mutating func countCall(handlers: Int = 0) {
    calls += 1
    joints += Double(handlers)
  }

  /// The end of a construct with as many branches to it, in which `sets` locals are set, and which hands over `values` more.
  mutating func countBranches(_ branches: Int, sets: Int, values: Int) {
    let count = min(Double(sets), locals) + Double(values), branches = Double(branches)
    joints += branches
    arguments += branches * count
    moves += branches * count * count
  }

  /// - Parameter index: the function's, without those that are imported.
  func check(function index: Int) throws(WebAssemblyError) {
    guard seconds <= Double(Self.maximumSeconds), memory <= Double(Self.maximumMemory) else {
      throw WebAssemblyError(
        .limit,
        "function \(index) of the module's own would take about \(Int(min(seconds, 1e9))) s and \(Int(min(memory, 1e15)) >> 20) MiB to compile; at most \(Self.maximumSeconds) s and \(Self.maximumMemory >> 20) MiB are allowed: split it")
    }
  }
}

/// News of a core module that the code cache does not have, while a component is compiled. Events come from several threads.
public struct CompilationEvent: Sendable, Hashable {
  public enum Step: Sendable, Hashable {
    case started
    /// Another process is compiling the same module, and this one waits for it.
    case waiting
    /// Compiled, or loaded after another thread or process has compiled it.
    case finished(nanoseconds: UInt64)
  }

  public let step: Step
  /// Counts the modules of one component that are not in the cache, from 1, those with most code first.
  public let number: Int
  /// How many modules of the component are not in the cache.
  public let count: Int
  /// The bytes of code of the module, and of all `count` modules together: what compiling takes is about proportional to them.
  public let codeSize: Int, totalCodeSize: Int
}

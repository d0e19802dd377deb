public import ComponentModel

/// What takes long before a graph can run. Events come from several threads.
public enum LoadEvent: Sendable {
  /// A module file is read, decoded and checked.
  case loading(path: String)
  /// A core module of that file is not in the code cache.
  case compiling(path: String, CompilationEvent)
}

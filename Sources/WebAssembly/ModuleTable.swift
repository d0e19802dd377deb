internal import Synchronization

/// The modules in use, by what they were compiled from: components that share a module have it once, and compile it once.
///
/// A module lives as long as somebody holds it; the table does not. May be used from any thread.
final class ModuleTable: Sendable {
  private struct Entry {
    weak var module: Module?
    /// Held by whoever compiles the module; the others wait for it.
    let gate = Gate()
    /// How many are compiling it or waiting for that.
    var pending = 0
  }

  private final class Gate: Sendable {
    let isCompiling = Mutex(())
  }

  private let entries = Mutex<[CodeCache.Key: Entry]>([:])

  func module(_ key: CodeCache.Key) -> Module? {
    entries.withLock { $0[key]?.module }
  }

  /// Adds `module`, unless there is one already; returns the one that is there.
  func share(_ module: Module, _ key: CodeCache.Key) -> Module {
    entries.withLock { entries in
      if let existing = entries[key]?.module { return existing }
      entries[key, default: Entry()].module = module
      return module
    }
  }

  /// The module that is there, or what `make` gives, which is called once however many threads want the module at the same time.
  func module(_ key: CodeCache.Key, make: () throws(WebAssemblyError) -> Module) throws(WebAssemblyError) -> Module {
    let gate = entries.withLock { entries in
      entries[key, default: Entry()].pending += 1
      return entries[key, default: Entry()].gate
    }
    defer {
      entries.withLock { entries in
        entries[key]?.pending -= 1
        entries = entries.filter { $0.value.pending > 0 || $0.value.module != nil }
      }
    }
    return try gate.isCompiling.withLock { _ throws(WebAssemblyError) in
      if let module = module(key) { return module }
      return share(try make(), key)
    }
  }
}

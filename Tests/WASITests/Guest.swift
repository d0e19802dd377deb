import ComponentModel
import Synchronization
import WASI
import WebAssembly

/// A component whose core code the test writes. It can call all of WASI, and its `run` returns a number.
struct Guest {
  private static let engine = try? Engine()
  private let instance: ComponentInstance
  let output: GuestOutput

  /// - Parameter code: core functions, of which one is exported as `run` and returns an `i64`. Results of imports can go to
  ///   address 2048; strings and lists of the host's come after 4096.
  init(_ code: String, version: String = "0.2.9", _ configuration: WASIConfiguration, timeLeft: @escaping () -> UInt64 = { .max }) throws {
    let engine = try Self.engine ?? Engine()
    let file = try ComponentFile(decoding: parseText(Self.text(code, version: version)))
    let component = try CompiledComponent(file, engine: engine, cache: CodeCache(directory: nil))
    var imports = HostImports()
    output = try imports.provideWASI(configuration, timeLeft: timeLeft)
    instance = try component.instantiate(imports: imports, in: Store(engine: engine))
  }

  var handleCount: Int { instance.handleCount }

  func run() throws -> UInt64 {
    guard let function = instance.function("run") else { throw ComponentError(.missingExport, "the guest has no `run`") }
    return try function.call(returning: UInt64.self)
  }

  /// The component's text: imports, an allocator, every import lowered, and `code` in a module that can call them.
  private static func text(_ code: String, version: String) -> String {
    let lowered = lowerings.map {
      """
      (core func $\($0.name) (canon lower (func $\($0.interface) "\($0.function)")
        (memory (core memory $allocator "memory")) (realloc (core func $allocator "realloc"))))
      """
    } + resources.map { "(core func $drop-\($0) (canon resource.drop $\($0)))" }
    let imported = lowerings.map { #"(import "wasi" "\#($0.name)" (func $\#($0.name) \#($0.type)))"# }
      + resources.map { #"(import "wasi" "drop-\#($0)" (func $drop-\#($0) (param i32)))"# }
    let bundled = (lowerings.map(\.name) + resources.map { "drop-\($0)" }).map { #"(export "\#($0)" (func $\#($0)))"# }
    return """
      (component
        \(imports(version: version))
        (core module $Allocator
          (memory (export "memory") 4)
          (global $next (mut i32) (i32.const 4096))
          (func (export "realloc") (param i32 i32) (param $alignment i32) (param $size i32) (result i32)
            (local $address i32)
            (local.set $address (i32.and
              (i32.sub (i32.add (global.get $next) (local.get $alignment)) (i32.const 1))
              (i32.sub (i32.const 0) (local.get $alignment))))
            (global.set $next (i32.add (local.get $address) (local.get $size)))
            (local.get $address)))
        (core instance $allocator (instantiate $Allocator))
        \(lowered.joined(separator: "\n"))
        (core module $Code
          (import "allocator" "memory" (memory 4))
          \(imported.joined(separator: "\n"))
          \(code))
        (core instance $wasi \(bundled.joined(separator: "\n")))
        (core instance $code (instantiate $Code (with "allocator" (instance $allocator)) (with "wasi" (instance $wasi))))
        (func (export "run") (result u64) (canon lift (core func $code "run"))))
      """
  }
}

extension Guest {
  /// A guest whose `run` makes one call that stores its result at 2048, and returns what `load` finds there.
  init(calling call: String, thenLoading load: String, _ configuration: WASIConfiguration) throws {
    try self.init(#"(func (export "run") (result i64) (i64.store (i32.const 2048) (i64.const -1)) \#(call) (\#(load) (i32.const 2048)))"#, configuration)
  }

  /// A guest whose `run` makes calls and returns 0.
  init(calling calls: String, data: String = "", _ configuration: WASIConfiguration) throws {
    try self.init(#"(data (i32.const 0) "\#(data)") (func (export "run") (result i64) \#(calls) (i64.const 0))"#, configuration)
  }
}

/// The world as a test wants it: collects what guests print, and time goes on only while they sleep.
final class World: Sendable {
  struct State {
    var lines: [String] = []
    var now: UInt64 = 1_000_000_000
    var sleeps: [UInt64] = []
  }

  let state = Mutex(State())

  var lines: [String] { state.withLock(\.lines) }
  var sleeps: [UInt64] { state.withLock(\.sleeps) }

  var configuration: WASIConfiguration {
    var configuration = WASIConfiguration { kind, line in self.state.withLock { $0.lines.append("\(kind): \(line)") } }
    configuration.wallClock = { 1_700_000_000_123_456_789 }
    configuration.monotonicClock = MonotonicClock(
      now: { self.state.withLock(\.now) },
      sleep: { instant in
        self.state.withLock {
          $0.sleeps.append(instant - $0.now)
          $0.now = instant
        }
      })
    configuration.random = { count in (0..<count).map { UInt8(truncatingIfNeeded: $0 + 1) } }
    return configuration
  }
}

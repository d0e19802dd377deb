import ComponentEncoder
import WebAssembly

/// A small operator, written in WebAssembly text for a test.
///
/// Its code can call: `$log (level context-pointer context-length message-pointer message-length)`; `$byte (data)`, the first byte of a message's
/// short payload, or 0; and what makes a result: `$passOn (data)`, `$answer (flag)`, `$refuse (message-pointer message-length)`.
/// Addresses up to 1024 are for the test's own data; results are at 1024, and what the host passes is above 4096.
public struct OperatorFixture: Sendable {
  /// `map`, `filter`, `branch`, `accumulate` or `delay`.
  public var kind: String
  /// Imports, in text.
  public var imports = ""
  /// Functions and data, in text.
  public var definitions = ""
  /// An expression: the result of `init`. The configuration is in `$properties` (a pointer) and `$count`.
  public var initialize = "(i32.const 1)"
  /// An expression: the result of `process`. `$data` is a pointer to the data, and to the clock in a branch.
  public var process: String

  public init(_ kind: String = "map", imports: String = "", definitions: String = "", initialize: String = "(i32.const 1)", process: String) {
    self.kind = kind
    self.imports = imports
    self.definitions = definitions
    self.initialize = initialize
    self.process = process
  }

  /// The component.
  public var bytes: [UInt8] {
    get throws { try Self.component(core) }
  }

  /// A component around any core module, in text.
  public static func component(_ core: String) throws -> [UInt8] { try component(try parseText(core)) }

  /// A component around any core module.
  public static func component(_ core: [UInt8]) throws -> [UInt8] { try encoder.get().encode(core).bytes }

  /// Knows WASI at a version at which nothing else does.
  private static let encoder = Result { ComponentEncoder(wit: try WIT(packages: WIT.builtInPackages + WASIInterfaces.packages(version: "0.2.9"))) }

  /// The core module, in text.
  public var core: String {
    """
    (module
      (import "wasm-graph:processor/logger@1.1.0" "log" (func $log (param i32 i32 i32 i32 i32)))
      \(imports)
      (memory (export "memory") 2)
      (global $next (mut i32) (i32.const 4096))
      (func (export "cabi_realloc") (param i32 i32 i32) (param $size i32) (result i32)
        (local $address i32)
        (if (i32.gt_u (i32.add (global.get $next) (local.get $size)) (i32.const 131000)) (then (global.set $next (i32.const 4096))))
        (local.set $address (global.get $next))
        (global.set $next (i32.and (i32.add (i32.add (local.get $address) (local.get $size)) (i32.const 15)) (i32.const -16)))
        (local.get $address))
      (func $byte (param $data i32) (result i32)
        (if (i32.and (i32.eq (i32.load8_u (local.get $data)) (i32.const 1)) (i32.eq (i32.load8_u offset=76 (local.get $data)) (i32.const 1)))
          (then (if (i32.load offset=84 (local.get $data)) (then (return (i32.load8_u (i32.load offset=80 (local.get $data))))))))
        (i32.const 0))
      (func $passOn (param $data i32) (result i32)
        (i32.store (i32.const 1024) (i32.const 0))
        (memory.copy (i32.const 1032) (local.get $data) (i32.const 128))
        (i32.const 1024))
      (func $answer (param $flag i32) (result i32)
        (i32.store (i32.const 1024) (i32.const 0))
        (i32.store (i32.const 1028) (local.get $flag))
        (i32.const 1024))
      (func $refuse (param $message i32) (param $length i32) (result i32)
        (i32.store (i32.const 1024) (i32.const 1))
        (i32.store (i32.const \(1024 + resultOffset)) (local.get $message))
        (i32.store (i32.const \(1028 + resultOffset)) (local.get $length))
        (i32.const 1024))
      \(definitions)
      (func (export "wasm-graph:processor/\(kind)@1.1.0#init") (param $properties i32) (param $count i32) (param i32 i32) (result i32)
        \(initialize))
      (func (export "wasm-graph:processor/\(kind)@1.1.0#process") (param $data i32) (result i32)
        \(process)))
    """
  }

  /// Where a result's value is: behind the discriminant, where its alignment allows.
  private var resultOffset: Int { kind == "filter" || kind == "branch" ? 4 : 8 }
}

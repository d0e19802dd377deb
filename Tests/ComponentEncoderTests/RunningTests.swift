import ComponentEncoder
import ComponentModel
import Testing
import WebAssembly

/// A resource that the host gives to the guest.
private final class Counter: HostResource {
  static let resourceType = ResourceType(name: "counter")
  var value: UInt32
  init(_ value: UInt32) { self.value = value }
}

/// The WIT record `pair`.
private struct Measure: ComponentRecord, Equatable {
  var text: String, size: UInt32

  init(_ text: String, _ size: UInt32) { (self.text, self.size) = (text, size) }

  static var type: ValueType { get throws(ComponentError) { try .record([("text", .string), ("size", .u32)]) } }
  static let shape = ValueShape().field(String.shape).field(UInt32.shape).record

  init(fields reader: inout ValueReader) throws(ComponentError) {
    text = try reader.read()
    size = try reader.read()
  }
  func writeFields(to writer: inout ValueWriter) throws(ComponentError) {
    try writer.write(text)
    try writer.write(size)
  }
}

/// Encoded components, decoded by Millrace's own decoder and run.
struct RunningTests {
  static let wit = """
    package test:run@1.0.0;
    interface types { resource counter { constructor(start: u32); add: func(n: u32) -> u32; } record pair { text: string, size: u32 } }
    interface host { use types.{pair}; measure: func(text: string) -> pair; double: func(x: u32) -> u32; }
    interface guest { use types.{pair}; measure: func(text: string) -> pair; count: func(start: u32, n: u32) -> u32; freed: func() -> u32; }
    """

  /// Passes calls on; counts the calls of its cleanup function on top of a start value that `_initialize` sets.
  static let core = """
    (module
      (import "test:run/host@1.0.0" "measure" (func $measure (param i32 i32 i32)))
      (import "test:run/host@1.0.0" "double" (func $double (param i32) (result i32)))
      (import "test:run/types@1.0.0" "[constructor]counter" (func $new (param i32) (result i32)))
      (import "test:run/types@1.0.0" "[method]counter.add" (func $add (param i32 i32) (result i32)))
      (import "test:run/types@1.0.0" "[resource-drop]counter" (func $drop (param i32)))
      (memory (export "memory") 2)
      (global $next (mut i32) (i32.const 1024))
      (global $freed (mut i32) (i32.const 0))
      (func (export "_initialize") (global.set $freed (call $double (i32.const 50))))
      (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
        (local $at i32)
        (local.set $at (i32.and (i32.add (global.get $next) (i32.const 15)) (i32.const -16)))
        (global.set $next (i32.add (local.get $at) (local.get 3)))
        (local.get $at))
      (func (export "test:run/guest@1.0.0#measure") (param i32 i32) (result i32)
        (call $measure (local.get 0) (local.get 1) (i32.const 16))
        (i32.const 16))
      (func (export "cabi_post_test:run/guest@1.0.0#measure") (param i32)
        (global.set $freed (i32.add (global.get $freed) (i32.const 1))))
      (func (export "test:run/guest@1.0.0#count") (param i32 i32) (result i32)
        (local $counter i32)
        (local.set $counter (call $new (local.get 0)))
        (call $add (local.get $counter) (local.get 1))
        (call $drop (local.get $counter)))
      (func (export "test:run/guest@1.0.0#freed") (result i32) (global.get $freed)))
    """

  func component(_ form: ComponentEncoder.ExportForm) throws -> ComponentFile {
    let encoder = ComponentEncoder(wit: try WIT(packages: [[.init(name: "test.wit", text: Self.wit)]]), exportForm: form)
    return try ComponentFile(decoding: try encoder.encode(try parseText(Self.core)).bytes)
  }

  private func imports() throws -> HostImports {
    var types = HostInterface("test:run/types@1.0.0"), host = HostInterface("test:run/host@1.0.0")
    types.resource("counter", Counter.self)
    try types.function("[constructor]counter") { (start: UInt32) in Own(Counter(start)) }
    try types.function("[method]counter.add") { (counter: Borrow<Counter>, n: UInt32) -> UInt32 in counter.resource.value + n }
    try host.function("double") { (x: UInt32) -> UInt32 in 2 * x }
    try host.function("measure") { (text: String) -> Measure in Measure(text.uppercased(), UInt32(text.utf8.count)) }
    var imports = HostImports()
    imports.provide(types)
    imports.provide(host)
    return imports
  }

  @Test(arguments: [ComponentEncoder.ExportForm.nested, .flat])
  func `a component runs: initializer, resources, direct imports, strings through the shim, cleanup`(form: ComponentEncoder.ExportForm) throws {
    let engine = try Engine()
    let compiled = try CompiledComponent(try component(form), engine: engine, cache: CodeCache(directory: nil))
    let instance = try compiled.instantiate(imports: try imports(), in: Store(engine: engine))
    #expect(try instance.function("test:run/guest@1.0.0", "freed")?.call(returning: UInt32.self) == 100)
    #expect(try instance.function("test:run/guest@1.0.0", "count")?.call(UInt32(40), UInt32(2), returning: UInt32.self) == 42)
    #expect(instance.handleCount == 0)
    #expect(try instance.function("test:run/guest@1.0.0", "measure")?.call("größe", returning: Measure.self) == Measure("GRÖSSE", 7))
    #expect(try instance.function("test:run/guest@1.0.0", "freed")?.call(returning: UInt32.self) == 101)
  }

  @Test func `the decoder finds the interfaces that went in`() throws {
    let inspection = try ComponentInspection(try component(.nested))
    #expect(inspection.imports.map(\.name) == ["test:run/types@1.0.0", "test:run/host@1.0.0"])
    #expect(inspection.exports.map(\.name) == ["test:run/guest@1.0.0"])
    #expect(inspection.wit.contains("""
        interface types {
          resource counter {
            constructor(start: u32);
            add: func(n: u32) -> u32;
          }

          record pair {
            text: string,
            size: u32,
          }
        }

        interface host {
          use types.{pair};

          double: func(x: u32) -> u32;
          measure: func(text: string) -> pair;
        }

        interface guest {
          use types.{pair};

          measure: func(text: string) -> pair;
          count: func(start: u32, n: u32) -> u32;
          freed: func() -> u32;
        }
      """))
  }
}

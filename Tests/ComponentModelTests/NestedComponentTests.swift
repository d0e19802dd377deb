import ComponentModel
import Testing
import WebAssembly

/// Components within components: what they pass to one another, and when they may call one another.
struct NestedComponentTests {
  let engine: Engine
  init() throws { engine = try Engine() }

  func instantiate(_ text: String, _ imports: HostImports = HostImports()) throws -> ComponentInstance {
    let component = try CompiledComponent(try ComponentFile(decoding: try parseText(text)), engine: engine, cache: CodeCache(directory: nil))
    return try component.instantiate(imports: imports, in: Store(engine: engine))
  }

  @Test func `exceptions thrown in one core module are caught in another`() throws {
    let instance = try instantiate("""
      (component
        (core module $t (tag (export "t") (param i32)))
        (core instance $t (instantiate $t))
        (core module $thrower (import "t" "t" (tag $t (param i32))) (func (export "throw") (param i32) (throw $t (local.get 0))))
        (core instance $thrower (instantiate $thrower (with "t" (instance $t))))
        (core module $catcher (import "t" "t" (tag $t (param i32))) (import "x" "throw" (func $throw (param i32)))
          (func (export "f") (param i32) (result i32)
            (block $h (result i32) (try_table (catch $t $h) (call $throw (local.get 0))) (i32.const 99))))
        (core instance $catcher (instantiate $catcher (with "t" (instance $t)) (with "x" (instance $thrower))))
        (func (export "f") (param "x" u32) (result u32) (canon lift (core func $catcher "f")))
        (func (export "throw") (param "x" u32) (canon lift (core func $thrower "throw"))))
      """)
    #expect(try instance.function("f")?.call([.u32(42)]) == .u32(42))
    let error = #expect(throws: ComponentError.self) { try instance.function("throw")?.call([.u32(1)]) }
    #expect(error?.code == .trap, "\(error as Any)")
  }
}
extension NestedComponentTests {
  @Test func `a lifted function with exnref is refused`() throws {
    let text = """
      (component
        (core module $t (func (export "f") (param exnref)) (global (export "g") exnref (ref.null exn)))
        (core instance $t (instantiate $t))
        (func (export "f") (param "x" u32) (canon lift (core func $t "f"))))
      """
    _ = #expect(throws: ComponentError.self) { try instantiate(text) }
  }
}

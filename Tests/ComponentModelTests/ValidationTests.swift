@testable import ComponentModel
import Foundation
import Testing
import WebAssembly

/// What wasmtime's validator rejects is rejected before anything is instantiated, with its reason and the byte of the file.
struct ValidationTests {
  private func validationError(_ bytes: [UInt8]) -> ComponentError? {
    componentError { () throws(ComponentError) in try ComponentFile(decoding: bytes).validate() }
  }

  // MARK: Valid components

  @Test(arguments: [
    #"(import "a:b/c@1.2.3" (func))"#,
    #"(import "x" (implements "a:b/c") (instance))"#,
    #"(type (map string (list u8)))"#,
    #"(core module (memory 1) (memory 1))"#,
    #"""
    (core module $a (tag (export "t") (param i64))) (core instance $i (instantiate $a)) (core module $m (import "i" "t" (tag (param i64))))
    (core instance (instantiate $m (with "i" (instance $i))))
    """#,
    #"""
    (core module $a (rec (type $s (struct (field i32))) (type $u (struct (field (ref $s))))) (func (export "f") (param (ref null $u))))
    (core instance $i (instantiate $a))
    (core module $m (rec (type $s (struct (field i32))) (type $u (struct (field (ref $s))))) (import "i" "f" (func (param (ref null $u)))))
    (core instance (instantiate $m (with "i" (instance $i))))
    """#,
    // A global that cannot be null has no value without the code: this module has no skeleton.
    #"""
    (core module $a (type $f (func)) (func $g) (elem declare func $g) (global (export "g") (ref $f) (ref.func $g))) (core instance $i (instantiate $a))
    (core module $m (type $f (func)) (import "i" "g" (global (ref $f)))) (core instance (instantiate $m (with "i" (instance $i))))
    """#,
  ])
  func `Valid components pass`(_ definitions: String) throws {
    try ComponentFile(decoding: parseText("(component \(definitions))")).validate()
  }

  @Test func `The sample passes`() throws {
    try ComponentFile(decoding: SampleComponent.bytes()).validate()
  }

  @Test func `Code is none of validation's business, but of compilation's, with the place`() throws {
    let bytes = try parseText("(component (component (core module (memory 1)) (core module (func) (func (result i32)))))")
    let file = try ComponentFile(decoding: bytes)
    try file.validate()
    let engine = try Engine()
    let error = componentError { () throws(ComponentError) in _ = try CompiledComponent(file, engine: engine, cache: CodeCache(directory: nil)) }
    #expect(error == ComponentError(.invalid, at: 66, "a core module of the component is invalid: type mismatch: expected i32 but nothing on stack"))
    let verdict = #expect(throws: WebAssemblyError.self) { try ComponentValidator.validate(bytes.span.bytes) }
    #expect(verdict?.rejection?.byteOffset == 66)
  }

  @Test func `What is valid is remembered, what is not is not`() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("millrace-validity-\(UUID())").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let cache = CodeCache(directory: folder)
    func markers() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".valid") } }
    let invalid = try ComponentFile(decoding: parseText(#"(component (import "a" (func)) (import "A" (func)))"#))
    #expect(throws: ComponentError.self) { try invalid.validate(cache: cache) }
    #expect(try markers().isEmpty)
    // Two components that differ in code alone are valid for the same reason.
    for code in ["i32.const 1", "unreachable"] {
      try ComponentFile(decoding: parseText("(component (core module (func (export \"f\") (result i32) \(code))))")).validate(cache: cache)
      #expect(try markers().count == 1)
    }
    try ComponentFile(decoding: parseText("(component (core module (func (export \"g\") (result i32) unreachable)))")).validate(cache: cache)
    #expect(try markers().count == 2)
  }

  /// wasmtime's copy has tuples in place of fixed-length lists.
  @Test func `What is remembered of a tuple is not said of a fixed-length list`() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("millrace-validity-\(UUID())").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let cache = CodeCache(directory: folder)
    func file(_ type: String) throws -> ComponentFile {
      try ComponentFile(
        decoding: parseText("""
          (component (component $a (type $t \(type)) (import "f" (func (param "x" $t)))) (import "g" (func $g (param "x" (tuple u8 u8))))
            (instance (instantiate $a (with "f" (func $g)))))
          """))
    }
    let tuple = try file("(tuple u8 u8)"), list = try file("(list u8 2)")
    try tuple.validate(cache: cache)
    let error = componentError { () throws(ComponentError) in try list.validate(cache: cache) }
    #expect(error?.message == "`f` is imported as func(x: list<u8, 2>), but func(x: tuple<u8, u8>) is provided")
  }

  @Test func `Many long lists make no long copy`() throws {
    let types = (0..<20_000).map { _ in "(type (list u8 0x0fff_ffff))" }.joined()
    let file = try ComponentFile(decoding: parseText("(component \(types))"))
    try file.validate()
    #expect(try ValidationCopy(of: file, skeletons: true).bytes.count < 20 * 20_000)
  }

  @Test func `What is remembered is not looked at again`() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("millrace-validity-\(UUID())").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let cache = CodeCache(directory: folder)
    let invalid = try ComponentFile(decoding: parseText(#"(component (import "a" (func)) (import "A" (func)))"#))
    let copy = try ValidationCopy(of: invalid, skeletons: true)
    cache.remember(.validity, CodeCache.Key(copy.bytes.span.bytes, fingerprint: ComponentValidator.fingerprint))
    try invalid.validate(cache: cache)
    #expect(throws: ComponentError.self) { try invalid.validate() }
  }

  // MARK: Invalid components

  @Test(arguments: [
    // Core modules and what is passed to them.
    (#"(core module $m (import "a" "b" (func))) (core instance (instantiate $m))"#, 47, "missing module instantiation argument named `a`"),
    (
      #"""
      (core module $m (import "a" "f" (func)) (import "b" "f" (func))) (core module $n (func (export "f"))) (core instance $n (instantiate $n))
      (core instance (instantiate $m (with "a" (instance $n))))
      """#, 100, "missing module instantiation argument named `b`"
    ),
    (
      #"(core module $m (import "a" "b" (func)) (import "a" "b" (func)))"#, 50,
      "module has a duplicate import name `a:b` that is not allowed in components"
    ),
    (#"(core module $m (func (export "a")) (func (export "a")))"#, 36, "duplicate export name `a` already defined"),
    (
      #"(core module $m) (core instance $i (instantiate $m)) (alias core export $i "nope" (core func $f))"#, 38,
      "core instance 0 has no export named `nope`"
    ),
    (
      #"(core module $m (func (export "f"))) (core instance $i (instantiate $m)) (alias core export $i "f" (core memory $x))"#, 61,
      "export `f` for core instance 0 is not a memory"
    ),
    (passing(#"memory (export "m") 1"#, #""m" (func)"#), 86, "type mismatch for export `m` of module instantiation argument `i`: expected func, found memory"),
    (passing(#"memory (export "m") 1"#, #""m" (memory 2)"#), 81, "type mismatch for export `m` of module instantiation argument `i`: mismatch in memory limits"),
    (
      passing(#"memory (export "m") 1 2 shared"#, #""m" (memory 1 2)"#), 83,
      "type mismatch for export `m` of module instantiation argument `i`: mismatch in the shared flag for memories"
    ),
    (
      passing(#"table (export "t") 1 funcref"#, #""t" (table 1 externref)"#), 83,
      "type mismatch for export `t` of module instantiation argument `i`: expected table element type externref, found funcref"
    ),
    (
      passing(#"global (export "g") i32 i32.const 1"#, #""g" (global (mut i32))"#), 84,
      "type mismatch for export `g` of module instantiation argument `i`: global types differ in mutability"
    ),
    (
      passing(#"func (export "f") (param i64)"#, #""f" (func (param i32))"#), 99,
      "type mismatch for export `f` of module instantiation argument `i`: expected: (func (param i32)), found: (func (param i64))"
    ),
    (
      passing(#"tag (export "t") (param i64)"#, #""t" (tag (param i32))"#), 95,
      "type mismatch for export `t` of module instantiation argument `i`: expected: (func (param i64)), found: (func (param i32))"
    ),
    (
      #"""
      (core module $a (type $s (struct (field i32))) (func (export "f") (param (ref null $s)))) (core instance $i (instantiate $a))
      (core module $m (type $s (struct (field i64))) (import "i" "f" (func (param (ref null $s))))) (core instance (instantiate $m (with "i" (instance $i))))
      """#, 121,
      "type mismatch for export `f` of module instantiation argument `i`: expected: (func (param (ref null (id 2)))), found: (func (param (ref null (id 0))))"
    ),
    (#"(core module (memory i64 1)) (core module $m (import "a" "b" (func))) (core instance (instantiate $m))"#, 21, "memory64 must be enabled for 64-bit memories"),
    // The canonical ABI.
    (
      #"(core module $m (func (export "f") (result i32) i32.const 0)) (core instance $i (instantiate $m)) (func (param "x" u32) (canon lift (core func $i "f")))"#,
      83, "lowered parameter types `[I32]` do not match parameter types `[]` of core function 0"
    ),
    (#"(import "f" (func $f (param "x" string))) (core func (canon lower (func $f)))"#, 29, "canonical option `memory` is required"),
    (
      #"""
      (import "f" (func $f (result string))) (core module $m (memory (export "m") 1)) (core instance $i (instantiate $m))
      (core func (canon lower (func $f) (memory (core memory $i "m"))))
      """#, 74, "canonical option `realloc` is required"
    ),
    (
      #"""
      (core module $m (memory (export "m") 1) (func (export "r") (param i32) (result i32) unreachable) (func (export "f") (param i32 i32)))
      (core instance $i (instantiate $m))
      (func (param "s" string) (canon lift (core func $i "f") (memory (core memory $i "m")) (realloc (core func $i "r"))))
      """#, 117, "canonical option `realloc` uses a core function with an incorrect signature"
    ),
    (
      #"""
      (core module $m (func (export "f")) (func (export "p") (param i32))) (core instance $i (instantiate $m))
      (func (canon lift (core func $i "f") (post-return (core func $i "p"))))
      """#, 95, "canonical option `post-return` uses a core function with an incorrect signature"
    ),
    // Resources.
    (#"(import "r" (type $r (sub resource))) (core func (canon resource.new $r))"#, 19, "type 0 is not a local resource"),
    (
      #"""
      (core module $m (func (export "d") (param i64))) (core instance $i (instantiate $m)) (type (resource (rep i32) (dtor (core func $i "d"))))
      """#, 71, "core function 0 has wrong signature for a destructor"
    ),
    (
      #"(component (type (resource (rep i32)))) (type $r (resource (rep i32))) (component (alias outer 1 $r (type $q)))"#, 43,
      "cannot alias outer type which transitively refers to resources not defined in the current component"
    ),
    // Names.
    (#"(import "BAD name" (func))"#, 18, "import name `BAD name` is not a valid extern name: `BAD name` is not in kebab case"),
    (#"(import "a" (func)) (import "A" (func))"#, 33, "import name `A` conflicts with previous name `a`"),
    (#"(import "f" (func $f)) (export "a" (func $f)) (export "A" (func $f))"#, 32, "export name `A` conflicts with previous name `a`"),
    (#"(type (record (field "a" u32) (field "A" u32)))"#, 11, "record field name `A` conflicts with previous field name `a`"),
    (#"(type (variant (case "a") (case "a")))"#, 11, "variant case name `a` conflicts with previous case name `a`"),
    (#"(type (func (param "x" u32) (param "x" u32)))"#, 11, "function parameter name `x` conflicts with previous parameter name `x`"),
    (#"(import "[method]r.m" (func))"#, 18, "import name `[method]r.m` is not valid: function should have at least one argument"),
    (
      #"(import "r" (type $r (sub resource))) (import "[constructor]r" (func))"#, 26,
      "import name `[constructor]r` is not valid: function should return one value"
    ),
    (
      #"(import "r" (type $r (sub resource))) (import "[method]r.m" (func (param "me" (borrow $r))))"#, 32,
      "import name `[method]r.m` is not valid: function should have a first argument called `self`"
    ),
    (
      #"(import "a:b/c@1.0" (func))"#, 18,
      "import name `a:b/c@1.0` is not valid: invalid interface version: unexpected end of input while parsing minor version number"
    ),
    (#"(import "x" (implements "a:b/c") (func))"#, 18, "only instances can have an `implements`"),
    // Types that have no name where they need one.
    (#"(type $t (record (field "a" u32))) (import "f" (func (param "x" $t)))"#, 26, "func not valid to be used as import"),
    (
      #"""
      (type $r (resource (rep i32))) (type $f (func (result (own $r)))) (core module $m (func (export "f") (result i32) unreachable))
      (core instance $i (instantiate $m)) (func $f (type $f) (canon lift (core func $i "f"))) (export "f" (func $f))
      """#, 92, "func not valid to be used as export"
    ),
    // Nested components, which nobody has to instantiate.
    (#"(component (import "x" (func)) (import "x" (func)))"#, 43, "import name `x` conflicts with previous name `x`"),
    (
      #"(component (component (import "f" (func $f)) (component $c (import "g" (func))) (instance (instantiate $c (with "h" (func $f))))))"#, 92,
      "missing import named `g`"
    ),
    (
      #"(core module $m (memory (export "m") 1)) (component (core module $n (import "a" "b" (func))) (core instance (instantiate $n)))"#, 90,
      "missing module instantiation argument named `a`"
    ),
    (
      #"""
      (component $named (core module $m (memory (export "m") 1) (data (i32.const 0) "\#(String(repeating: "x", count: 200))") (func $f (export "f") unreachable)))
      (component (core module $n (func unreachable) (func $a)) (import "x" (func)) (import "x" (func)))
      """#, 406, "import name `x` conflicts with previous name `x`"
    ),
  ] as [(String, Int, String)])
  func `An invalid component is refused with wasmtime's reason and the byte of the file`(_ definitions: String, _ offset: Int, _ reason: String) throws {
    let bytes = try parseText("(component \(definitions))")
    #expect(validationError(bytes) == ComponentError(.invalid, at: offset, "the component is invalid: \(reason)"))
    // Of the file as it is, wasmtime says the same.
    let verdict = #expect(throws: WebAssemblyError.self) { try ComponentValidator.validate(bytes.span.bytes) }
    #expect(verdict?.rejection?.reason == reason)
    #expect(verdict?.rejection?.byteOffset == offset)
  }

  /// A core module with one definition, and another one that is instantiated with it.
  private static func passing(_ definition: String, _ wanted: String) -> String {
    """
    (core module $a (\(definition))) (core instance $i (instantiate $a)) (core module $m (import "i" \(wanted)))
    (core instance (instantiate $m (with "i" (instance $i))))
    """
  }

  @Test(arguments: [
    (#"(import "f" (func $f (param "x" u32))) (component $c (import "f" (func (param "x" u64)))) (instance (instantiate $c (with "f" (func $f))))"#, 78,
      "`f` is imported as func(x: u64), but func(x: u32) is provided"),
    (#"(component $c (import "i" (instance (export "f" (func))))) (import "j" (instance $j)) (instance (instantiate $c (with "i" (instance $j))))"#, 79,
      "`f` of `i` is imported, but nobody provides this function"),
    (#"(import "f" (func $f (param "x" u32))) (export "g" (func $f) (func))"#, 36, "`g` is exported as func(), but is func(x: u32)"),
    (#"(import "i" (instance $i)) (export "j" (instance $i) (instance (export "f" (func))))"#, 40, "`f` of `j` is exported, but there is no such function"),
    (#"(type (map f32 u8))"#, 11, "a map type has keys of type f32; only Booleans, integers, characters and strings can be keys"),
    (#"(core type (module (import "a" "b" (func (type 3)))))"#, 11, "core type 3 does not exist: 0 are defined before this point"),
  ] as [(String, Int, String)])
  func `What Millrace finds out itself comes with the byte too`(_ definitions: String, _ offset: Int, _ message: String) throws {
    let error = validationError(try parseText("(component \(definitions))"))
    #expect(error?.byteOffset == offset)
    #expect(error?.message == message)
  }

  // MARK: Limits

  @Test func `Components that instantiate each other twice, again and again, never reach wasmtime`() throws {
    // c0 is empty; c(n) instantiates c(n-1) twice: 2^60 instances.
    let levels = (1...60).map { "(component $c\($0) (alias outer 1 $c\($0 - 1) (component $c)) (instance (instantiate $c)) (instance (instantiate $c)))" }
    let text = "(component (component $c0) \(levels.joined()) (instance (instantiate $c60)))"
    #expect(validationError(try parseText(text))?.code == .limitExceeded)
  }

  @Test func `Many instances of modules with many imports never reach wasmtime`() throws {
    let imports = (0..<1000).map { #"(import "a" "\#($0)" (func))"# }.joined()
    let exports = (0..<1000).map { #"(export "\#($0)" (func $f))"# }.joined()
    let instances = String(repeating: #"(core instance (instantiate $m (with "a" (instance $a))))"#, count: 1000)
    let text = "(component (core module $n (func (export \"f\"))) (core instance $n (instantiate $n)) (alias core export $n \"f\" (core func $f))"
      + "(core instance $a \(exports)) (core module $m \(imports)) \(instances))"
    let error = validationError(try parseText(text))
    #expect(error?.code == .limitExceeded)
    #expect(error?.message == "the component makes 1001 core instances of modules with up to 1000 imports; at most 1000000 imports in all are supported")
  }
}

import ComponentEncoder
import ComponentModel
import Testing
import WASI
import WebAssembly

/// Guests can make up HTTP requests, and learn from the error code that they are denied.
struct HTTPTests {
  private static let types = "wasi:http/types@0.2.12"

  /// Runs a guest whose core code can call what it needs; it traps where something is not as it should be.
  private func run(_ code: String) throws {
    let text = """
      (module
        (import "\(Self.types)" "[constructor]fields" (func $fields (result i32)))
        (import "\(Self.types)" "[static]fields.from-list" (func $from-list (param i32 i32 i32)))
        (import "\(Self.types)" "[method]fields.append" (func $append (param i32 i32 i32 i32 i32 i32)))
        (import "\(Self.types)" "[method]fields.set" (func $set (param i32 i32 i32 i32 i32 i32)))
        (import "\(Self.types)" "[method]fields.delete" (func $delete (param i32 i32 i32 i32)))
        (import "\(Self.types)" "[method]fields.has" (func $has (param i32 i32 i32) (result i32)))
        (import "\(Self.types)" "[method]fields.get" (func $get (param i32 i32 i32 i32)))
        (import "\(Self.types)" "[method]fields.clone" (func $clone (param i32) (result i32)))
        (import "\(Self.types)" "[constructor]outgoing-request" (func $request (param i32) (result i32)))
        (import "\(Self.types)" "[method]outgoing-request.headers" (func $headers (param i32) (result i32)))
        (import "\(Self.types)" "[method]outgoing-request.set-method" (func $set-method (param i32 i32 i32 i32) (result i32)))
        (import "\(Self.types)" "[method]outgoing-request.method" (func $method (param i32 i32)))
        (import "\(Self.types)" "[method]outgoing-request.set-scheme" (func $set-scheme (param i32 i32 i32 i32 i32) (result i32)))
        (import "\(Self.types)" "[method]outgoing-request.set-authority" (func $set-authority (param i32 i32 i32 i32) (result i32)))
        (import "\(Self.types)" "[method]outgoing-request.authority" (func $authority (param i32 i32)))
        (import "\(Self.types)" "[method]outgoing-request.set-path-with-query" (func $set-path (param i32 i32 i32 i32) (result i32)))
        (import "\(Self.types)" "[method]outgoing-request.body" (func $body (param i32 i32)))
        (import "\(Self.types)" "[method]outgoing-body.write" (func $write-body (param i32 i32)))
        (import "\(Self.types)" "[static]outgoing-body.finish" (func $finish (param i32 i32 i32 i32)))
        (import "\(Self.types)" "[constructor]request-options" (func $options (result i32)))
        (import "\(Self.types)" "[method]request-options.set-connect-timeout" (func $set-timeout (param i32 i32 i64) (result i32)))
        (import "\(Self.types)" "[method]request-options.connect-timeout" (func $timeout (param i32 i32)))
        (import "\(Self.types)" "[resource-drop]fields" (func $drop-fields (param i32)))
        (import "wasi:io/streams@0.2.12" "[method]output-stream.blocking-write-and-flush" (func $write (param i32 i32 i32 i32)))
        (import "wasi:io/streams@0.2.12" "[resource-drop]output-stream" (func $drop-stream (param i32)))
        (import "wasi:http/outgoing-handler@0.2.12" "handle" (func $handle (param i32 i32 i32 i32)))
        (memory (export "memory") 16)
        (global $next (mut i32) (i32.const 65536))
        (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
          (global.set $next (i32.and (i32.add (global.get $next) (i32.const 7)) (i32.const -8)))
          (global.get $next) (global.set $next (i32.add (global.get $next) (local.get 3))))
        (data (i32.const 0) "X-Lines") (data (i32.const 8) "x-lines") (data (i32.const 16) "one\\ntwo") (data (i32.const 24) "localhost") (data (i32.const 40) "a b")
        (func $expect (param i32 i32) (if (i32.ne (local.get 0) (local.get 1)) (then unreachable)))
        (func (export "test:test/main#main") (local $f i32) (local $r i32) (local $b i32) (local $s i32) (local $o i32) \(code)))
      """
    let wit = try Preview2Interfaces().wit
    let file = try ComponentFile(decoding: try ComponentEncoder(wit: wit).encode(parseText(text)).bytes)
    let engine = try Engine()
    var imports = HostImports()
    try imports.provideWASI(World().configuration)
    let instance = try CompiledComponent(file, engine: engine, cache: CodeCache(directory: nil)).instantiate(imports: imports, in: Store(engine: engine))
    try #require(instance.function("test:test/main", "main")).call()
    #expect(instance.handleCount <= 3)
  }

  @Test func `A request with all there is to it is denied when it is sent`() throws {
    try run("""
      (local.set $f (call $fields))
      (call $append (local.get $f) (i32.const 0) (i32.const 7) (i32.const 24) (i32.const 9) (i32.const 128))
      (call $expect (i32.load8_u (i32.const 128)) (i32.const 0))
      (local.set $r (call $request (local.get $f)))
      (call $expect (call $set-method (local.get $r) (i32.const 2) (i32.const 0) (i32.const 0)) (i32.const 0))
      (call $method (local.get $r) (i32.const 128)) (call $expect (i32.load8_u (i32.const 128)) (i32.const 2))
      (call $expect (call $set-method (local.get $r) (i32.const 9) (i32.const 0) (i32.const 7)) (i32.const 0))
      (call $method (local.get $r) (i32.const 128)) (call $expect (i32.load (i32.const 136)) (i32.const 7))
      (call $expect (call $set-scheme (local.get $r) (i32.const 1) (i32.const 1) (i32.const 0) (i32.const 0)) (i32.const 0))
      (call $expect (call $set-authority (local.get $r) (i32.const 1) (i32.const 24) (i32.const 9)) (i32.const 0))
      (call $authority (local.get $r) (i32.const 128))
      (call $expect (i32.load8_u (i32.const 128)) (i32.const 1)) (call $expect (i32.load (i32.const 136)) (i32.const 9))
      (call $expect (call $set-path (local.get $r) (i32.const 0) (i32.const 0) (i32.const 0)) (i32.const 0))
      (call $body (local.get $r) (i32.const 128)) (call $expect (i32.load8_u (i32.const 128)) (i32.const 0)) (local.set $b (i32.load (i32.const 132)))
      (call $write-body (local.get $b) (i32.const 128)) (call $expect (i32.load8_u (i32.const 128)) (i32.const 0)) (local.set $s (i32.load (i32.const 132)))
      (call $write (local.get $s) (i32.const 0) (i32.const 32) (i32.const 128)) (call $expect (i32.load8_u (i32.const 128)) (i32.const 0))
      (call $drop-stream (local.get $s))
      (call $finish (local.get $b) (i32.const 0) (i32.const 0) (i32.const 128)) (call $expect (i32.load8_u (i32.const 128)) (i32.const 0))
      (local.set $o (call $options))
      (call $expect (call $set-timeout (local.get $o) (i32.const 1) (i64.const 7)) (i32.const 0))
      (call $timeout (local.get $o) (i32.const 128)) (call $expect (i32.load (i32.const 136)) (i32.const 7))
      (call $handle (local.get $r) (i32.const 1) (local.get $o) (i32.const 128))
      ;; An error, `HTTP-request-denied`.
      (call $expect (i32.load8_u (i32.const 128)) (i32.const 1)) (call $expect (i32.load8_u (i32.const 136)) (i32.const 15))
      """)
  }

  @Test func `Without options it is denied too, and a body is given once`() throws {
    try run("""
      (local.set $r (call $request (call $fields)))
      (call $body (local.get $r) (i32.const 128)) (local.set $b (i32.load (i32.const 132)))
      (call $body (local.get $r) (i32.const 128)) (call $expect (i32.load8_u (i32.const 128)) (i32.const 1))
      (call $write-body (local.get $b) (i32.const 128)) (local.set $s (i32.load (i32.const 132)))
      (call $write-body (local.get $b) (i32.const 128)) (call $expect (i32.load8_u (i32.const 128)) (i32.const 1))
      (call $handle (local.get $r) (i32.const 0) (i32.const 0) (i32.const 128))
      (call $expect (i32.load8_u (i32.const 128)) (i32.const 1)) (call $expect (i32.load8_u (i32.const 136)) (i32.const 15))
      """)
  }

  @Test func `Fields are found whatever their case, and changed by name`() throws {
    try run("""
      (local.set $f (call $fields))
      (call $append (local.get $f) (i32.const 0) (i32.const 7) (i32.const 24) (i32.const 9) (i32.const 128))
      (call $append (local.get $f) (i32.const 8) (i32.const 7) (i32.const 24) (i32.const 5) (i32.const 128))
      (call $get (local.get $f) (i32.const 8) (i32.const 7) (i32.const 128)) (call $expect (i32.load (i32.const 132)) (i32.const 2))
      (call $expect (i32.load offset=4 (i32.load (i32.const 128))) (i32.const 9)) (call $expect (i32.load offset=12 (i32.load (i32.const 128))) (i32.const 5))
      (call $expect (call $has (call $clone (local.get $f)) (i32.const 0) (i32.const 7)) (i32.const 1))
      (call $delete (local.get $f) (i32.const 0) (i32.const 7) (i32.const 128)) (call $expect (i32.load8_u (i32.const 128)) (i32.const 0))
      (call $expect (call $has (local.get $f) (i32.const 8) (i32.const 7)) (i32.const 0))
      """)
  }

  @Test func `What is no field, method or authority is an error, and the fields of a request stay as they are`() throws {
    try run("""
      (local.set $f (call $fields))
      ;; A line end in the value, a space in the name: `invalid-syntax`.
      (call $append (local.get $f) (i32.const 0) (i32.const 7) (i32.const 16) (i32.const 7) (i32.const 128))
      (call $expect (i32.load16_u (i32.const 128)) (i32.const 0x0001))
      (call $append (local.get $f) (i32.const 40) (i32.const 3) (i32.const 24) (i32.const 9) (i32.const 128))
      (call $expect (i32.load16_u (i32.const 128)) (i32.const 0x0001))
      (i64.store (i32.const 256) (i64.const 0x300000028)) (i64.store (i32.const 264) (i64.const 0))
      (call $from-list (i32.const 256) (i32.const 1) (i32.const 128)) (call $expect (i32.load8_u (i32.const 128)) (i32.const 1))
      (local.set $r (call $request (local.get $f)))
      (call $expect (call $set-method (local.get $r) (i32.const 9) (i32.const 40) (i32.const 3)) (i32.const 1))
      (call $expect (call $set-authority (local.get $r) (i32.const 1) (i32.const 40) (i32.const 3)) (i32.const 1))
      ;; `immutable`.
      (local.set $f (call $headers (local.get $r)))
      (call $append (local.get $f) (i32.const 0) (i32.const 7) (i32.const 24) (i32.const 9) (i32.const 128))
      (call $expect (i32.load16_u (i32.const 128)) (i32.const 0x0201))
      (call $drop-fields (local.get $f))
      """)
  }

  @Test(arguments: [
    "(local.set $f (call $fields)) (loop $l (call $append (local.get $f) (i32.const 0) (i32.const 7) (i32.const 1024) (i32.const 10000) (i32.const 128)) (br $l))",
    "(loop $l (local.set $r (call $request (call $fields))) (drop (call $set-authority (local.get $r) (i32.const 1) (i32.const 1024) (i32.const 10000))) (br $l))",
  ]) func `Requests that pile up end at a limit`(code: String) throws {
    let fill = "(memory.fill (i32.const 1024) (i32.const 97) (i32.const 10000))"
    let error = try #require(throws: ComponentError.self) { try run(fill + code) }
    #expect(error.code == .limitExceeded && error.message.contains("HTTP requests"), "\(error)")
  }
}

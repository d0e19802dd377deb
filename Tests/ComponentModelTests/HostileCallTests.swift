import ComponentModel
import Foundation
import Testing
import WebAssembly

/// Guests that misbehave in the calls which the canonical ABI makes on its own, that never return, or that call where they must not.
struct HostileCallTests {
  /// `f` takes a list of strings and returns one; `realloc` and `post` are the guest's.
  private static func text(realloc: String = HostileGuest.honestRealloc, body: String = "", post: String = "", imports: Bool = false) -> String {
    """
    (component
      (import "test:host/api" (instance $api (export "log" (func (param "text" string))) (export "number" (func (param "a" u32) (param "b" u32) (param "c" u32) (param "d" u32) (result u32)))))
      (core module $log-shim (table (export "t") 1 1 funcref) (func (export "log") (param i32 i32) (call_indirect (param i32 i32) (local.get 0) (local.get 1) (i32.const 0))))
      (core instance $log-shim (instantiate $log-shim))
      (core module $memory
        (import "shim" "log" (func $log (param i32 i32)))
        (memory (export "mem") 2) (global $next (mut i32) (i32.const 65536))
        (func $realloc (export "realloc") (param $old i32) (param $oldSize i32) (param $align i32) (param $size i32) (result i32) \(realloc))
        (func (export "f") (param i32 i32) (result i32) \(body) (i64.store (i32.const 8) (i64.const 0x200000040)) (i32.const 8))
        (func (export "post") (param i32) \(post))
        (data (i32.const 64) "ok"))
      (core instance $memory (instantiate $memory (with "shim" (instance $log-shim))))
      (alias core export $memory "mem" (core memory $mem))
      (alias core export $memory "realloc" (core func $realloc))
      (core func $log (canon lower (func $api "log") (memory $mem)))
      (core module $fill (import "t" "t" (table 1 1 funcref)) (import "t" "f" (func $f (param i32 i32))) (elem (i32.const 0) func $f))
      (core instance (instantiate $fill (with "t" (instance (export "t" (table $log-shim "t")) (export "f" (func $log))))))
      \(imports ? "(core func $number (canon lower (func $api \"number\")))" : "")
      (func (export "f") (param "x" (list string)) (result string)
        (canon lift (core func $memory "f") (memory $mem) (realloc \(imports ? "$number" : "$realloc")) (post-return (core func $memory "post")))))
    """
  }

  private func imports(_ log: @escaping (String) throws -> Void = { _ in }) throws -> HostImports {
    var api = HostInterface("test:host/api")
    try api.function("log") { (text: String) in try log(text) }
    try api.function("number") { (_: UInt32, _: UInt32, _: UInt32, _: UInt32) -> UInt32 in 1024 }
    var imports = HostImports()
    imports.provide(api)
    return imports
  }

  private func call(_ text: String, _ arguments: [String] = ["a", "bc"], limits: StoreLimits = StoreLimits(), log: @escaping (String) throws -> Void = { _ in }) throws -> String {
    let instance = try HostileGuest.instantiate(text, imports(log), limits: limits)
    return try #require(instance.function("f")).call(arguments, returning: String.self)
  }

  private func error(_ text: String, limits: StoreLimits = StoreLimits()) throws -> ComponentError {
    try #require(throws: ComponentError.self) { try call(text, limits: limits) }
  }

  // MARK: realloc

  @Test(arguments: [
    ("(i32.const -1)", "not aligned to 4"), ("(i32.const 0xfffffffc)", "beyond the end of its memory"), ("(i32.const 131072)", "beyond the end of its memory"),
    ("(i32.const 131064)", "beyond the end of its memory"), ("(i32.const 2)", "not aligned to 4"), ("unreachable", "unreachable"), ("(call $realloc (local.get 0) (local.get 0) (local.get 0) (local.get 0))", "call stack exhausted"),
    ("(drop (i32.load (i32.const -8))) (i32.const 0)", "out of bounds memory access"), ("(call $log (i32.const 0) (i32.const 0)) (i32.const 0)", "cannot leave component instance"),
  ])
  func `What realloc returns is checked, and its failures are the call's`(realloc: String, message: String) throws {
    let error = try error(Self.text(realloc: realloc))
    #expect(error.message.contains(message), "\(error)")
    #expect(try call(Self.text()) == "ok")
  }

  @Test(arguments: ["(i32.const 0)", "(i32.const 64)", "(i32.const 131056)"]) func `A realloc that always returns the same place harms nobody but its guest`(realloc: String) throws {
    _ = try call(Self.text(realloc: realloc), ["abcdefgh", "12345678"])
  }

  @Test func `A realloc that moves the memory is fine`() throws {
    let text = Self.text(realloc: "(drop (memory.grow (i32.const 100)))" + HostileGuest.honestRealloc)
    #expect(try call(text, [String](repeating: "text", count: 20)) == "ok")
  }

  @Test func `A realloc that is an import of the component's is refused`() throws {
    #expect(try error(Self.text(imports: true)).message.contains("cannot leave component instance"))
  }

  // MARK: post-return

  @Test(arguments: [
    ("unreachable", "unreachable"), ("(call $log (i32.const 64) (i32.const 2))", "cannot leave component instance"), ("(drop (i32.load (i32.const -8)))", "out of bounds"),
  ])
  func `Failures of post-return are the call's`(post: String, message: String) throws {
    #expect(try error(Self.text(post: post)).message.contains(message))
  }

  // MARK: start

  @Test(arguments: [("(i32.const 131072) (i32.const 1)", "beyond the end of its memory"), ("(i32.const 64) (i32.const 1)", "not valid UTF-8"), ("(i32.const -1) (i32.const -1)", "larger than the 268435455")])
  func `What a start function passes to the host is checked`(arguments: String, message: String) throws {
    let text = """
      (component
        (import "test:host/api" (instance $api (export "log" (func (param "text" string)))))
        (core module $memory (memory (export "mem") 2) (data (i32.const 64) "\\ff"))
        (core instance $memory (instantiate $memory))
        (core func $log (canon lower (func $api "log") (memory (core memory $memory "mem"))))
        (core module $m (import "a" "log" (func $log (param i32 i32))) (func $f (call $log \(arguments))) (start $f))
        (core instance (instantiate $m (with "a" (instance (export "log" (func $log)))))))
      """
    let error = try #require(throws: ComponentError.self) { try HostileGuest.instantiate(text, imports()) }
    #expect(error.code == .canonicalABI && error.message.contains(message), "\(error)")
  }

  @Test func `A start function cannot call the component that is being instantiated`() throws {
    let text = """
      (component
        (core module $f (func (export "f")))
        (core instance $f (instantiate $f))
        (func $lifted (canon lift (core func $f "f")))
        (core func $lowered (canon lower (func $lifted)))
        (core module $m (import "a" "f" (func $f)) (start $f))
        (core instance (instantiate $m (with "a" (instance (export "f" (func $lowered)))))))
      """
    #expect(try #require(throws: ComponentError.self) { try HostileGuest.instantiate(text) }.code == .reentrance)
  }

  // MARK: Time

  private static let loop = "(loop $forever (br $forever))"

  @Test(arguments: [text(realloc: loop + "unreachable"), text(body: loop), text(post: loop)]) func `Endless loops end at the deadline, wherever they are`(text: String) throws {
    #expect(try error(text, limits: StoreLimits(callMilliseconds: 30)).code == .deadline)
  }

  @Test func `A start function that loops ends at the deadline`() throws {
    let text = "(component (core module $m (func $f \(Self.loop)) (start $f)) (core instance (instantiate $m)))"
    let error = try #require(throws: ComponentError.self) { try HostileGuest.instantiate(text, limits: StoreLimits(callMilliseconds: 30)) }
    #expect(error.code == .deadline)
  }

  @Test func `Many slow start functions share the deadline of the instantiation`() throws {
    let slow = "(local $i i32) (loop $l (br_if $l (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 3000000))))"
    let text = "(component (core module $m (func $f \(slow)) (start $f))" + String(repeating: "(core instance (instantiate $m))", count: 2000) + ")"
    let error = try #require(throws: ComponentError.self) { try HostileGuest.instantiate(text, limits: StoreLimits(callMilliseconds: 60)) }
    #expect(error.code == .deadline)
  }

  @Test func `A realloc that is slow again and again shares the deadline of its call`() throws {
    let slow = "(local $i i32) (loop $l (br_if $l (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 3000000)))) (i32.const 0)"
    let error = try #require(throws: ComponentError.self) {
      try call(Self.text(realloc: slow), [String](repeating: "a", count: 2000), limits: StoreLimits(callMilliseconds: 60))
    }
    #expect(error.code == .deadline)
  }

  // MARK: Re-entry

  @Test func `A host function cannot call the instance that called it`() throws {
    var instance: ComponentInstance?
    var errors: [ComponentError] = []
    let logging = Self.text(body: "(call $log (i32.const 64) (i32.const 2))")
    instance = try HostileGuest.instantiate(logging, imports { _ in
      do { _ = try instance?.function("f")?.call([String](), returning: String.self) } catch let error as ComponentError { errors.append(error) }
    })
    #expect(try instance?.function("f")?.call(["a"], returning: String.self) == "ok")
    #expect(errors.map(\.code) == [.reentrance])
    #expect(try instance?.function("f")?.call(["a"], returning: String.self) == "ok")
  }

  @Test func `What a host function throws in the middle of a call discards the instance and nothing else`() throws {
    struct Refused: Error {}
    let text = Self.text(body: "(call $log (i32.const 64) (i32.const 2))")
    let error = try #require(throws: ComponentError.self) { try call(text, log: { _ in throw Refused() }) }
    #expect(error.code == .host)
    #expect(try call(text) == "ok")
  }

  // MARK: Stack

  /// Runs `body` on a thread with little more stack than guests may use.
  private func onSmallStack<R>(extra: Int, _ body: @escaping @Sendable () throws -> R) throws -> R {
    nonisolated(unsafe) var result: Result<R, any Error>?
    let done = DispatchSemaphore(value: 0)
    let thread = Foundation.Thread {
      result = Result { try body() }
      done.signal()
    }
    thread.stackSize = Engine.maximumStackSize + extra
    thread.start()
    done.wait()
    return try #require(result).get()
  }

  @Test func `Endless recursion in a guest is a trap`() throws {
    let text = Self.text(body: "(drop (call $recurse (i32.const 0)))", post: ") (func $recurse (param i32) (result i32) (i32.add (i32.const 1) (call $recurse (local.get 0)))")
    #expect(try error(text).message.contains("call stack exhausted"))
  }

  /// Passes the number that `f` gets on to the import `next`.
  private static let link = """
    (import "next" (func $next (param "n" u32) (result u32)))
    (core func $next (canon lower (func $next)))
    (core module $m (import "a" "next" (func $next (param i32) (result i32))) (func (export "f") (param i32) (result i32) (call $next (local.get 0))))
    (core instance $m (instantiate $m (with "a" (instance (export "next" (func $next))))))
    (func (export "f") (param "n" u32) (result u32) (canon lift (core func $m "f")))
    """

  private func next(_ body: @escaping (UInt32) throws -> UInt32) throws -> HostImports {
    var root = HostInterface("root")
    try root.function("next") { (n: UInt32) in try body(n) }
    var imports = HostImports()
    imports.provide(root: root)
    return imports
  }

  @Test func `Recursion through host functions and fresh instances ends in an error before the stack does`() throws {
    let depth = try onSmallStack(extra: 1 << 20) { () -> Int in
      let component = try HostileGuest.compile("(component \(Self.link))")
      let store = try Store(engine: HostileGuest.engine.get())
      var depth = 0
      func nest(_ n: UInt32) throws -> UInt32 {
        depth += 1
        let instance = try component.instantiate(imports: next(nest), in: store)
        return try #require(instance.function("f")).call(n, returning: UInt32.self)
      }
      let error = try #require(throws: ComponentError.self) { try nest(1) }
      #expect(error.message.contains("call stack exhausted"), "\(error)")
      return depth
    }
    #expect(depth > 30)
  }

  @Test(arguments: [(50, "5"), (1500, "call stack exhausted")]) func `A chain of components that call each other is a trap if it is too long`(count: Int, expected: String) throws {
    let instances = (1..<count).map { "(instance $i\($0) (instantiate $link (with \"next\" (func $i\($0 - 1) \"f\"))))" }.joined()
    let text = """
      (component
        (import "next" (func $next (param "n" u32) (result u32)))
        (component $link \(Self.link))
        (instance $i0 (instantiate $link (with "next" (func $next)))) \(instances)
        (alias export $i\(count - 1) "f" (func $f))
        (export "f" (func $f)))
      """
    let outcome = try onSmallStack(extra: 1 << 20) { () -> String in
      do {
        let instance = try HostileGuest.instantiate(text, next { $0 })
        return "\(try #require(instance.function("f")).call(UInt32(5), returning: UInt32.self))"
      } catch let error as ComponentError {
        return error.message
      }
    }
    #expect(outcome.contains(expected))
  }

  @Test func `Values as deep as types may be are lifted wherever the guest's stack ends`() throws {
    // A list that is its own element, at every depth of an endless recursion.
    let depth = 90
    let types = (0..<depth).map { (name: "t\($0)", definition: $0 == 0 ? "(list u32)" : "(list $t\($0 - 1))") }
    var guest = HostileGuest("$t\(depth - 1)", HostileGuest.pair(64, 1), types: types)
    // Large frames, so that a few hundred calls are enough.
    let locals = (0..<100).map { "(local.get \($0))" }.joined(separator: " ")
    guest.preparation = "(call $recurse \(String(repeating: "(i64.const 1)", count: 100)))"
    guest.functions = "(func $recurse (param \(String(repeating: "i64 ", count: 100))) (call $take (i32.const 64) (i32.const 1)) (call $recurse \(locals)))"
    let text = guest.text
    guard case .instance(let api)? = try ComponentSignature(ComponentFile(decoding: parseText(text)).component).importType("test:host/api"), case .function(let type)? = api["take"] else {
      Issue.record("no `take`")
      return
    }
    let (calls, message) = try onSmallStack(extra: 1 << 20) { () -> (Int, String?) in
      var calls = 0
      var api = HostInterface("test:host/api")
      api.function("take", type: type) { _ in
        calls += 1
        return nil
      }
      var imports = HostImports()
      imports.provide(api)
      let instance = try HostileGuest.instantiate(text, imports)
      let error = #expect(throws: ComponentError.self) { try instance.function("pass")?.call([]) }
      return (calls, error?.message)
    }
    #expect(calls > 100)
    #expect(message?.contains("call stack exhausted") == true)
  }
}

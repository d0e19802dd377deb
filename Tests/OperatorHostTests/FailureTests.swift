import Dataflow
import OperatorFixtures
import OperatorHost
import Testing
import WebAssembly

/// An operator that fails costs the item, and only that.
struct FailureTests {
  private func failure(_ instance: OperatorInstance, _ payload: String, sourceLocation: SourceLocation = #_sourceLocation) throws -> OperatorError {
    try #require(throws: OperatorError.self, sourceLocation: sourceLocation) { try instance.map(message(payload), at: noon) }
  }

  /// The error of a map that does this.
  private func failure(of process: String, imports: String = "") throws -> OperatorError {
    let instance = try OperatorInstance(OperatorFixture(imports: imports, process: process))
    return try failure(instance, "x")
  }

  @Test func `A refusal carries the operator's text, and the instance stays`() throws {
    let log = LogRecorder()
    let instance = try OperatorInstance(.moody, log.services())
    let error = try failure(instance, "e")
    #expect(error == OperatorError(.rejected, "dislikes this item"))
    _ = try instance.map(message("x"), at: noon)
    #expect(log.lines.count == 1 && instance.statistics.restarts == 0)
  }

  @Test func `A filter and a branch can refuse too`() throws {
    let refusal = #"(data (i32.const 16) "no thanks")"#
    let filter = try OperatorInstance(OperatorFixture("filter", definitions: refusal, process: "(call $refuse (i32.const 16) (i32.const 9))"))
    let branch = try OperatorInstance(OperatorFixture("branch", definitions: refusal, process: "(call $refuse (i32.const 16) (i32.const 9))"))
    #expect(throws: OperatorError(.rejected, "no thanks")) { try filter.isIncluded(message("x"), at: noon) }
    #expect(throws: OperatorError(.rejected, "no thanks")) { try branch.branch(message("x"), at: noon) }
  }

  @Test func `After a trap the next call has a fresh instance, initialised again`() throws {
    let log = LogRecorder()
    let instance = try OperatorInstance(.moody, log.services())
    let error = try failure(instance, "t")
    #expect(error.code == .trapped)
    #expect(error.message.contains("unreachable"))
    #expect(log.lines == ["test info : started"])
    #expect(try instance.map(message("x"), at: noon) == message("x"))
    #expect(log.lines == ["test info : started", "test info : started"])
    #expect(instance.statistics.restarts == 1 && instance.statistics.failures == 1)
  }

  @Test(.timeLimit(.minutes(10))) func `An endless loop ends at its deadline`() throws {
    let instance = try OperatorInstance(.moody, limits: StoreLimits(callMilliseconds: 500))
    let start = ContinuousClock.now
    let error = try failure(instance, "l")
    #expect(error.code == .timedOut)
    #expect(error.message.contains("500 ms"))
    #expect(ContinuousClock.now - start < .seconds(10))
    #expect(try instance.map(message("x"), at: noon) == message("x"))
  }

  @Test func `An operator that eats memory is told so, and restarted small`() throws {
    let instance = try OperatorInstance(.moody, limits: StoreLimits(memory: 16 << 20))
    let error = try failure(instance, "m")
    #expect(error.code == .outOfMemory)
    #expect(error.message.contains("16 MiB"))
    #expect(try instance.map(message("x"), at: noon) == message("x"))
    #expect(instance.memorySize == 2 << 16)
  }

  @Test(arguments: [
    ("a result outside the memory", "(i32.const 0x7ffffff8)"),
    ("a result that is not aligned", "(i32.const 1025)"),
    ("an unknown case of the result", "(i32.store8 (i32.const 1024) (i32.const 2)) (i32.const 1024)"),
    ("an unknown case of the data", "(drop (call $passOn (local.get $data))) (i32.store8 (i32.const 1032) (i32.const 3)) (i32.const 1024)"),
    ("a payload outside the memory", "(i32.store offset=80 (local.get $data) (i32.const -8)) (call $passOn (local.get $data))"),
    ("a payload longer than the memory", "(i32.store offset=84 (local.get $data) (i32.const -1)) (call $passOn (local.get $data))"),
    ("a handle that was never given", "(i32.store8 offset=76 (local.get $data) (i32.const 0)) (i32.store offset=80 (local.get $data) (i32.const 9)) (call $passOn (local.get $data))"),
    ("more properties than fit", "(i32.store offset=92 (local.get $data) (i32.const 0x10000000)) (call $passOn (local.get $data))"),
    ("an error text that is no UTF-8", "(i32.store8 (i32.const 16) (i32.const 255)) (call $refuse (i32.const 16) (i32.const 1))"),
    ("an error text outside the memory", "(call $refuse (i32.const -1) (i32.const -1))"),
    ("a stack without end", "(call $passOn (call $deep (i32.const 0)))"),
  ])
  func `A guest that breaks the rules harms nobody but its item`(what: String, process: String) throws {
    let deep = "(func $deep (param i32) (result i32) (i32.add (call $deep (local.get 0)) (i32.const 1)))"
    // Only items that start with "!" are mishandled.
    let fixture = OperatorFixture(definitions: deep, process: """
      (if (result i32) (i32.eq (call $byte (local.get $data)) (i32.const 33)) (then \(process)) (else (call $passOn (local.get $data))))
      """)
    let instance = try OperatorInstance(fixture)
    let error = try failure(instance, "!")
    #expect(error.code == .trapped, "\(what): \(error)")
    #expect(try instance.map(message("x"), at: noon) == message("x"))
  }

  @Test func `A handle that was dropped, or lent elsewhere, cannot be used again`() throws {
    let imports = """
      (import "wasm-graph:processor/types@1.1.0" "[method]buffer.read" (func $read (param i32 i32)))
      (import "wasm-graph:processor/types@1.1.0" "[resource-drop]buffer" (func $drop (param i32)))
      """
    let twice = OperatorFixture(imports: imports, process: """
      (call $drop (i32.load offset=80 (local.get $data)))
      (call $read (i32.load offset=80 (local.get $data)) (i32.const 32))
      (call $passOn (local.get $data))
      """)
    let instance = try OperatorInstance(twice)
    let error = try #require(throws: OperatorError.self) { try instance.map(message(ProcessingTests.large), at: noon) }
    #expect(error.code == .trapped)
    #expect(try failure(of: "(call $drop (i32.const 1)) (call $passOn (local.get $data))", imports: imports).code == .trapped)
    #expect(try failure(of: "(call $read (i32.const 0) (i32.const 32)) (call $passOn (local.get $data))", imports: imports).code == .trapped)
  }

  @Test func `A host function that is called with bad pointers ends the call alone`() throws {
    for call in [
      "(call $log (i32.const 2) (i32.const -4) (i32.const 4) (i32.const 0) (i32.const 0))",
      "(call $log (i32.const 2) (i32.const 0) (i32.const -1) (i32.const 0) (i32.const 0))",
      "(call $log (i32.const 6) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0))",
    ] {
      #expect(try failure(of: call + "(call $passOn (local.get $data))").code == .trapped, "\(call)")
    }
  }

  // MARK: Starting

  private func startError(_ fixture: OperatorFixture) throws -> OperatorHostError {
    try #require(throws: OperatorHostError.self) { try OperatorInstance(fixture, limits: StoreLimits(callMilliseconds: 500)) }
  }

  @Test func `An init that returns false, traps or loops names the operation and the module`() throws {
    for (initialize, reason) in [("(i32.const 0)", "init returned false"), ("(unreachable)", "unreachable"), ("(loop $l (br $l)) (i32.const 1)", "500 ms")] {
      let error = try startError(OperatorFixture(initialize: initialize, process: "(call $passOn (local.get $data))"))
      #expect(error.code == .initialization)
      #expect(error.message.contains("operation test") && error.message.contains("operator.wasm") && error.message.contains(reason), "\(error)")
    }
  }

  @Test func `A start function that traps is an error of the start`() throws {
    let fixture = OperatorFixture(definitions: "(func $start (unreachable)) (start $start)", process: "(call $passOn (local.get $data))")
    #expect(try startError(fixture).code == .initialization)
  }
}

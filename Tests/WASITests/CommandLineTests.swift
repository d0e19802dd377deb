import ComponentModel
import Testing
import WASI

struct CommandLineTests {
  let world = World()

  @Test(arguments: ["get-environment", "get-arguments", "get-directories"])
  func `the environment, the arguments and the shared folders are empty`(name: String) throws {
    let guest = try Guest(calling: "(call $\(name) (i32.const 2048))", thenLoading: "i64.load32_u offset=4", world.configuration)
    #expect(try guest.run() == 0)
  }

  @Test(arguments: ["initial-cwd", "get-terminal-stdin", "get-terminal-stdout", "get-terminal-stderr"])
  func `there is no working directory and no terminal`(name: String) throws {
    let guest = try Guest(calling: "(call $\(name) (i32.const 2048))", thenLoading: "i64.load8_u", world.configuration)
    #expect(try guest.run() == 0)
  }

  @Test(arguments: [("(call $exit (i32.const 0))", "success"), ("(call $exit (i32.const 1))", "failure"), ("(call $exit-with-code (i32.const 42))", "42")])
  func `exit ends the call and names the status`(call: String, status: String) throws {
    let guest = try Guest(calling: call, world.configuration)
    let error = #expect(throws: ComponentError.self) { try guest.run() }
    #expect(error?.code == .exit)
    #expect(error?.message.contains("exit with status \(status);") == true)
  }

  @Test(arguments: ["0.2.0", "0.2.3", "0.2.9", "0.2.12"])
  func `every 0.2 version is served`(version: String) throws {
    let guest = try Guest("(func (export \"run\") (result i64) (call $monotonic-resolution))", version: version, world.configuration)
    #expect(try guest.run() == 1)
  }

  @Test(arguments: ["0.1.0", "0.3.0", "1.2.9"])
  func `other versions are missing imports`(version: String) throws {
    let configuration = world.configuration
    let error = #expect(throws: ComponentError.self) {
      _ = try Guest("(func (export \"run\") (result i64) (i64.const 0))", version: version, configuration)
    }
    #expect(error?.code == .missingImport)
  }
}

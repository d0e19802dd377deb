@testable import OperatorBuild
import Testing

extension OperatorBuildSuites { struct ChildProcessTests {
  func run(_ script: String, environment: [String: String] = [:]) throws -> (ending: ChildProcess.Ending, lines: [String]) {
    var lines: [String] = []
    let ending = try ChildProcess.run("/bin/bash", ["-c", script], environment: environment) { lines.append($0) }
    return (ending, lines)
  }

  @Test func `lines of both outputs come in order, the last one without its newline too`() throws {
    let (ending, lines) = try run("echo one; echo two >&2; echo; printf three; printf ' more'")
    #expect(ending == .exited(0))
    #expect(lines == ["one", "two", "", "three more"])
  }

  @Test func `the ending tells status and signal`() throws {
    #expect(try run("exit 42").ending == .exited(42))
    #expect(try run("kill -TERM $$").ending == .killed(signal: 15))
  }

  @Test func `the environment is the given one and standard input is empty`() throws {
    let (_, lines) = try run("echo \"$GREETING,$HOME\"; cat; echo end", environment: ["GREETING": "hello wörld"])
    #expect(lines == ["hello wörld,", "end"])
  }

  @Test func `a line without end comes in parts`() throws {
    let (_, lines) = try run("printf 'x%.0s' {1..70000}; echo; echo end")
    #expect(lines.map(\.utf8.count) == [65536, 70000 - 65536, 3])
  }

  @Test func `a program that does not exist is an error`() throws {
    let error = #expect(throws: OperatorBuildError.self) { try ChildProcess.run("/nowhere/tool", [], environment: [:]) { _ in } }
    #expect(error?.description == "/nowhere/tool: The program could not be started: No such file or directory.")
  }
} }

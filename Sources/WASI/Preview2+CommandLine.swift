internal import ComponentModel

/// A terminal; there is none.
final class TerminalInput: HostResource {
  static let resourceType = ResourceType(name: "terminal-input")
  private init() {}
}

/// A terminal; there is none.
final class TerminalOutput: HostResource {
  static let resourceType = ResourceType(name: "terminal-output")
  private init() {}
}

extension Preview2 {
  /// `wasi:cli`: an empty environment, a closed standard input, and two streams into the log.
  func commandLine() throws(ComponentError) -> [HostInterface] {
    try [environment(), exit()] + standardStreams() + terminals()
  }

  private func environment() throws(ComponentError) -> HostInterface {
    var environment = Self.interface("cli/environment")
    try environment.function("get-environment") { () -> [Pair<String, String>] in [] }
    try environment.function("get-arguments") { () -> [String] in [] }
    try environment.function("initial-cwd") { () -> String? in nil }
    return environment
  }

  private func exit() throws(ComponentError) -> HostInterface {
    func error(_ status: String) -> ComponentError {
      ComponentError(.exit, "the guest called exit with status \(status); an operator must return from its function instead, with an error if it failed")
    }
    var exit = Self.interface("cli/exit")
    try exit.function("exit", parameters: ["status"]) { (status: ComponentResult<NoValue, NoValue>) in
      switch status {
      case .ok: throw error("success")
      case .error: throw error("failure")
      }
    }
    try exit.function("exit-with-code", parameters: ["status-code"]) { (code: UInt8) in throw error("\(code)") }
    return exit
  }

  private func standardStreams() throws(ComponentError) -> [HostInterface] {
    let output = output
    let input = InputStream()
    var stdin = Self.interface("cli/stdin"), stdout = Self.interface("cli/stdout"), stderr = Self.interface("cli/stderr")
    try stdin.function("get-stdin") { () -> Own<InputStream> in Own(input) }
    try stdout.function("get-stdout") { () -> Own<OutputStream> in Own(output.standardOutput) }
    try stderr.function("get-stderr") { () -> Own<OutputStream> in Own(output.standardError) }
    return [stdin, stdout, stderr]
  }

  private func terminals() throws(ComponentError) -> [HostInterface] {
    var input = Self.interface("cli/terminal-input"), output = Self.interface("cli/terminal-output")
    input.resource("terminal-input", TerminalInput.self)
    output.resource("terminal-output", TerminalOutput.self)
    var stdin = Self.interface("cli/terminal-stdin"), stdout = Self.interface("cli/terminal-stdout"), stderr = Self.interface("cli/terminal-stderr")
    try stdin.function("get-terminal-stdin") { () -> Own<TerminalInput>? in nil }
    try stdout.function("get-terminal-stdout") { () -> Own<TerminalOutput>? in nil }
    try stderr.function("get-terminal-stderr") { () -> Own<TerminalOutput>? in nil }
    return [input, output, stdin, stdout, stderr]
  }
}

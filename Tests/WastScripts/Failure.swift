import ComponentModel
import WebAssembly

/// Why a directive's component or call failed, and how far it got: assertions differ in the stage at which they want a failure.
struct Failure: Error {
  enum Stage: String {
    case text = "while its text was parsed"
    case decoding = "while its binary was decoded"
    case validation = "in validation"
    case linking = "while it was linked"
    case running = "while it ran"
    /// The script asks for something that cannot be done, such as a call of a function that is not there.
    case script = "because of the script"
  }

  let stage: Stage
  /// Nil where no component error tells.
  var code: ComponentError.Code?
  let message: String

  init(_ stage: Stage, _ message: String) {
    self.stage = stage
    self.message = Self.line(message.split(separator: "\n"))
  }

  init(_ stage: Stage, _ error: ComponentError) {
    self.init(stage, error.description)
    code = error.code
  }

  /// The parser shows the text as well, in lines of its own; the first two say what is wrong, and where.
  init(parsing error: WebAssemblyError) {
    self.init(.text, Self.line(error.message.split(separator: "\n").prefix(2)))
  }

  private static func line(_ lines: some Sequence<Substring>) -> String { lines.map { String($0.drop { $0 == " " }) }.joined(separator: " ") }

  /// An error of an instantiation, which both links and runs.
  init(instantiating error: ComponentError) {
    let running: [ComponentError.Code] = [.trap, .canonicalABI, .host, .deadline, .reentrance]
    self.init(running.contains(error.code) ? .running : .linking, error)
  }

  /// True if a component is refused for what it uses, or for what it takes: this says nothing about whether it is right.
  var isRefusal: Bool { code == .unsupported || code == .deadline || stage == .text }
}

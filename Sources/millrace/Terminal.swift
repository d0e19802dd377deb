import FoundationEssentials
import Glibc
import Synchronization

/// Standard error: messages, and on a terminal one line of progress that stays at the bottom.
final class Terminal: Sendable {
  static let error = Terminal()
  static let isOutputTerminal = isatty(STDOUT_FILENO) == 1

  let isTerminal = isatty(STDERR_FILENO) == 1
  private let usesColor: Bool
  private let status = Mutex("")

  private init() { usesColor = isTerminal && getenv("NO_COLOR") == nil }

  enum Color: String { case red = "31", yellow = "33", dim = "2", bold = "1" }

  func paint(_ text: String, _ color: Color) -> String { usesColor ? "\u{1B}[\(color.rawValue)m\(text)\u{1B}[0m" : text }

  /// Writes a line above the progress line.
  func line(_ text: String) {
    status.withLock { status in
      write((status.isEmpty ? "" : "\r\u{1B}[K") + text + "\n" + status)
    }
  }

  /// Replaces the progress line; does nothing where there is no terminal.
  func progress(_ text: String) {
    guard isTerminal else { return }
    status.withLock { status in
      status = text
      write("\r\u{1B}[K" + text)
    }
  }

  func clearProgress() {
    status.withLock { status in
      guard !status.isEmpty else { return }
      status = ""
      write("\r\u{1B}[K")
    }
  }

  private func write(_ text: String) {
    var text = text
    text.withUTF8 { _ = Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
  }
}

/// Text of others' making, such as what an operator logs, for people to read: control characters are spelled out and further lines indented, so that
/// none of it steers the terminal or looks like a line of ours.
func printable(_ text: String) -> String {
  func isControl(_ scalar: Unicode.Scalar) -> Bool { scalar.properties.generalCategory == .control && scalar != "\t" }
  guard text.unicodeScalars.contains(where: isControl) else { return text }
  return text.unicodeScalars.reduce(into: "") { result, scalar in
    if scalar == "\n" {
      result += "\n    "
    } else if isControl(scalar) {
      result += scalar.escaped(asASCII: true)
    } else {
      result.unicodeScalars.append(scalar)
    }
  }
}

/// One JSON object on one line.
func jsonLine(_ value: some Encodable) -> String {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
  guard let data = try? encoder.encode(value) else { return "{}" }
  return String(decoding: data, as: UTF8.self)
}

/// An error message for people, or for programs with `--json`.
func report(_ message: String, code: String, json: Bool) {
  struct Failure: Encodable {
    let event = "error"
    let code: String, message: String
  }
  Terminal.error.line(json ? jsonLine(Failure(code: code, message: message)) : Terminal.error.paint("error: ", .red) + message)
}

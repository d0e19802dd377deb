internal import Yams

extension YAMLReader {
  /// Reports what graph files cannot have, because a few lines of it cost the YAML parser any amount of time, memory or stack: an alias
  /// (`*name` after `&name`), and more than a few keys that may be whole documents (`? key`, `[list]: value`).
  ///
  /// The search is plain text search, so that nothing that the YAML parser would take for one escapes it. A lone `&name` is harmless.
  func refusesCostlyYAML(in text: String) -> Bool {
    var anchors: Set<Substring> = []
    var complexKeys = 0
    let bytes = text.utf8
    var previous: UInt8 = 0x20
    var previousVisible: UInt8 = 0x20
    for index in bytes.indices {
      let byte = bytes[index]
      switch byte {
      case UInt8(ascii: "&"), UInt8(ascii: "*"):
        if previous.isAnchorCharacter { break }
        let start = bytes.index(after: index)
        let name = text[start..<(bytes[start...].firstIndex { !$0.isAnchorCharacter } ?? bytes.endIndex)]
        if byte == UInt8(ascii: "&") {
          anchors.insert(name)
        } else if !name.isEmpty, anchors.contains(name) {
          report.add(
            .error, .syntax, at: text.location(of: index), "YAML aliases are not supported in \(report.kind) files",
            fix: "write the value out in place of the alias")
          return true
        }
      case UInt8(ascii: "?") where "\t\n\r []{},:-?\"'".utf8.contains(previous),
        UInt8(ascii: ":") where previousVisible == UInt8(ascii: "]") || previousVisible == UInt8(ascii: "}"):
        complexKeys += 1
        if complexKeys > 16 {
          report.add(
            .error, .syntax, at: text.location(of: index), "lists, mappings and explicit keys (`? key`) are not supported as keys in \(report.kind) files",
            fix: "write `key: value`")
          return true
        }
      default: break
      }
      previous = byte
      if byte != 0x20, byte != 0x09 { previousVisible = byte }
    }
    return false
  }

  /// Says in our words what the YAML parser found, and what is usually wrong there.
  func reportSyntax(_ error: any Error, in text: String) {
    switch error as? YamlError {
    case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _):
      reportProblem(problem, at: mark, context: context)
    case .composer(_, let problem, let mark, _):
      reportProblem(problem, at: mark, context: nil)
    case .reader(let problem, let offset, _, _):
      let index = offset.flatMap { text.index(text.startIndex, offsetBy: $0, limitedBy: text.endIndex) }
      report.add(.error, .encoding, at: index.map(text.location) ?? .file, problem)
    default:
      report.add(.error, .syntax, at: .file, "the file cannot be parsed as YAML")
    }
  }

  private func reportProblem(_ problem: String, at mark: Mark, context: YamlError.Context?) {
    var location = GraphLocation(path: "", line: mark.line, column: mark.column, length: 1)
    if problem.contains("another document") {
      report.add(
        .error, .syntax, at: location, "a second document starts here, a \(report.kind) file has only one",
        fix: "remove the `---`, or put each \(report.kind) into a file of its own")
    } else if problem.contains("aximum nesting level") {
      report.add(.error, .limit, at: location, "values are nested more than \(Self.maximumDepth) deep, no \(report.kind) is")
    } else if problem.contains("cannot start any token"), report.source.character(at: location) == "\t" {
      report.add(.error, .syntax, at: location, "a tab is used for indentation, YAML allows only spaces", fix: "replace the tab with spaces")
    } else {
      // An unclosed quote or bracket is found at the end of the file; where it was opened is what helps.
      if problem == "found unexpected end of stream" || problem.hasPrefix("did not find expected ',' or"), let opened = context?.mark {
        location = GraphLocation(path: "", line: opened.line, column: opened.column, length: 1)
      }
      let during = context.map { " " + $0.text } ?? ""
      report.add(.error, .syntax, at: location, "this is not valid YAML: \(problem)\(during)", fix: Self.fix(for: problem))
    }
  }

  private static func fix(for problem: String) -> String {
    switch problem {
    case "mapping values are not allowed in this context":
      "put quotes around the value if it contains `: `; otherwise check the indentation of this line and the one above"
    case "did not find expected key", "did not find expected '-' indicator":
      "check the indentation: this line does not line up with the ones above it"
    case "could not find expected ':'":
      "write `key: value`, with a space after the colon"
    case "found unexpected end of stream":
      "close the quotation mark that is opened here"
    case "found character that cannot start any token":
      "put quotes around the value"
    case "did not find expected ',' or ']'":
      "separate the elements with commas and close the list with `]`"
    case "did not find expected ',' or '}'":
      "separate the entries with commas and close the mapping with `}`"
    default:
      "correct the YAML at this place"
    }
  }
}

extension String {
  /// The place of a character, for problems of the text itself.
  func location(of index: Index) -> GraphLocation {
    var line = 1
    var column = 1
    var previous: Unicode.Scalar?
    for scalar in unicodeScalars[..<index] {
      if scalar == "\n", previous == "\r" {
        // The second half of one line break.
      } else if scalar.isLineBreak {
        line += 1
        column = 1
      } else {
        column += 1
      }
      previous = scalar
    }
    return GraphLocation(path: "", line: line, column: column, length: 1)
  }
}

extension UInt8 {
  fileprivate var isAnchorCharacter: Bool {
    (0x30...0x39).contains(self) || (0x41...0x5A).contains(self) || (0x61...0x7A).contains(self) || self == 0x5F || self == 0x2D
  }
}

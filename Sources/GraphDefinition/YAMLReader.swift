internal import Yams

/// Turns text into a tree of nodes with places and paths. Everything about the YAML library stays in here.
///
/// The library recurses, hashes keys and expands aliases without a limit of its own. A graph needs none of that, so that what abuses it is refused
/// beforehand (``YAMLReader/refusesCostlyYAML(in:)``), and depth and size are limited on the way into our own tree.
package struct YAMLReader {
  static let maximumDepth = 64
  static let maximumValues = 100_000

  let report: Report
  private var valueCount = 0
  /// The keys that are masked in the text that was parsed, by their mask; see ``compose(_:)``.
  private var maskedKeys: [Unicode.Scalar: String] = [:]
  private var gaveUp = false

  init(report: Report) {
    self.report = report
  }

  /// Reads the one document of the text, or reports why there is none.
  package static func read(_ text: String, report: Report) -> YAMLNode? {
    var reader = YAMLReader(report: report)
    guard !reader.refusesCostlyYAML(in: text), let root = reader.compose(text) else { return nil }
    let node = reader.convert(root, path: "", depth: 0)
    return reader.gaveUp ? nil : node
  }

  /// Parses the text, as often as it has duplicate keys.
  ///
  /// The library stops at the first mapping with duplicate keys and names only the first of them. To report each at its own place, and all
  /// other problems of the file too, the first letter of that key is masked with a character that nobody uses, which makes the key unique
  /// without moving anything, and the text is parsed again. ``convert(_:path:depth:)`` takes the masks off.
  private mutating func compose(_ original: String) -> Yams.Node? {
    var text = original
    let attempts = min(16, 2 * GraphText.maximumBytes / max(1, text.utf8.count))
    while true {
      do {
        guard let root = try Yams.compose(yaml: text, .basic, .default, .utf8) else {
          report.add(.error, .syntax, at: .file, "the file is empty, expected a \(report.kind)", fix: "see the documentation for a \(report.kind) to start from")
          return nil
        }
        return root
      } catch let YamlError.duplicatedKeysInMapping(keys, context) {
        let key = keys.first ?? ""
        let mask = Unicode.Scalar(0xF0000 + UInt32(maskedKeys.count)) ?? "\u{F0000}"
        guard maskedKeys.count < attempts, let masked = text.masking(context.mark, with: mask) else {
          let location = GraphLocation(path: "", line: context.mark.line, column: context.mark.column, length: max(1, key.unicodeScalars.count))
          report.add(.error, .duplicateKey, at: location, "the key \(quoted(key)) appears more than once in its mapping")
          return nil
        }
        maskedKeys[mask] = key
        text = masked
      } catch {
        reportSyntax(error, in: text)
        return nil
      }
    }
  }

  private mutating func convert(_ node: Yams.Node, path: String, depth: Int) -> YAMLNode {
    let location = location(of: node, path: path)
    valueCount += 1
    if depth > Self.maximumDepth {
      giveUp("values are nested more than \(Self.maximumDepth) deep, no \(report.kind) is", at: location)
    } else if valueCount > Self.maximumValues {
      giveUp("the file has more than \(Self.maximumValues) values, no \(report.kind) has", at: location)
    }
    guard !gaveUp else { return YAMLNode(value: .null, text: "", location: location) }

    switch node {
    case .scalar(let scalar):
      let tag = scalar.tag.rawValue
      let value = tag.isEmpty ? YAMLNode.Value(plain: scalar.string) : YAMLNode.Value(scalar.string, tag: tag)
      return YAMLNode(value: value, text: scalar.string, location: location)
    case .sequence(let sequence):
      var elements: [YAMLNode] = []
      for (index, element) in sequence.enumerated() where !gaveUp {
        elements.append(convert(element, path: "\(path)[\(index)]", depth: depth + 1))
      }
      return YAMLNode(value: .sequence(elements), text: "", location: location)
    case .mapping(let mapping):
      return YAMLNode(value: .mapping(entries(of: mapping, path: path, depth: depth)), text: "", location: location)
    case .alias:
      return YAMLNode(value: .tagged("alias"), text: "", location: location)
    }
  }

  private mutating func entries(of mapping: Yams.Node.Mapping, path: String, depth: Int) -> [YAMLNode.Entry] {
    var entries: [YAMLNode.Entry] = []
    var seen: [String: Int] = [:]
    for (keyNode, valueNode) in mapping where !gaveUp {
      guard case .scalar(let scalar) = keyNode else {
        report.add(.error, .wrongType, at: location(of: keyNode, path: path), "a list or mapping is used as a key, expected a string")
        continue
      }
      let key = scalar.string.unicodeScalars.first.flatMap { maskedKeys[$0] } ?? scalar.string
      let entryPath = path.appendingKey(key)
      let keyLocation = location(of: keyNode, path: entryPath)
      if let first = seen.updateValue(keyLocation.line, forKey: key) {
        report.add(.error, .duplicateKey, at: keyLocation, "this key is already set in line \(first)", fix: "remove one of the two")
        seen[key] = first
        continue
      }
      let value = convert(valueNode, path: entryPath, depth: depth + 1)
      entries.append(.init(key: key, keyLocation: keyLocation, value: value))
    }
    return entries
  }

  private mutating func giveUp(_ message: String, at location: GraphLocation) {
    guard !gaveUp else { return }
    gaveUp = true
    report.add(.error, .limit, at: GraphLocation(path: "", line: location.line, column: location.column, length: 1), message)
  }

  private func location(of node: Yams.Node, path: String) -> GraphLocation {
    var length = 1
    if case .scalar(let scalar) = node {
      switch scalar.style {
      case .singleQuoted, .doubleQuoted: length = scalar.string.unicodeScalars.count + 2
      case .literal, .folded: length = 1
      default: length = max(1, scalar.string.unicodeScalars.count)
      }
    }
    return GraphLocation(path: path, line: node.mark?.line ?? 0, column: node.mark?.column ?? 0, length: length)
  }
}

extension String {
  /// `a.b`, or `a["b.c"]` where the key is no plain name. Long keys are cut off: paths are for reading.
  fileprivate func appendingKey(_ key: String) -> String {
    let isName = (1...64).contains(key.utf8.count) && key.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !".[]\"".utf8.contains($0) }
    let shown = isName ? key : "[\"" + printable(key) + "\"]"
    return isEmpty || !isName ? self + shown : self + "." + shown
  }

  /// The text with the first letter of the scalar at `mark` replaced; `nil` where that would not leave a scalar of the same kind.
  fileprivate func masking(_ mark: Mark, with mask: Unicode.Scalar) -> String? {
    var line = 1
    var column = 1
    var wasReturn = false
    for index in unicodeScalars.indices {
      let scalar = unicodeScalars[index]
      if scalar == "\n", wasReturn {
        wasReturn = false
        continue
      }
      if line == mark.line, column == mark.column {
        var letter = index
        if scalar == "\"" || scalar == "'" {
          letter = unicodeScalars.index(after: index)
          guard letter < endIndex, !["\"", "'", "\\"].contains(unicodeScalars[letter]) else { return nil }
        }
        return String(self[..<letter]) + String(mask) + String(self[unicodeScalars.index(after: letter)...])
      }
      wasReturn = scalar == "\r"
      if scalar.isLineBreak {
        line += 1
        column = 1
      } else {
        column += 1
      }
    }
    return nil
  }
}

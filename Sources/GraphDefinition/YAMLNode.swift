/// A value of the document with its place. Scalars are already told apart as YAML 1.2's core schema does.
package struct YAMLNode {
  package enum Value {
    case null
    case boolean
    case number
    case string(String)
    /// A value with an explicit tag that graph files have no use for.
    case tagged(String)
    case sequence([YAMLNode])
    case mapping([Entry])
  }

  package struct Entry {
    package let key: String
    /// Has the path of the value, and the place of the key.
    package let keyLocation: GraphLocation
    package let value: YAMLNode
  }

  package let value: Value
  /// What a scalar is written as, without quotes.
  package let text: String
  package let location: GraphLocation

  /// What a message calls it.
  var summary: String {
    switch value {
    case .null: "nothing"
    case .boolean: "the boolean \(quoted(text))"
    case .number: "the number \(quoted(text))"
    case .string(let string): string.isEmpty ? "an empty string" : "the string \(quoted(string))"
    case .tagged(let tag): "a value with the tag \(quoted(tag))"
    case .sequence: "a list"
    case .mapping: "a mapping"
    }
  }

  var isNull: Bool {
    if case .null = value { true } else { false }
  }
}

extension YAMLNode.Value {
  /// What an unquoted scalar means: nothing, a boolean, a number, or a string.
  ///
  /// `yes`, `no`, `on` and `off` are strings, as in YAML 1.2 and in JSON.
  init(plain text: String) {
    switch text {
    case "", "~", "null", "Null", "NULL": self = .null
    case "true", "True", "TRUE", "false", "False", "FALSE": self = .boolean
    default: self = text.isYAMLNumber ? .number : .string(text)
    }
  }

  /// A scalar with an explicit tag, `!!str 5`.
  init(_ text: String, tag: String) {
    switch tag {
    case "!", "tag:yaml.org,2002:str": self = .string(text)
    case "tag:yaml.org,2002:null": self = .null
    case "tag:yaml.org,2002:bool": self = .boolean
    case "tag:yaml.org,2002:int", "tag:yaml.org,2002:float": self = .number
    default: self = .tagged(tag)
    }
  }
}

extension String {
  fileprivate var isYAMLNumber: Bool {
    var bytes = Substring(self).utf8
    func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
    @discardableResult func skipDigits() -> Bool {
      let count = bytes.prefix(while: isDigit).count
      bytes = bytes.dropFirst(count)
      return count > 0
    }
    @discardableResult func skip(_ characters: String) -> Bool {
      guard let first = bytes.first, characters.utf8.contains(first) else { return false }
      bytes = bytes.dropFirst()
      return true
    }

    if hasPrefix("0x") { return count > 2 && utf8.dropFirst(2).allSatisfy { Character(Unicode.Scalar($0)).isHexDigit } }
    if hasPrefix("0o") { return count > 2 && utf8.dropFirst(2).allSatisfy { (0x30...0x37).contains($0) } }
    skip("+-")
    switch Substring(bytes).lowercased() {
    case ".inf", ".nan": return true
    default: break
    }
    var hasDigits = skipDigits()
    if skip(".") { hasDigits = skipDigits() || hasDigits }
    guard hasDigits else { return false }
    if skip("eE") {
      skip("+-")
      guard skipDigits() else { return false }
    }
    return bytes.isEmpty
  }
}

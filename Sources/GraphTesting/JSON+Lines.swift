internal import JSONTree
internal import OrderedCollections

extension JSON {
  /// Nil if the bytes are no JSON text.
  init?(bytes: some Collection<UInt8>) {
    guard let value = try? JSON(parsing: Array(bytes)) else { return nil }
    self = value
  }

  /// Over several lines, keys sorted; numbers of the same value are the same.
  func lines(indent: String = "") -> String {
    let inner = indent + "  "
    switch self {
    case .number(let number):
      let value = number.double
      return number.int64 == nil && value == value.rounded() && abs(value) < 1e15 ? "\(Int64(value))" : number.text
    case .array(let elements) where !elements.isEmpty:
      return "[\n" + elements.map { inner + $0.lines(indent: inner) }.joined(separator: ",\n") + "\n\(indent)]"
    case .object(let members) where !members.isEmpty:
      let lines = members.sorted { $0.key < $1.key }.map { "\(inner)\(JSON.string($0.key).text): \($0.value.lines(indent: inner))" }
      return "{\n" + lines.joined(separator: ",\n") + "\n\(indent)}"
    default: return text
    }
  }
}

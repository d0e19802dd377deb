internal import JSONTree
internal import OrderedCollections

/// What a state store holds at first: AIO's `statestore.json`, an array of objects with one text each (tooling.md §4).
public enum StateSeed {
  /// The keys and values of a file, in its order.
  public static func read(_ path: String) throws(TestError) -> [(key: String, value: String)] {
    guard case .array(let entries)? = JSON(bytes: try readText(path).utf8) else { throw TestError("\(path): this is not a JSON array of objects") }
    var values: [(key: String, value: String)] = []
    for (index, entry) in entries.enumerated() {
      guard case .object(let members) = entry else { throw TestError("\(path): entry \(index + 1) is not an object, such as {\"key\": \"value\"}") }
      for (key, value) in members.sorted(by: { $0.key < $1.key }) {
        guard !key.isEmpty else { throw TestError("\(path): entry \(index + 1) has an empty key") }
        guard case .string(let text) = value else { throw TestError("\(path): the value of \"\(key)\" is not a text") }
        values.append((key, text))
      }
    }
    return values
  }
}

internal import JSONTree
internal import OrderedCollections

/// The way to a field: `Payload."Tag.10".Value`.
struct FieldPath: Hashable {
  var segments: [String]
  /// The place of the `*`, if there is one.
  var wildcard: Int?

  init(_ segments: [String], wildcard: Int? = nil) {
    self.segments = segments
    self.wildcard = wildcard
  }

  /// A segment that starts with a quotation mark, single or double, goes to the next one; any other to the next dot.
  ///
  /// The error says what is wrong with the text.
  init(parsing text: some StringProtocol) throws(FieldPathError) {
    segments = []
    var rest = String(text).unicodeScalars[...]
    while true {
      if let quote = rest.first, quote == "\"" || quote == "'" {
        rest.removeFirst()
        guard let end = rest.firstIndex(of: quote) else { throw FieldPathError(message: "the path `\(text)` has a quoted segment without an end") }
        segments.append(String(rest[..<end]))
        rest = rest[rest.index(after: end)...]
        guard rest.isEmpty || rest.first == "." else { throw FieldPathError(message: "in the path `\(text)`, a dot or the end is expected after a quoted segment") }
      } else {
        let segment = String(rest.prefix { $0 != "." })
        guard !segment.isEmpty else { throw FieldPathError(message: "the path `\(text)` has an empty segment") }
        if segment == "*" {
          guard wildcard == nil else { throw FieldPathError(message: "the path `\(text)` has more than one `*`") }
          wildcard = segments.count
        } else if segment.contains("*") {
          throw FieldPathError(message: "in the path `\(text)`, `*` is only part of a segment: it stands for whole ones, or the segment is quoted")
        }
        segments.append(segment)
        rest = rest.dropFirst(segment.unicodeScalars.count)
      }
      if rest.isEmpty { return }
      rest.removeFirst()
    }
  }

  /// The field in a value; nil if it is not there.
  func find(in value: JSON) -> JSON? { Self.find(segments[...], in: value) }

  static func find(_ segments: ArraySlice<String>, in value: JSON) -> JSON? {
    var value = value
    for segment in segments {
      guard let member = value[segment] else { return nil }
      value = member
    }
    return value
  }

  /// Sets a field, and makes the objects around it. What is there and is no object gives way.
  static func set(_ segments: ArraySlice<String>, to value: JSON, in members: inout OrderedDictionary<String, JSON>) {
    guard let first = segments.first else { return }
    guard segments.count > 1 else { return members[first] = value }
    var inner: OrderedDictionary<String, JSON> = [:]
    if case .object(let there)? = members[first] {
      inner = there
      // So that it is changed in its place and not copied.
      members[first] = .null
    }
    set(segments.dropFirst(), to: value, in: &inner)
    members[first] = .object(inner)
  }
}

struct FieldPathError: Error {
  let message: String
}

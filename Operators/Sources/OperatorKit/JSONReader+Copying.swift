extension JSONReader {
  /// Copies the next value in one form: no space, strings with the fewest escapes, numbers as `JSONWriter` writes them, and objects'
  /// members ordered by their keys' UTF-8; of members with one key the last counts. This is how serde_json writes what it has read.
  public mutating func copy(to writer: inout JSONWriter) throws(Failure) {
    switch try kind() {
    case .null:
      _ = try null()
      writer.null()
    case .bool: writer.value(try bool())
    case .string: writer.value(try string())
    case .number:
      switch try number() {
      case .integer(let value): writer.value(value)
      case .unsigned(let value): writer.value(value)
      case .double(let value): writer.value(value)
      }
    case .array:
      writer.beginArray()
      try beginArray()
      while try nextElement() { try copy(to: &writer) }
      writer.endArray()
    case .object:
      writer.beginObject()
      for member in try members() {
        writer.key(member.key)
        var value = member.value
        try value.copy(to: &writer)
      }
      writer.endObject()
    }
  }

  /// The next object's members, ordered by their keys' UTF-8, each with a reader at its value; of members with one key the last counts.
  public mutating func members() throws(Failure) -> [(key: JSONText, value: JSONReader)] {
    var members: [(key: JSONText, value: JSONReader)] = []
    var isOrdered = true
    try beginObject()
    while let key = try nextKey() {
      if let last = members.last, !last.key.precedes(key) { isOrdered = false }
      members.append((key: key, value: self))
      try skip()
    }
    if isOrdered { return members }
    members.sort { $0.key.precedes($1.key) || ($0.key == $1.key && $0.value.offset < $1.value.offset) }
    var ordered: [(key: JSONText, value: JSONReader)] = []
    for member in members {
      if let last = ordered.last, last.key == member.key { ordered.removeLast() }
      ordered.append(member)
    }
    return ordered
  }
}

extension JSONText {
  /// Whether this comes before another, by the strings' UTF-8.
  public func precedes(_ other: JSONText) -> Bool {
    withUTF8 { mine in
      other.withUTF8 { theirs in
        for index in 0..<min(mine.count, theirs.count) where mine[index] != theirs[index] { return mine[index] < theirs[index] }
        return mine.count < theirs.count
      }
    }
  }
}

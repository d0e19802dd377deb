/// What AIO's state store answers: the payload of the response (host-apis.md §4).
public enum StateStoreReply: Hashable, Sendable {
  case ok
  /// The value, or nil if the key is absent.
  case value([UInt8]?)
  /// How many keys were deleted, or how many observers are gone; −1 if a condition was not met.
  case count(Int64)
  case refused(String)

  public var encoded: [UInt8] {
    switch self {
    case .ok: RESP.simple("OK").encoded
    case .value(let value): RESP.bulk(value).encoded
    case .count(let count): RESP.integer(count).encoded
    case .refused(let text): RESP.error("ERR \(text)").encoded
    }
  }

  /// - Throws: `.protocol` if the payload is no answer of a state store's.
  public init(parsing payload: [UInt8]) throws(StateStoreError) {
    // AIO's documentation prints an unmet condition without the colon; its clients know it with.
    if payload == "-1\r\n".bytes {
      self = .count(-1)
      return
    }
    switch try? RESP(parsing: payload) {
    case .simple("OK"): self = .ok
    case .bulk(let value): self = .value(value)
    case .integer(let count): self = .count(count)
    case .error(let text) where text.hasPrefix("ERR "): self = .refused(String(text.dropFirst(4)))
    case .simple, .error, .array, nil: throw .protocol
    }
  }
}

/// What the store tells those who observe a key (host-apis.md §4).
public enum StateStoreNotification: Hashable, Sendable {
  case set([UInt8])
  case deleted

  public var encoded: [UInt8] {
    switch self {
    case .set(let value): RESP.array(["NOTIFY".bytes, "SET".bytes, "VALUE".bytes, value]).encoded
    case .deleted: RESP.array(["NOTIFY".bytes, "DELETE".bytes]).encoded
    }
  }

  /// - Throws: `.protocol` if the payload is no notification.
  public init(parsing payload: [UInt8]) throws(StateStoreError) {
    guard case .array(let words)? = try? RESP(parsing: payload), words.first == "NOTIFY".bytes else { throw .protocol }
    if words.count == 4, words[1] == "SET".bytes, words[2] == "VALUE".bytes {
      self = .set(words[3])
    } else if words.count == 2, words[1] == "DELETE".bytes || words[1] == "DEL".bytes {
      self = .deleted
    } else {
      throw .protocol
    }
  }
}

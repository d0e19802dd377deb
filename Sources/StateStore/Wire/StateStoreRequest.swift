/// A request to AIO's state store: the payload of the MQTT message (host-apis.md §4).
public enum StateStoreRequest: Hashable, Sendable {
  /// `expiresIn` is in milliseconds.
  case set(key: [UInt8], value: [UInt8], SetOptions.Condition, expiresIn: UInt64?)
  case get(key: [UInt8])
  /// `DEL`, or `VDEL` with the value that the key must have.
  case delete(key: [UInt8], expecting: [UInt8]?)
  /// `KEYNOTIFY`: the client wants to hear of every change of the key, or no longer.
  case observe(key: [UInt8], isOn: Bool)

  public var encoded: [UInt8] { RESP.array(words).encoded }

  private var words: [[UInt8]] {
    switch self {
    case .set(let key, let value, let condition, let expiry):
      let suffix: [String] =
        switch condition {
        case .always: []
        case .ifAbsent: ["NX"]
        case .ifEqualOrAbsent: ["NEX"]
        }
      return ["SET".bytes, key, value] + suffix.map(\.bytes) + (expiry.map { ["PX".bytes, "\($0)".bytes] } ?? [])
    case .get(let key): return ["GET".bytes, key]
    case .delete(let key, nil): return ["DEL".bytes, key]
    case .delete(let key, let value?): return ["VDEL".bytes, key, value]
    case .observe(let key, let isOn): return ["KEYNOTIFY".bytes, key] + (isOn ? [] : ["STOP".bytes])
    }
  }

  /// - Throws: `.request` with the words that AIO's store answers.
  public init(parsing payload: [UInt8]) throws(StateStoreError) {
    guard case .array(var words)? = try? RESP(parsing: payload) else { throw .request("syntax error") }
    guard !words.isEmpty else { throw .request("unknown command") }
    let command = words.removeFirst().uppercased
    let wanted: ClosedRange<Int>
    switch command {
    case "SET": wanted = 2...5
    case "GET", "DEL": wanted = 1...1
    case "VDEL": wanted = 2...2
    case "KEYNOTIFY": wanted = 1...2
    default: throw .request("unknown command")
    }
    guard wanted.contains(words.count) else { throw .request("wrong number of arguments") }
    guard !words[0].isEmpty else { throw .request("the key length is zero") }
    switch command {
    case "SET": self = try Self.set(words)
    case "GET": self = .get(key: words[0])
    case "DEL": self = .delete(key: words[0], expecting: nil)
    case "VDEL": self = .delete(key: words[0], expecting: words[1])
    default:
      guard words.count == 1 || words[1].uppercased == "STOP" else { throw .request("syntax error") }
      self = .observe(key: words[0], isOn: words.count == 1)
    }
  }

  private static func set(_ words: [[UInt8]]) throws(StateStoreError) -> StateStoreRequest {
    var condition: SetOptions.Condition?, expiry: UInt64?
    var options = words.dropFirst(2)
    while let option = options.popFirst() {
      switch option.uppercased {
      case "NX" where condition == nil: condition = .ifAbsent
      case "NEX" where condition == nil: condition = .ifEqualOrAbsent
      case "PX" where expiry == nil:
        guard let count = options.popFirst(), let milliseconds = UInt64(String(decoding: count, as: UTF8.self)), milliseconds > 0 else {
          throw .request("syntax error")
        }
        expiry = milliseconds
      default: throw .request("syntax error")
      }
    }
    return .set(key: words[0], value: words[1], condition ?? .always, expiresIn: expiry)
  }
}

extension String {
  var bytes: [UInt8] { Array(utf8) }
}

extension [UInt8] {
  /// AIO's documentation writes commands in both cases.
  fileprivate var uppercased: String { count > 16 ? "" : String(decoding: self, as: UTF8.self).uppercased() }
}

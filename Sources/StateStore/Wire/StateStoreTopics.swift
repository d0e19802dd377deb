/// The topics of AIO's state store (host-apis.md §4).
public enum StateStoreTopics {
  /// The name of the store within the topics, which is the same everywhere.
  static let identifier = "FA9AE35F-2F64-47CD-9BFF-08E2B32A0FE8"

  /// Where requests go.
  public static let request = "statestore/v1/\(identifier)/command/invoke"

  /// Where a client wants its answers.
  public static func response(clientID: String) -> String { "clients/\(clientID)/services/\(request)/response" }

  /// Where a client hears of changes of a key.
  public static func notification(clientID: String, key: [UInt8]) -> String {
    "clients/statestore/v1/\(identifier)/\(hexadecimal(clientID.utf8))/command/notify/\(hexadecimal(key))"
  }

  /// Where a client hears of changes of all keys that it observes.
  public static func notifications(clientID: String) -> String { notification(clientID: clientID, key: []) + "+" }

  /// The key that a notification's topic names; nil if it is no such topic.
  public static func key(ofNotification topic: String, clientID: String) -> [UInt8]? {
    let prefix = notification(clientID: clientID, key: [])
    guard topic.hasPrefix(prefix) else { return nil }
    let digits = Array(topic.utf8.dropFirst(prefix.utf8.count))
    guard !digits.isEmpty, digits.count.isMultiple(of: 2) else { return nil }
    var key: [UInt8] = []
    for index in stride(from: 0, to: digits.count, by: 2) {
      guard let byte = UInt8(String(decoding: digits[index..<(index + 2)], as: UTF8.self), radix: 16) else { return nil }
      key.append(byte)
    }
    return key
  }

  private static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }
}

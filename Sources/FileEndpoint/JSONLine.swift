internal import Dataflow
internal import EndpointKit

/// One item as a line of JSON:
///
///     {"source":"scratch-1.jpg","topic":"probe/1","timestamp":"001696374425000:00000:millrace","payload":{"result":"ok"}}
///
/// The payload is itself if it is JSON in UTF-8, a string if it is other UTF-8, and otherwise `{"base64":"…"}`. Where there are user properties, they
/// stand before it, `"userProperties":[["key","value"]]`, since keys may repeat.
enum JSONLine {
  /// - Parameter keepsBytes: whether a payload that is JSON is a string too, so that nothing of it is lost.
  static func append(_ item: Item, keepsBytes: Bool = false, to line: inout [UInt8]) {
    if case .message(let message) = item.data {
      append(message, of: item.origin, keepsBytes: keepsBytes, to: &line)
    } else {
      append(item.outgoingMessage, of: item.origin, keepsBytes: keepsBytes, to: &line)
    }
  }

  private static func append(_ message: borrowing Message, of origin: borrowing Origin, keepsBytes: Bool, to line: inout [UInt8]) {
    append(#"{"source":""#, to: &line)
    appendEscaped(origin.base, to: &line)
    if let number = origin.number {
      line.append(UInt8(ascii: ":"))
      line.appendDecimal(number)
    }
    append(#"","topic":"#, to: &line)
    if (try? UTF8Span(validating: message.topic.span)) != nil {
      appendString(message.topic, to: &line)
    } else {
      appendString(String(decoding: message.topic, as: UTF8.self), to: &line)
    }
    append(#","timestamp":""#, to: &line)
    message.timestamp.appendTime(to: &line)
    appendEscaped(message.timestamp.nodeID, to: &line)
    line.append(UInt8(ascii: "\""))
    if !message.userProperties.isEmpty { appendProperties(message.userProperties, to: &line) }
    append(#","payload":"#, to: &line)
    appendPayload(message.payload, keepsBytes: keepsBytes, to: &line)
    append("}\n", to: &line)
  }

  private static func appendProperties(_ properties: [UserProperty], to line: inout [UInt8]) {
    append(#","userProperties":["#, to: &line)
    for (number, property) in properties.enumerated() {
      append(number == 0 ? "[" : ",[", to: &line)
      appendString(property.key, to: &line)
      line.append(UInt8(ascii: ","))
      appendString(property.value, to: &line)
      line.append(UInt8(ascii: "]"))
    }
    line.append(UInt8(ascii: "]"))
  }

  private static func appendPayload(_ payload: [UInt8], keepsBytes: Bool, to line: inout [UInt8]) {
    if (try? UTF8Span(validating: payload.span)) == nil {
      append(#"{"base64":""#, to: &line)
      appendBase64(payload, to: &line)
      append(#""}"#, to: &line)
    } else if keepsBytes || !JSONText.appendCompact(payload, to: &line) {
      appendString(payload, to: &line)
    }
  }

  private static func append(_ text: StaticString, to line: inout [UInt8]) {
    line.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  /// A JSON string.
  private static func appendString(_ text: String, to line: inout [UInt8]) {
    line.append(UInt8(ascii: "\""))
    appendEscaped(text, to: &line)
    line.append(UInt8(ascii: "\""))
  }

  /// A JSON string of UTF-8 bytes.
  static func appendString(_ text: [UInt8], to line: inout [UInt8]) {
    line.append(UInt8(ascii: "\""))
    text.withUnsafeBufferPointer { appendEscaped($0, to: &line) }
    line.append(UInt8(ascii: "\""))
  }

  private static func appendEscaped(_ text: String, to line: inout [UInt8]) {
    var text = text
    text.withUTF8 { appendEscaped($0, to: &line) }
  }

  /// What stands between a string's quotes.
  private static func appendEscaped(_ text: UnsafeBufferPointer<UInt8>, to line: inout [UInt8]) {
    /// Of what has not been appended yet.
    var start = 0
    for (index, byte) in text.enumerated() where byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte == 0x7F {
      line.append(contentsOf: UnsafeBufferPointer(rebasing: text[start..<index]))
      appendEscape(byte, to: &line)
      start = index + 1
    }
    line.append(contentsOf: UnsafeBufferPointer(rebasing: text[start...]))
  }

  private static func appendEscape(_ byte: UInt8, to line: inout [UInt8]) {
    switch byte {
    case UInt8(ascii: "\n"): append(#"\n"#, to: &line)
    case UInt8(ascii: "\r"): append(#"\r"#, to: &line)
    case UInt8(ascii: "\t"): append(#"\t"#, to: &line)
    case 0..<0x20, 0x7F:
      append(#"\u00"#, to: &line)
      line.append(hexDigits[Int(byte >> 4)])
      line.append(hexDigits[Int(byte & 15)])
    default:
      line.append(UInt8(ascii: "\\"))
      line.append(byte)
    }
  }

  /// RFC 4648 §4, padded.
  static func appendBase64(_ bytes: [UInt8], to line: inout [UInt8]) {
    line.reserveCapacity(line.count + (bytes.count + 2) / 3 * 4)
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let count = min(3, bytes.count - start)
      var group: UInt32 = 0
      for offset in 0..<3 { group = group << 8 | (offset < count ? UInt32(bytes[start + offset]) : 0) }
      for digit in 0..<4 {
        line.append(digit <= count ? base64Digits[Int(group >> UInt32(18 - 6 * digit)) & 63] : UInt8(ascii: "="))
      }
    }
  }

  private static let hexDigits = Array("0123456789abcdef".utf8)
  private static let base64Digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
}

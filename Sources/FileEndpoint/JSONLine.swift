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
    let message = item.outgoingMessage
    line += #"{"source":"#.utf8
    appendString(item.origin.name.utf8, to: &line)
    line += #","topic":"#.utf8
    appendString(String(decoding: message.topic, as: UTF8.self).utf8, to: &line)
    line += #","timestamp":"#.utf8
    appendString(message.timestamp.text.utf8, to: &line)
    if !message.userProperties.isEmpty { appendProperties(message.userProperties, to: &line) }
    line += #","payload":"#.utf8
    appendPayload(message.payload, keepsBytes: keepsBytes, to: &line)
    line += "}\n".utf8
  }

  private static func appendProperties(_ properties: [UserProperty], to line: inout [UInt8]) {
    line += #","userProperties":["#.utf8
    for (number, property) in properties.enumerated() {
      line += (number == 0 ? "[" : ",[").utf8
      appendString(property.key.utf8, to: &line)
      line.append(UInt8(ascii: ","))
      appendString(property.value.utf8, to: &line)
      line.append(UInt8(ascii: "]"))
    }
    line.append(UInt8(ascii: "]"))
  }

  private static func appendPayload(_ payload: [UInt8], keepsBytes: Bool, to line: inout [UInt8]) {
    if (try? UTF8Span(validating: payload.span)) == nil {
      line += #"{"base64":""#.utf8
      appendBase64(payload, to: &line)
      line += #""}"#.utf8
    } else if keepsBytes || !JSONText.appendCompact(payload, to: &line) {
      appendString(payload, to: &line)
    }
  }

  /// A JSON string of UTF-8 bytes.
  static func appendString(_ text: some Sequence<UInt8>, to line: inout [UInt8]) {
    line.append(UInt8(ascii: "\""))
    for byte in text {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"):
        line.append(UInt8(ascii: "\\"))
        line.append(byte)
      case UInt8(ascii: "\n"): line += #"\n"#.utf8
      case UInt8(ascii: "\r"): line += #"\r"#.utf8
      case UInt8(ascii: "\t"): line += #"\t"#.utf8
      case 0..<0x20, 0x7F:
        line += #"\u00"#.utf8
        line.append(hexDigits[Int(byte >> 4)])
        line.append(hexDigits[Int(byte & 15)])
      default: line.append(byte)
      }
    }
    line.append(UInt8(ascii: "\""))
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

import ComponentModel

/// Puts binaries together byte by byte, for what no well-behaved tool would write.
enum Assembler {
  static let preamble: [UInt8] = [0x00, 0x61, 0x73, 0x6d, 0x0d, 0x00, 0x01, 0x00]
  static let corePreamble: [UInt8] = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00]

  static func leb(_ value: Int) -> [UInt8] {
    var result: [UInt8] = []
    var rest = value
    while rest > 0x7f {
      result.append(UInt8(rest & 0x7f) | 0x80)
      rest >>= 7
    }
    return result + [UInt8(rest)]
  }

  /// A type index where a value type is expected: a signed number, so that bit 6 of the last byte must be clear.
  static func typeIndex(_ index: Int) -> [UInt8] { [UInt8(index & 0x7f) | 0x80] + leb(index >> 7) }

  static func name(_ text: String) -> [UInt8] { leb(text.utf8.count) + Array(text.utf8) }

  static func vector(_ items: [[UInt8]]) -> [UInt8] { leb(items.count) + items.flatMap { $0 } }

  static func section(_ identifier: UInt8, _ contents: [UInt8]) -> [UInt8] { [identifier] + leb(contents.count) + contents }

  /// A component with these sections.
  static func component(_ sections: [UInt8]...) -> [UInt8] { preamble + sections.flatMap { $0 } }

  /// Section 7 with these types.
  static func types(_ items: [UInt8]...) -> [UInt8] { section(7, vector(items)) }
}

/// The error that `body` throws; nil where it succeeds.
func componentError(_ body: () throws(ComponentError) -> Void) -> ComponentError? {
  do {
    try body()
    return nil
  } catch {
    return error
  }
}

func decodingError(_ bytes: [UInt8]) -> ComponentError? {
  componentError { () throws(ComponentError) in _ = try ComponentFile(decoding: bytes) }
}

/// The error of resolving the types of a component that decodes.
func resolutionError(_ bytes: [UInt8]) -> ComponentError? {
  componentError { () throws(ComponentError) in _ = try ComponentSignature(try ComponentFile(decoding: bytes).component) }
}

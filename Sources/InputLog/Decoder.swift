internal import Dataflow

/// Why an entry's content does not make sense.
struct DecodingFailure: Error {
  let message: String
  init(_ message: String) { self.message = message }
}

/// Takes an entry apart. Nothing that the bytes say makes it read beyond their end, or allocate more than they are.
struct Decoder {
  private var rest: ArraySlice<UInt8>

  init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

  var isAtEnd: Bool { rest.isEmpty }

  private mutating func take(_ count: Int) throws(DecodingFailure) -> ArraySlice<UInt8> {
    guard count <= rest.count else { throw DecodingFailure("it ends where \(count) more bytes should be") }
    defer { rest = rest.dropFirst(count) }
    return rest.prefix(count)
  }

  mutating func read<Number: FixedWidthInteger>(_: Number.Type) throws(DecodingFailure) -> Number {
    var number: Number = 0
    for (index, byte) in try take(Number.bitWidth / 8).enumerated() { number |= Number(truncatingIfNeeded: byte) << Number(8 * index) }
    return number
  }

  mutating func readBool() throws(DecodingFailure) -> Bool {
    let byte = try read(UInt8.self)
    guard byte <= 1 else { throw DecodingFailure("\(byte) is neither true nor false") }
    return byte == 1
  }

  mutating func readBytes() throws(DecodingFailure) -> [UInt8] { Array(try take(Int(try read(UInt32.self)))) }

  mutating func readString() throws(DecodingFailure) -> String {
    guard let text = String(validating: try take(Int(try read(UInt32.self))), as: UTF8.self) else { throw DecodingFailure("a text is not UTF-8") }
    return text
  }

  mutating func readWallTime() throws(DecodingFailure) -> WallTime {
    WallTime(seconds: try read(UInt64.self), nanoseconds: try read(UInt32.self))
  }

  mutating func readTimestamp() throws(DecodingFailure) -> Timestamp {
    Timestamp(try readWallTime(), counter: try read(UInt64.self), nodeID: try readString())
  }

  mutating func readArray<Element>(_ body: (inout Decoder) throws(DecodingFailure) -> Element) throws(DecodingFailure) -> [Element] {
    let count = try read(UInt32.self)
    var elements: [Element] = []
    // Each has a byte at least, so that the bytes end before the memory does.
    for _ in 0..<count { elements.append(try body(&self)) }
    return elements
  }

  mutating func readOptional<Element>(_ body: (inout Decoder) throws(DecodingFailure) -> Element) throws(DecodingFailure) -> Element? {
    try readBool() ? try body(&self) : nil
  }
}

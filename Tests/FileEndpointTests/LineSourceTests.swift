import EndpointKit
import FileEndpoint
import Testing

@testable import struct FileEndpoint.LineSplitter

@Test func aFileIsOneMessage() throws {
  let scratch = Scratch()
  scratch.write("a.json", "{\n}\n")
  #expect(try drain(scratch.input("a.json").open()) == [.item(name: "a.json", topic: "probe/1", payload: "{\n}\n")])
  scratch.write("big", "12345")
  var input = scratch.input("big")
  input.payloadLimit = 4
  #expect(failure { () throws(EndpointError) in try input.open().next(atMost: 1) }?.code == .tooLarge)
}

@Test func eachLineIsAMessage() throws {
  let scratch = Scratch()
  scratch.write("a.jsonl", "{\"a\":1}\r\n\n  \n[2]\n123456789\n\"end\"")
  var input = scratch.input("a.jsonl")
  input.payloadLimit = 8
  #expect(
    try drain(input.open()) == [
      .item(name: "a.jsonl:1", topic: "probe/1", payload: "{\"a\":1}"), .item(name: "a.jsonl:4", topic: "probe/1", payload: "[2]"),
      .refused(.tooLarge, "a.jsonl:5"), .item(name: "a.jsonl:6", topic: "probe/1", payload: "\"end\""),
    ])
}

@Test func anEmptyFileOfLinesFinishes() throws {
  let scratch = Scratch()
  scratch.write("a.jsonl", "")
  scratch.write("b.jsonl", "\n\r\n\n")
  #expect(try drain(scratch.input("a.jsonl").open()).isEmpty)
  #expect(try drain(scratch.input("b.jsonl").open()).isEmpty)
}

@Test(arguments: ["", "\n", "a", "a\n", "\na", "a\n\nb\r\n\r\nccc\r", "aaaa\naaaaa\naaaa\r\naaaaa\r\n aaaaaaaaaaaaaaaa\n\tx\n", "aaaa\r", "\r\r\n"])
func splittingDoesNotDependOnHowTheTextIsRead(_ text: String) {
  let bytes = Array(text.utf8)
  let limit = 4
  var expected: [LineSplitter.Line] = []
  for (index, line) in text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
    var payload = Array(String(line).utf8)
    if payload.last == UInt8(ascii: "\r") { payload.removeLast() }
    if payload.allSatisfy({ $0 == 0x20 || $0 == 0x09 }) { continue }
    expected.append(LineSplitter.Line(number: index + 1, payload: payload.count > limit ? nil : payload))
  }
  for pieceSize in 1...8 {
    for readSize in 1...pieceSize {
      var splitter = LineSplitter(limit: limit, pieceSize: pieceSize)
      var position = 0
      var lines: [LineSplitter.Line] = []
      while true {
        if let line = splitter.next() {
          lines.append(line)
          continue
        }
        if splitter.isFinished { break }
        splitter.fill { buffer in
          let count = min(readSize, bytes.count - position)
          buffer.copyBytes(from: bytes[position..<position + count])
          position += count
          return count
        }
      }
      #expect(lines == expected, "\(pieceSize) \(readSize)")
    }
  }
}

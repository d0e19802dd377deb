import Testing

@testable import WASI

struct LineBufferTests {
  let world = World()

  func lines(_ parts: String..., limit: Int) -> [String] {
    var configuration = world.configuration
    configuration.maximumLineLength = limit
    let buffer = LineBuffer(.stdout, configuration)
    for part in parts { buffer.append(Array(part.utf8)) }
    buffer.flush()
    return world.lines.map { String($0.dropFirst("stdout: ".count)) }
  }

  @Test func `a line longer than the limit is split`() { #expect(lines("abcdefghij\nk", limit: 4) == ["abcd", "efgh", "ij", "k"]) }

  @Test func `a line as long as the limit is one line`() { #expect(lines("abcd\nefgh\n", limit: 4) == ["abcd", "efgh"]) }

  @Test func `a carriage return before a line end is part of it, and others are not`() { #expect(lines("a\r\n\rb\r\n\r\n", limit: 9) == ["a", "\rb", ""]) }

  @Test func `a split does not cut a character`() {
    #expect(lines("abcé…😀z", limit: 4) == ["abc", "é", "…", "😀", "z"])
    #expect("😀".utf8.count == 4)
  }

  @Test func `a character may come in parts`() {
    let buffer = LineBuffer(.stderr, world.configuration)
    for byte in "é\n".utf8 { buffer.append([byte]) }
    #expect(world.lines == ["stderr: é"])
  }

  @Test func `bytes that are not UTF-8 come out with replacement characters, and are split all the same`() {
    var configuration = world.configuration
    configuration.maximumLineLength = 4
    let buffer = LineBuffer(.stdout, configuration)
    buffer.append([UInt8](repeating: 0x80, count: 9))
    buffer.append([0xff, 0xff, 0xff, 0x0a])
    buffer.append([UInt8](repeating: 0xf0, count: 9))
    buffer.flush()
    #expect(world.lines.allSatisfy { $0.utf8.count <= "stdout: ".utf8.count + 4 * 3 })
    #expect(world.lines.joined().unicodeScalars.filter { $0 == "\u{fffd}" }.count == 21)
  }

  @Test func `a limit too small to hold a character is raised`() { #expect(lines("😀😀", limit: 0) == ["😀", "😀"]) }
}

internal import Glibc

/// Splits what is read in pieces into lines, without ever holding more than a piece and one line.
///
/// Lines end with LF or CR LF, the last one also with the end of the text. Blank lines are left out but counted.
struct LineSplitter {
  struct Line: Hashable {
    /// From 1.
    var number: Int
    /// Without its end; nil when it is longer than the limit.
    var payload: [UInt8]?
  }

  /// The most bytes on a line.
  let limit: Int
  private(set) var isFinished = false
  private var piece: [UInt8] = []
  private var position = 0
  /// The beginning of a line whose end is not in the piece; nil when it is too long already.
  private var start: [UInt8]? = []
  private var number = 0
  private let pieceSize: Int

  init(limit: Int, pieceSize: Int = 1 << 16) {
    self.limit = limit
    self.pieceSize = pieceSize
  }

  /// Reads the next piece, to be called when there is no line left; 0 bytes read are the end of the text.
  mutating func fill<Failure: Error>(_ read: (UnsafeMutableRawBufferPointer) throws(Failure) -> Int) throws(Failure) {
    if piece.count < pieceSize { piece = Array(repeating: 0, count: pieceSize) }
    var count = 0
    var failure: Failure?
    piece.withUnsafeMutableBytes { buffer in
      do throws(Failure) { count = try read(buffer) } catch { failure = error }
    }
    if let failure { throw failure }
    end = count
    position = 0
    isFinished = count == 0
  }

  private var end = 0

  /// The next line, or nil when more has to be read, or all is.
  mutating func next() -> Line? {
    while true {
      guard let newline = nextNewline else {
        keep(to: end)
        position = end
        if !isFinished { return nil }
        // The end of the text ends the last line; after it, there are none.
        let isEmpty = start?.isEmpty ?? false
        return isEmpty ? nil : takeLine()
      }
      keep(to: newline)
      position = newline + 1
      if let line = takeLine() { return line }
    }
  }

  private var nextNewline: Int? {
    piece.withUnsafeBytes { piece in
      guard let base = piece.baseAddress, let found = memchr(base + position, 0x0A, end - position) else { return nil }
      return UnsafeRawPointer(found) - base
    }
  }

  /// Adds to the line begun. One byte more than the limit may turn out to be a CR.
  private mutating func keep(to end: Int) {
    guard let kept = start?.count else { return }
    if kept + end - position > limit + 1 {
      start = nil
    } else if kept == 0 {
      start = Array(piece[position..<end])
    } else {
      start? += piece[position..<end]
    }
  }

  /// Ends the line begun; nil if it is blank.
  private mutating func takeLine() -> Line? {
    number += 1
    guard var line = start else {
      start = []
      return Line(number: number, payload: nil)
    }
    start = []
    if line.last == UInt8(ascii: "\r") { line.removeLast() }
    if line.count > limit { return Line(number: number, payload: nil) }
    let isBlank = line.allSatisfy { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
    return isBlank ? nil : Line(number: number, payload: line)
  }
}

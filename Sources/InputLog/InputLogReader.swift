internal import Dataflow

/// Reads a recording, entry by entry, with little of it in memory.
public struct InputLogReader: ~Copyable, Sendable {
  /// How a recording ends.
  public enum End: Hashable, Sendable {
    /// With the run's own end.
    case complete
    /// Behind the last whole entry, at this byte: the process that wrote it was killed.
    case cutOff(at: UInt64)
  }

  public let header: LogHeader
  /// Nil before ``next()`` has returned nil.
  public private(set) var end: End?
  /// How many items have been read.
  public private(set) var itemCount: UInt64 = 0
  private var frames: FrameReader
  private let receivedAt: @Sendable () -> UInt64

  /// Opens a recording and reads its header.
  ///
  /// - Parameter receivedAt: monotonic nanoseconds, for ``Origin/receivedAt``.
  public init(path: String, receivedAt: @escaping @Sendable () -> UInt64 = { 0 }) throws(InputLogError) {
    var frames = try FrameReader(path: path)
    header = try Self.header(&frames)
    self.frames = frames
    self.receivedAt = receivedAt
  }

  private static func header(_ frames: inout FrameReader) throws(InputLogError) -> LogHeader {
    guard let frame = try frames.next() else {
      throw InputLogError(.notARecording, frames.path, at: frames.offset, "The recording ends in the middle of its header: there is nothing in it.")
    }
    guard frame.kind == .header else { throw InputLogError(.damaged, frames.path, at: frame.offset, "The recording does not begin with its header.") }
    return try decode(frame, frames.path) { (decoder) throws(DecodingFailure) in try LogHeader(from: &decoder) }
  }

  public var path: String { frames.path }
  /// Of the file, in bytes.
  public var size: UInt64 { frames.size }
  /// How much of it has been read.
  public var offset: UInt64 { frames.offset }

  /// The next entry; nil at the recording's end. Throws where an entry is damaged: what came before it is good.
  public mutating func next() throws(InputLogError) -> LogEntry? {
    if end != nil { return nil }
    guard let frame = try frames.next() else {
      end = .cutOff(at: frames.offset)
      return nil
    }
    let sources = header.sources.count, receivedAt = receivedAt
    func read(_ input: @escaping (inout Decoder) throws(DecodingFailure) -> Intake.Input) throws(InputLogError) -> LogEntry {
      try Self.decode(frame, path) { (decoder) throws(DecodingFailure) in
        let source = Int(try decoder.read(UInt32.self)), time = try decoder.readWallTime()
        guard source < sources else { throw DecodingFailure("it is of source number \(source), but the header names \(sources)") }
        guard time.nanoseconds < 1_000_000_000 else { throw DecodingFailure("its time has \(time.nanoseconds) nanoseconds in a second") }
        return LogEntry(source: source, time: time, input: try input(&decoder))
      }
    }
    switch frame.kind {
    case .item:
      let entry = try read { (decoder) throws(DecodingFailure) in .items([try decoder.readItem(receivedAt: receivedAt())]) }
      itemCount += 1
      return entry
    case .idle: return try read { _ in .idle }
    case .makeRoom: return try read { _ in .makeRoom }
    case .close: return try read { _ in .close }
    case .assign:
      return try read { (decoder) throws(DecodingFailure) in
        .assign(try decoder.readArray { (decoder) throws(DecodingFailure) in Int(try decoder.read(Int64.self)) })
      }
    case .end:
      end = .complete
      return nil
    case .header: throw InputLogError(.damaged, path, at: frame.offset, "There is a second header in the middle of the recording.")
    }
  }

  private static func decode<Value>(
    _ frame: FrameReader.Frame, _ path: String, _ body: (inout Decoder) throws(DecodingFailure) -> Value
  ) throws(InputLogError) -> Value {
    var decoder = Decoder(frame.content)
    do throws(DecodingFailure) {
      let value = try body(&decoder)
      guard decoder.isAtEnd else { throw DecodingFailure("it has more bytes than belong to it") }
      return value
    } catch {
      throw InputLogError(.damaged, path, at: frame.offset, "The entry is damaged: \(error.message).")
    }
  }
}

/// The recording of a run's input: everything that decides what the run puts out, in the order in which the engine took it in.
///
/// The file is a signature, and then entries, each framed alike; numbers are little-endian:
///
///     "MILLRACE INPUT 1"                                    16 bytes; the number is the format's version
///     length   u32    of what follows the checksum
///     checksum u32    CRC-32 (IEEE 802.3) of what follows
///     kind     u8     0 header, first and only once; 1 item, 2 idle, 3 make room, 4 close, 5 assign; 6 end, last
///     content         by kind; texts and byte strings have their length before them, u32
///
/// Entries are written before the engine sees what they say, whole, and one after the other. So a file whose writer was killed is good up to its last
/// whole entry.
public enum InputLog {
  static let signature = Array("MILLRACE INPUT 1".utf8)
  /// Of an entry's length and checksum.
  static let frameSize = 8

  enum Kind: UInt8 {
    case header, item, idle, makeRoom, close, assign, end
  }
}

/// Why a recording cannot be written or read.
public struct InputLogError: Error, Hashable, Sendable, CustomStringConvertible {
  /// An open set.
  public struct Code: Hashable, Sendable {
    public let name: String
    public init(_ name: String) { self.name = name }

    /// The file cannot be opened, read or written.
    public static let unavailable = Code("unavailable")
    /// This is no recording, or one of another version.
    public static let notARecording = Code("not-a-recording")
    /// An entry is damaged.
    public static let damaged = Code("damaged")
  }

  public let code: Code
  public let path: String
  /// Where in the file, in bytes; nil where that says nothing.
  public let offset: UInt64?
  /// A full sentence.
  public let message: String

  init(_ code: Code, _ path: String, at offset: UInt64? = nil, _ message: String) {
    self.code = code
    self.path = path
    self.offset = offset
    self.message = message
  }

  public var description: String { "\(path)\(offset.map { ", byte \($0)" } ?? ""): \(message)" }
}

import COperatorKit

/// Bytes that the host holds. Reading copies them into the module; returning the buffer in a result passes them on uncopied.
public final class Buffer: WITValue {
  #if arch(wasm32)
  private static let none = UInt32.max
  private var handle: UInt32

  private init(handle: UInt32) { self.handle = handle }
  deinit {
    if handle != Buffer.none { host_buffer_drop(handle) }
  }

  /// A copy of the bytes. The buffer stays valid: it can be read again, or returned.
  public func read() -> Bytes {
    withResult(of: 8) { result in
      host_buffer_read(handle, result)
      return Bytes.lift(result)
    }
  }

  static func lift(_ memory: UnsafeMutableRawPointer) -> Buffer { Buffer(handle: UInt32.lift(memory)) }
  func lower(_ memory: UnsafeMutableRawPointer) {
    handle.lower(memory)
    handle = Buffer.none
  }
  #else
  private let bytes: Bytes

  /// A buffer for unit tests; in a module only the host makes them.
  public init(_ bytes: Bytes) { self.bytes = bytes }

  public func read() -> Bytes { Bytes(bytes.array) }

  static func lift(_ memory: UnsafeMutableRawPointer) -> Buffer { fatalError("only in a module") }
  func lower(_ memory: UnsafeMutableRawPointer) { fatalError("only in a module") }
  #endif
  static var abiSize: Int { 4 }
  static var abiAlignment: Int { 4 }
}

/// `buffer-or-bytes`: bytes of the host's or of the module's own.
public enum BufferOrBytes: WITValue, ExpressibleByStringLiteral {
  case buffer(Buffer)
  case bytes(Bytes)

  public init(stringLiteral string: String) { self = .bytes(Bytes(string)) }

  /// The bytes, copied from the host if it has them.
  public func read() -> Bytes {
    switch self {
    case .buffer(let buffer): buffer.read()
    case .bytes(let bytes): bytes
    }
  }

  static var abiSize: Int { 12 }
  static var abiAlignment: Int { 4 }
  static func lift(_ memory: UnsafeMutableRawPointer) -> Self {
    UInt8.lift(memory) == 0 ? .buffer(.lift(memory + 4)) : .bytes(.lift(memory + 4))
  }
  consuming func lower(_ memory: UnsafeMutableRawPointer) {
    switch consume self {
    case .buffer(let buffer):
      UInt8(0).lower(memory)
      buffer.lower(memory + 4)
    case .bytes(let bytes):
      UInt8(1).lower(memory)
      bytes.lower(memory + 4)
    }
  }
}

/// `buffer-or-string`: text of the host's or of the module's own.
public enum BufferOrString: WITValue, ExpressibleByStringLiteral {
  case buffer(Buffer)
  /// The UTF-8 of a string: text that is only passed on is never made a `String`.
  case utf8(Bytes)

  public init(stringLiteral string: String) { self = .string(string) }

  public static func string(_ string: String) -> BufferOrString { .utf8(Bytes(string)) }

  /// The text, copied from the host if it has it.
  public func read() -> String { readUTF8().string }

  /// The UTF-8 of the text, copied from the host if it has it.
  public func readUTF8() -> Bytes {
    switch self {
    case .buffer(let buffer): buffer.read()
    case .utf8(let bytes): bytes
    }
  }

  /// Whether the text is this; cheaper than `read() ==`.
  public static func == (text: BufferOrString, literal: StaticString) -> Bool {
    text.readUTF8().withUnsafeBytes { text in
      text.bindMemory(to: UInt8.self).isSame(as: UnsafeBufferPointer(start: literal.utf8Start, count: literal.utf8CodeUnitCount))
    }
  }

  static var abiSize: Int { 12 }
  static var abiAlignment: Int { 4 }
  static func lift(_ memory: UnsafeMutableRawPointer) -> Self {
    UInt8.lift(memory) == 0 ? .buffer(.lift(memory + 4)) : .utf8(.lift(memory + 4))
  }
  consuming func lower(_ memory: UnsafeMutableRawPointer) {
    switch consume self {
    case .buffer(let buffer):
      UInt8(0).lower(memory)
      buffer.lower(memory + 4)
    case .utf8(let bytes):
      UInt8(1).lower(memory)
      bytes.lower(memory + 4)
    }
  }
}

/// Memory in which the host leaves a result of `size` bytes.
@inline(__always) func withResult<R>(of size: Int, _ body: (UnsafeMutableRawPointer) -> R) -> R {
  withUnsafeTemporaryAllocation(byteCount: size, alignment: 8) { memory in
    guard let base = memory.baseAddress else { fatalError() }
    return body(base)
  }
}

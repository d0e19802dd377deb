import COperatorKit

/// Bytes in the module's memory, shared by reference. Receiving them from the host and returning them to it copies nothing in the module.
public final class Bytes: WITValue, ExpressibleByStringLiteral {
  private let memory: ListMemory

  /// How many there are.
  public var count: Int { memory.count }
  public var isEmpty: Bool { memory.count == 0 }

  private init(_ memory: ListMemory) { self.memory = memory }
  deinit { memory.free(stride: 1) }

  /// `count` bytes, written by `fill`; they are not set before.
  public convenience init(count: Int, _ fill: (UnsafeMutableRawBufferPointer) -> Void) {
    let base = allocate(count)
    fill(UnsafeMutableRawBufferPointer(start: base, count: count))
    if count == 0 { free(base) }
    self.init(ListMemory(base: base, count: count))
  }

  /// Takes over memory that `allocate` gave.
  init(taking base: UnsafeMutablePointer<UInt8>, count: Int) {
    if count == 0 { free(base) }
    memory = ListMemory(base: base, count: count)
  }

  /// A copy of an array.
  public convenience init(_ array: [UInt8]) {
    self.init(count: array.count) { memory in array.withUnsafeBytes { memory.copyMemory(from: $0) } }
  }

  /// The UTF-8 of a string.
  public convenience init(_ string: String) {
    var string = string
    self.init(count: string.utf8.count) { memory in string.withUTF8 { memory.copyMemory(from: UnsafeRawBufferPointer($0)) } }
  }

  /// A copy of a buffer.
  public convenience init(_ buffer: UnsafeBufferPointer<UInt8>) {
    self.init(count: buffer.count) { memory in memory.copyMemory(from: UnsafeRawBufferPointer(buffer)) }
  }

  public convenience init(stringLiteral string: String) { self.init(string) }

  public func withUnsafeBytes<R>(_ body: (UnsafeRawBufferPointer) -> R) -> R {
    body(UnsafeRawBufferPointer(start: memory.base, count: memory.count))
  }

  /// The bytes as text; what is not UTF-8 becomes U+FFFD.
  public var string: String { withUnsafeBytes { String(decoding: $0, as: UTF8.self) } }

  /// A copy of the bytes.
  public var array: [UInt8] { withUnsafeBytes { [UInt8]($0) } }

  public func equals(_ other: Bytes) -> Bool {
    withUnsafeBytes { mine in other.withUnsafeBytes { theirs in mine.elementsEqual(theirs) } }
  }

  static var abiSize: Int { 8 }
  static var abiAlignment: Int { 4 }
  static func lift(_ memory: UnsafeMutableRawPointer) -> Bytes { Bytes(ListMemory(memory)) }
  func lower(_ memory: UnsafeMutableRawPointer) {
    Outgoing.keep(self)
    self.memory.store(memory)
  }
}

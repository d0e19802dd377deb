import COperatorKit

/// A value with a memory layout in the component model's canonical ABI (wasm32, UTF-8).
///
/// Lifting takes over everything that the memory points at; lowering hands it over. All sizes fold to constants.
protocol WITValue {
  static var abiSize: Int { get }
  static var abiAlignment: Int { get }
  static func lift(_ memory: UnsafeMutableRawPointer) -> Self
  consuming func lower(_ memory: UnsafeMutableRawPointer)
}

@inline(__always) func aligned(_ offset: Int, _ alignment: Int) -> Int { (offset &+ alignment &- 1) & ~(alignment &- 1) }

/// Walks the fields of a record in memory.
struct Fields {
  private let memory: UnsafeMutableRawPointer
  private var offset = 0

  init(_ memory: UnsafeMutableRawPointer) { self.memory = memory }

  @inline(__always) private mutating func place<T: WITValue>(of _: T.Type) -> UnsafeMutableRawPointer {
    let start = aligned(offset, T.abiAlignment)
    offset = start &+ T.abiSize
    return memory + start
  }
  @inline(__always) mutating func next<T: WITValue>() -> T { T.lift(place(of: T.self)) }
  @inline(__always) mutating func put<T: WITValue>(_ value: consuming T) { value.lower(place(of: T.self)) }
}

/// Adds up the layout of a record.
struct Layout {
  private(set) var size = 0
  private(set) var alignment = 1

  @inline(__always) func field<T: WITValue>(_: T.Type) -> Layout {
    Layout(size: aligned(size, T.abiAlignment) &+ T.abiSize, alignment: max(alignment, T.abiAlignment))
  }
  var record: Layout { Layout(size: aligned(size, alignment), alignment: alignment) }

  init() {}
  private init(size: Int, alignment: Int) { (self.size, self.alignment) = (size, alignment) }
}

/// Layout of a variant whose discriminant is a byte.
@inline(__always) func variantPayload(_ alignment: Int) -> Int { aligned(1, alignment) }

// MARK: Numbers

extension UInt8: WITValue {
  static var abiSize: Int { 1 }
  static var abiAlignment: Int { 1 }
  static func lift(_ memory: UnsafeMutableRawPointer) -> UInt8 { memory.load(as: UInt8.self) }
  consuming func lower(_ memory: UnsafeMutableRawPointer) { memory.storeBytes(of: self, as: UInt8.self) }
}

extension Bool: WITValue {
  static var abiSize: Int { 1 }
  static var abiAlignment: Int { 1 }
  static func lift(_ memory: UnsafeMutableRawPointer) -> Bool { UInt8.lift(memory) != 0 }
  consuming func lower(_ memory: UnsafeMutableRawPointer) { UInt8(self ? 1 : 0).lower(memory) }
}

extension UInt32: WITValue {
  static var abiSize: Int { 4 }
  static var abiAlignment: Int { 4 }
  static func lift(_ memory: UnsafeMutableRawPointer) -> UInt32 { memory.load(as: UInt32.self) }
  consuming func lower(_ memory: UnsafeMutableRawPointer) { memory.storeBytes(of: self, as: UInt32.self) }
}

extension UInt64: WITValue {
  static var abiSize: Int { 8 }
  static var abiAlignment: Int { 8 }
  static func lift(_ memory: UnsafeMutableRawPointer) -> UInt64 { memory.load(as: UInt64.self) }
  consuming func lower(_ memory: UnsafeMutableRawPointer) { memory.storeBytes(of: self, as: UInt64.self) }
}

extension Int64: WITValue {
  static var abiSize: Int { 8 }
  static var abiAlignment: Int { 8 }
  static func lift(_ memory: UnsafeMutableRawPointer) -> Int64 { memory.load(as: Int64.self) }
  consuming func lower(_ memory: UnsafeMutableRawPointer) { memory.storeBytes(of: self, as: Int64.self) }
}

extension Bool: ComponentValue {
  public static var type: ValueType { .bool }
  @inlinable public static var shape: ValueShape { ValueShape(size: 1, alignment: 1, flatCount: 1) }
  @inlinable public static func read(from reader: inout some FieldReader) throws(ComponentError) -> Bool { try reader.scalar(UInt8.self) != 0 }
  @inlinable public func write(to writer: inout some FieldWriter) throws(ComponentError) { try writer.scalar(self ? UInt8(1) : 0) }
}

extension UInt8: ComponentValue {
  public static var type: ValueType { .u8 }
  @inlinable public static var shape: ValueShape { ValueShape(size: 1, alignment: 1, flatCount: 1) }
  @inlinable public static func read(from reader: inout some FieldReader) throws(ComponentError) -> UInt8 { try reader.scalar(UInt8.self) }
  @inlinable public func write(to writer: inout some FieldWriter) throws(ComponentError) { try writer.scalar(self) }
}

extension UInt16: ComponentValue {
  public static var type: ValueType { .u16 }
  @inlinable public static var shape: ValueShape { ValueShape(size: 2, alignment: 2, flatCount: 1) }
  @inlinable public static func read(from reader: inout some FieldReader) throws(ComponentError) -> UInt16 { try reader.scalar(UInt16.self) }
  @inlinable public func write(to writer: inout some FieldWriter) throws(ComponentError) { try writer.scalar(self) }
}

extension UInt32: ComponentValue {
  public static var type: ValueType { .u32 }
  @inlinable public static var shape: ValueShape { ValueShape(size: 4, alignment: 4, flatCount: 1) }
  @inlinable public static func read(from reader: inout some FieldReader) throws(ComponentError) -> UInt32 { try reader.scalar(UInt32.self) }
  @inlinable public func write(to writer: inout some FieldWriter) throws(ComponentError) { try writer.scalar(self) }
}

extension UInt64: ComponentValue {
  public static var type: ValueType { .u64 }
  @inlinable public static var shape: ValueShape { ValueShape(size: 8, alignment: 8, flatCount: 1) }
  @inlinable public static func read(from reader: inout some FieldReader) throws(ComponentError) -> UInt64 { try reader.scalar(UInt64.self) }
  @inlinable public func write(to writer: inout some FieldWriter) throws(ComponentError) { try writer.scalar(self) }
}

extension Int64: ComponentValue {
  public static var type: ValueType { .s64 }
  @inlinable public static var shape: ValueShape { UInt64.shape }
  @inlinable public static func read(from reader: inout some FieldReader) throws(ComponentError) -> Int64 { Int64(bitPattern: try reader.scalar(UInt64.self)) }
  @inlinable public func write(to writer: inout some FieldWriter) throws(ComponentError) { try writer.scalar(UInt64(bitPattern: self)) }
}

extension Double: ComponentValue {
  public static var type: ValueType { .f64 }
  @inlinable public static var shape: ValueShape { UInt64.shape }
  @inlinable public static func read(from reader: inout some FieldReader) throws(ComponentError) -> Double { Double(bitPattern: try reader.scalar(UInt64.self)) }
  @inlinable public func write(to writer: inout some FieldWriter) throws(ComponentError) { try writer.scalar(bitPattern) }
}

extension String: ComponentValue {
  public static var type: ValueType { .string }
  @inlinable public static var shape: ValueShape { ValueShape(size: 8, alignment: 4, flatCount: 2) }

  public static func read(from reader: inout some FieldReader) throws(ComponentError) -> String {
    let (address, count) = try reader.range()
    let bytes = try reader.memory.slice(address, count)
    guard let string = String(validating: bytes, as: UTF8.self) else {
      throw ComponentError(.canonicalABI, "the guest passed a string of \(count) bytes that is not valid UTF-8")
    }
    return string
  }

  public func write(to writer: inout some FieldWriter) throws(ComponentError) {
    var string = self
    string.makeContiguousUTF8()
    let count = string.utf8.count
    let address = try writer.context.allocate(count, alignment: 1)
    try writer.context.withMemory { (memory) throws(ComponentError) in
      // The allocation was checked to lie within the memory.
      string.withUTF8 { UnsafeMutableRawBufferPointer(rebasing: memory[address..<(address + count)]).copyMemory(from: UnsafeRawBufferPointer($0)) }
    }
    try writer.range(address: address, count: count)
  }
}

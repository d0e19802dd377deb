extension Bool: ComponentValue {
  public static var type: ValueType { .bool }
  @inlinable public static var shape: ValueShape { ValueShape(size: 1, alignment: 1, flatCount: 1) }
  @inlinable public static func read(from reader: inout ValueReader) throws(ComponentError) -> Bool { try reader.bool() }
  @inlinable public func write(to writer: inout ValueWriter) throws(ComponentError) { try writer.u8(self ? 1 : 0) }
}

extension Int8: ComponentValue {
  public static var type: ValueType { .s8 }
  @inlinable public static var shape: ValueShape { UInt8.shape }
  @inlinable public static func read(from reader: inout ValueReader) throws(ComponentError) -> Int8 { Int8(bitPattern: try reader.u8()) }
  @inlinable public func write(to writer: inout ValueWriter) throws(ComponentError) { try writer.s8(self) }
}

extension Int16: ComponentValue {
  public static var type: ValueType { .s16 }
  @inlinable public static var shape: ValueShape { UInt16.shape }
  @inlinable public static func read(from reader: inout ValueReader) throws(ComponentError) -> Int16 { Int16(bitPattern: try reader.u16()) }
  @inlinable public func write(to writer: inout ValueWriter) throws(ComponentError) { try writer.s16(self) }
}

extension Int32: ComponentValue {
  public static var type: ValueType { .s32 }
  @inlinable public static var shape: ValueShape { UInt32.shape }
  @inlinable public static func read(from reader: inout ValueReader) throws(ComponentError) -> Int32 { Int32(bitPattern: try reader.u32()) }
  @inlinable public func write(to writer: inout ValueWriter) throws(ComponentError) { try writer.u32(UInt32(bitPattern: self)) }
}

extension UInt8: ComponentValue {
  public static var type: ValueType { .u8 }
  @inlinable public static var shape: ValueShape { ValueShape(size: 1, alignment: 1, flatCount: 1) }
  @inlinable public static func read(from reader: inout ValueReader) throws(ComponentError) -> UInt8 { try reader.u8() }
  @inlinable public func write(to writer: inout ValueWriter) throws(ComponentError) { try writer.u8(self) }
}

extension UInt16: ComponentValue {
  public static var type: ValueType { .u16 }
  @inlinable public static var shape: ValueShape { ValueShape(size: 2, alignment: 2, flatCount: 1) }
  @inlinable public static func read(from reader: inout ValueReader) throws(ComponentError) -> UInt16 { try reader.u16() }
  @inlinable public func write(to writer: inout ValueWriter) throws(ComponentError) { try writer.u16(self) }
}

extension UInt32: ComponentValue {
  public static var type: ValueType { .u32 }
  @inlinable public static var shape: ValueShape { ValueShape(size: 4, alignment: 4, flatCount: 1) }
  @inlinable public static func read(from reader: inout ValueReader) throws(ComponentError) -> UInt32 { try reader.u32() }
  @inlinable public func write(to writer: inout ValueWriter) throws(ComponentError) { try writer.u32(self) }
}

extension UInt64: ComponentValue {
  public static var type: ValueType { .u64 }
  @inlinable public static var shape: ValueShape { ValueShape(size: 8, alignment: 8, flatCount: 1) }
  @inlinable public static func read(from reader: inout ValueReader) throws(ComponentError) -> UInt64 { try reader.u64() }
  @inlinable public func write(to writer: inout ValueWriter) throws(ComponentError) { try writer.u64(self) }
}

extension Int64: ComponentValue {
  public static var type: ValueType { .s64 }
  @inlinable public static var shape: ValueShape { UInt64.shape }
  @inlinable public static func read(from reader: inout ValueReader) throws(ComponentError) -> Int64 { Int64(bitPattern: try reader.u64()) }
  @inlinable public func write(to writer: inout ValueWriter) throws(ComponentError) { try writer.u64(UInt64(bitPattern: self)) }
}

extension Float: ComponentValue {
  public static var type: ValueType { .f32 }
  @inlinable public static var shape: ValueShape { UInt32.shape }
  @inlinable public static func read(from reader: inout ValueReader) throws(ComponentError) -> Float { Float(bitPattern: try reader.u32()) }
  @inlinable public func write(to writer: inout ValueWriter) throws(ComponentError) { try writer.u32(bitPattern) }
}

extension Unicode.Scalar: ComponentValue {
  public static var type: ValueType { .char }
  @inlinable public static var shape: ValueShape { UInt32.shape }
  public static func read(from reader: inout ValueReader) throws(ComponentError) -> Unicode.Scalar {
    let value = try reader.u32()
    guard let scalar = Unicode.Scalar(value) else {
      throw ComponentError(.canonicalABI, "the guest passed the char \(value), which is no Unicode scalar value")
    }
    return scalar
  }
  @inlinable public func write(to writer: inout ValueWriter) throws(ComponentError) { try writer.u32(value) }
}

extension Double: ComponentValue {
  public static var type: ValueType { .f64 }
  @inlinable public static var shape: ValueShape { UInt64.shape }
  @inlinable public static func read(from reader: inout ValueReader) throws(ComponentError) -> Double { Double(bitPattern: try reader.u64()) }
  @inlinable public func write(to writer: inout ValueWriter) throws(ComponentError) { try writer.u64(bitPattern) }
}

extension String: ComponentValue {
  public static var type: ValueType { .string }
  @inlinable public static var shape: ValueShape { ValueShape(size: 8, alignment: 4, flatCount: 2) }

  @inlinable public static func read(from reader: inout ValueReader) throws(ComponentError) -> String { try reader.string() }
  @inlinable public func write(to writer: inout ValueWriter) throws(ComponentError) { try writer.string(self) }
}

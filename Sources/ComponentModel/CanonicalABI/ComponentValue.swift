/// A Swift type that crosses the component boundary without an intermediate tree.
///
/// Every value has two forms (CanonicalABI.md, "Flattening" and "Loading/Storing"): a layout in linear memory and a sequence of flat core
/// values. Records and variants are written once, for both forms, against `FieldReader` and `FieldWriter`;
/// see ``ComponentRecord`` and ``ComponentVariant``.
public protocol ComponentValue {
  /// The component type this stands for; linking compares it with the guest's.
  static var type: ValueType { get throws(ComponentError) }
  static var shape: ValueShape { get }
  static func read(from reader: inout some FieldReader) throws(ComponentError) -> Self
  func write(to writer: inout some FieldWriter) throws(ComponentError)
}

/// Size and alignment in linear memory, in bytes, and the number of flat core values.
public struct ValueShape: Sendable, Hashable {
  public var size: Int, alignment: Int, flatCount: Int

  @inlinable public init(size: Int = 0, alignment: Int = 1, flatCount: Int = 0) {
    self.size = size
    self.alignment = alignment
    self.flatCount = flatCount
  }

  /// The shape of a record is that of its fields, one after the other; end with ``record``.
  @inlinable public func field(_ next: ValueShape) -> ValueShape {
    ValueShape(size: size.aligned(to: next.alignment) + next.size, alignment: max(alignment, next.alignment), flatCount: flatCount + next.flatCount)
  }

  @inlinable public var record: ValueShape { ValueShape(size: size.aligned(to: alignment), alignment: alignment, flatCount: flatCount) }

  /// The shape of a variant whose largest payloads are given, with `caseCount` cases.
  @inlinable public static func variant(caseCount: Int, _ payloads: ValueShape...) -> ValueShape {
    let discriminant = discriminantSize(caseCount)
    var payload = ValueShape()
    for shape in payloads {
      payload = ValueShape(size: max(payload.size, shape.size), alignment: max(payload.alignment, shape.alignment), flatCount: max(payload.flatCount, shape.flatCount))
    }
    let alignment = max(discriminant, payload.alignment)
    return ValueShape(
      size: (discriminant.aligned(to: payload.alignment) + payload.size).aligned(to: alignment), alignment: alignment, flatCount: 1 + payload.flatCount)
  }

  @inlinable public static func discriminantSize(_ caseCount: Int) -> Int { caseCount <= 1 << 8 ? 1 : caseCount <= 1 << 16 ? 2 : 4 }
}

extension Int {
  @inlinable func aligned(to alignment: Int) -> Int { (self &+ alignment &- 1) & ~(alignment &- 1) }
}

/// Takes values in order out of memory or out of flat values.
public protocol FieldReader {
  mutating func scalar<T: FixedWidthInteger & UnsignedInteger>(_ type: T.Type) throws(ComponentError) -> T
  /// A pointer and a length.
  mutating func range() throws(ComponentError) -> (address: Int, count: Int)
  /// Reads a discriminant and then what `payload` takes; leaves the reader behind the whole variant.
  mutating func variant<R>(
    caseCount: Int, shape: ValueShape, payloadAlignment: Int, _ payload: (Int, inout Self) throws(ComponentError) -> R
  ) throws(ComponentError) -> R
  mutating func record<R>(_ shape: ValueShape, _ fields: (inout Self) throws(ComponentError) -> R) throws(ComponentError) -> R
  var memory: MemoryReader { get }
}

/// Puts values in order into memory or into flat values.
public protocol FieldWriter {
  mutating func scalar<T: FixedWidthInteger & UnsignedInteger>(_ value: T) throws(ComponentError)
  mutating func range(address: Int, count: Int) throws(ComponentError)
  mutating func variant(
    _ index: Int, caseCount: Int, shape: ValueShape, payloadAlignment: Int, _ payload: (inout Self) throws(ComponentError) -> Void
  ) throws(ComponentError)
  mutating func record(_ shape: ValueShape, _ fields: (inout Self) throws(ComponentError) -> Void) throws(ComponentError)
  var context: CanonicalContext { get }
}

extension FieldReader {
  @inlinable public mutating func read<T: ComponentValue>(_: T.Type = T.self) throws(ComponentError) -> T { try T.read(from: &self) }
}

extension FieldWriter {
  @inlinable public mutating func write(_ value: some ComponentValue) throws(ComponentError) { try value.write(to: &self) }
}

/// A record (or tuple): its fields, read and written in order.
public protocol ComponentRecord: ComponentValue {
  init(fields reader: inout some FieldReader) throws(ComponentError)
  func writeFields(to writer: inout some FieldWriter) throws(ComponentError)
}

extension ComponentRecord {
  @inlinable public static func read(from reader: inout some FieldReader) throws(ComponentError) -> Self {
    try readRecord(from: &reader)
  }
  @inlinable static func readRecord<R: FieldReader>(from reader: inout R) throws(ComponentError) -> Self {
    try reader.record(shape) { (fields: inout R) throws(ComponentError) in try Self(fields: &fields) }
  }
  @inlinable public func write(to writer: inout some FieldWriter) throws(ComponentError) { try writeRecord(to: &writer) }
  @inlinable func writeRecord<W: FieldWriter>(to writer: inout W) throws(ComponentError) {
    try writer.record(Self.shape) { (fields: inout W) throws(ComponentError) in try writeFields(to: &fields) }
  }
}

/// A variant, option, result or enum: the number of its case, and that case's payload.
public protocol ComponentVariant: ComponentValue {
  static var caseCount: Int { get }
  /// The strictest alignment of any payload.
  static var payloadAlignment: Int { get }
  /// `index` is less than ``caseCount``.
  init(case index: Int, payload reader: inout some FieldReader) throws(ComponentError)
  var caseIndex: Int { get }
  func writePayload(to writer: inout some FieldWriter) throws(ComponentError)
}

extension ComponentVariant {
  @inlinable public static func read(from reader: inout some FieldReader) throws(ComponentError) -> Self { try readVariant(from: &reader) }
  @inlinable static func readVariant<R: FieldReader>(from reader: inout R) throws(ComponentError) -> Self {
    try reader.variant(caseCount: caseCount, shape: shape, payloadAlignment: payloadAlignment) { (index: Int, payload: inout R) throws(ComponentError) in
      try Self(case: index, payload: &payload)
    }
  }
  @inlinable public func write(to writer: inout some FieldWriter) throws(ComponentError) { try writeVariant(to: &writer) }
  @inlinable func writeVariant<W: FieldWriter>(to writer: inout W) throws(ComponentError) {
    try writer.variant(caseIndex, caseCount: Self.caseCount, shape: Self.shape, payloadAlignment: Self.payloadAlignment) {
      (payload: inout W) throws(ComponentError) in try writePayload(to: &payload)
    }
  }
}

/// A Swift enum with `Int` raw values 0, 1, 2, …: the cases of a WIT enum in order.
public protocol ComponentEnumeration: ComponentVariant, CaseIterable, RawRepresentable<Int> {}

extension ComponentEnumeration {
  @inlinable public static var caseCount: Int { allCases.count }
  @inlinable public static var payloadAlignment: Int { 1 }
  @inlinable public static var shape: ValueShape { .variant(caseCount: caseCount) }
  @inlinable public init(case index: Int, payload reader: inout some FieldReader) throws(ComponentError) {
    guard let value = Self(rawValue: index) else { throw .invalidDiscriminant(index) }
    self = value
  }
  @inlinable public var caseIndex: Int { rawValue }
  @inlinable public func writePayload(to writer: inout some FieldWriter) throws(ComponentError) {}
}

extension ComponentError {
  @usableFromInline static func invalidDiscriminant(_ index: Int) -> ComponentError {
    ComponentError(.canonicalABI, "the guest passed the discriminant \(index), which names no case of its type")
  }
}

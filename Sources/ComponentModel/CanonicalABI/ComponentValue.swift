/// A Swift type that crosses the component boundary without an intermediate tree.
///
/// Every value has two forms (CanonicalABI.md, "Flattening" and "Loading/Storing"): a layout in linear memory and a sequence of flat core
/// values. Records and variants are written once, for both forms, against ``ValueReader`` and ``ValueWriter``;
/// see ``ComponentRecord`` and ``ComponentVariant``.
public protocol ComponentValue {
  /// The component type this stands for; linking compares it with the guest's.
  static var type: ValueType { get throws(ComponentError) }
  static var shape: ValueShape { get }
  static func read(from reader: inout ValueReader) throws(ComponentError) -> Self
  func write(to writer: inout ValueWriter) throws(ComponentError)
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

  /// The shape of a variant with `caseCount` cases, of whose payloads up to three are given: the largest, or all.
  @inlinable public static func variant(
    caseCount: Int, _ first: ValueShape = ValueShape(), _ second: ValueShape = ValueShape(), _ third: ValueShape = ValueShape()
  ) -> ValueShape {
    let discriminant = discriminantSize(caseCount)
    let payload = first.joined(second).joined(third)
    let alignment = max(discriminant, payload.alignment)
    return ValueShape(
      size: (discriminant.aligned(to: payload.alignment) + payload.size).aligned(to: alignment), alignment: alignment, flatCount: 1 + payload.flatCount)
  }

  @inlinable func joined(_ other: ValueShape) -> ValueShape {
    ValueShape(size: max(size, other.size), alignment: max(alignment, other.alignment), flatCount: max(flatCount, other.flatCount))
  }

  @inlinable public static func discriminantSize(_ caseCount: Int) -> Int { caseCount <= 1 << 8 ? 1 : caseCount <= 1 << 16 ? 2 : 4 }
}

extension Int {
  @inlinable func aligned(to alignment: Int) -> Int { (self &+ alignment &- 1) & ~(alignment &- 1) }
}

/// A record (or tuple): its fields, read and written in order.
public protocol ComponentRecord: ComponentValue {
  init(fields reader: inout ValueReader) throws(ComponentError)
  func writeFields(to writer: inout ValueWriter) throws(ComponentError)
}

extension ComponentRecord {
  @inlinable public static func read(from reader: inout ValueReader) throws(ComponentError) -> Self {
    let end = reader.enterRecord(shape)
    let value = try Self(fields: &reader)
    reader.leave(end)
    return value
  }

  @inlinable public func write(to writer: inout ValueWriter) throws(ComponentError) {
    let end = writer.enterRecord(Self.shape)
    try writeFields(to: &writer)
    writer.leave(end)
  }
}

/// A variant, option, result or enum: the number of its case, and that case's payload.
public protocol ComponentVariant: ComponentValue {
  static var caseCount: Int { get }
  /// The strictest alignment of any payload.
  static var payloadAlignment: Int { get }
  /// `index` is less than ``caseCount``.
  init(case index: Int, payload reader: inout ValueReader) throws(ComponentError)
  var caseIndex: Int { get }
  func writePayload(to writer: inout ValueWriter) throws(ComponentError)
}

extension ComponentVariant {
  @inlinable public static func read(from reader: inout ValueReader) throws(ComponentError) -> Self {
    let (index, end) = try reader.enterVariant(shape, caseCount: caseCount, payloadAlignment: payloadAlignment)
    let value = try Self(case: index, payload: &reader)
    reader.leave(end)
    return value
  }

  @inlinable public func write(to writer: inout ValueWriter) throws(ComponentError) {
    let end = try writer.enterVariant(caseIndex, Self.shape, caseCount: Self.caseCount, payloadAlignment: Self.payloadAlignment)
    try writePayload(to: &writer)
    writer.leave(end)
  }
}

/// A Swift enum with `Int` raw values 0, 1, 2, …: the cases of a WIT enum in order.
public protocol ComponentEnumeration: ComponentVariant, CaseIterable, RawRepresentable<Int> {}

extension ComponentEnumeration {
  @inlinable public static var caseCount: Int { allCases.count }
  @inlinable public static var payloadAlignment: Int { 1 }
  @inlinable public static var shape: ValueShape { .variant(caseCount: caseCount) }
  @inlinable public init(case index: Int, payload reader: inout ValueReader) throws(ComponentError) {
    guard let value = Self(rawValue: index) else { throw .invalidDiscriminant(index) }
    self = value
  }
  @inlinable public var caseIndex: Int { rawValue }
  @inlinable public func writePayload(to writer: inout ValueWriter) throws(ComponentError) {}
}

extension ComponentError {
  @usableFromInline static func invalidDiscriminant(_ index: Int) -> ComponentError {
    ComponentError(.canonicalABI, "the guest passed the discriminant \(index), which names no case of its type")
  }
}

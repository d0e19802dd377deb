extension Array: ComponentValue where Element: ComponentValue {
  public static var type: ValueType { get throws(ComponentError) { try .list(of: Element.type) } }
  @inlinable public static var shape: ValueShape { ValueShape(size: 8, alignment: 4, flatCount: 2) }

  @inlinable public static func read(from reader: inout ValueReader) throws(ComponentError) -> [Element] {
    let shape = Element.shape
    let (address, count) = try reader.list(size: shape.size, alignment: shape.alignment)
    try reader.charge(count * MemoryLayout<Element>.stride)
    if Element.isPlain {
      let elements = try reader.slice(address, count * shape.size)
      return [Element](unsafeUninitializedCapacity: count) { target, initialized in
        UnsafeMutableRawBufferPointer(target).copyMemory(from: elements)
        initialized = count
      }
    }
    var list: [Element] = []
    // The count is the guest's word, and elements may be larger here than there.
    if count > 0 { list.reserveCapacity(Swift.min(count, 4096)) }
    let place = reader.enterList(address)
    for _ in 0..<count { list.append(try Element.read(from: &reader)) }
    reader.leaveList(place)
    return list
  }

  @inlinable public func write(to writer: inout ValueWriter) throws(ComponentError) {
    let shape = Element.shape
    if Element.isPlain {
      return try withUnsafeBufferPointer { (elements) throws(ComponentError) in
        try writer.writeElements(UnsafeRawBufferPointer(elements), count: elements.count, alignment: shape.alignment)
      }
    }
    let place = try writer.enterList(count, size: shape.size, alignment: shape.alignment)
    let elements = span
    for index in elements.indices { try elements[index].write(to: &writer) }
    writer.leaveList(place)
  }
}

extension ComponentValue {
  /// Whether every bit pattern is a value and lies in Swift's memory as in the guest's, so that lists of it are copied as a whole.
  @inlinable static var isPlain: Bool {
    Self.self == UInt8.self || Self.self == UInt16.self || Self.self == UInt32.self || Self.self == UInt64.self || Self.self == Float.self
      || Self.self == Int8.self || Self.self == Int16.self || Self.self == Int32.self || Self.self == Int64.self || Self.self == Double.self
  }
}

extension Optional: ComponentValue where Wrapped: ComponentValue {}
extension Optional: ComponentVariant where Wrapped: ComponentValue {
  public static var type: ValueType { get throws(ComponentError) { try .option(of: Wrapped.type) } }
  @inlinable public static var shape: ValueShape { .variant(caseCount: 2, Wrapped.shape) }
  @inlinable public static var caseCount: Int { 2 }
  @inlinable public static var payloadAlignment: Int { Wrapped.shape.alignment }
  @inlinable public init(case index: Int, payload reader: inout ValueReader) throws(ComponentError) {
    self = index == 0 ? .none : .some(try Wrapped.read(from: &reader))
  }
  @inlinable public var caseIndex: Int { self == nil ? 0 : 1 }
  @inlinable public func writePayload(to writer: inout ValueWriter) throws(ComponentError) {
    if let self { try self.write(to: &writer) }
  }
}

/// Stands where a `result` has no value on one side: `result<_, e>`.
public struct NoValue: Sendable, Hashable {
  public init() {}
}

/// A side of a `result`: a value, or nothing.
public protocol ResultSide {
  static var sideType: ValueType? { get throws(ComponentError) }
  static var sideShape: ValueShape { get }
  static func readSide(from reader: inout ValueReader) throws(ComponentError) -> Self
  func writeSide(to writer: inout ValueWriter) throws(ComponentError)
}

extension NoValue: ResultSide {
  public static var sideType: ValueType? { nil }
  @inlinable public static var sideShape: ValueShape { ValueShape() }
  @inlinable public static func readSide(from reader: inout ValueReader) throws(ComponentError) -> NoValue { NoValue() }
  @inlinable public func writeSide(to writer: inout ValueWriter) throws(ComponentError) {}
}

extension ResultSide where Self: ComponentValue {
  public static var sideType: ValueType? { get throws(ComponentError) { try type } }
  @inlinable public static var sideShape: ValueShape { shape }
  @inlinable public static func readSide(from reader: inout ValueReader) throws(ComponentError) -> Self { try read(from: &reader) }
  @inlinable public func writeSide(to writer: inout ValueWriter) throws(ComponentError) { try write(to: &writer) }
}

extension Bool: ResultSide {}
extension UInt64: ResultSide {}
extension String: ResultSide {}
extension Array: ResultSide where Element: ComponentValue {}

/// A WIT `result`. (Swift's own needs its failure to be an `Error`, which a WIT error need not be.)
public enum ComponentResult<Success: ResultSide, Failure: ResultSide>: ComponentVariant {
  case ok(Success)
  case error(Failure)

  public static var type: ValueType { get throws(ComponentError) { try .result(ok: Success.sideType, error: Failure.sideType) } }
  @inlinable public static var shape: ValueShape { .variant(caseCount: 2, Success.sideShape, Failure.sideShape) }
  @inlinable public static var caseCount: Int { 2 }
  @inlinable public static var payloadAlignment: Int { Swift.max(Success.sideShape.alignment, Failure.sideShape.alignment) }
  @inlinable public init(case index: Int, payload reader: inout ValueReader) throws(ComponentError) {
    self = index == 0 ? .ok(try Success.readSide(from: &reader)) : .error(try Failure.readSide(from: &reader))
  }
  @inlinable public var caseIndex: Int {
    switch self {
    case .ok: 0
    case .error: 1
    }
  }
  @inlinable public func writePayload(to writer: inout ValueWriter) throws(ComponentError) {
    switch self {
    case .ok(let value): try value.writeSide(to: &writer)
    case .error(let error): try error.writeSide(to: &writer)
    }
  }
}

extension ComponentResult: ResultSide {}
extension Optional: ResultSide where Wrapped: ComponentValue {}

/// A WIT tuple of two.
public struct Pair<First: ComponentValue, Second: ComponentValue>: ComponentRecord {
  public var first: First, second: Second

  @inlinable public init(_ first: First, _ second: Second) {
    self.first = first
    self.second = second
  }

  public static var type: ValueType { get throws(ComponentError) { try .tuple([First.type, Second.type]) } }
  @inlinable public static var shape: ValueShape { ValueShape().field(First.shape).field(Second.shape).record }
  @inlinable public init(fields reader: inout ValueReader) throws(ComponentError) {
    first = try reader.read()
    second = try reader.read()
  }
  @inlinable public func writeFields(to writer: inout ValueWriter) throws(ComponentError) {
    try writer.write(first)
    try writer.write(second)
  }
}

/// A `list<u8>` argument of a host function that still lies in the guest's memory: to be read before the function returns, and not to be kept.
public struct GuestBytes: ComponentValue {
  private let bytes: UnsafeRawBufferPointer

  public static var type: ValueType { get throws(ComponentError) { try .list(of: .u8) } }
  @inlinable public static var shape: ValueShape { ValueShape(size: 8, alignment: 4, flatCount: 2) }

  public static func read(from reader: inout ValueReader) throws(ComponentError) -> GuestBytes {
    let (address, count) = try reader.range()
    return GuestBytes(bytes: try reader.slice(address, count))
  }

  public func write(to writer: inout ValueWriter) throws(ComponentError) { try writer.writeBytes(bytes.bytes) }

  public var count: Int { bytes.count }

  /// The guest cannot run, and so cannot move or change its memory, while a host function does.
  public func withSpan<R, E: Error>(_ body: (RawSpan) throws(E) -> R) throws(E) -> R { try body(bytes.bytes) }
}

/// `list<element>`: a pointer and a length.
public final class ListType: Hashable, Sendable {
  public let element: ValueType
  public let layout: TypeLayout

  public init(element: ValueType) throws(ComponentError) {
    self.element = element
    let pair = TypeLayout.pair
    layout = try TypeLayout(size: pair.size, alignment: pair.alignment, flat: pair.flat, pointers: true, around: [element.layout], named: "list")
  }

  public static func == (left: ListType, right: ListType) -> Bool { left === right || left.layout == right.layout && left.element == right.element }
  public func hash(into hasher: inout Hasher) { hasher.combine(layout.nodeCount) }
}

/// `list<element, length>`: that many values one after the other, with neither pointer nor length; at least one.
public final class FixedLengthListType: Hashable, Sendable {
  public let element: ValueType
  public let length: Int
  public let layout: TypeLayout

  public init(element: ValueType, length: UInt32) throws(ComponentError) {
    guard length > 0 else { throw ComponentError(.malformed, "a fixed-length list type has the length 0; it needs at least one element") }
    self.element = element
    self.length = Int(length)
    let part = element.layout
    let flat = part.flat.flatMap { [length = self.length] values in
      values.count * length <= TypeLayout.maximumFlatCount ? Array(repeatElement(values, count: length).joined()) : nil
    }
    layout = try TypeLayout(size: self.length * part.size, alignment: part.alignment, flat: flat, around: [part], named: "fixed-length list")
  }

  public static func == (left: FixedLengthListType, right: FixedLengthListType) -> Bool {
    left === right || left.length == right.length && left.layout == right.layout && left.element == right.element
  }
  public func hash(into hasher: inout Hasher) { hasher.combine(length) }
}

/// `map<key, value>`, which travels as `list<tuple<key, value>>`. Keys are Booleans, integers, characters or strings.
public final class MapType: Hashable, Sendable {
  /// Of the key and the value.
  public let entry: TupleType
  public let layout: TypeLayout
  public var key: ValueType { entry.elements[0] }
  public var value: ValueType { entry.elements[1] }

  public init(key: ValueType, value: ValueType) throws(ComponentError) {
    guard key.isMapKey else { throw ComponentError(.malformed, "a map type has keys of type \(key); only Booleans, integers, characters and strings can be keys") }
    entry = try TupleType(elements: [key, value])
    let pair = TypeLayout.pair
    layout = try TypeLayout(size: pair.size, alignment: pair.alignment, flat: pair.flat, pointers: true, around: [entry.layout], named: "map")
  }

  public static func == (left: MapType, right: MapType) -> Bool { left === right || left.entry == right.entry }
  public func hash(into hasher: inout Hasher) { hasher.combine(layout.nodeCount) }
}

/// `record { name: type, … }`; at least one field.
public final class RecordType: Hashable, Sendable {
  public struct Field: Hashable, Sendable {
    public let name: String
    public let type: ValueType
    /// Bytes from the start of the record.
    public let offset: Int
  }

  public let fields: [Field]
  public let layout: TypeLayout

  public init(fields: [(name: String, type: ValueType)]) throws(ComponentError) {
    guard !fields.isEmpty else { throw ComponentError(.malformed, "a record type has no field; it needs at least one") }
    let (layout, offsets) = try TypeLayout.sequence(fields.map(\.type.layout), named: "record")
    self.fields = zip(fields, offsets).map { Field(name: $0.name, type: $0.type, offset: $1) }
    self.layout = layout
  }

  public static func == (left: RecordType, right: RecordType) -> Bool { left === right || left.layout == right.layout && left.fields == right.fields }
  public func hash(into hasher: inout Hasher) { for field in fields { hasher.combine(field.name) } }
}

/// `tuple<type, …>`; at least one element.
public final class TupleType: Hashable, Sendable {
  public let elements: [ValueType]
  /// Bytes from the start of the tuple, one for each element.
  public let offsets: [Int]
  public let layout: TypeLayout

  public init(elements: [ValueType]) throws(ComponentError) {
    guard !elements.isEmpty else { throw ComponentError(.malformed, "a tuple type has no element; it needs at least one") }
    self.elements = elements
    (layout, offsets) = try TypeLayout.sequence(elements.map(\.layout), named: "tuple")
  }

  public static func == (left: TupleType, right: TupleType) -> Bool { left === right || left.layout == right.layout && left.elements == right.elements }
  public func hash(into hasher: inout Hasher) { hasher.combine(elements.count) }
}

/// `variant { name(type), … }`; at least one case.
public final class VariantType: Hashable, Sendable {
  public struct Case: Hashable, Sendable {
    public let name: String
    public let type: ValueType?

    public init(name: String, type: ValueType?) {
      self.name = name
      self.type = type
    }
  }

  public let cases: [Case]
  public let layout: TypeLayout
  public let variantLayout: VariantLayout

  public init(cases: [Case]) throws(ComponentError) {
    guard !cases.isEmpty else { throw ComponentError(.malformed, "a variant type has no case; it needs at least one") }
    self.cases = cases
    (layout, variantLayout) = try TypeLayout.alternatives(cases.map { $0.type?.layout }, named: "variant")
  }

  public static func == (left: VariantType, right: VariantType) -> Bool { left === right || left.layout == right.layout && left.cases == right.cases }
  public func hash(into hasher: inout Hasher) { for item in cases { hasher.combine(item.name) } }
}

/// `flags { name, … }`: 1 to 32 bits, in 1, 2 or 4 bytes.
public final class FlagsType: Hashable, Sendable {
  public let names: [String]
  public let layout: TypeLayout

  public init(names: [String]) throws(ComponentError) {
    guard !names.isEmpty, names.count <= 32 else {
      throw ComponentError(.malformed, "a flags type has \(names.count) flags; it needs 1 to 32")
    }
    self.names = names
    let size = names.count <= 8 ? 1 : names.count <= 16 ? 2 : 4
    layout = TypeLayout(leaf: size, alignment: size, flat: [.i32])
  }

  public static func == (left: FlagsType, right: FlagsType) -> Bool { left === right || left.names == right.names }
  public func hash(into hasher: inout Hasher) { hasher.combine(names) }
}

/// `enum { name, … }`; at least one case.
public final class EnumerationType: Hashable, Sendable {
  public let names: [String]
  public let layout: TypeLayout

  public init(names: [String]) throws(ComponentError) {
    guard !names.isEmpty else { throw ComponentError(.malformed, "an enum type has no case; it needs at least one") }
    self.names = names
    let size = names.count <= 1 << 8 ? 1 : names.count <= 1 << 16 ? 2 : 4
    layout = TypeLayout(leaf: size, alignment: size, flat: [.i32])
  }

  public static func == (left: EnumerationType, right: EnumerationType) -> Bool { left === right || left.names == right.names }
  public func hash(into hasher: inout Hasher) { hasher.combine(names) }
}

/// `option<some>`: discriminant 0 is none, 1 is some.
public final class OptionType: Hashable, Sendable {
  public let some: ValueType
  public let layout: TypeLayout
  public let variantLayout: VariantLayout

  public init(some: ValueType) throws(ComponentError) {
    self.some = some
    (layout, variantLayout) = try TypeLayout.alternatives([nil, some.layout], named: "option")
  }

  public static func == (left: OptionType, right: OptionType) -> Bool { left === right || left.layout == right.layout && left.some == right.some }
  public func hash(into hasher: inout Hasher) { hasher.combine(layout.nodeCount) }
}

/// `result<ok, error>`, either of which may carry nothing: discriminant 0 is ok, 1 is error.
public final class ResultType: Hashable, Sendable {
  public let ok: ValueType?
  public let error: ValueType?
  public let layout: TypeLayout
  public let variantLayout: VariantLayout

  public init(ok: ValueType?, error: ValueType?) throws(ComponentError) {
    self.ok = ok
    self.error = error
    (layout, variantLayout) = try TypeLayout.alternatives([ok?.layout, error?.layout], named: "result")
  }

  public static func == (left: ResultType, right: ResultType) -> Bool {
    left === right || left.layout == right.layout && left.ok == right.ok && left.error == right.error
  }
  public func hash(into hasher: inout Hasher) { hasher.combine(layout.nodeCount) }
}

extension ValueType {
  public static func list(of element: ValueType) throws(ComponentError) -> ValueType { .list(try ListType(element: element)) }
  public static func fixedLengthList(of element: ValueType, length: UInt32) throws(ComponentError) -> ValueType {
    .fixedLengthList(try FixedLengthListType(element: element, length: length))
  }
  public static func map(key: ValueType, value: ValueType) throws(ComponentError) -> ValueType { .map(try MapType(key: key, value: value)) }
  public static func record(_ fields: [(name: String, type: ValueType)]) throws(ComponentError) -> ValueType { .record(try RecordType(fields: fields)) }
  public static func tuple(_ elements: [ValueType]) throws(ComponentError) -> ValueType { .tuple(try TupleType(elements: elements)) }
  public static func variant(_ cases: [VariantType.Case]) throws(ComponentError) -> ValueType { .variant(try VariantType(cases: cases)) }
  public static func flags(_ names: [String]) throws(ComponentError) -> ValueType { .flags(try FlagsType(names: names)) }
  public static func enumeration(_ names: [String]) throws(ComponentError) -> ValueType { .enumeration(try EnumerationType(names: names)) }
  public static func option(of some: ValueType) throws(ComponentError) -> ValueType { .option(try OptionType(some: some)) }
  public static func result(ok: ValueType?, error: ValueType?) throws(ComponentError) -> ValueType { .result(try ResultType(ok: ok, error: error)) }
}

extension ValueType {
  /// Source: Explainer.md, `keytype`.
  fileprivate var isMapKey: Bool {
    switch self {
    case .bool, .s8, .u8, .s16, .u16, .s32, .u32, .s64, .u64, .char, .string: true
    default: false
    }
  }
}

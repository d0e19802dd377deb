#if canImport(Glibc)
import Glibc  // Rounding in native builds, for tests, comes from the C library; WebAssembly has instructions for it.
#endif

/// A JSON value. Objects keep the order of their members.
public indirect enum JSON {
  case null
  case bool(Bool)
  case integer(Int64)
  /// A whole number beyond `Int64`.
  case unsigned(UInt64)
  case number(Double)
  case string(String)
  case array([JSON])
  case object([(key: String, value: JSON)])

  /// The member of an object; setting nil removes it. Of members with one key the first counts.
  public subscript(_ key: String) -> JSON? {
    get {
      guard case .object(let members) = self else { return nil }
      return members.first { $0.key.isSame(as: key) }?.value
    }
    set {
      guard case .object(var members) = self else { return }
      switch (members.firstIndex { $0.key.isSame(as: key) }, newValue) {
      case (let index?, let value?): members[index].value = value
      case (let index?, nil): members.remove(at: index)
      case (nil, let value?): members.append((key: key, value: value))
      case (nil, nil): return
      }
      self = .object(members)
    }
  }

  /// The element of an array, if there is one.
  public subscript(_ index: Int) -> JSON? {
    guard case .array(let elements) = self, elements.indices.contains(index) else { return nil }
    return elements[index]
  }

  public var boolValue: Bool? {
    if case .bool(let value) = self { value } else { nil }
  }
  /// Also of an integer.
  public var doubleValue: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .unsigned(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }
  /// Also of a number without a fraction.
  public var integerValue: Int64? {
    switch self {
    case .integer(let value): value
    case .number(let value): Int64(exactly: value)
    default: nil
    }
  }
  public var stringValue: String? {
    if case .string(let value) = self { value } else { nil }
  }
  public var arrayValue: [JSON]? {
    if case .array(let value) = self { value } else { nil }
  }

  /// The value as compact UTF-8 text.
  public func serialized() -> Bytes {
    var writer = JSONWriter()
    write(to: &writer)
    return writer.bytes
  }

  public func write(to writer: inout JSONWriter) {
    switch self {
    case .null: writer.null()
    case .bool(let value): writer.value(value)
    case .integer(let value): writer.value(value)
    case .unsigned(let value): writer.value(value)
    case .number(let value): writer.value(value)
    case .string(let value): writer.value(value)
    case .array(let elements):
      writer.beginArray()
      for element in elements { element.write(to: &writer) }
      writer.endArray()
    case .object(let members):
      writer.beginObject()
      for member in members {
        writer.key(member.key)
        member.value.write(to: &writer)
      }
      writer.endObject()
    }
  }
}

extension String {
  /// Equality of the UTF-8, which is what keys need; `==` would also compare what Unicode counts as equivalent, at many times the cost.
  @inline(never) public func isSame(as other: String) -> Bool { utf8.elementsEqual(other.utf8) }
}

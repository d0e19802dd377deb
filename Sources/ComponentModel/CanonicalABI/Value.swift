/// A value of any component type, for callers that learn types only at run time: tools, tests, and calls between components.
///
/// Parts are by position; names are in the ``ValueType`` that a value belongs to. Code that knows its types uses ``ComponentValue`` instead,
/// which needs no tree.
public indirect enum Value: Equatable {
  case bool(Bool)
  case s8(Int8), u8(UInt8), s16(Int16), u16(UInt16), s32(Int32), u32(UInt32), s64(Int64), u64(UInt64)
  case f32(Float), f64(Double)
  case char(Unicode.Scalar)
  case string(String)
  /// A list (of any length type) or a map, whose elements are tuples of a key and a value. A `list<u8>` is lifted as `bytes`; either is lowered.
  case list([Value])
  /// A `list<u8>`.
  case bytes([UInt8])
  case record([Value])
  case tuple([Value])
  case variant(case: Int, Value?)
  case enumeration(Int)
  /// Bit i is flag i.
  case flags(UInt32)
  case option(Value?)
  case ok(Value?)
  case error(Value?)
  case own(Resource)
  case borrow(Resource)
}

/// A resource on its way between component instances.
public struct Resource: Equatable {
  public let type: ResourceType
  let content: HandleTable.Content

  init(type: ResourceType, content: HandleTable.Content) {
    self.type = type
    self.content = content
  }

  /// A resource of the host's.
  public init<R: HostResource>(_ resource: R) { self.init(type: R.resourceType, content: .host(resource)) }

  public static func == (left: Resource, right: Resource) -> Bool {
    guard left.type === right.type else { return false }
    return switch (left.content, right.content) {
    case (.guest(let left, _), .guest(let right, _)): left == right
    // Objects are the same or not; a struct is the same as nothing.
    case (.host(let left), .host(let right)): (left as AnyObject) === (right as AnyObject)
    case (.guest, .host), (.host, .guest): false
    }
  }
}

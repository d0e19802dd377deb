/// A value type of the component model, fully resolved.
///
/// Compound types are immutable nodes that hold their layout, computed once; a node that is used in many places is shared.
/// Equality is structural, with resource types compared by identity.
public enum ValueType: Hashable, Sendable {
  case bool, s8, u8, s16, u16, s32, u32, s64, u64, f32, f64, char, string
  case list(ListType)
  case fixedLengthList(FixedLengthListType)
  case map(MapType)
  case record(RecordType)
  case tuple(TupleType)
  case variant(VariantType)
  case flags(FlagsType)
  case enumeration(EnumerationType)
  case option(OptionType)
  case result(ResultType)
  case own(ResourceType)
  case borrow(ResourceType)
}

/// A resource type. Its identity is the type's identity: two are the same type only if they are the same object.
public final class ResourceType: Hashable, Sendable, CustomStringConvertible {
  /// The name under which it was declared or exported, for messages and printing only.
  public let name: String

  public init(name: String) { self.name = name }

  public static func == (left: ResourceType, right: ResourceType) -> Bool { left === right }
  public func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
  public var description: String { name }
}

/// A component function's type.
public struct FunctionType: Hashable, Sendable {
  public struct Parameter: Hashable, Sendable {
    public let name: String
    public let type: ValueType

    public init(name: String, type: ValueType) {
      self.name = name
      self.type = type
    }
  }

  public let parameters: [Parameter]
  public let result: ValueType?

  public init(parameters: [Parameter], result: ValueType?) {
    self.parameters = parameters
    self.result = result
  }
}

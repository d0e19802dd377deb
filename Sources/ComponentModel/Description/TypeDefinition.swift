/// A type as written in the binary: other types are referred to by index. `TypeScope` turns it into a `DefinedType`.
/// Source: Binary.md, `type`.
public enum TypeDefinition: Sendable {
  case value(ValueTypeDefinition)
  case function(FunctionTypeDefinition)
  case component([Declaration])
  case instance([Declaration])
  /// A resource type of this component; every instantiation makes a fresh one. Its representation is an `i32`.
  case resource(destructor: Int?)
}

/// A reference to a value type: a primitive one, or an index into the type index space.
public enum ValueTypeReference: Hashable, Sendable {
  case primitive(PrimitiveType)
  case index(Int)
}

public enum PrimitiveType: UInt8, Hashable, Sendable {
  case bool = 0x7f
  case s8 = 0x7e
  case u8 = 0x7d
  case s16 = 0x7c
  case u16 = 0x7b
  case s32 = 0x7a
  case u32 = 0x79
  case s64 = 0x78
  case u64 = 0x77
  case f32 = 0x76
  case f64 = 0x75
  case char = 0x74
  case string = 0x73
}

/// A value type as written. Source: Binary.md, `defvaltype`.
public enum ValueTypeDefinition: Sendable {
  case primitive(PrimitiveType)
  case record([Label])
  case variant([Case])
  case list(ValueTypeReference)
  case fixedLengthList(ValueTypeReference, length: UInt32)
  case map(key: ValueTypeReference, value: ValueTypeReference)
  case tuple([ValueTypeReference])
  case flags([String])
  case enumeration([String])
  case option(ValueTypeReference)
  case result(ok: ValueTypeReference?, error: ValueTypeReference?)
  /// Index of a resource type.
  case own(Int)
  /// Index of a resource type.
  case borrow(Int)

  /// A named value: a record's field or a function's parameter.
  public struct Label: Sendable {
    public let name: String
    public let type: ValueTypeReference
  }

  public struct Case: Sendable {
    public let name: String
    public let type: ValueTypeReference?
  }
}

public struct FunctionTypeDefinition: Sendable {
  public let parameters: [ValueTypeDefinition.Label]
  public let result: ValueTypeReference?
}

/// One declaration inside a component type or an instance type; only component types have imports.
public enum Declaration: Sendable {
  case coreType(CoreTypeDefinition)
  case type(TypeDefinition)
  case alias(Alias)
  case `import`(name: String, ExternDescriptor)
  case export(name: String, ExternDescriptor)
}

/// The type of an import or export, as written. Source: Binary.md, `externtype`.
public enum ExternDescriptor: Sendable {
  /// Index of a core type.
  case coreModule(type: Int)
  case function(type: Int)
  /// The type at the index itself.
  case typeEqual(to: Int)
  /// A resource type that is unequal to every other one.
  case subResource
  case component(type: Int)
  case instance(type: Int)
}

/// A WIT type as it is written at one place: a field, a parameter, a result.
indirect enum WITType: Hashable, Sendable {
  case primitive(WITPrimitive)
  case list(WITType)
  case option(WITType)
  case tuple([WITType])
  case result(ok: WITType?, error: WITType?)
  case own(TypeID)
  case borrow(TypeID)
  /// A type declared in, or `use`d into, the interface. A resource's bare name means `own`.
  case named(TypeID)
}

/// WIT's primitive types; the raw value is the component binary's `primvaltype`.
enum WITPrimitive: UInt8, Sendable {
  case bool = 0x7f, s8 = 0x7e, u8 = 0x7d, s16 = 0x7c, u16 = 0x7b, s32 = 0x7a, u32 = 0x79
  case s64 = 0x78, u64 = 0x77, f32 = 0x76, f64 = 0x75, char = 0x74, string = 0x73

  init?(name: String) {
    switch name {
    case "bool": self = .bool
    case "s8": self = .s8
    case "u8": self = .u8
    case "s16": self = .s16
    case "u16": self = .u16
    case "s32": self = .s32
    case "u32": self = .u32
    case "s64": self = .s64
    case "u64": self = .u64
    case "f32": self = .f32
    case "f64": self = .f64
    case "char": self = .char
    case "string": self = .string
    default: return nil
    }
  }
}

/// A type declaration of some interface: its position in `WIT`'s table of types.
struct TypeID: Hashable, Sendable {
  let index: Int
}

/// An interface: its position in `WIT`'s table of interfaces.
struct InterfaceID: Hashable, Sendable {
  let index: Int
}

/// What a type's name stands for.
enum TypeDefinition: Sendable {
  case alias(WITType)
  case record([(name: String, type: WITType)])
  case variant([(name: String, type: WITType?)])
  case enumeration([String])
  case flags([String])
  case resource
  /// `use other.{name}`: the same type under a name of this interface.
  case used(TypeID)

  /// The types that appear directly in the definition.
  var components: [WITType] {
    switch self {
    case .alias(let type): [type]
    case .record(let fields): fields.map(\.type)
    case .variant(let cases): cases.compactMap(\.type)
    case .used(let origin): [.named(origin)]
    case .enumeration, .flags, .resource: []
    }
  }
}

extension WITType {
  /// The declared types that appear in the type, in order of appearance.
  var references: [TypeID] {
    switch self {
    case .primitive: []
    case .list(let element), .option(let element): element.references
    case .tuple(let elements): elements.flatMap(\.references)
    case .result(let ok, let error): (ok?.references ?? []) + (error?.references ?? [])
    case .own(let type), .borrow(let type), .named(let type): [type]
    }
  }
}

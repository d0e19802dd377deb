/// The names that types go by. Types are told apart by identity, so that two equal records under two names stay two types.
struct WITNames {
  /// A type as it was named first: by whom (nil: the world itself) and how.
  struct Origin {
    let interface: String?
    let name: String
  }

  private var names: [ObjectIdentifier: Origin] = [:]
  /// Anonymous types can be trees far larger than the file; past this many nodes they are cut off.
  private var remainingNodes = 1_000_000

  init() {}

  /// Knows the types that the imports and exports of `signature` name; the first name counts.
  init(_ signature: ComponentSignature) {
    for item in signature.imports + signature.exports {
      switch item.type {
      case .instance(let instance):
        for export in instance.exports {
          if case .type(let type) = export.type { add(type, Origin(interface: item.name, name: export.name)) }
        }
      case .type(let type): add(type, Origin(interface: nil, name: item.name))
      case .function, .component, .coreModule: break
      }
    }
  }

  /// What the interface being printed calls types of others, where that differs: `use types.{message as input}`.
  var localNames: [ObjectIdentifier: String] = [:]

  subscript(type: DefinedType) -> Origin? { type.identity.flatMap { names[$0] } }

  mutating func useLocalNames(of exports: [NamedExtern]) {
    localNames = [:]
    for export in exports {
      guard case .type(let type) = export.type, let identity = type.identity, localNames[identity] == nil else { continue }
      localNames[identity] = export.name
    }
  }

  private func name(_ type: DefinedType) -> String? {
    guard let identity = type.identity else { return nil }
    return (localNames[identity] ?? names[identity]?.name)?.asWITIdentifier
  }

  private mutating func add(_ type: DefinedType, _ origin: Origin) {
    guard let identity = type.identity, names[identity] == nil else { return }
    names[identity] = origin
  }

  // MARK: Text

  /// `borrow<buffer>`, `list<tuple<string, u8>>`: a name where there is one, otherwise the structure.
  mutating func reference(_ type: ValueType) -> String {
    switch type {
    case .own(let resource): return name(.resource(resource)) ?? resource.name.asWITIdentifier
    case .borrow(let resource): return "borrow<\(name(.resource(resource)) ?? resource.name.asWITIdentifier)>"
    default: return name(.value(type)) ?? structure(type)
    }
  }

  /// The type spelled out; records, variants, flags and enums on one line.
  mutating func structure(_ type: ValueType) -> String {
    remainingNodes -= 1
    guard remainingNodes > 0 else { return "…" }
    switch type {
    case .bool: return "bool"
    case .s8: return "s8"
    case .u8: return "u8"
    case .s16: return "s16"
    case .u16: return "u16"
    case .s32: return "s32"
    case .u32: return "u32"
    case .s64: return "s64"
    case .u64: return "u64"
    case .f32: return "f32"
    case .f64: return "f64"
    case .char: return "char"
    case .string: return "string"
    case .list(let node): return "list<\(reference(node.element))>"
    case .fixedLengthList(let node): return "list<\(reference(node.element)), \(node.length)>"
    case .map(let node): return "map<\(reference(node.key)), \(reference(node.value))>"
    case .option(let node): return "option<\(reference(node.some))>"
    case .tuple(let node): return "tuple<\(join(node.elements) { names, type in names.reference(type) })>"
    case .result(let node):
      switch (node.ok, node.error) {
      case (nil, nil): return "result"
      case (let ok?, nil): return "result<\(reference(ok))>"
      case (nil, let error?): return "result<_, \(reference(error))>"
      case (let ok?, let error?): return "result<\(reference(ok)), \(reference(error))>"
      }
    case .record, .variant, .flags, .enumeration:
      let (keyword, members) = members(type)
      return "\(keyword) { \(members.joined(separator: ", ")) }"
    case .own, .borrow: return reference(type)
    }
  }

  /// The keyword and the members of a type that WIT always names.
  mutating func members(_ type: ValueType) -> (keyword: String, members: [String]) {
    switch type {
    case .record(let node): ("record", map(node.fields) { names, field in "\(field.name.asWITIdentifier): \(names.reference(field.type))" })
    case .variant(let node):
      (
        "variant",
        map(node.cases) { names, item in
          item.name.asWITIdentifier + (item.type.map { "(\(names.reference($0)))" } ?? "")
        }
      )
    case .flags(let node): ("flags", node.names.map(\.asWITIdentifier))
    case .enumeration(let node): ("enum", node.names.map(\.asWITIdentifier))
    default: ("type", [])
    }
  }

  /// `(a: u32, b: string) -> bool`, without the first `skipping` parameters.
  mutating func signature(_ type: FunctionType, skipping: Int = 0) -> String {
    let parameters = join(type.parameters.dropFirst(skipping)) { names, parameter in
      "\(parameter.name.asWITIdentifier): \(names.reference(parameter.type))"
    }
    return "(\(parameters))" + (type.result.map { " -> \(reference($0))" } ?? "")
  }

  private mutating func map<Item>(_ items: some Sequence<Item>, _ text: (inout WITNames, Item) -> String) -> [String] {
    var result: [String] = []
    for item in items {
      guard remainingNodes > 0 else { return result + ["…"] }
      result.append(text(&self, item))
    }
    return result
  }

  private mutating func join<Item>(_ items: some Sequence<Item>, _ text: (inout WITNames, Item) -> String) -> String {
    map(items, text).joined(separator: ", ")
  }
}

extension DefinedType {
  /// What tells the type apart from equal ones; nil for primitive types and handles, which have no identity.
  fileprivate var identity: ObjectIdentifier? {
    switch self {
    case .resource(let type): ObjectIdentifier(type)
    case .instance(let type): ObjectIdentifier(type)
    case .component(let type): ObjectIdentifier(type)
    case .function: nil
    case .value(let type):
      switch type {
      case .list(let node): ObjectIdentifier(node)
      case .fixedLengthList(let node): ObjectIdentifier(node)
      case .map(let node): ObjectIdentifier(node)
      case .record(let node): ObjectIdentifier(node)
      case .tuple(let node): ObjectIdentifier(node)
      case .variant(let node): ObjectIdentifier(node)
      case .flags(let node): ObjectIdentifier(node)
      case .enumeration(let node): ObjectIdentifier(node)
      case .option(let node): ObjectIdentifier(node)
      case .result(let node): ObjectIdentifier(node)
      default: nil
      }
    }
  }
}

extension String {
  private static let witKeywords: Set<String> = [
    "as", "async", "bool", "borrow", "char", "constructor", "enum", "error-context", "export", "f32", "f64", "flags", "from", "func", "future",
    "import", "include", "interface", "list", "map", "option", "own", "package", "record", "resource", "result", "s16", "s32", "s64", "s8",
    "static", "stream", "string", "tuple", "type", "u16", "u32", "u64", "u8", "use", "variant", "with", "world",
  ]

  /// The name as WIT writes it: keywords need a `%` in front.
  var asWITIdentifier: String { Self.witKeywords.contains(self) ? "%" + self : self }
}

extension ValueType: CustomStringConvertible {
  /// The type in WIT syntax, spelled out in full.
  public var description: String {
    var names = WITNames()
    return names.structure(self)
  }
}

extension FunctionType: CustomStringConvertible {
  /// `func(a: u32) -> string`.
  public var description: String {
    var names = WITNames()
    return "func" + names.signature(self)
  }
}

extension DefinedType: CustomStringConvertible {
  public var description: String {
    switch self {
    case .value(let type): type.description
    case .function(let type): type.description
    case .resource(let type): "resource \(type.name)"
    case .instance(let type): "an instance with \(type.exports.count) exports"
    case .component(let type): "a component with \(type.imports.count) imports and \(type.exports.count) exports"
    }
  }
}

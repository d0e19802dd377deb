/// A checked set of WIT interfaces: every name resolved, no cycles, each type's flat form known.
///
/// The supported subset is what synchronous operators need: packages, interfaces, `use`, aliases, records, variants, enums,
/// flags, resources and functions over all value types. Worlds are skipped: the core module's imports and exports
/// say which interfaces a component has. Source: the component model's WIT.md.
public struct WIT: Sendable {
  /// One WIT text; `name` is what errors call it.
  public struct File: Sendable {
    public let name: String
    public let text: String

    public init(name: String, text: String) {
      self.name = name
      self.text = text
    }
  }

  /// A type declaration; `flat` and `holdsPointers` are facts of the canonical ABI, computed once.
  struct DeclaredType: Sendable {
    let name: String
    let interface: InterfaceID
    let definition: TypeDefinition
    let layout: FlatLayout
  }

  struct Interface: Sendable {
    /// The full name, as in `wasi:io/streams@0.2.0`.
    let name: String
    /// In order of declaration, except that what a type is made of comes before it.
    let types: [TypeID]
    /// In order of declaration.
    let functions: [Function]
    /// The interfaces whose types this one uses, each once, in order of the `use` items.
    let dependencies: [InterfaceID]
  }

  /// A function; `name` is the binary's: `f`, `[method]r.f`, `[static]r.f` or `[constructor]r`.
  struct Function: Sendable {
    let name: String
    let parameters: [(name: String, type: WITType)]
    let result: WITType?
  }

  private let types: [DeclaredType]
  private let interfaces: [Interface]
  private let interfaceIDs: [String: InterfaceID]

  init(types: [DeclaredType], interfaces: [Interface]) {
    self.types = types
    self.interfaces = interfaces
    self.interfaceIDs = Dictionary(
      interfaces.enumerated().map { ($1.name, InterfaceID(index: $0)) }, uniquingKeysWith: { first, _ in first })
  }

  /// Reads and checks packages that may use one another.
  ///
  /// - Parameter packages: each package's files; one file of each package, at least, starts with `package ns:name@version;`.
  /// - Throws: the first error, with file, line and column.
  public init(packages: [[File]]) throws(ComponentEncoderError) {
    var draft = WITDraft()
    for files in packages { try WITParser.parse(package: files, into: &draft) }
    self = try draft.resolved()
  }

  /// The interfaces' full names, in order of declaration.
  public var interfaceNames: [String] { interfaces.map(\.name) }

  subscript(type: TypeID) -> DeclaredType { types[type.index] }
  subscript(interface: InterfaceID) -> Interface { interfaces[interface.index] }

  func interface(named name: String) -> InterfaceID? { interfaceIDs[name] }

  /// The declaration behind a chain of `use`s.
  func origin(of type: TypeID) -> TypeID {
    var type = type
    while case .used(let next) = self[type].definition { type = next }
    return type
  }

  /// Whether the name stands for a resource, directly or through `use` and aliases.
  func isResource(_ type: TypeID) -> Bool {
    var type = type
    while true {
      switch self[type].definition {
      case .used(let next), .alias(.named(let next)): type = next
      case .resource: return true
      default: return false
      }
    }
  }
}

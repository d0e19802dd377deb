/// A component's description as decoded from its binary: immutable, and with indices exactly as in the file.
///
/// `definitions` are in file order, which matters: every definition may refer only to what came before it, and each one that
/// introduces something appends to the index space of its sort.
/// Source: the component model's Binary.md, "Component Definitions".
public struct Component: Sendable {
  public let definitions: [Definition]
  /// The byte offset of each definition, for error messages; as many as there are definitions.
  public let definitionOffsets: [Int]
  /// Name and contents of the custom sections; they carry no meaning for execution.
  public let customSections: [CustomSection]
  /// Where this component, preamble included, lies in the file.
  public let byteRange: Range<Int>

  public init(definitions: [Definition], definitionOffsets: [Int], customSections: [CustomSection], byteRange: Range<Int>) {
    self.definitions = definitions
    self.definitionOffsets = definitionOffsets
    self.customSections = customSections
    self.byteRange = byteRange
  }
}

/// A custom section: a name and uninterpreted bytes of the file.
public struct CustomSection: Hashable, Sendable {
  public let name: String
  /// The bytes after the name.
  public let byteRange: Range<Int>
}

/// A core module as it lies in the file: never copied, because Python components carry tens of megabytes of them.
public struct CoreModuleSlice: Hashable, Sendable {
  public let byteRange: Range<Int>
}

/// One definition of a component. All but custom sections append to an index space; an export appends to that of its sort too.
public enum Definition: Sendable {
  case coreModule(CoreModuleSlice)
  case coreInstance(CoreInstance)
  case coreType(CoreTypeDefinition)
  case component(Component)
  case instance(Instance)
  case alias(Alias)
  case type(TypeDefinition)
  case canonical(CanonicalDefinition)
  case `import`(Import)
  case export(Export)
}

/// A component file in memory: its bytes, kept once, and the description that refers to them by ranges.
public struct ComponentFile: Sendable {
  public let bytes: [UInt8]
  public let component: Component
  /// In order.
  let fixedLengthLists: [FixedLengthListPlace]

  init(bytes: [UInt8], component: Component, fixedLengthLists: [FixedLengthListPlace]) {
    self.bytes = bytes
    self.component = component
    self.fixedLengthLists = fixedLengthLists
  }
}

/// Where a file defines the type of a fixed-length list, which wasmtime's validator does not know.
struct FixedLengthListPlace: Sendable {
  let range: Range<Int>
  /// Of the element's type.
  let element: Range<Int>
  let length: UInt32
}

/// What a component imports, exports and weighs: for `millrace inspect`, as text or JSON.
public struct ComponentInspection: Encodable, Sendable {
  /// An import or export, with the items of an interface one level down.
  public struct Item: Encodable, Sendable {
    public let name: String
    /// `function`, `type`, `instance`, `component` or `core module`.
    public let kind: String
    /// The type in WIT syntax; nil for instances, components and core modules.
    public let type: String?
    public let items: [Item]?
  }

  public struct Memory: Encodable, Hashable, Sendable {
    /// In pages of 64 KiB.
    public let initialPages: UInt64
    public let maximumPages: UInt64?
  }

  /// A core module's share of the file, in bytes.
  public struct CoreModule: Encodable, Hashable, Sendable {
    /// From the module's name section.
    public let name: String?
    public let byteOffset: Int
    public let size: Int
    public let codeSize: Int
    public let dataSize: Int
    /// Debug information, names and the like: not needed to run.
    public let customSize: Int
    public let functionCount: Int
    public let importCount: Int
    public let exportCount: Int
    public let memories: [Memory]
  }

  public let size: Int
  public let imports: [Item]
  public let exports: [Item]
  /// All core modules, nested components' included, in file order.
  public let coreModules: [CoreModule]
  /// The world and its interfaces in WIT syntax.
  public let wit: String

  /// Evaluates the types of a component and reads the headers of its core modules; nothing is compiled.
  public init(_ file: ComponentFile) throws(ComponentError) {
    let signature = try ComponentSignature(file.component)
    size = file.bytes.count
    var names = WITNames(signature)
    imports = Self.items(signature.imports, &names)
    exports = Self.items(signature.exports, &names)
    wit = WITPrinter.text(signature)
    var modules: [CoreModule] = []
    for slice in file.component.coreModules { modules.append(CoreModule(try CoreModuleHeader(file.bytes, in: slice.byteRange), file.bytes)) }
    coreModules = modules
  }

  /// Interfaces are opened one level deep.
  private static func items(_ externs: [NamedExtern], isOuter: Bool = true, _ names: inout WITNames) -> [Item] {
    var result: [Item] = []
    for extern in externs {
      var type: String?
      var items: [Item]?
      switch extern.type {
      case .function(let function): type = "func" + names.signature(function)
      case .type(.value(let value)): type = names.structure(value)
      case .type(let other): type = other.description
      case .instance(let instance) where isOuter:
        names.useLocalNames(of: instance.exports)
        items = self.items(instance.exports, isOuter: false, &names)
        names.localNames = [:]
      case .instance: break
      case .component, .coreModule: break
      }
      result.append(Item(name: extern.name, kind: extern.type.sort.description, type: type, items: items))
    }
    return result
  }
}

extension ComponentInspection.CoreModule {
  init(_ header: CoreModuleHeader, _ bytes: [UInt8]) {
    name = header.name(in: bytes)
    byteOffset = header.byteRange.lowerBound
    size = header.byteRange.count
    codeSize = header.sectionSizes[10] ?? 0
    dataSize = header.sectionSizes[11] ?? 0
    customSize = header.sectionSizes[0] ?? 0
    functionCount = header.functionCount
    importCount = header.imports.count
    exportCount = header.exports.count
    memories = header.memories.map { ComponentInspection.Memory(initialPages: $0.minimum, maximumPages: $0.maximum) }
  }
}

extension Component {
  /// All core modules, nested components' included, in file order.
  public var coreModules: [CoreModuleSlice] {
    definitions.flatMap { definition -> [CoreModuleSlice] in
      switch definition {
      case .coreModule(let slice): [slice]
      case .component(let nested): nested.coreModules
      default: []
      }
    }
  }
}

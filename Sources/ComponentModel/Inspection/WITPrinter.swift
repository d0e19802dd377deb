/// Writes a component's imports and exports as WIT: a world, then the interfaces it names, grouped by package.
struct WITPrinter {
  private var names: WITNames
  /// Interfaces with a qualified name, in order of appearance; one that is both imported and exported has the items of both.
  private var interfaces: [Interface] = []
  private var indices: [String: Int] = [:]

  private struct Interface {
    let name: String
    var exports: [NamedExtern]
    /// Splits `ns:package/name@version`.
    var parts: (package: String, name: String) { Self.split(name) }

    static func split(_ name: String) -> (package: String, name: String) {
      guard let slash = name.firstIndex(of: "/") else { return (name, name) }
      let at = name.firstIndex(of: "@") ?? name.endIndex
      guard slash < at else { return (name, name) }
      return (String(name[..<slash] + name[at...]), String(name[name.index(after: slash)..<at]))
    }
  }

  private init(_ signature: ComponentSignature) { names = WITNames(signature) }

  static func text(_ signature: ComponentSignature) -> String {
    var printer = WITPrinter(signature)
    return printer.text(signature)
  }

  private mutating func text(_ signature: ComponentSignature) -> String {
    for item in signature.imports + signature.exports {
      if case .instance(let type) = item.type, item.isInterface { addInterface(item.name, type) }
    }
    let imports = worldItems(signature.imports, keyword: "import")
    let exports = worldItems(signature.exports, keyword: "export")
    var blocks = ["package root:component;", Self.block("world root", Self.joined(Self.paragraphs(imports) + Self.paragraphs(exports)))]
    var members = Dictionary(grouping: interfaces, by: \.parts.package)
    for interface in interfaces {
      guard let group = members.removeValue(forKey: interface.parts.package) else { continue }
      blocks.append(Self.block("package \(interface.parts.package)", Self.joined(group.map { [block($0)] })))
    }
    return blocks.joined(separator: "\n\n") + "\n"
  }

  private mutating func addInterface(_ name: String, _ type: InstanceType) {
    if let index = indices[name] {
      let known = Set(interfaces[index].exports.map(\.name))
      interfaces[index].exports += type.exports.filter { !known.contains($0.name) }
    } else {
      indices[name] = interfaces.count
      interfaces.append(Interface(name: name, exports: type.exports))
    }
  }

  // MARK: World

  private mutating func worldItems(_ items: [NamedExtern], keyword: String) -> [String] {
    var lines: [String] = []
    names.useLocalNames(of: items)
    for item in items {
      switch item.type {
      case .instance where item.isInterface: lines.append("\(keyword) \(item.name);")
      case .instance(let type):
        lines.append(Self.block("\(keyword) \(item.name.asWITIdentifier): interface", interfaceItems(type.exports, in: item.name)))
      case .function(let type): lines.append("\(keyword) \(item.name.asWITIdentifier): func\(names.signature(type));")
      case .type(let type):
        if let use = use(type, as: item.name, in: nil) {
          lines.append("use \(use.source).{\(use.item)};")
        } else {
          lines.append(definition(type, name: item.name, methods: []))
        }
      case .component: lines.append("// \(keyword) \(item.name): a component")
      case .coreModule: lines.append("// \(keyword) \(item.name): a core module")
      }
    }
    return lines
  }

  // MARK: Interfaces

  private mutating func block(_ interface: Interface) -> String {
    Self.block("interface \(interface.parts.name.asWITIdentifier)", interfaceItems(interface.exports, in: interface.name))
  }

  /// `use` clauses, types with their methods, functions; paragraphs are separated by blank lines.
  private mutating func interfaceItems(_ exports: [NamedExtern], in interface: String) -> [String] {
    let outerNames = names.localNames
    names.useLocalNames(of: exports)
    defer { names.localNames = outerNames }
    var sources: [String] = []
    var uses: [String: [String]] = [:]
    var types: [String] = []
    var functions: [String] = []
    let methods = Dictionary(grouping: exports.filter { $0.name.hasPrefix("[") }) { Self.resourceName($0.name) }
    var defined: Set<String> = []
    for export in exports {
      switch export.type {
      case .type(let type):
        if let use = use(type, as: export.name, in: interface) {
          if uses[use.source] == nil { sources.append(use.source) }
          uses[use.source, default: []].append(use.item)
        } else {
          types.append(definition(type, name: export.name, methods: methods[export.name] ?? []))
          defined.insert(export.name)
        }
      case .function(let type) where !export.name.hasPrefix("["):
        functions.append("\(export.name.asWITIdentifier): func\(names.signature(type));")
      case .function(let type):
        if !defined.contains(Self.resourceName(export.name)) { functions.append("// \(export.name): func\(names.signature(type))") }
      case .instance: functions.append("// \(export.name): an instance")
      case .component: functions.append("// \(export.name): a component")
      case .coreModule: functions.append("// \(export.name): a core module")
      }
    }
    let useLines = sources.map { "use \($0).{\(uses[$0, default: []].joined(separator: ", "))};" }
    return Self.joined([useLines] + Self.paragraphs(types) + [functions])
  }

  /// The parts of `use types.{message as input};` where another interface named the type first.
  private func use(_ type: DefinedType, as name: String, in interface: String?) -> (source: String, item: String)? {
    guard let origin = names[type], let owner = origin.interface, owner != interface else { return nil }
    let (package, simple) = Interface.split(owner)
    let source = interface.map { Interface.split($0).package } == package ? simple.asWITIdentifier : owner
    let rename = origin.name == name ? "" : " as \(name.asWITIdentifier)"
    return (source, origin.name.asWITIdentifier + rename)
  }

  private mutating func definition(_ type: DefinedType, name: String, methods: [NamedExtern]) -> String {
    let identifier = name.asWITIdentifier
    if let origin = names[type], origin.name != name { return "type \(identifier) = \(origin.name.asWITIdentifier);" }
    switch type {
    case .resource:
      let lines = methods.compactMap { method($0) }
      return lines.isEmpty ? "resource \(identifier);" : Self.block("resource \(identifier)", lines)
    case .value(let value):
      switch value {
      case .record, .variant, .flags, .enumeration:
        let (keyword, members) = names.members(value)
        return Self.block("\(keyword) \(identifier)", members.map { $0 + "," })
      default: return "type \(identifier) = \(names.structure(value));"
      }
    case .function(let type): return "// type \(identifier): func\(names.signature(type))"
    case .instance: return "// type \(identifier): an instance type"
    case .component: return "// type \(identifier): a component type"
    }
  }

  /// `[method]buffer.read` as it stands inside `resource buffer { … }`.
  private mutating func method(_ item: NamedExtern) -> String? {
    guard case .function(let type) = item.type else { return nil }
    let name = item.name.split(separator: ".", maxSplits: 1).last.map { String($0).asWITIdentifier } ?? item.name
    if item.name.hasPrefix("[constructor]") {
      var constructed = names.signature(FunctionType(parameters: type.parameters, result: nil))
      // A plain constructor returns the resource itself; one that can fail says what it returns.
      if case .result = type.result { constructed = names.signature(type) }
      return "constructor\(constructed);"
    }
    if item.name.hasPrefix("[static]") { return "\(name): static func\(names.signature(type));" }
    return "\(name): func\(names.signature(type, skipping: 1));"
  }

  /// `buffer` of `[method]buffer.read`.
  private static func resourceName(_ name: String) -> String {
    guard let bracket = name.firstIndex(of: "]") else { return name }
    return String(name[name.index(after: bracket)...].prefix { $0 != "." })
  }

  // MARK: Layout

  private static func block(_ head: String, _ lines: [String]) -> String {
    if lines.isEmpty { return head + " {}" }
    let indented = lines.flatMap { $0.split(separator: "\n", omittingEmptySubsequences: false) }.map { $0.isEmpty ? "" : "  " + $0 }
    return "\(head) {\n\(indented.joined(separator: "\n"))\n}"
  }

  /// One paragraph for each block, and one for each run of single lines.
  private static func paragraphs(_ items: [String]) -> [[String]] {
    var result: [[String]] = []
    for item in items {
      if !item.contains("\n"), let last = result.last?.last, !last.contains("\n") {
        result[result.count - 1].append(item)
      } else {
        result.append([item])
      }
    }
    return result
  }

  /// Paragraphs with blank lines between them.
  private static func joined(_ paragraphs: [[String]]) -> [String] {
    Array(paragraphs.filter { !$0.isEmpty }.joined(separator: [""]))
  }
}

extension NamedExtern {
  /// Whether the name is an interface's, as in `wasi:io/streams@0.2.0`, and not a plain label.
  fileprivate var isInterface: Bool { name.contains("/") }
}

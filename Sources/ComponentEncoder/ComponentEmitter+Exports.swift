extension ComponentEmitter {
  /// Lifts an interface's functions and exports them as an instance.
  func emit(_ export: EncodingPlan.Export, of main: MainInstance, as form: ComponentEncoder.ExportForm) {
    let lifted = export.functions.map { item in
      let type = define(item.function)
      let core = builder.alias(core: .function, item.coreName, of: main.instance)
      let postReturn = item.postReturn.map { builder.alias(core: .function, $0, of: main.instance) }
      return builder.lift(core, main.options(for: item.canonical, postReturn: postReturn), type: type)
    }
    let instance = switch form {
    case .flat: builder.instance(zip(export.functions, lifted).map { ($0.function.name, $1) })
    case .nested: namedInstance(of: export, lifted)
    }
    builder.exportInstance(wit[export.interface].name, instance)
  }

  /// An instance in which types and functions have their WIT names: a nested component imports them and exports them again.
  private func namedInstance(of export: EncodingPlan.Export, _ lifted: [UInt32]) -> UInt32 {
    let nested = NestedExport(wit)
    for (item, function) in zip(export.functions, lifted) { nested.importFunction(item.function, outer: function) }
    for type in wit[export.interface].types { nested.export(type) }
    for (index, item) in export.functions.enumerated() { nested.export(item.function, index: index) }
    let arguments = nested.arguments.map { argument in
      switch argument.value {
      case .type(let type): (name: argument.name, sort: ComponentBuilder.Sort.type, index: self.index(of: type))
      case .function(let function): (name: argument.name, sort: ComponentBuilder.Sort.function, index: function)
      }
    }
    return builder.instantiate(component: builder.component(nested.builder), with: arguments)
  }
}

/// The nested component behind an exported interface. Types enter it as imports, since an alias of an outer type may not
/// cross a component's boundary when resources are involved, and leave it under the interface's names.
private final class NestedExport: TypeSpace {
  enum Argument {
    case type(TypeID)
    /// A function's index in the component around.
    case function(UInt32)
  }

  let wit: WIT
  let builder = ComponentBuilder()
  var anonymous: [WITType: UInt32] = [:]
  /// What to instantiate it with.
  private(set) var arguments: [(name: String, value: Argument)] = []
  private var functions: [UInt32] = []
  private var imported: [TypeID: UInt32] = [:]
  private var names: Set<String> = []
  private lazy var exports = ExportedNames(self)

  init(_ wit: WIT) { self.wit = wit }

  func define(_ encoding: [UInt8]) -> UInt32 { builder.type(encoding) }

  /// Imports the type, if it has an identity of its own; an alias is only another way to write a type.
  func index(of type: TypeID) -> UInt32 {
    let origin = wit.origin(of: type)
    if let known = imported[origin] { return known }
    let structure = define(wit[origin].definition)
    let index: UInt32
    if case .alias = wit[origin].definition, let structure {
      index = structure
    } else {
      let name = unique("import-type-\(wit[origin].name)")
      index = builder.importType(name, equalTo: structure)
      arguments.append((name, .type(origin)))
    }
    imported[origin] = index
    return index
  }

  func importFunction(_ function: WIT.Function, outer: UInt32) {
    let type = define(function)
    let name = unique("import-func-\(function.name)")
    functions.append(builder.importFunction(name, type: type))
    arguments.append((name, .function(outer)))
  }

  func export(_ type: TypeID) { exports.export(type) }

  func export(_ function: WIT.Function, index: Int) {
    builder.exportFunction(function.name, functions[index], type: exports.define(function))
  }

  private func unique(_ name: String) -> String {
    var candidate = name
    var number = 0
    while !names.insert(candidate).inserted {
      candidate = "\(name)\(number)"
      number += 1
    }
    return candidate
  }

  /// The same type space after its types have been exported: functions now refer to the exported names.
  private final class ExportedNames: TypeSpace {
    unowned let component: NestedExport
    let wit: WIT
    var anonymous: [WITType: UInt32] = [:]
    private var exported: [TypeID: UInt32] = [:]

    init(_ component: NestedExport) {
      self.component = component
      wit = component.wit
    }

    func define(_ encoding: [UInt8]) -> UInt32 { component.define(encoding) }

    func index(of type: TypeID) -> UInt32 { exported[type] ?? component.index(of: type) }

    func export(_ type: TypeID) {
      exported[type] = component.builder.exportType(wit[type].name, component.index(of: type))
    }
  }
}

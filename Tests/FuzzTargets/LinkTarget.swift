import ComponentModel
import WebAssembly

enum LinkTarget {
  static let engine = Result { try Engine() }
  static let limits = StoreLimits(memory: 16 << 20, callMilliseconds: 100)

  static func run(_ input: [UInt8]) {
    do throws(ComponentError) {
      let file = try ComponentFile(decoding: input)
      let signature = try ComponentSignature(file.component)
      guard let engine = try? engine.get(), let store = try? Store(engine: engine, limits: limits) else { preconditionFailure("no engine") }
      let component = try CompiledComponent(file, engine: engine, cache: CodeCache(directory: nil))
      let instance = try component.instantiate(imports: imports(signature), in: store)
      for export in signature.exports { call(export, of: instance) }
    } catch {
      DecodeTarget.check(error, input)
    }
  }

  /// Everything that is imported is there, but functions fail.
  private static func imports(_ signature: ComponentSignature) -> HostImports {
    var imports = HostImports()
    var root = HostInterface("root")
    root.denyUnknown("it is a test")
    for item in signature.imports {
      switch item.type {
      case .instance(let type):
        var interface = HostInterface(item.name)
        interface.denyUnknown("it is a test")
        for export in type.exports {
          if case .type(.resource) = export.type { interface.uninhabitedResource(export.name) }
        }
        imports.provide(interface)
      case .type(.resource): root.uninhabitedResource(item.name)
      default: break
      }
    }
    imports.provide(root: root)
    return imports
  }

  private static func call(_ export: NamedExtern, of instance: ComponentInstance) {
    switch export.type {
    case .function(let type): call(instance.function(export.name), type)
    case .instance(let items):
      for item in items.exports {
        if case .function(let type) = item.type { call(instance.function(export.name, item.name), type) }
      }
    default: break
    }
  }

  /// Twice, since the first call may have changed the instance, or discarded it.
  private static func call(_ function: LiftedFunction?, _ type: ComponentModel.FunctionType) {
    guard let function else { return }
    for _ in 0..<2 {
      var arguments: [Value] = []
      for parameter in type.parameters {
        guard let argument = Value.any(of: parameter.type) else { return }
        arguments.append(argument)
      }
      _ = try? function.call(arguments)
    }
  }
}

extension Value {
  /// Some value of the type; nil if it needs a resource.
  static func any(of type: ValueType) -> Value? {
    switch type {
    case .bool: .bool(true)
    case .s8: .s8(-1)
    case .u8: .u8(1)
    case .s16: .s16(-1)
    case .u16: .u16(1)
    case .s32: .s32(-1)
    case .u32: .u32(1)
    case .s64: .s64(-1)
    case .u64: .u64(1)
    case .f32: .f32(1)
    case .f64: .f64(.nan)
    case .char: .char("é")
    case .string: .string("text ü €")
    case .list(let node): node.element == .u8 ? .bytes([1, 2, 3]) : any(of: node.element).map { .list([$0]) }
    case .fixedLengthList(let node): any(of: node.element).map { .list(Array(repeating: $0, count: node.length)) }
    case .map(let node): any(of: .tuple(node.entry)).map { .list([$0]) }
    case .record(let node): all(node.fields.map(\.type)).map { .record($0) }
    case .tuple(let node): all(node.elements).map { .tuple($0) }
    case .variant(let node): node.cases.last.flatMap { item in item.type.map { any(of: $0) == nil } == true ? nil : .variant(case: node.cases.count - 1, item.type.flatMap { any(of: $0) }) }
    case .flags: .flags(.max)
    case .enumeration(let node): .enumeration(node.names.count - 1)
    case .option(let node): .option(any(of: node.some))
    case .result(let node): node.ok.map { any(of: $0) == nil } == true ? nil : .ok(node.ok.flatMap { any(of: $0) })
    case .own, .borrow: nil
    }
  }

  private static func all(_ types: [ValueType]) -> [Value]? {
    var values: [Value] = []
    for type in types {
      guard let value = any(of: type) else { return nil }
      values.append(value)
    }
    return values
  }
}

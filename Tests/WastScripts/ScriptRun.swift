import ComponentModel
import WebAssembly

/// One run of a script: the instances and definitions it has made so far.
///
/// Instances that may be imported, and those that import them, share a store. Any other has its own, so that what it takes ends with it.
final class ScriptRun {
  private let engine: Engine
  private let limits: StoreLimits
  private let script: Script
  private let sharedStore: Store
  private var imports: HostImports
  /// The names under which instances are provided.
  private var provided: Set<String> = []
  /// Failures are kept, here and below: what needs a component that could not be made fails for the same reason.
  private var definitions: [String: Result<CompiledComponent, Failure>] = [:]
  private var latestDefinition: Result<CompiledComponent, Failure>?
  private var instances: [String: Result<ComponentInstance, Failure>] = [:]
  private var latest: Result<ComponentInstance, Failure> = .failure(Failure(.script, "the script calls a function before there is an instance"))

  init(_ script: Script, engine: Engine, limits: StoreLimits) throws {
    self.engine = engine
    self.limits = limits
    self.script = script
    sharedStore = try Store(engine: engine, limits: limits)
    imports = try ScriptHost.imports(engine)
  }

  /// Throws if the directive does not hold.
  func perform(_ directive: Directive) throws(Failure) {
    switch directive.kind {
    case .component(let source, let name): try keep(name) { () throws(Failure) in try self.instantiate(try self.load(source), name) }
    case .definition(let source, let name):
      let result = Result { () throws(Failure) in try self.load(source) }
      latestDefinition = result
      if let name { definitions[name] = result }
      _ = try result.get()
    case .instance(let name, let definition):
      try keep(name) { () throws(Failure) in
        guard let component = definition.map({ self.definitions[$0] }) ?? self.latestDefinition else { throw Failure(.script, "there is no such definition") }
        return try self.instantiate(try component.get(), name)
      }
    case .register(let name, let instance): provide(try self.instance(instance), as: name)
    case .invoke(let invocation): _ = try call(invocation)
    case .assertReturn(let invocation, let expected): try assertReturn(invocation, expected)
    case .assertTrap(let action, let message):
      try assertFailure(at: [.running], message) { () throws(Failure) in
        switch action {
        case .invoke(let invocation): _ = try self.call(invocation)
        case .instantiate(let source): _ = try self.instantiate(try self.load(source))
        }
      }
    case .assertExhaustion(let invocation, let message): try assertFailure(at: [.running], message) { () throws(Failure) in _ = try self.call(invocation) }
    case .assertInvalid(let source, let message):
      try assertFailure(at: [.text, .decoding, .validation], message) { () throws(Failure) in _ = try self.load(source) }
    case .assertMalformed(let source, let message):
      try assertFailure(at: [.text, .decoding], message) { () throws(Failure) in _ = try self.load(source) }
    case .assertUnlinkable(let source, let message): try assertUnlinkable(source, message)
    case .unknown(let message): throw Failure(.script, message)
    }
  }

  // MARK: Components

  private func load(_ source: ComponentSource) throws(Failure) -> CompiledComponent {
    let bytes: [UInt8]
    switch source {
    case .binary(let binary): bytes = binary
    case .text(let text), .quote(let text):
      do {
        bytes = try parseText(text)
      } catch {
        throw Failure(parsing: error)
      }
    }
    let file: ComponentFile
    do {
      file = try ComponentFile(decoding: bytes)
    } catch {
      throw Failure(.decoding, error)
    }
    do {
      try file.validate()
    } catch {
      throw Failure(.validation, error)
    }
    do {
      return try CompiledComponent(file, engine: engine, cache: CodeCache(directory: nil))
    } catch {
      throw Failure(.validation, error)
    }
  }

  private func instantiate(_ component: CompiledComponent, _ name: String? = nil) throws(Failure) -> ComponentInstance {
    let importsInstance = component.file.component.definitions.contains { definition in
      if case .import(let item) = definition { provided.contains(item.name) } else { false }
    }
    do {
      let isShared = importsInstance || script.mayBeImported(name)
      return try component.instantiate(imports: imports, in: isShared ? sharedStore : Store(engine: engine, limits: limits))
    } catch {
      throw Failure(instantiating: error as? ComponentError ?? ComponentError(.linking, "\(error)"))
    }
  }

  /// Makes an instance the latest one, and the one of the name.
  private func keep(_ name: String?, _ make: () throws(Failure) -> ComponentInstance) throws(Failure) {
    latest = Result { () throws(Failure) in try make() }
    if let name { instances[name] = latest }
    let instance = try latest.get()
    if let name { provide(instance, as: name) }
  }

  private func provide(_ instance: ComponentInstance, as name: String) {
    imports.provide(instance, as: name)
    provided.insert(name)
  }

  private func instance(_ name: String?) throws(Failure) -> ComponentInstance {
    guard let name else { return try latest.get() }
    guard let instance = instances[name] else { throw Failure(.script, "there is no instance `$\(name)`") }
    return try instance.get()
  }

  // MARK: Calls

  private func call(_ invocation: Directive.Invocation) throws(Failure) -> (result: Value?, type: ValueType?) {
    guard let function = try instance(invocation.instance).function(invocation.function) else {
      throw Failure(.script, "the instance exports no function `\(invocation.function)`")
    }
    let parameters = function.type.parameters
    guard parameters.count == invocation.arguments.count else {
      throw Failure(.script, "the script passes \(invocation.arguments.count) arguments to a function of \(parameters.count)")
    }
    var arguments: [Value] = []
    do throws(ValueMismatch) {
      for (literal, parameter) in zip(invocation.arguments, parameters) { arguments.append(try literal.value(of: parameter.type)) }
    } catch {
      throw Failure(.script, error.message)
    }
    do throws(ComponentError) {
      return (try function.call(arguments), function.type.result)
    } catch {
      throw Failure(.running, error)
    }
  }

  private func assertReturn(_ invocation: Directive.Invocation, _ expected: [ValueLiteral]) throws(Failure) {
    let (result, type) = try call(invocation)
    switch (result, type, expected.first) {
    case (nil, _, nil): return
    case (let result?, let type?, let literal?) where expected.count == 1:
      do throws(ValueMismatch) {
        try literal.check(result, of: type)
      } catch {
        throw Failure(.script, error.message)
      }
    default: throw Failure(.script, "the function returned \(result.map { "\($0)" } ?? "nothing"), but \(expected.count) values are expected")
    }
  }

  // MARK: Failures

  private func assertFailure(at stages: [Failure.Stage], _ expected: String, _ body: () throws(Failure) -> Void) throws(Failure) {
    do throws(Failure) {
      try body()
    } catch {
      if error.isRefusal && error.stage != .text || error.stage == .script { throw error }
      // The validator reads core modules, and may be the first to see that one is malformed: then it says what the script expects.
      guard stages.contains(error.stage) || error.stage == .validation && stages.contains(.decoding) && error.message.contains(expected) else {
        throw Failure(.script, "it failed \(error.stage.rawValue), not \(stages.last?.rawValue ?? ""): \(error.message)")
      }
      guard ExpectedMessage.accepts(expected, error) else { throw Failure(.script, "“\(expected)” is expected, but it failed for another reason: \(error.message)") }
      return
    }
    throw Failure(.script, "it should fail (\(expected)), but does not")
  }

  /// What cannot be linked must be found from types alone, before anything is instantiated.
  private func assertUnlinkable(_ source: ComponentSource, _ expected: String) throws(Failure) {
    let component = try load(source)
    try assertFailure(at: [.linking], expected) { () throws(Failure) in _ = try self.instantiate(component) }
    if imports.problems(with: component.file.component).isEmpty {
      throw Failure(.script, "it should not be linked (\(expected)), but this is found only while it is instantiated")
    }
  }
}

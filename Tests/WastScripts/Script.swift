/// A conformance script of the component model (`.wast`): components in WebAssembly text and what is asserted about them.
///
/// Source: the reference tests of the component model and of wasmtime, which share the format of the core specification's test suite.
public struct Script: Sendable {
  /// How people find it: its path, as given.
  public let name: String
  /// What header lines such as `;;! component_model_async = true` ask for.
  public let features: [String: Bool]
  public let directives: [Directive]
  /// Whatever is imported anywhere in the script, by name.
  let importedNames: Set<String>

  /// Whether components of the script may import an instance of the given name.
  func mayBeImported(_ name: String?) -> Bool {
    name.map(importedNames.contains) ?? false || directives.contains { if case .register = $0.kind { true } else { false } }
  }
}

/// One expression at the outermost level of a script.
public struct Directive: Sendable {
  public enum Kind: Sendable {
    /// `(component …)`: instantiated at once, and known as `name` from then on.
    case component(ComponentSource, name: String?)
    /// `(component definition $name …)`: kept, but not instantiated.
    case definition(ComponentSource, name: String?)
    /// `(component instance $name $definition)`.
    case instance(name: String?, definition: String?)
    /// `(register "name" $instance)`: later components import the instance under the name.
    case register(String, instance: String?)
    /// `(invoke …)`: must succeed, whatever it returns.
    case invoke(Invocation)
    case assertReturn(Invocation, [ValueLiteral])
    /// The call, or the component's instantiation, must fail while guest code runs.
    case assertTrap(Action, String)
    /// As a trap, by running out of stack.
    case assertExhaustion(Invocation, String)
    case assertInvalid(ComponentSource, String)
    case assertMalformed(ComponentSource, String)
    case assertUnlinkable(ComponentSource, String)
    /// A directive that cannot be understood.
    case unknown(String)
  }

  public enum Action: Sendable {
    case invoke(Invocation)
    case instantiate(ComponentSource)
  }

  /// `(invoke $instance "function" argument…)`; without a name the latest instance is meant.
  public struct Invocation: Sendable {
    public let instance: String?
    public let function: String
    public let arguments: [ValueLiteral]
  }

  public let kind: Kind
  /// Its keyword, such as `assert_return`.
  public let keyword: String
  public let position: SourcePosition
}

/// A component as a script writes it.
public enum ComponentSource: Sendable {
  /// Text at its place: as many empty lines and spaces precede it as in the script, so that errors name the script's lines.
  case text(String)
  /// `quote`: text that may not even be an s-expression.
  case quote(String)
  /// `binary`.
  case binary([UInt8])
}

/// Wraps a core WebAssembly module as a component.
///
/// The core module says by its imports and exports which interfaces it uses and provides; WIT says what their functions
/// mean. The result is the same, byte for byte, whenever the input is.
///
/// ```swift
/// let component = try ComponentEncoder(wit: .builtIn()).encode(coreModule)
/// ```
public struct ComponentEncoder: Sendable {
  /// How exported interfaces are written.
  public enum ExportForm: Sendable, Hashable {
    /// Through a nested component that gives types and functions their WIT names: what WIT tools expect.
    case nested
    /// As a plain instance of functions: about 1.6 KB smaller per interface, but the interface's type names are lost.
    case flat
  }

  /// The tool that a component's `producers` section names.
  public struct Producer: Sendable, Hashable {
    public let name: String
    public let version: String

    public init(name: String, version: String) {
      self.name = name
      self.version = version
    }
  }

  private let wit: WIT
  private let exportForm: ExportForm
  private let producer: Producer?

  /// - Parameters:
  ///   - wit: the interfaces that core modules may import and export.
  ///   - producer: what to write into the `producers` section; none is written without it.
  public init(wit: WIT, exportForm: ExportForm = .nested, producer: Producer? = nil) {
    self.wit = wit
    self.exportForm = exportForm
    self.producer = producer
  }

  /// The component around `coreModule`.
  ///
  /// Imports are named `interface` / `f`, `[method]r.f`, `[static]r.f`, `[constructor]r` or `[resource-drop]r`; exports
  /// `interface#f`, `cabi_post_interface#f`, `memory`, `cabi_realloc` and `_initialize`. Other exports are left alone.
  ///
  /// - Throws: an error that names the import or export, what was expected of it and how to correct it.
  public func encode(_ coreModule: [UInt8]) throws(ComponentEncoderError) -> EncodedComponent {
    let plan = try EncodingPlan(CoreModule(coreModule), wit)
    let emitter = ComponentEmitter(plan, coreModuleSize: coreModule.count)
    emitter.emit(coreModule: coreModule, exportForm: exportForm)
    if let producer { emitter.builder.producer(name: producer.name, version: producer.version) }
    return EncodedComponent(
      bytes: emitter.builder.finish(),
      imports: plan.interfaces.map { wit[$0].name },
      exports: plan.exports.map { wit[$0.interface].name })
  }
}

/// A component, and the full names of the interfaces on its outside.
public struct EncodedComponent: Sendable, Hashable {
  public let bytes: [UInt8]
  /// In the component's order.
  public let imports: [String]
  /// In the component's order.
  public let exports: [String]
}

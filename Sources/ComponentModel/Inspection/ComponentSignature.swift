/// A component's imports and exports with fully resolved types, without instantiating anything.
///
/// Every import has fresh resource types here, so that a resource is the same object in all the types that mention it.
public struct ComponentSignature: Sendable {
  public let imports: [NamedExtern]
  public let exports: [NamedExtern]

  /// Evaluates the types of a whole component.
  /// - Throws: `ComponentError` with the byte offset of the definition that is wrong.
  public init(_ component: Component) throws(ComponentError) {
    let scope = TypeScope()
    for (definition, offset) in zip(component.definitions, component.definitionOffsets) { try scope.define(definition, at: offset) }
    imports = scope.imports
    exports = scope.exports
  }

  public func importType(_ name: String) -> ExternType? { imports.first { $0.name == name }?.type }
  public func exportType(_ name: String) -> ExternType? { exports.first { $0.name == name }?.type }
}

internal import Dataflow
internal import GraphDefinition
internal import Transforms

/// Finds the operations that are built-in transforms, by the names of their modules, and checks their configurations.
struct TransformLoader {
  private(set) var diagnostics: [Diagnostic] = []

  var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }

  /// The transforms by operation.
  mutating func load(_ definition: GraphDefinition, _ resolved: GraphDefinition.ResolvedConfiguration) -> [String: Transform] {
    var transforms: [String: Transform] = [:]
    for operation in definition.operations {
      guard let reference = operation.module else { continue }
      let location = operation.moduleLocation ?? operation.location
      do throws(TransformError) {
        guard let artifact = try TransformArtifact(repository: reference.repository, tag: reference.tag) else { continue }
        guard artifact.kind.operation.rawValue == operation.kind.rawValue else {
          diagnostics.append(definition.source.diagnostic(
            .error, .module, at: location, "the built-in transform `\(artifact.kind.rawValue)` is the module of \(artifact.kind.operation.rawValue) operations, not of a \(operation.kind.rawValue)",
            fix: "write `operationType: \(artifact.kind.operation.rawValue)`"))
          continue
        }
        let properties = (resolved.properties[operation.name] ?? []).map { (name: $0.name, value: $0.value) }
        let transform = try Transform(artifact, configuration: properties)
        for warning in transform.warnings { diagnostics.append(definition.source.diagnostic(.warning, .unknownParameter, at: location, warning)) }
        transforms[operation.name] = transform
      } catch {
        let parameter = definition.parameter(error.path.prefix { $0 != "." && $0 != "[" }, of: operation.name)
        diagnostics.append(definition.source.diagnostic(.error, .invalidValue, at: parameter?.location ?? location, "the operation `\(operation.name)`: \(error)"))
      }
    }
    return transforms
  }
}

extension GraphDefinition {
  fileprivate func parameter(_ name: Substring, of operation: String) -> Parameter? {
    configurations.first { $0.operation == operation }?.parameters.first { $0.name == name }
  }
}

/// Matches what is asked for with what is offered: the resource types asked for become those offered, and everything else must then be equal.
struct ExternBinding {
  /// The resource types that the request itself introduces.
  let standIns: Set<ResourceType>
  let budget: EvaluationBudget
  /// What is asked for is the type that a component ascribes to an export of its own.
  var isAscription = false

  /// - Returns: `wanted` with the offer's resource types.
  /// - Parameter path: names the place in error messages, outermost first.
  func bind(
    _ wanted: ExternType, to offer: ExternOffer, path: [String], _ substitution: inout TypeSubstitution
  ) throws(ComponentError) -> ExternType {
    switch (wanted, offer) {
    case (.instance(let type), .instance(let lookUp)):
      return .instance(InstanceType(exports: try bindExports(type.exports, lookUp, path, &substitution)))
    case (.type(.resource(let stand)), .type(.resource(let resource))) where standIns.contains(stand) && substitution.replacements[stand] == nil:
      substitution.replace(stand, by: resource)
      return .type(.resource(resource))
    case (.type(let type), .type(let offered)):
      try budget.charge(type.weight.nodeCount)
      let expected = try substitution.defined(type)
      guard expected == offered else { throw mismatch(path, expected: "\(expected)", found: "\(offered)") }
      // Either would do; the offered one is the one that has been named already.
      return .type(offered)
    case (.function(let type), .function(let offered)):
      try budget.charge(type.weight.nodeCount)
      let expected = try substitution.function(type)
      if let offered, !expected.matches(offered) { throw mismatch(path, expected: "\(expected)", found: "\(offered)") }
      return .function(expected)
    case (.component(let type), .component(_)):
      // Only the kind is checked here: an instantiation checks its arguments again.
      return .component(try substitution.component(type))
    case (.coreModule(let type), .coreModule(let offered)):
      if let offered, let problem = type.mismatch(with: offered) {
        throw ComponentError(.typeMismatch, "the core module \(Self.place(path)) is not of the type it is imported with: \(problem)")
      }
      return .coreModule(type)
    default:
      throw mismatch(path, expected: wanted.sort.withArticle, found: offer.sort.withArticle)
    }
  }

  private func bindExports(
    _ exports: [NamedExtern], _ lookUp: (String) -> ExternOffer?, _ path: [String], _ substitution: inout TypeSubstitution
  ) throws(ComponentError) -> [NamedExtern] {
    var bound: [NamedExtern] = []
    bound.reserveCapacity(exports.count)
    for export in exports {
      let type: ExternType
      if let offer = lookUp(export.name), !(offer.isUncheckedFunction && export.type.sort == .type) {
        type = try bind(export.type, to: offer, path: path + [export.name], &substitution)
      } else if case .type(let wanted) = export.type, !introducesResource(wanted, substitution) {
        // A type that is fully described need not be offered.
        try budget.charge(wanted.weight.nodeCount)
        type = .type(try substitution.defined(wanted))
      } else {
        let place = Self.place(path + [export.name])
        throw isAscription
          ? ComponentError(.missingExport, "\(place) is exported, but there is no such \(export.type.sort)")
          : ComponentError(.missingImport, "\(place) is imported, but nobody provides this \(export.type.sort)")
      }
      bound.append(NamedExtern(name: export.name, type: type))
    }
    return bound
  }

  private func introducesResource(_ type: DefinedType, _ substitution: TypeSubstitution) -> Bool {
    guard case .resource(let resource) = type else { return false }
    return standIns.contains(resource) && substitution.replacements[resource] == nil
  }

  private func mismatch(_ path: [String], expected: String, found: String) -> ComponentError {
    let (expected, found) = (Self.short(expected), Self.short(found))
    let message = isAscription ? "is exported as \(expected), but is \(found)" : "is imported as \(expected), but \(found) is provided"
    return ComponentError(.typeMismatch, "\(Self.place(path)) \(message)")
  }

  /// "`get` of `wasi:io/streams@0.2.0`".
  private static func place(_ path: [String]) -> String { path.reversed().map { "`\($0)`" }.joined(separator: " of ") }

  private static func short(_ text: String) -> String { text.count > 240 ? text.prefix(240) + "…" : text }
}

extension FunctionType {
  /// Equality but for the names of parameters, which do not matter to a call.
  public func matches(_ other: FunctionType) -> Bool {
    result == other.result && parameters.count == other.parameters.count
      && zip(parameters, other.parameters).allSatisfy { $0.type == $1.type }
  }
}

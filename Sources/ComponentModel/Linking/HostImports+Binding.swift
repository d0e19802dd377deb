extension HostImports {
  /// What the host offers for an import, as far as types are concerned.
  func offer(for item: Import) throws(ComponentError) -> ExternOffer {
    guard case .instance = item.type else {
      throw ComponentError(.missingImport, "the component imports `\(item.name)` by itself; only interfaces are provided")
    }
    guard let interface = self[item.name] else { throw missing(item.name) }
    return .instance { interface.offer($0) }
  }

  private func missing(_ name: String) -> ComponentError {
    let base = name.split(separator: "@").first.map { $0 + "@" } ?? ""
    let other = names.first { $0.hasPrefix(base) && !base.isEmpty }
    let hint = other.map { "; `\($0)` is, which is not compatible" } ?? ""
    return ComponentError(.missingImport, "the component imports `\(name)`, which nobody provides\(hint)")
  }

  /// What keeps a component from being linked, found from types alone. Empty if nothing does.
  public func problems(with component: Component) -> [ComponentError] {
    let scope = TypeScope()
    var missing: [ComponentError] = [], mismatches: [ComponentError] = []
    for (definition, offset) in zip(component.definitions, component.definitionOffsets) {
      do throws(ComponentError) {
        guard case .import(let item) = definition else {
          try scope.define(definition, at: offset)
          continue
        }
        do throws(ComponentError) {
          try scope.bind(item, to: try offer(for: item), at: offset)
        } catch {
          if error.code == .missingImport { missing.append(error) } else { mismatches.append(error) }
          try scope.define(definition, at: offset)
        }
      } catch {
        return missing + [error]
      }
    }
    // With an import missing, resource types that come from it match nothing, which is no news.
    return missing.isEmpty ? mismatches : missing
  }
}

extension HostInterface {
  func offer(_ name: String) -> ExternOffer? {
    if let resource = resources[name] { return .type(.resource(resource)) }
    if let function = functions[name] { return .function(function.type) }
    return denial == nil ? nil : .function(nil)
  }

  /// The run-time values for an import of this interface with the given, bound type.
  func items(_ type: InstanceType) -> [String: ComponentItem] {
    var items: [String: ComponentItem] = [:]
    for export in type.exports {
      guard case .function = export.type else {
        items[export.name] = .type
        continue
      }
      items[export.name] = .function(functions[export.name].map { .host($0) } ?? .unavailable("`\(export.name)` of \(name) is not available: \(denial ?? "")"))
    }
    return items
  }
}

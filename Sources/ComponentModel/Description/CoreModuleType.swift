/// A core module's imports and exports, with function types in full.
public struct CoreModuleType: Hashable, Sendable {
  public enum Item: Hashable, Sendable {
    /// Nil for a function with other references than funcref and externref, which equals no other.
    case function(CoreFunctionType?)
    case table(CoreTableType)
    case memory(CoreLimits)
    case global(CoreGlobalType)
    case tag(CoreFunctionType?)
  }

  public struct Import: Hashable, Sendable {
    public let module: String
    public let name: String
    public let item: Item
  }

  public struct Export: Hashable, Sendable {
    public let name: String
    public let item: Item
  }

  public let imports: [Import]
  public let exports: [Export]
}

extension CoreModuleType {
  /// Why a module of type `offered` cannot stand where this type is wanted; nil if it can: it may import less and export more.
  /// Source: Explainer.md, "Subtyping".
  func mismatch(with offered: CoreModuleType) -> String? {
    for wanted in exports {
      guard let found = offered.exports.first(where: { $0.name == wanted.name }) else { return "its export `\(wanted.name)` is missing" }
      guard found.item.serves(wanted.item) else { return "its export `\(wanted.name)` is \(found.item), where \(wanted.item) is wanted" }
    }
    for needed in offered.imports {
      guard let given = imports.first(where: { $0.module == needed.module && $0.name == needed.name }) else {
        return "it imports `\(needed.name)` from `\(needed.module)`, which it would not be given"
      }
      guard given.item.serves(needed.item) else {
        return "it imports \(needed.item) as `\(needed.name)` from `\(needed.module)`, but would be given \(given.item)"
      }
    }
    return nil
  }
}

extension CoreModuleType.Item: CustomStringConvertible {
  var sort: CoreSort {
    switch self {
    case .function: .function
    case .table: .table
    case .memory: .memory
    case .global: .global
    case .tag: .tag
    }
  }

  /// Whether what has this type can be used as a `wanted`.
  fileprivate func serves(_ wanted: Self) -> Bool {
    switch (self, wanted) {
    case (.function(let found?), .function(let wanted?)), (.tag(let found?), .tag(let wanted?)): found == wanted
    case (.table(let found), .table(let wanted)): found.element == wanted.element && found.element != nil && found.limits.serve(wanted.limits)
    case (.memory(let found), .memory(let wanted)): found.serve(wanted)
    case (.global(let found), .global(let wanted)): found == wanted && found.value != nil
    default: false
    }
  }

  public var description: String {
    switch self {
    case .function(let type): "a function" + (type.map { " \($0)" } ?? "")
    case .table(let type): "a table of \(type.element?.description ?? "references"), \(type.limits)"
    case .memory(let limits): "a memory, \(limits)"
    case .global(let type): "a \(type.isMutable ? "mutable " : "")global of type \(type.value?.description ?? "reference")"
    case .tag(let type): "a tag" + (type.map { " \($0)" } ?? "")
    }
  }
}

extension CoreFunctionType: CustomStringConvertible {
  /// `(i32, i64) -> (i32)`.
  public var description: String {
    "(\(parameters.map(\.description).joined(separator: ", "))) -> (\(results.map(\.description).joined(separator: ", ")))"
  }
}

extension CoreLimits: CustomStringConvertible {
  fileprivate func serve(_ wanted: CoreLimits) -> Bool {
    guard kind == wanted.kind, minimum >= wanted.minimum else { return false }
    guard let bound = wanted.maximum else { return true }
    return maximum.map { $0 <= bound } ?? false
  }

  /// "at least 1", "1 to 2".
  public var description: String { maximum.map { "\(minimum) to \($0)" } ?? "at least \(minimum)" }
}

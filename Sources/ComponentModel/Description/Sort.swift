/// The kinds of things that core modules import and export, and that a component indexes separately.
public enum CoreSort: UInt8, Hashable, Sendable, CustomStringConvertible {
  case function = 0x00
  case table = 0x01
  case memory = 0x02
  case global = 0x03
  case tag = 0x04
  case type = 0x10
  case module = 0x11
  case instance = 0x12

  public var description: String {
    switch self {
    case .function: "core function"
    case .table: "core table"
    case .memory: "core memory"
    case .global: "core global"
    case .tag: "core tag"
    case .type: "core type"
    case .module: "core module"
    case .instance: "core instance"
    }
  }
}

/// The kinds of things a component defines; each has an index space of its own.
public enum Sort: Hashable, Sendable, CustomStringConvertible {
  case core(CoreSort)
  case function
  case type
  case component
  case instance

  public var description: String {
    switch self {
    case .core(let sort): sort.description
    case .function: "function"
    case .type: "type"
    case .component: "component"
    case .instance: "instance"
    }
  }

  /// "a function", "an instance".
  var withArticle: String { self == .instance ? "an \(self)" : "a \(self)" }
}

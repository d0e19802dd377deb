/// A value type of core WebAssembly.
public enum CoreValueType: UInt8, Hashable, Sendable, CustomStringConvertible {
  case i32 = 0x7f
  case i64 = 0x7e
  case f32 = 0x7d
  case f64 = 0x7c
  case v128 = 0x7b
  case funcref = 0x70
  case externref = 0x6f

  public var description: String {
    switch self {
    case .i32: "i32"
    case .i64: "i64"
    case .f32: "f32"
    case .f64: "f64"
    case .v128: "v128"
    case .funcref: "funcref"
    case .externref: "externref"
    }
  }
}

public struct CoreFunctionType: Hashable, Sendable {
  public let parameters: [CoreValueType]
  public let results: [CoreValueType]

  public init(parameters: [CoreValueType], results: [CoreValueType]) {
    self.parameters = parameters
    self.results = results
  }
}

/// Bounds of a memory (in pages of 64 KiB) or of a table (in elements).
public struct CoreLimits: Hashable, Sendable {
  public let minimum: UInt64
  public let maximum: UInt64?
  /// As encoded but for the bit that tells of a maximum: shared, 64-bit, other page sizes.
  let kind: UInt8
}

public struct CoreTableType: Hashable, Sendable {
  /// Nil for references other than funcref and externref.
  public let element: CoreValueType?
  public let limits: CoreLimits
}

public struct CoreGlobalType: Hashable, Sendable {
  /// Nil for references other than funcref and externref.
  public let value: CoreValueType?
  public let isMutable: Bool
}

/// The type of a core import or export; functions and tags refer to a core type by index.
public enum CoreExternDescriptor: Hashable, Sendable {
  case function(type: Int)
  case table(CoreTableType)
  case memory(CoreLimits)
  case global(CoreGlobalType)
  case tag(type: Int)

  public var sort: CoreSort {
    switch self {
    case .function: .function
    case .table: .table
    case .memory: .memory
    case .global: .global
    case .tag: .tag
    }
  }
}

/// A core type as written in a component. Source: Binary.md, `core:type`.
public enum CoreTypeDefinition: Sendable {
  case function(CoreFunctionType)
  case module([CoreModuleDeclaration])
}

public enum CoreModuleDeclaration: Sendable {
  case `import`(module: String, name: String, CoreExternDescriptor)
  case type(CoreFunctionType)
  /// A core type of an enclosing scope.
  case outerType(count: Int, index: Int)
  case export(name: String, CoreExternDescriptor)
}

/// How a core instance comes about. Source: Binary.md, `core:instance`.
public enum CoreInstance: Sendable {
  /// Instantiates the core module `module`; every import module name is served by one core instance.
  case instantiate(module: Int, arguments: [Argument])
  /// Bundles existing core items under names.
  case inline([Export])

  public struct Argument: Sendable {
    public let name: String
    /// Index of a core instance.
    public let instance: Int
  }

  public struct Export: Sendable {
    public let name: String
    public let sort: CoreSort
    public let index: Int
  }
}

/// How a component instance comes about. Source: Binary.md, `instance`.
public enum Instance: Sendable {
  /// Instantiates the component `component` with its imports by name.
  case instantiate(component: Int, arguments: [Item])
  /// Bundles existing items under names.
  case inline([Item])

  /// A named reference to an item of an index space.
  public struct Item: Sendable {
    public let name: String
    public let sort: Sort
    public let index: Int
  }
}

/// Another index for something that exists already. Source: Binary.md, `alias`.
public enum Alias: Sendable {
  /// The export `name` of a component instance.
  case export(sort: Sort, instance: Int, name: String)
  /// The export `name` of a core instance.
  case coreExport(sort: CoreSort, instance: Int, name: String)
  /// Item `index` of the scope `count` levels out; 0 is the current one. Only types, core types, core modules and components.
  case outer(sort: Sort, count: Int, index: Int)
}

/// What a component asks for. Source: Binary.md, `import`.
public struct Import: Sendable {
  public let name: String
  public let type: ExternDescriptor
}

/// What a component offers. Source: Binary.md, `export`.
public struct Export: Sendable {
  public let name: String
  public let sort: Sort
  public let index: Int
  /// A type ascribed to the export: a supertype of the item's own.
  public let type: ExternDescriptor?
}

/// How much work it is to walk a type as a tree: hostile files make small graphs that are huge trees, so that both figures are limited.
struct TypeWeight: Hashable, Sendable {
  let nodeCount: Int
  let depth: Int

  static let leaf = TypeWeight(nodeCount: 1, depth: 1)

  init(nodeCount: Int, depth: Int) {
    self.nodeCount = nodeCount
    self.depth = depth
  }

  init(around parts: some Sequence<TypeWeight>) {
    var nodes = 1, depth = 0
    for part in parts {
      nodes += part.nodeCount
      depth = max(depth, part.depth)
    }
    self.init(nodeCount: nodes, depth: depth + 1)
  }

  func check(_ what: String) throws(ComponentError) {
    guard nodeCount <= TypeLayout.maximumNodeCount, depth <= TypeLayout.maximumDepth else {
      throw ComponentError(
        .limitExceeded,
        "\(what) is too large: at most \(TypeLayout.maximumNodeCount) types in one another, nested at most \(TypeLayout.maximumDepth) deep, are supported")
    }
  }
}

extension ValueType {
  var weight: TypeWeight { TypeWeight(nodeCount: layout.nodeCount, depth: layout.depth) }
}

extension FunctionType {
  var weight: TypeWeight { TypeWeight(around: parameters.map(\.type.weight) + (result.map { [$0.weight] } ?? [])) }
}

extension DefinedType {
  var weight: TypeWeight {
    switch self {
    case .value(let type): type.weight
    case .function(let type): type.weight
    case .resource: .leaf
    case .instance(let type): type.weight
    case .component(let type): type.weight
    }
  }
}

extension ExternType {
  var weight: TypeWeight {
    switch self {
    case .function(let type): type.weight
    case .type(let type): type.weight
    case .instance(let type): type.weight
    case .component(let type): type.weight
    case .coreModule: .leaf
    }
  }
}

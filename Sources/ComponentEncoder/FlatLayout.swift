/// What the canonical ABI needs to know of a type in order to pass it: its core values, and whether memory is involved.
///
/// Source: CanonicalABI.md, "Flattening".
struct FlatLayout: Sendable {
  static let maximumParameters = 16
  static let maximumResults = 1

  /// The core values; only the first 17 are kept, because with more than 16 the value goes through memory in any case.
  private(set) var values: [CoreValueType] = []
  /// Whether the value holds a string or a list.
  private(set) var holdsPointers = false
  /// How deep types nest in it; a primitive has depth 1.
  private(set) var depth = 1

  static let empty = FlatLayout()

  init(_ values: CoreValueType..., holdsPointers: Bool = false) {
    self.values = values
    self.holdsPointers = holdsPointers
  }

  /// A record or a tuple: the parts one after the other.
  init(concatenating parts: [FlatLayout]) {
    for part in parts {
      values.append(contentsOf: part.values.prefix(Self.maximumParameters + 1 - values.count))
      include(part)
    }
  }

  /// A variant: the discriminant, then values wide enough for each case.
  init(discriminating cases: [FlatLayout]) {
    var payload: [CoreValueType] = []
    for layout in cases {
      for (index, value) in layout.values.prefix(Self.maximumParameters).enumerated() {
        if index == payload.count { payload.append(value) } else { payload[index] = payload[index].joined(with: value) }
      }
      include(layout)
    }
    values = [.i32] + payload
  }

  /// A list of `element`.
  init(listOf element: FlatLayout) {
    values = [.i32, .i32]
    include(element)
    holdsPointers = true
  }

  private mutating func include(_ part: FlatLayout) {
    holdsPointers = holdsPointers || part.holdsPointers
    depth = max(depth, part.depth + 1)
  }
}

extension FlatLayout {
  /// The layout of `type`, given that of each declared type in it.
  init(_ type: WITType, declared: (TypeID) -> FlatLayout) {
    func layout(_ type: WITType?) -> FlatLayout { type.map { FlatLayout($0, declared: declared) } ?? .empty }
    switch type {
    case .primitive(.string): self.init(.i32, .i32, holdsPointers: true)
    case .primitive(.s64), .primitive(.u64): self.init(.i64)
    case .primitive(.f32): self.init(.f32)
    case .primitive(.f64): self.init(.f64)
    case .primitive, .own, .borrow: self.init(.i32)
    case .list(let element): self.init(listOf: layout(element))
    case .option(let some): self.init(discriminating: [.empty, layout(some)])
    case .tuple(let elements): self.init(concatenating: elements.map(layout))
    case .result(let ok, let error): self.init(discriminating: [layout(ok), layout(error)])
    case .named(let type): self = declared(type)
    }
  }

  /// The layout of a definition's values.
  init(_ definition: TypeDefinition, declared: (TypeID) -> FlatLayout) {
    let parts = definition.components.map { FlatLayout($0, declared: declared) }
    switch definition {
    case .alias, .used, .record: self.init(concatenating: parts)
    case .variant: self.init(discriminating: parts)
    case .enumeration, .flags, .resource: self.init(.i32)
    }
  }
}

/// The core type of a function that crosses the component boundary, and the canonical options that it needs.
struct CanonicalFunction {
  let type: CoreFunctionType
  let needsMemory: Bool
  let needsRealloc: Bool
}

extension WIT {
  private func layout(_ type: WITType) -> FlatLayout { FlatLayout(type) { self[$0].layout } }
  private func parameters(of function: Function) -> FlatLayout { FlatLayout(concatenating: function.parameters.map { layout($0.type) }) }
  private func result(of function: Function) -> FlatLayout { function.result.map(layout) ?? .empty }

  /// `canon lower`: the function as the core module imports it. A result that does not fit goes through a pointer that
  /// the caller passes; realloc is needed where the host must make room for a string or list of the result.
  func lowered(_ function: Function) -> CanonicalFunction {
    let parameters = parameters(of: function), result = result(of: function)
    let parametersSpill = parameters.values.count > FlatLayout.maximumParameters
    let resultSpills = result.values.count > FlatLayout.maximumResults
    return CanonicalFunction(
      type: CoreFunctionType(
        parameters: (parametersSpill ? [.i32] : parameters.values) + (resultSpills ? [.i32] : []),
        results: resultSpills ? [] : result.values),
      needsMemory: parametersSpill || resultSpills || parameters.holdsPointers || result.holdsPointers,
      needsRealloc: result.holdsPointers)
  }

  /// `canon lift`: the function as the core module exports it. A result that does not fit is returned as a pointer;
  /// realloc is needed where the host must make room for the parameters.
  func lifted(_ function: Function) -> CanonicalFunction {
    let parameters = parameters(of: function), result = result(of: function)
    let parametersSpill = parameters.values.count > FlatLayout.maximumParameters
    let resultSpills = result.values.count > FlatLayout.maximumResults
    let needsRealloc = parametersSpill || parameters.holdsPointers
    return CanonicalFunction(
      type: CoreFunctionType(
        parameters: parametersSpill ? [.i32] : parameters.values,
        results: resultSpills ? [.i32] : result.values),
      needsMemory: needsRealloc || resultSpills || result.holdsPointers,
      needsRealloc: needsRealloc)
  }
}

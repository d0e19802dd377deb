/// How a component function's parameters and result travel through a core function.
///
/// Source: CanonicalABI.md, "Flattening" of function types.
public struct FunctionLayout: Hashable, Sendable {
  /// The parameters as if they were one tuple, which is how they lie in memory when there are too many.
  public let parameters: TypeLayout
  public let parameterOffsets: [Int]
  public let result: TypeLayout?
  /// More than 16 core values: one pointer to a tuple in memory instead.
  public let parametersInMemory: Bool
  /// More than one core value. Lifted: the core function returns a pointer. Lowered: the caller passes one as the last parameter.
  public let resultInMemory: Bool

  public init(_ type: FunctionType) throws(ComponentError) {
    (parameters, parameterOffsets) = try TypeLayout.sequence(type.parameters.map(\.type.layout), named: "parameter")
    result = type.result?.layout
    parametersInMemory = parameters.flat == nil
    resultInMemory = result.map { ($0.flat?.count ?? .max) > 1 } ?? false
  }

  /// The core function that `canon lift` takes.
  public var liftedCoreType: CoreFunctionType {
    CoreFunctionType(parameters: parameters.flat ?? [.i32], results: resultInMemory ? [.i32] : result?.flat ?? [])
  }

  /// The core function that `canon lower` makes.
  public var loweredCoreType: CoreFunctionType {
    let flat = parameters.flat ?? [.i32]
    return CoreFunctionType(parameters: resultInMemory ? flat + [.i32] : flat, results: resultInMemory ? [] : result?.flat ?? [])
  }
}

/// What a call needs to know of a function's layout.
@usableFromInline
struct CallPath {
  /// Of the parameters together, if they travel through memory.
  let parameters: ValueShape?
  /// Of the result, if it does.
  let result: ValueShape?
  /// How many core values the parameters are.
  let flatCount: Int

  init(_ layout: FunctionLayout) {
    parameters = layout.parametersInMemory ? ValueShape(layout.parameters) : nil
    result = layout.resultInMemory ? layout.result.map { ValueShape($0) } : nil
    flatCount = layout.parameters.flat?.count ?? 1
  }
}

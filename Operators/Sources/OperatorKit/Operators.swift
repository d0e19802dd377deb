/// Reads an operator's configuration and prepares it. What it throws is logged, and the operator does not start.
public typealias Initialize = (ModuleConfiguration) throws(OperatorError) -> Void

/// Why an operator cannot start, or cannot process an item.
public struct OperatorError: Error {
  public var message: String

  public init(_ message: String) { self.message = message }

  /// The error for an item that is not a message.
  public static var notAMessage: OperatorError { OperatorError("Unexpected input type: not a message.") }

  /// The error for a parameter with a bad value.
  public static func parameter(_ name: String, _ value: String, _ expected: String) -> OperatorError {
    OperatorError("Parameter '\(name)' is '\(value)', but must be \(expected).")
  }
}

/// Makes a function a map operator: one item in, one out.
///
///     @MapOperator(initialize: setUp)
///     func celsius(_ input: DataModel) throws(OperatorError) -> DataModel
///
/// A module has at most one operator of each kind. The function is called for one item at a time.
@attached(peer, names: named(operator_map_init), named(operator_map_process), named(operator_map_post))
public macro MapOperator(initialize: Initialize? = nil) = #externalMacro(module: "OperatorKitMacros", type: "Operator")

/// Makes a function a filter operator: items for which it is true pass, unchanged.
///
///     @FilterOperator(initialize: setUp)
///     func isHot(_ input: DataModel) throws(OperatorError) -> Bool
@attached(peer, names: named(operator_filter_init), named(operator_filter_process), named(operator_filter_post))
public macro FilterOperator(initialize: Initialize? = nil) = #externalMacro(module: "OperatorKitMacros", type: "Operator")

/// Makes a function a branch operator: items pass, unchanged, to the arm "True" or "False".
///
///     @BranchOperator(initialize: setUp)
///     func isImage(_ time: HybridLogicalClock, _ input: DataModel) throws(OperatorError) -> Bool
@attached(peer, names: named(operator_branch_init), named(operator_branch_process), named(operator_branch_post))
public macro BranchOperator(initialize: Initialize? = nil) = #externalMacro(module: "OperatorKitMacros", type: "Operator")

/// Makes a function an accumulate operator: folds the items of one logical time into one.
///
///     @AccumulateOperator(initialize: setUp)
///     func average(_ staged: DataModel, _ inputs: [DataModel]) throws(OperatorError) -> DataModel
///
/// The first `staged` is a message with an empty payload; later ones are what the function returned before.
@attached(peer, names: named(operator_accumulate_init), named(operator_accumulate_process), named(operator_accumulate_post))
public macro AccumulateOperator(initialize: Initialize? = nil) = #externalMacro(module: "OperatorKitMacros", type: "Operator")

/// Makes a function a delay operator: returns the logical time until which the item is held, not before the present one.
///
///     @DelayOperator(initialize: setUp)
///     func untilWindowEnds(_ input: DataModel, _ time: HybridLogicalClock) throws(OperatorError) -> HybridLogicalClock
@attached(peer, names: named(operator_delay_init), named(operator_delay_process), named(operator_delay_post))
public macro DelayOperator(initialize: Initialize? = nil) = #externalMacro(module: "OperatorKitMacros", type: "Operator")

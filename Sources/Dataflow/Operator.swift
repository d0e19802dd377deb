/// Turns each item's data into other data; the logical time stays.
///
/// Operators are called by one worker only, one call at a time, and may keep state between calls.
public protocol MapOperator: AnyObject {
  func map(_ data: DataModel, at time: Timestamp) throws(OperatorError) -> DataModel
}

/// Keeps an item as it is, or drops it. Called by one worker only.
public protocol FilterOperator: AnyObject {
  func isIncluded(_ data: DataModel, at time: Timestamp) throws(OperatorError) -> Bool
}

/// Sends an item as it is out of one of two arms: true → "True". Called by one worker only.
public protocol BranchOperator: AnyObject {
  func branch(_ data: DataModel, at time: Timestamp) throws(OperatorError) -> Bool
}

/// An operation's operator, of the kind that the graph says.
public enum Operator {
  case map(any MapOperator)
  case filter(any FilterOperator)
  case branch(any BranchOperator)

  var kind: Graph.Operation.Kind {
    switch self {
    case .map: .map
    case .filter: .filter
    case .branch: .branch
    }
  }
}

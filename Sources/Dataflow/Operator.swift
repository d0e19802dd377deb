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

/// Folds items of one logical time into one. Called by one worker only.
public protocol AccumulateOperator: AnyObject {
  /// - Parameters:
  ///   - items: at least one, in order.
  ///   - staged: the result of the call before for the same time; at first a message with an empty payload.
  func accumulate(_ items: [DataModel], into staged: DataModel) throws(OperatorError) -> DataModel
}

/// Moves an item to a later logical time, as it is. Called by one worker only.
public protocol DelayOperator: AnyObject {
  /// The new time. An earlier one than the item's counts as the item's.
  func delay(_ data: DataModel, at time: Timestamp) throws(OperatorError) -> Timestamp
}

/// An accumulate that says itself which window an item belongs to, and may close windows before their time. Called by one worker only.
///
/// It keeps what it needs of the items that it admits; the engine keeps the items until their window has closed.
public protocol WindowOperator: AnyObject {
  /// Takes an item into a window. If it throws, the item fails alone, and nothing has changed.
  func admit(_ data: DataModel, at time: Timestamp) throws(OperatorError) -> WindowAdmission

  /// The result of the window of that time. If an item's admission closed it, that is asked for at once, otherwise when the frontier has passed the
  /// time, or when the window is let out because there is no room. What is admitted for the time afterwards makes a further result.
  func close(_ time: Timestamp) throws(OperatorError) -> DataModel
}

/// Where an item went.
public struct WindowAdmission: Hashable, Sendable {
  public enum Closing: Hashable, Sendable {
    /// The window stays open.
    case none
    /// It closes without the item, which is the first of the next window of the same time.
    case before
    /// It closes with the item.
    case after
  }

  /// The end of the item's window, by which windows are told apart. An earlier one than the item's counts as the item's.
  public var time: Timestamp
  public var closing: Closing

  public init(time: Timestamp, closing: Closing = .none) {
    self.time = time
    self.closing = closing
  }
}

/// An operation's operator, of the kind that the graph says.
public enum Operator {
  case map(any MapOperator)
  case filter(any FilterOperator)
  case branch(any BranchOperator)
  case accumulate(any AccumulateOperator)
  /// For an accumulate.
  case window(any WindowOperator)
  case delay(any DelayOperator)

  var kind: Graph.Operation.Kind {
    switch self {
    case .map: .map
    case .filter: .filter
    case .branch: .branch
    case .accumulate, .window: .accumulate
    case .delay: .delay
    }
  }
}

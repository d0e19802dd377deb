/// What becomes of an item that an operator fails on.
public struct ErrorPolicy: Hashable, Sendable {
  public enum Consequence: String, Hashable, Sendable, CaseIterable {
    /// The item is dropped and counted, and its source message acknowledged: AIO's behaviour.
    case drop
    /// The item's source message goes to the dead letters, and is acknowledged once it is there.
    case deadLetter
    /// The run ends: what came before the item is put out, the item and what came after it are not acknowledged.
    case halt
  }

  public var consequence: Consequence
  /// How many more times the operator is called before that, at once.
  public var retries: Int

  public init(_ consequence: Consequence = .drop, retries: Int = 0) {
    self.consequence = consequence
    self.retries = max(0, retries)
  }

  public static let drop = ErrorPolicy()
}

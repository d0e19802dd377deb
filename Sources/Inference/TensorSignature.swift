/// The size of one axis in a model's signature.
public enum Dimension: Sendable, Hashable {
  case fixed(Int)
  /// Any size; the name is what the model calls it ("batch"), if it has one.
  case dynamic(String?)

  /// Whether an axis of `size` fits.
  public func accepts(_ size: Int) -> Bool {
    switch self {
    case .fixed(let expected): size == expected
    case .dynamic: true
    }
  }
}

extension Dimension: CustomStringConvertible {
  /// The number, the name, or `?`.
  public var description: String {
    switch self {
    case .fixed(let size): "\(size)"
    case .dynamic(let name): name ?? "?"
    }
  }
}

/// What a model says of one of its inputs or outputs.
public struct TensorSignature: Sendable, Hashable {
  public var name: String
  public var elementType: ElementType
  /// One per axis, none for a scalar; nil when the model leaves even the rank open.
  public var dimensions: [Dimension]?

  public init(name: String, elementType: ElementType, dimensions: [Dimension]?) {
    self.name = name
    self.elementType = elementType
    self.dimensions = dimensions
  }

  /// Type and shape, as in `float32[batch, 3, 224, 224]`.
  public var type: String {
    guard let dimensions else { return "\(elementType)[…]" }
    return "\(elementType)[\(dimensions.map(\.description).joined(separator: ", "))]"
  }
}

extension TensorSignature: CustomStringConvertible {
  /// As in `input: float32[batch, 3, 224, 224]`.
  public var description: String { "\(name): \(type)" }
}

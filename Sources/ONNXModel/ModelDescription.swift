/// What an ONNX file says of itself: read from its bytes alone, without ONNX Runtime and without loading the weights.
///
/// Field numbers and meanings are those of onnx.proto, IR version 3 and later.
public struct ModelDescription: Sendable, Hashable, Codable {
  /// The version of the file format.
  public var irVersion: Int64 = 0
  /// The operator sets that the model's operators are of; the domain "" is ONNX's own.
  public var operatorSets: [OperatorSet] = []
  public var producerName = ""
  public var producerVersion = ""
  public var domain = ""
  public var modelVersion: Int64 = 0
  public var metadata: [Property] = []
  public var graphName = ""
  /// What has to be given to the model: the graph's inputs without those that have a value of their own.
  public var inputs: [Value] = []
  public var outputs: [Value] = []
  /// How often each operator occurs, in subgraphs and functions of the model too; the most frequent ones first.
  public var operators: [OperatorCount] = []
  public var parameters = Parameters()
  /// The files that weights are in, if they are not in this one. Such a model cannot be embedded in a module.
  public var externalFiles: [String] = []
  /// The size of this file.
  public var byteCount = 0

  public struct OperatorSet: Sendable, Hashable, Codable {
    public var domain: String
    public var version: Int64
  }

  public struct Property: Sendable, Hashable, Codable {
    public var key: String
    public var value: String
  }

  public struct OperatorCount: Sendable, Hashable, Codable {
    public var domain: String
    public var type: String
    public var count: Int
  }

  /// The model's weights: its initializers, including those of subgraphs.
  public struct Parameters: Sendable, Hashable, Codable {
    /// The number of tensors.
    public var tensors = 0
    /// The number of elements in all of them.
    public var elements = 0
    /// What the elements take in memory, by their types; strings count as nothing.
    public var bytes = 0
  }

  /// An input or output of the model.
  public struct Value: Sendable, Hashable, Codable {
    public var name: String
    /// As in `float32`, `sequence(map(int64, float32))` or `optional(float32)`.
    public var type: String
    /// One per axis, none for a scalar; nil if the rank is open or the value is not a tensor.
    public var dimensions: [Dimension]?
  }

  /// The size of an axis: a number, the name that the model has for it, or nothing.
  public enum Dimension: Sendable, Hashable {
    case size(Int64)
    case name(String)
    case unknown
  }
}

extension ModelDescription.Value: CustomStringConvertible {
  /// As in `input: float32[batch, 3, 224, 224]`.
  public var description: String {
    let shape = dimensions.map { "[\($0.map(\.description).joined(separator: ", "))]" }
    return "\(name): \(type)\(shape ?? "")"
  }
}

extension ModelDescription.OperatorSet: CustomStringConvertible {
  /// As in `ai.onnx 13`.
  public var description: String { "\(domain.isEmpty ? "ai.onnx" : domain) \(version)" }
}

extension ModelDescription.OperatorCount: CustomStringConvertible {
  /// As in `Conv` or `com.microsoft:QLinearAdd`.
  public var description: String { domain.isEmpty || domain == "ai.onnx" ? type : "\(domain):\(type)" }
}

extension ModelDescription.Dimension: CustomStringConvertible, Codable {
  public var description: String {
    switch self {
    case .size(let size): "\(size)"
    case .name(let name): name
    case .unknown: "?"
    }
  }

  /// A number, a string, or null.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .size(let size): try container.encode(size)
    case .name(let name): try container.encode(name)
    case .unknown: try container.encodeNil()
    }
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .unknown
    } else if let size = try? container.decode(Int64.self) {
      self = .size(size)
    } else {
      self = .name(try container.decode(String.self))
    }
  }
}

/// A small ONNX model, written by hand for a test.
public struct ModelFixture: Sendable {
  public var irVersion: Int64 = 8
  public var operatorSets: [(domain: String, version: Int64)] = [("", 13)]
  public var metadata: [(key: String, value: String)] = []
  public var graph: Graph

  public init(_ graph: Graph) {
    self.graph = graph
  }

  public init(_ nodes: [Node], inputs: [Port], outputs: [Port], initializers: [Initializer] = []) {
    graph = Graph(nodes, inputs: inputs, outputs: outputs, initializers: initializers)
  }

  public struct Graph: Sendable {
    public var name = "graph"
    public var nodes: [Node]
    public var inputs: [Port]
    public var outputs: [Port]
    public var initializers: [Initializer]

    public init(_ nodes: [Node], inputs: [Port], outputs: [Port], initializers: [Initializer] = []) {
      self.nodes = nodes
      self.inputs = inputs
      self.outputs = outputs
      self.initializers = initializers
    }
  }

  public struct Node: Sendable {
    public var type: String
    public var domain = ""
    public var inputs: [String]
    public var outputs: [String]
    public var attributes: [Attribute]

    public init(_ type: String, _ inputs: [String], _ outputs: [String], domain: String = "", attributes: [Attribute] = []) {
      self.type = type
      self.inputs = inputs
      self.outputs = outputs
      self.domain = domain
      self.attributes = attributes
    }
  }

  public enum Attribute: Sendable {
    case int(String, Int64)
    case ints(String, [Int64])
    case graph(String, Graph)
    case tensor(String, Initializer)
  }

  public struct Port: Sendable {
    public var name: String
    public var type: ValueType

    public init(_ name: String, _ type: ValueType) {
      self.name = name
      self.type = type
    }
  }

  public indirect enum ValueType: Sendable {
    /// Dimensions are numbers, names or nothing; nil leaves the rank open.
    case tensor(DataType, [Dimension]?)
    case sequence(ValueType)
    case map(DataType, ValueType)
    case optional(ValueType)
  }

  public enum Dimension: Sendable, ExpressibleByIntegerLiteral, ExpressibleByStringLiteral {
    case size(Int64), name(String), unknown

    public init(integerLiteral size: Int64) { self = .size(size) }
    public init(stringLiteral name: String) { self = .name(name) }
  }

  /// The numbers of ONNX's TensorProto.DataType.
  public enum DataType: Int64, Sendable, CaseIterable {
    case float32 = 1
    case uint8, int8, uint16, int16, int32, int64, string, bool, float16, float64, uint32, uint64, complex64, complex128, bfloat16
  }

  public struct Initializer: Sendable {
    public var name: String
    public var type: DataType
    public var dimensions: [Int64]
    public var content: Content

    public enum Content: Sendable {
      case raw([UInt8])
      case floats([Float])
      case int64s([Int64])
      case external(location: String)
    }

    public init(_ name: String, _ type: DataType, _ dimensions: [Int64], _ content: Content) {
      self.name = name
      self.type = type
      self.dimensions = dimensions
      self.content = content
    }
  }
}

extension ModelFixture {
  /// The model as an ONNX file. Field numbers are those of onnx.proto.
  public var bytes: [UInt8] {
    var model = ProtobufWriter()
    model.int(1, irVersion)
    model.string(2, "millrace tests")
    model.message(7) { graph.write(to: &$0) }
    for set in operatorSets {
      model.message(8) {
        $0.string(1, set.domain)
        $0.int(2, set.version)
      }
    }
    for entry in metadata {
      model.message(14) {
        $0.string(1, entry.key)
        $0.string(2, entry.value)
      }
    }
    return model.bytes
  }
}

extension ModelFixture.Graph {
  fileprivate func write(to graph: inout ProtobufWriter) {
    for node in nodes { graph.message(1) { node.write(to: &$0) } }
    graph.string(2, name)
    for initializer in initializers { graph.message(5) { initializer.write(to: &$0) } }
    for input in inputs { graph.message(11) { input.write(to: &$0) } }
    for output in outputs { graph.message(12) { output.write(to: &$0) } }
  }
}

extension ModelFixture.Node {
  fileprivate func write(to node: inout ProtobufWriter) {
    for input in inputs { node.string(1, input) }
    for output in outputs { node.string(2, output) }
    node.string(4, type)
    for attribute in attributes { node.message(5) { attribute.write(to: &$0) } }
    if !domain.isEmpty { node.string(7, domain) }
  }
}

extension ModelFixture.Attribute {
  fileprivate func write(to attribute: inout ProtobufWriter) {
    switch self {
    case .int(let name, let value):
      attribute.string(1, name)
      attribute.int(3, value)
      attribute.int(20, 2)
    case .tensor(let name, let value):
      attribute.string(1, name)
      attribute.message(5) { value.write(to: &$0) }
      attribute.int(20, 4)
    case .graph(let name, let value):
      attribute.string(1, name)
      attribute.message(6) { value.write(to: &$0) }
      attribute.int(20, 5)
    case .ints(let name, let values):
      attribute.string(1, name)
      for value in values { attribute.int(8, value) }
      attribute.int(20, 7)
    }
  }
}

extension ModelFixture.Port {
  fileprivate func write(to port: inout ProtobufWriter) {
    port.string(1, name)
    port.message(2) { type.write(to: &$0) }
  }
}

extension ModelFixture.ValueType {
  fileprivate func write(to type: inout ProtobufWriter) {
    switch self {
    case .tensor(let element, let dimensions):
      type.message(1) {
        $0.int(1, element.rawValue)
        guard let dimensions else { return }
        $0.message(2) { for dimension in dimensions { $0.message(1) { dimension.write(to: &$0) } } }
      }
    case .sequence(let element):
      type.message(4) { $0.message(1) { element.write(to: &$0) } }
    case .map(let key, let value):
      type.message(5) {
        $0.int(1, key.rawValue)
        $0.message(2) { value.write(to: &$0) }
      }
    case .optional(let element):
      type.message(9) { $0.message(1) { element.write(to: &$0) } }
    }
  }
}

extension ModelFixture.Dimension {
  fileprivate func write(to dimension: inout ProtobufWriter) {
    switch self {
    case .size(let size): dimension.int(1, size)
    case .name(let name): dimension.string(2, name)
    case .unknown: break
    }
  }
}

extension ModelFixture.Initializer {
  fileprivate func write(to tensor: inout ProtobufWriter) {
    for dimension in dimensions { tensor.int(1, dimension) }
    tensor.int(2, type.rawValue)
    switch content {
    case .raw(let bytes): tensor.data(9, bytes)
    case .floats(let values): for value in values { tensor.float(4, value) }
    case .int64s(let values): for value in values { tensor.int(7, value) }
    case .external(let location):
      tensor.message(13) {
        $0.string(1, "location")
        $0.string(2, location)
      }
      tensor.int(14, 1)
    }
    tensor.string(8, name)
  }
}

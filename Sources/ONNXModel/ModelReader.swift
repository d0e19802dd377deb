extension ModelDescription {
  /// Reads an ONNX file.
  ///
  /// Takes time in proportion to the structure of the file, not its weights. No bytes, however wrong, do worse than an error.
  public init(parsing bytes: [UInt8]) throws(ONNXModelError) {
    guard !bytes.isEmpty else { throw ONNXModelError(.empty, at: 0, "The file is empty: an ONNX model was expected.") }
    var reader = ModelReader()
    try reader.readModel(ProtobufMessage(file: bytes))
    self = reader.finish()
    byteCount = bytes.count
  }
}

/// Collects a description while it walks through a file.
struct ModelReader {
  var model = ModelDescription()
  private var operators: [OperatorKey: Int] = [:]
  var externalFiles: Set<String> = []
  var initializerNames: Set<String> = []
  private var hasGraph = false

  private struct OperatorKey: Hashable {
    var domain = ""
    var type = ""
  }

  consuming func finish() -> ModelDescription {
    model.inputs.removeAll { initializerNames.contains($0.name) }
    model.operators = operators.map { .init(domain: $0.domain, type: $0.type, count: $1) }
      .sorted { ($1.count, $0.domain, $0.type) < ($0.count, $1.domain, $1.type) }
    model.externalFiles = externalFiles.sorted()
    return model
  }

  /// A ModelProto.
  mutating func readModel(_ message: ProtobufMessage) throws(ONNXModelError) {
    try message.forEachField { field throws(ONNXModelError) in
      switch field.number {
      case 1: model.irVersion = try message.int(field)
      case 2: model.producerName = try message.string(field)
      case 3: model.producerVersion = try message.string(field)
      case 4: model.domain = try message.string(field)
      case 5: model.modelVersion = try message.int(field)
      case 7:
        hasGraph = true
        try readGraph(message.message(field), isMain: true)
      case 8: model.operatorSets.append(try operatorSet(message.message(field)))
      case 14:
        let (key, value) = try entry(message.message(field))
        model.metadata.append(.init(key: key, value: value))
      case 25: try readFunction(message.message(field))
      default: break
      }
    }
    guard hasGraph, model.irVersion > 0 else {
      throw ONNXModelError(.notAModel, at: 0, "The file has no \(hasGraph ? "IR version" : "graph"): it is not an ONNX model.")
    }
  }

  /// A GraphProto.
  private mutating func readGraph(_ graph: ProtobufMessage, isMain: Bool) throws(ONNXModelError) {
    try graph.forEachField { field throws(ONNXModelError) in
      switch field.number {
      case 1: try readNode(graph.message(field))
      case 2 where isMain: model.graphName = try graph.string(field)
      case 5: try readInitializer(graph.message(field), isMain: isMain)
      case 11 where isMain: model.inputs.append(try graph.message(field).value())
      case 12 where isMain: model.outputs.append(try graph.message(field).value())
      case 15: try readSparseInitializer(graph.message(field), isMain: isMain)
      default: break
      }
    }
  }

  /// A FunctionProto.
  private mutating func readFunction(_ function: ProtobufMessage) throws(ONNXModelError) {
    try function.forEachField { field throws(ONNXModelError) in
      if field.number == 7 { try readNode(function.message(field)) }
    }
  }

  /// A NodeProto.
  private mutating func readNode(_ node: ProtobufMessage) throws(ONNXModelError) {
    var key = OperatorKey()
    try node.forEachField { field throws(ONNXModelError) in
      switch field.number {
      case 4: key.type = try node.string(field)
      case 5: try readAttribute(node.message(field))
      case 7: key.domain = try node.string(field)
      default: break
      }
    }
    operators[key, default: 0] += 1
  }

  /// An AttributeProto: its graphs, and its tensors, for the files they may be in.
  private mutating func readAttribute(_ attribute: ProtobufMessage) throws(ONNXModelError) {
    try attribute.forEachField { field throws(ONNXModelError) in
      switch field.number {
      case 5, 10: _ = try readTensor(attribute.message(field))
      case 6, 11: try readGraph(attribute.message(field), isMain: false)
      case 22, 23: _ = try readSparseTensor(attribute.message(field))
      default: break
      }
    }
  }
}

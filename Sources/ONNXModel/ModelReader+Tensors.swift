extension ModelReader {
  /// What is to be known of a tensor without looking at its elements.
  struct Tensor {
    var name = ""
    var type: Int64 = 0
    var elements = 1
  }

  mutating func readInitializer(_ message: ProtobufMessage, isMain: Bool) throws(ONNXModelError) {
    try count(readTensor(message), isMain: isMain, at: message.range.lowerBound)
  }

  mutating func readSparseInitializer(_ message: ProtobufMessage, isMain: Bool) throws(ONNXModelError) {
    try count(readSparseTensor(message), isMain: isMain, at: message.range.lowerBound)
  }

  private mutating func count(_ tensor: Tensor, isMain: Bool, at offset: Int) throws(ONNXModelError) {
    if isMain { initializerNames.insert(tensor.name) }
    let (bits, isTooLarge) = tensor.elements.multipliedReportingOverflow(by: DataType(rawValue: tensor.type)?.bitWidth ?? 0)
    let (elements, areTooMany) = model.parameters.elements.addingReportingOverflow(tensor.elements)
    let (bytes, areTooLarge) = model.parameters.bytes.addingReportingOverflow(bits / 8 + (bits % 8 == 0 ? 0 : 1))
    guard !isTooLarge, !areTooMany, !areTooLarge else { throw Self.tooLarge(tensor.name, at: offset) }
    model.parameters.tensors += 1
    model.parameters.elements = elements
    model.parameters.bytes = bytes
  }

  /// A TensorProto.
  mutating func readTensor(_ message: ProtobufMessage) throws(ONNXModelError) -> Tensor {
    var tensor = Tensor()
    var location: String?
    var isExternal = false
    var isTooLarge = false
    try message.forEachField { field throws(ONNXModelError) in
      switch field.number {
      case 1:
        try message.forEachInt(field) { size throws(ONNXModelError) in
          let (product, overflow) = tensor.elements.multipliedReportingOverflow(by: Int(size))
          isTooLarge = isTooLarge || overflow || size < 0
          tensor.elements = product
        }
      case 2: tensor.type = try message.int(field)
      case 8: tensor.name = try message.string(field)
      case 13:
        let (key, value) = try entry(message.message(field))
        if key == "location" { location = value }
      case 14: isExternal = try message.int(field) == 1
      default: break
      }
    }
    guard !isTooLarge else { throw Self.tooLarge(tensor.name, at: message.range.lowerBound) }
    if isExternal || location != nil { externalFiles.insert(location ?? "") }
    return tensor
  }

  /// A SparseTensorProto: its values, which also have its name.
  mutating func readSparseTensor(_ message: ProtobufMessage) throws(ONNXModelError) -> Tensor {
    var tensor = Tensor()
    try message.forEachField { field throws(ONNXModelError) in
      switch field.number {
      case 1: tensor = try readTensor(message.message(field))
      case 2: _ = try readTensor(message.message(field))
      default: break
      }
    }
    return tensor
  }

  /// An OperatorSetIdProto.
  func operatorSet(_ message: ProtobufMessage) throws(ONNXModelError) -> ModelDescription.OperatorSet {
    var set = ModelDescription.OperatorSet(domain: "", version: 0)
    try message.forEachField { field throws(ONNXModelError) in
      switch field.number {
      case 1: set.domain = try message.string(field)
      case 2: set.version = try message.int(field)
      default: break
      }
    }
    return set
  }

  /// A StringStringEntryProto.
  func entry(_ message: ProtobufMessage) throws(ONNXModelError) -> (key: String, value: String) {
    var entry = (key: "", value: "")
    try message.forEachField { field throws(ONNXModelError) in
      switch field.number {
      case 1: entry.key = try message.string(field)
      case 2: entry.value = try message.string(field)
      default: break
      }
    }
    return entry
  }

  private static func tooLarge(_ name: String, at offset: Int) -> ONNXModelError {
    ONNXModelError(.limitExceeded, at: offset, "The dimensions of the tensor \"\(name)\" are negative or too large to count its elements.")
  }
}

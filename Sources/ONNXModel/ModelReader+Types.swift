extension ProtobufMessage {
  /// A ValueInfoProto.
  func value() throws(ONNXModelError) -> ModelDescription.Value {
    var value = ModelDescription.Value(name: "", type: "undefined", dimensions: nil)
    try forEachField { field throws(ONNXModelError) in
      switch field.number {
      case 1: value.name = try string(field)
      case 2: (value.type, value.dimensions) = try message(field).type()
      default: break
      }
    }
    return value
  }

  /// A TypeProto: its name and, for a tensor, its dimensions.
  private func type() throws(ONNXModelError) -> (name: String, dimensions: [ModelDescription.Dimension]?) {
    var type: (name: String, dimensions: [ModelDescription.Dimension]?) = ("undefined", nil)
    try forEachField { field throws(ONNXModelError) in
      switch field.number {
      case 1: type = try message(field).tensorType()
      case 4: type = ("sequence(\(try message(field).elementType()))", nil)
      case 5: type = ("map(\(try message(field).mapTypes()))", nil)
      case 7: type = ("opaque", nil)
      case 8: type = ("sparse(\(try message(field).tensorType().name))", nil)
      case 9: type = ("optional(\(try message(field).elementType()))", nil)
      default: break
      }
    }
    return type
  }

  /// A TypeProto.Tensor.
  private func tensorType() throws(ONNXModelError) -> (name: String, dimensions: [ModelDescription.Dimension]?) {
    var type: (name: String, dimensions: [ModelDescription.Dimension]?) = ("undefined", nil)
    try forEachField { field throws(ONNXModelError) in
      switch field.number {
      case 1: type.name = DataType.name(try int(field))
      case 2: type.dimensions = try message(field).shape()
      default: break
      }
    }
    return type
  }

  /// A TensorShapeProto.
  private func shape() throws(ONNXModelError) -> [ModelDescription.Dimension] {
    var dimensions: [ModelDescription.Dimension] = []
    try forEachField { field throws(ONNXModelError) in
      if field.number == 1 { dimensions.append(try message(field).dimension()) }
    }
    return dimensions
  }

  /// A TensorShapeProto.Dimension.
  private func dimension() throws(ONNXModelError) -> ModelDescription.Dimension {
    var dimension = ModelDescription.Dimension.unknown
    try forEachField { field throws(ONNXModelError) in
      switch field.number {
      case 1:
        let size = try int(field)
        dimension = size < 0 ? .unknown : .size(size)
      case 2:
        let name = try string(field)
        dimension = name.isEmpty ? .unknown : .name(name)
      default: break
      }
    }
    return dimension
  }

  /// A TypeProto.Sequence or TypeProto.Optional.
  private func elementType() throws(ONNXModelError) -> String {
    var name = "undefined"
    try forEachField { field throws(ONNXModelError) in
      if field.number == 1 { name = try message(field).type().name }
    }
    return name
  }

  /// A TypeProto.Map.
  private func mapTypes() throws(ONNXModelError) -> String {
    var key = "undefined"
    var value = "undefined"
    try forEachField { field throws(ONNXModelError) in
      switch field.number {
      case 1: key = DataType.name(try int(field))
      case 2: value = try message(field).type().name
      default: break
      }
    }
    return "\(key), \(value)"
  }
}

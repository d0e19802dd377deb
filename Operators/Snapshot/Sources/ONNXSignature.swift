import OperatorKit

/// What an ONNX model takes and gives: its graph's first input that is not an initialiser, and its first output.
struct ONNXSignature {
  struct Port {
    var name: String
    /// `TensorProto.DataType`: 1 is float, 2 is uint8.
    var elementType: UInt64
    /// Nil where the size is symbolic or unknown. No dimensions at all if the model does not say.
    var dimensions: [Int?]
  }

  var input: Port
  var output: Port

  /// Reads the few fields that matter of a `ModelProto`; the rest is left to the runtime.
  init(_ model: UnsafeRawBufferPointer) throws(OperatorError) {
    var ports: Ports
    do throws(ProtobufReader.Malformed) {
      ports = try Ports(model)
    } catch {
      throw OperatorError("The embedded model (\(model.count) bytes) is not an ONNX file, or is damaged.")
    }
    guard ports.hasGraph else { throw OperatorError("The embedded model (\(model.count) bytes) is not an ONNX file: it has no graph.") }
    guard let input = ports.inputs.first(where: { !ports.initialisers.contains($0.name) }) else {
      throw OperatorError("The embedded model has no input.")
    }
    guard let output = ports.outputs.first else { throw OperatorError("The embedded model has no output.") }
    self.input = input
    self.output = output
  }
}

extension ONNXSignature.Port {
  /// As in "data: f32 [1, 3, ?, ?]".
  var description: String {
    var shape = ""
    for dimension in dimensions { shape += (shape.isEmpty ? "" : ", ") + (dimension.map { String($0) } ?? "?") }
    return "\(name): \(typeName) [\(shape)]"
  }

  var typeName: String {
    let names = [
      "undefined", "f32", "u8", "i8", "u16", "i16", "i32", "i64", "string", "bool", "f16", "f64", "u32", "u64", "complex64", "complex128", "bf16",
    ]
    return elementType < names.count ? names[Int(elementType)] : "type \(elementType)"
  }
}

/// The field numbers are those of onnx.proto.
private struct Ports {
  /// More dimensions than any model has: what follows does not matter.
  static let mostDimensions = 64

  var hasGraph = false
  var inputs: [ONNXSignature.Port] = []
  var outputs: [ONNXSignature.Port] = []
  var initialisers: Set<String> = []

  init(_ model: UnsafeRawBufferPointer) throws(ProtobufReader.Malformed) {
    var fields = ProtobufReader(model)
    while let (field, value) = try fields.next() {
      guard field == 7, case .bytes(let graph) = value else { continue }
      hasGraph = true
      try readGraph(graph)
    }
  }

  private mutating func readGraph(_ graph: UnsafeRawBufferPointer) throws(ProtobufReader.Malformed) {
    var fields = ProtobufReader(graph)
    while let (field, value) = try fields.next() {
      guard case .bytes(let bytes) = value else { continue }
      switch field {
      case 5: initialisers.insert(try text(8, of: bytes))
      case 11: inputs.append(try port(bytes))
      case 12: outputs.append(try port(bytes))
      default: continue
      }
    }
  }

  /// The text field with this number, the last one if it repeats.
  private func text(_ number: UInt64, of message: UnsafeRawBufferPointer) throws(ProtobufReader.Malformed) -> String {
    try bytes(number, of: message).map { String(decoding: $0, as: UTF8.self) } ?? ""
  }

  private func bytes(_ number: UInt64, of message: UnsafeRawBufferPointer) throws(ProtobufReader.Malformed) -> UnsafeRawBufferPointer? {
    var found: UnsafeRawBufferPointer?
    var fields = ProtobufReader(message)
    while let (field, value) = try fields.next() {
      if field == number, case .bytes(let bytes) = value { found = bytes }
    }
    return found
  }

  /// A `ValueInfoProto`.
  private func port(_ message: UnsafeRawBufferPointer) throws(ProtobufReader.Malformed) -> ONNXSignature.Port {
    var port = ONNXSignature.Port(name: try text(1, of: message), elementType: 0, dimensions: [])
    guard let type = try bytes(2, of: message), let tensor = try bytes(1, of: type) else { return port }
    var fields = ProtobufReader(tensor)
    while let (field, value) = try fields.next() {
      switch (field, value) {
      case (1, .number(let type)): port.elementType = type
      case (2, .bytes(let shape)): port.dimensions = try dimensions(shape)
      default: continue
      }
    }
    return port
  }

  private func dimensions(_ shape: UnsafeRawBufferPointer) throws(ProtobufReader.Malformed) -> [Int?] {
    var dimensions: [Int?] = []
    var fields = ProtobufReader(shape)
    while let (field, value) = try fields.next(), dimensions.count < Ports.mostDimensions {
      guard field == 1, case .bytes(let dimension) = value else { continue }
      var size: Int?
      var parts = ProtobufReader(dimension)
      while let (field, value) = try parts.next() {
        if field == 1, case .number(let number) = value, number > 0 { size = Int(exactly: number) }
      }
      dimensions.append(size)
    }
    return dimensions
  }
}

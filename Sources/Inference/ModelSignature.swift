import COnnxRuntime

/// The inputs and outputs of a loaded model.
struct ModelSignature {
  var inputs: [TensorSignature] = []
  var outputs: [TensorSignature] = []
  var omittedOutputs: [String] = []

  private enum Kind {
    case tensor(ElementType, [Dimension]?)
    case other(String)
  }

  /// An error if an input is not a tensor of numbers, or if no output is one.
  init(of session: borrowing Handle, _ runtime: OnnxRuntime) throws(InferenceError) {
    let api = runtime.api
    var count = 0
    try runtime.check(api.pointee.SessionGetInputCount(session.pointer, &count), during: .load)
    for index in 0..<count {
      let name = try Self.name(runtime) { api.pointee.SessionGetInputName(session.pointer, index, $0, $1) }
      switch try Self.kind(runtime, { api.pointee.SessionGetInputTypeInfo(session.pointer, index, $0) }) {
      case .tensor(let type, let dimensions):
        inputs.append(TensorSignature(name: name, elementType: type, dimensions: dimensions))
      case .other(let kind):
        throw InferenceError(.unsupportedOperation, "The model's input \"\(name)\" is a \(kind): only tensors of numbers can be given.")
      }
    }

    try runtime.check(api.pointee.SessionGetOutputCount(session.pointer, &count), during: .load)
    var kinds: [String] = []
    for index in 0..<count {
      let name = try Self.name(runtime) { api.pointee.SessionGetOutputName(session.pointer, index, $0, $1) }
      switch try Self.kind(runtime, { api.pointee.SessionGetOutputTypeInfo(session.pointer, index, $0) }) {
      case .tensor(let type, let dimensions):
        outputs.append(TensorSignature(name: name, elementType: type, dimensions: dimensions))
      case .other(let kind):
        omittedOutputs.append(name)
        kinds.append("\"\(name)\" is a \(kind)")
      }
    }
    guard !outputs.isEmpty else {
      let found = kinds.isEmpty ? "it has no outputs" : kinds.joined(separator: ", ")
      throw InferenceError(.unsupportedOperation, "The model has no output that is a tensor of numbers: \(found).")
    }
  }

  private static func name(
    _ runtime: OnnxRuntime, _ get: (OpaquePointer, UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> OrtResult?
  ) throws(InferenceError) -> String {
    let allocator = try runtime.allocator()
    var name: UnsafeMutablePointer<CChar>?
    try runtime.check(get(allocator, &name), during: .load)
    guard let name else { return "" }
    defer { _ = runtime.api.pointee.AllocatorFree(allocator, name) }
    return String(cString: name)
  }

  private static func kind(
    _ runtime: OnnxRuntime, _ get: (UnsafeMutablePointer<OpaquePointer?>) -> OrtResult?
  ) throws(InferenceError) -> Kind {
    let api = runtime.api
    let info = try runtime.make(during: .load, releasedBy: api.pointee.ReleaseTypeInfo, get)
    defer { extendLifetime(info) }
    var number: OrtONNXType = 0
    try runtime.check(api.pointee.GetOnnxTypeFromTypeInfo(info.pointer, &number), during: .load)
    switch Int(number) {
    case ORT_ONNX_TYPE_TENSOR: break
    case ORT_ONNX_TYPE_SEQUENCE: return .other("sequence")
    case ORT_ONNX_TYPE_MAP: return .other("map")
    case ORT_ONNX_TYPE_SPARSETENSOR: return .other("sparse tensor")
    case ORT_ONNX_TYPE_OPTIONAL: return .other("optional value")
    default: return .other("value of an unknown kind (\(number))")
    }

    // Belongs to `info`.
    var tensor: OpaquePointer?
    try runtime.check(api.pointee.CastTypeInfoToTensorInfo(info.pointer, &tensor), during: .load)
    var element: OrtTensorElementType = 0
    try runtime.check(api.pointee.GetTensorElementType(tensor, &element), during: .load)
    guard let elementType = ElementType(rawValue: element) else { return .other("tensor of an unknown element type (\(element))") }
    guard elementType.byteWidth != nil else { return .other("\(elementType) tensor") }
    return .tensor(elementType, api.pointee.TensorTypeAndShape_HasShape(tensor) ? try dimensions(of: tensor, runtime) : nil)
  }

  private static func dimensions(of tensor: OpaquePointer?, _ runtime: OnnxRuntime) throws(InferenceError) -> [Dimension] {
    let api = runtime.api
    var rank = 0
    try runtime.check(api.pointee.GetDimensionsCount(tensor, &rank), during: .load)
    var sizes = [Int64](repeating: -1, count: rank)
    try runtime.check(api.pointee.GetDimensions(tensor, &sizes, rank), during: .load)
    // The names belong to `tensor`.
    var names = [UnsafePointer<CChar>?](repeating: nil, count: rank)
    try runtime.check(api.pointee.GetSymbolicDimensions(tensor, &names, rank), during: .load)
    return zip(sizes, names).map { size, name in
      if size >= 0 { return .fixed(Int(size)) }
      let name = name.map { String(cString: $0) } ?? ""
      return .dynamic(name.isEmpty ? nil : name)
    }
  }
}

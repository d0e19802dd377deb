internal import ComponentModel
internal import Inference

/// `wasi:nn/tensor.tensor-type`, in the order of the WIT.
enum TensorType: Int, ComponentEnumeration {
  case fp16, fp32, fp64, bf16, u8, i32, i64

  static var type: ValueType { get throws(ComponentError) { try .enumeration(["FP16", "FP32", "FP64", "BF16", "U8", "I32", "I64"]) } }

  var elementType: ElementType {
    switch self {
    case .fp16: .float16
    case .fp32: .float32
    case .fp64: .float64
    case .bf16: .bfloat16
    case .u8: .uint8
    case .i32: .int32
    case .i64: .int64
    }
  }

  /// Nil for element types that wasi-nn has no name for.
  init?(_ type: ElementType) {
    guard let match = Self.allCases.first(where: { $0.elementType == type }) else { return nil }
    self = match
  }
}

/// `wasi:nn/graph.graph-encoding`.
enum GraphEncoding: Int, ComponentEnumeration {
  case openvino, onnx, tensorflow, pytorch, tensorflowlite, ggml, autodetect
  static var type: ValueType { get throws(ComponentError) { try .enumeration(allCases.map { "\($0)" }) } }
}

/// `wasi:nn/graph.execution-target`. Models run on the CPU whatever is asked for, as AIO's do.
enum ExecutionTarget: Int, ComponentEnumeration {
  case cpu, gpu, tpu
  static var type: ValueType { get throws(ComponentError) { try .enumeration(allCases.map { "\($0)" }) } }
}

/// `wasi:nn/errors.error-code`.
enum ErrorCode: Int, ComponentEnumeration {
  case invalidArgument, invalidEncoding, timeout, runtimeError, unsupportedOperation, tooLarge, notFound, security, unknown

  private static let names: [InferenceError.Code] = [
    .invalidArgument, .invalidEncoding, .timeout, .runtimeError, .unsupportedOperation, .tooLarge, .notFound, .security, .unknown,
  ]
  static var type: ValueType { get throws(ComponentError) { try .enumeration(names.map(\.rawValue)) } }

  init(_ code: InferenceError.Code) { self = Self.names.firstIndex(of: code).flatMap(Self.init(rawValue:)) ?? .unknown }

  var inferenceCode: InferenceError.Code { Self.names[rawValue] }
}

/// A tensor's data on its way to the guest: copied from ONNX Runtime's buffer straight into the guest's memory.
struct TensorData: ComponentValue {
  let tensor: Tensor
  let network: NeuralNetwork

  static var type: ValueType { get throws(ComponentError) { try .list(of: .u8) } }
  static var shape: ValueShape { ValueShape(size: 8, alignment: 4, flatCount: 2) }

  static func read(from reader: inout ValueReader) throws(ComponentError) -> TensorData {
    throw ComponentError(.canonicalABI, "tensor data is only ever written to a guest")
  }

  func write(to writer: inout ValueWriter) throws(ComponentError) {
    let start = monotonicNanoseconds()
    defer { network.addCopyOut(monotonicNanoseconds() - start) }
    try tensor.withUnsafeBytes { (bytes) throws(ComponentError) in try writer.writeBytes(bytes.bytes) }
  }
}

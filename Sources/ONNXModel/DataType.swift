/// The types of tensor elements, with ONNX's numbers (TensorProto.DataType).
enum DataType: Int64 {
  case undefined = 0
  case float32, uint8, int8, uint16, int16, int32, int64, string, bool, float16, float64, uint32, uint64, complex64, complex128, bfloat16
  case float8e4m3fn, float8e4m3fnuz, float8e5m2, float8e5m2fnuz, uint4, int4, float4e2m1, float8e8m0, uint2, int2

  /// Bits per element; a string has none of its own.
  var bitWidth: Int {
    switch self {
    case .undefined, .string: 0
    case .uint2, .int2: 2
    case .uint4, .int4, .float4e2m1: 4
    case .uint8, .int8, .bool, .float8e4m3fn, .float8e4m3fnuz, .float8e5m2, .float8e5m2fnuz, .float8e8m0: 8
    case .uint16, .int16, .float16, .bfloat16: 16
    case .float32, .int32, .uint32: 32
    case .float64, .int64, .uint64, .complex64: 64
    case .complex128: 128
    }
  }

  /// The name of the type with the number, or the number where it has none.
  static func name(_ number: Int64) -> String {
    DataType(rawValue: number).map { "\($0)" } ?? "type \(number)"
  }
}

/// The type of a tensor's elements.
///
/// The raw value is ONNX Runtime's number for it. Types without a ``byteWidth`` may occur in a model, but not in a ``Tensor``.
public enum ElementType: Int32, Sendable, Hashable, CaseIterable {
  case float32 = 1
  case uint8, int8, uint16, int16, int32, int64, string, bool, float16, float64, uint32, uint64, complex64, complex128, bfloat16
  case float8e4m3fn, float8e4m3fnuz, float8e5m2, float8e5m2fnuz, uint4, int4, float4e2m1, uint2, int2, float8e8m0

  /// Bytes per element; nil for strings, complex numbers and types of less than a byte.
  public var byteWidth: Int? {
    switch self {
    case .uint8, .int8, .bool, .float8e4m3fn, .float8e4m3fnuz, .float8e5m2, .float8e5m2fnuz, .float8e8m0: 1
    case .uint16, .int16, .float16, .bfloat16: 2
    case .float32, .int32, .uint32: 4
    case .float64, .int64, .uint64: 8
    case .string, .complex64, .complex128, .uint4, .int4, .float4e2m1, .uint2, .int2: nil
    }
  }
}

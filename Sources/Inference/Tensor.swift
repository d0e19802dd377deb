import COnnxRuntime

/// An immutable array of numbers with a shape: row-major, without padding, in the host's byte order (wasi:nn/tensor).
///
/// The bytes are in ONNX Runtime's own buffer: an input's are copied there once, an output's stay where they were computed.
public final class Tensor: Sendable {
  public let elementType: ElementType
  /// The size of each axis; empty for a scalar.
  public let dimensions: [Int]
  private let value: Handle
  private nonisolated(unsafe) let buffer: UnsafeRawBufferPointer  // Belongs to `value`; nobody writes to it.

  /// A tensor of a copy of `bytes`.
  ///
  /// There must be exactly as many bytes as the shape takes, or the error is ``InferenceError/Code/invalidArgument``.
  public init(_ elementType: ElementType, dimensions: [Int], bytes: RawSpan) throws(InferenceError) {
    try Self.check(elementType, dimensions, byteCount: bytes.byteCount)
    let runtime = try OnnxRuntime.load()
    let allocator = try runtime.allocator()
    let value = try runtime.make(during: .run, releasedBy: runtime.api.pointee.ReleaseValue) {
      runtime.api.pointee.CreateTensorAsOrtValue(allocator, dimensions.map(Int64.init), dimensions.count, elementType.rawValue, $0)
    }
    var data: UnsafeMutableRawPointer?
    try runtime.check(runtime.api.pointee.GetTensorMutableData(value.pointer, &data), during: .run)
    bytes.withUnsafeBytes { UnsafeMutableRawBufferPointer(start: data, count: data == nil ? 0 : $0.count).copyMemory(from: $0) }
    self.elementType = elementType
    self.dimensions = dimensions
    buffer = UnsafeRawBufferPointer(start: data, count: data == nil ? 0 : bytes.byteCount)
    self.value = value
  }

  /// The same for bytes that are in an array.
  public convenience init(_ elementType: ElementType, dimensions: [Int], bytes: [UInt8]) throws(InferenceError) {
    try self.init(elementType, dimensions: dimensions, bytes: bytes.span.bytes)
  }

  /// The tensor that `value`, an output of ONNX Runtime's, is.
  init(_ value: consuming Handle, _ runtime: OnnxRuntime) throws(InferenceError) {
    let api = runtime.api
    var number: OrtTensorElementType = 0
    var shape: UnsafePointer<Int64>?
    var rank = 0
    var byteCount = 0
    var data: UnsafeMutableRawPointer?
    try runtime.check(api.pointee.GetTensorElementTypeAndShapeDataReference(value.pointer, &number, &shape, &rank), during: .run)
    try runtime.check(api.pointee.GetTensorSizeInBytes(value.pointer, &byteCount), during: .run)
    try runtime.check(api.pointee.GetTensorMutableData(value.pointer, &data), during: .run)
    guard let elementType = ElementType(rawValue: number), elementType.byteWidth != nil else {
      throw InferenceError(.unsupportedOperation, "The model answered with a tensor of an element type that cannot be passed on (\(number)).")
    }
    self.elementType = elementType
    dimensions = UnsafeBufferPointer(start: shape, count: shape == nil ? 0 : rank).map(Int.init)
    buffer = UnsafeRawBufferPointer(start: data, count: data == nil ? 0 : byteCount)
    self.value = value
  }

  public var byteCount: Int { buffer.count }

  /// Calls `body` with the elements; the pointer is valid only until it returns.
  public func withUnsafeBytes<Result, Failure>(_ body: (UnsafeRawBufferPointer) throws(Failure) -> Result) throws(Failure) -> Result {
    try body(buffer)
  }

  /// ONNX Runtime's value, valid as long as the tensor.
  var pointer: OpaquePointer { value.pointer }

  /// Throws unless a tensor of this type and shape takes exactly `byteCount` bytes.
  private static func check(_ elementType: ElementType, _ dimensions: [Int], byteCount: Int) throws(InferenceError) {
    guard let width = elementType.byteWidth else {
      throw InferenceError(.unsupportedOperation, "Tensors of \(elementType) elements are not supported: use a numeric type.")
    }
    var expected = width
    for dimension in dimensions {
      let (product, overflow) = expected.multipliedReportingOverflow(by: dimension)
      guard dimension >= 0, !overflow else {
        throw InferenceError(.invalidArgument, "No tensor can have the dimensions \(dimensions).")
      }
      expected = product
    }
    guard byteCount == expected else {
      throw InferenceError(.invalidArgument, "A tensor \(elementType)\(dimensions) takes \(expected) bytes, but \(byteCount) were given.")
    }
  }
}

/// A tensor with the name of the model's input or output it belongs to.
public struct NamedTensor: Sendable {
  public var name: String
  public var tensor: Tensor

  public init(_ name: String, _ tensor: Tensor) {
    self.name = name
    self.tensor = tensor
  }
}

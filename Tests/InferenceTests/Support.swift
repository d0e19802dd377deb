import Inference
import ModelFixtures
import Testing

extension ElementType {
  init(_ type: ModelFixture.DataType) throws {
    self = try #require(ElementType(rawValue: Int32(type.rawValue)))
  }
}

extension Tensor {
  convenience init(floats: [Float], _ dimensions: [Int]) throws {
    try self.init(.float32, dimensions: dimensions, bytes: floats.withUnsafeBytes { Array($0) })
  }

  convenience init(int64s: [Int64], _ dimensions: [Int]) throws {
    try self.init(.int64, dimensions: dimensions, bytes: int64s.withUnsafeBytes { Array($0) })
  }

  var bytes: [UInt8] { withUnsafeBytes { Array($0) } }
  var floats: [Float] { withUnsafeBytes { Array($0.bindMemory(to: Float.self)) } }
  var int64s: [Int64] { withUnsafeBytes { Array($0.bindMemory(to: Int64.self)) } }
}

extension Session {
  /// The only output of a run on one input.
  func run(_ tensor: Tensor) throws -> Tensor {
    let outputs = try run([NamedTensor(inputs[0].name, tensor)])
    #expect(outputs.count == 1)
    return try #require(outputs.first).tensor
  }
}

extension ModelFixture {
  /// A session of its own.
  func session(_ options: SessionOptions = SessionOptions()) throws -> Session {
    try SessionCache().session(for: bytes, options: options)
  }
}

/// The error that `body` throws.
func inferenceError(_ body: () throws -> Void, sourceLocation: SourceLocation = #_sourceLocation) throws -> InferenceError {
  try #require(throws: InferenceError.self, sourceLocation: sourceLocation, performing: body)
}

func expect(
  _ error: InferenceError, is code: InferenceError.Code, saying phrases: String..., sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(error.code == code, sourceLocation: sourceLocation)
  for phrase in phrases {
    #expect(error.message.contains(phrase), sourceLocation: sourceLocation)
  }
}

import Inference
import Testing

@Suite struct TensorTests {
  @Test func `A tensor gives back the bytes it was made from`() throws {
    let tensor = try Tensor(.uint8, dimensions: [2, 3], bytes: [1, 2, 3, 4, 5, 6])
    #expect(tensor.elementType == .uint8)
    #expect(tensor.dimensions == [2, 3])
    #expect(tensor.byteCount == 6)
    #expect(tensor.bytes == [1, 2, 3, 4, 5, 6])
  }

  @Test func `A tensor may be a scalar or have no elements`() throws {
    #expect(try Tensor(.int64, dimensions: [], bytes: [UInt8](repeating: 7, count: 8)).byteCount == 8)
    #expect(try Tensor(.float32, dimensions: [0, 224], bytes: [UInt8]()).bytes.isEmpty)
  }

  @Test(arguments: ElementType.allCases.filter { $0.byteWidth != nil })
  func `Every type with a byte width can be held`(type: ElementType) throws {
    let bytes = (0..<3 * (type.byteWidth ?? 0)).map { UInt8($0) }
    #expect(try Tensor(type, dimensions: [3], bytes: bytes).bytes == bytes)
  }

  @Test(arguments: [0, 23, 25])
  func `The number of bytes has to be the shape's, and the error has both`(count: Int) throws {
    let error = try inferenceError { _ = try Tensor(.float32, dimensions: [2, 3], bytes: [UInt8](repeating: 0, count: count)) }
    expect(error, is: .invalidArgument, saying: "float32[2, 3]", "24 bytes", "\(count) were given")
  }

  @Test(arguments: [[-1], [-1, -4], [Int.max, 2], [1 << 32, 1 << 32, 0], [Int.min]])
  func `Dimensions that are negative or overflow are refused`(dimensions: [Int]) throws {
    let error = try inferenceError { _ = try Tensor(.uint8, dimensions: dimensions, bytes: [1, 2, 3, 4]) }
    expect(error, is: .invalidArgument, saying: "dimensions")
  }

  @Test(arguments: ElementType.allCases.filter { $0.byteWidth == nil })
  func `Strings, complex numbers and types of less than a byte are refused`(type: ElementType) throws {
    expect(try inferenceError { _ = try Tensor(type, dimensions: [1], bytes: [0]) }, is: .unsupportedOperation, saying: "\(type)")
  }
}

import Inference
import ModelFixtures
import Testing

@Suite struct SessionRunTests {
  @Test(arguments: [ModelFixture.DataType.float32, .uint8, .int64, .float64, .float16, .int32, .bfloat16, .bool, .uint32])
  func `Identity gives back its input, whatever the type`(type: ModelFixture.DataType) throws {
    let elementType = try ElementType(type)
    let session = try ModelFixture.identity(type, [4]).session()
    let bytes = (0..<4 * (elementType.byteWidth ?? 0)).map { UInt8($0 % 2) }
    let output = try session.run(Tensor(elementType, dimensions: [4], bytes: bytes))
    #expect(output.elementType == elementType)
    #expect(output.dimensions == [4])
    #expect(output.bytes == bytes)
  }

  @Test func `Several inputs are told apart by name, in any order`() throws {
    let session = try ModelFixture.addition.session()
    let a = try Tensor(floats: [1, 2, 3, 4, 5, 6], [2, 3])
    let b = try Tensor(floats: [10, 20, 30, 40, 50, 60], [2, 3])
    for inputs in [[NamedTensor("a", a), NamedTensor("b", b)], [NamedTensor("b", b), NamedTensor("a", a)]] {
      let outputs = try session.run(inputs)
      #expect(outputs.map(\.name) == ["sum"])
      #expect(outputs[0].tensor.floats == [11, 22, 33, 44, 55, 66])
      #expect(outputs[0].tensor.dimensions == [2, 3])
    }
  }

  @Test func `An input may be named by its index, but a name comes first`() throws {
    let session = try ModelFixture.addition.session()
    let a = try Tensor(floats: [1, 2, 3, 4, 5, 6], [2, 3])
    #expect(try session.run([NamedTensor("1", a), NamedTensor("0", a)])[0].tensor.floats == [2, 4, 6, 8, 10, 12])

    let type = ModelFixture.ValueType.tensor(.float32, [1])
    let difference = ModelFixture([.init("Sub", ["1", "0"], ["y"])], inputs: [.init("1", type), .init("0", type)], outputs: [.init("y", type)])
    let outputs = try difference.session().run([NamedTensor("1", Tensor(floats: [5], [1])), NamedTensor("0", Tensor(floats: [3], [1]))])
    #expect(outputs[0].tensor.floats == [2])
  }

  @Test(arguments: [0, 1, 7])
  func `A dynamic dimension takes any size`(batch: Int) throws {
    let output = try ModelFixture.doubling.session().run(Tensor(floats: Array(repeating: 1.5, count: batch * 3), [batch, 3]))
    #expect(output.dimensions == [batch, 3])
    #expect(output.floats == Array(repeating: 3, count: batch * 3))
  }

  @Test func `A scalar may be given as one element`() throws {
    let session = try ModelFixture.counting.session()
    let outputs = try session.run([NamedTensor("iterations", Tensor(int64s: [3], [1])), NamedTensor("x", Tensor(int64s: [39], [1]))])
    #expect(outputs[0].tensor.int64s == [42])
  }

  @Test func `An output that is the input itself outlives it`() throws {
    let type = ModelFixture.ValueType.tensor(.float32, [3])
    let session = try ModelFixture([], inputs: [.init("x", type)], outputs: [.init("x", type)]).session()
    let output = try session.run(Tensor(floats: [1, 2, 3], [3]))
    _ = try (0..<100).map { try Tensor(floats: [Float($0), 0, 0], [3]) }
    #expect(output.floats == [1, 2, 3])
  }

  @Test func `An output outlives its session and can be an input`() throws {
    func output() throws -> Tensor { try ModelFixture.doubling.session().run(Tensor(floats: [1, 2, 3], [1, 3])) }
    let doubled = try output()
    #expect(doubled.floats == [2, 4, 6])
    #expect(try ModelFixture.doubling.session().run(doubled).floats == [4, 8, 12])
  }

  @Test func `Runs of one session on several threads equal runs one after the other`() async throws {
    let session = try ModelFixture.doubling.session()
    let results = try await withThrowingTaskGroup(of: (Int, [Float]).self) { group in
      for number in 0..<64 {
        group.addTask {
          var last: [Float] = []
          for _ in 0..<20 { last = try session.run(Tensor(floats: [Float(number), 1, 0], [1, 3])).floats }
          return (number, last)
        }
      }
      return try await group.reduce(into: [Int: [Float]]()) { $0[$1.0] = $1.1 }
    }
    for number in 0..<64 { #expect(results[number] == [Float(number * 2), 2, 0]) }
  }
}

@Suite struct SessionInputTests {
  let session: Session
  let tensor: Tensor

  init() throws {
    session = try ModelFixture.addition.session()
    tensor = try Tensor(floats: [1, 2, 3, 4, 5, 6], [2, 3])
  }

  private func error(_ inputs: NamedTensor...) throws -> InferenceError {
    try inferenceError { _ = try session.run(inputs) }
  }

  @Test func `Missing inputs are named with their types`() throws {
    expect(try error(NamedTensor("a", tensor)), is: .invalidArgument, saying: "Missing input b: float32[2, 3]")
    expect(try error(), is: .invalidArgument, saying: "a: float32[2, 3]; b: float32[2, 3]")
  }

  @Test func `Unknown inputs are named, with what there is`() throws {
    expect(try error(NamedTensor("c", tensor)), is: .invalidArgument, saying: "\"c\"", "a: float32[2, 3]; b: float32[2, 3]")
    expect(try error(NamedTensor("", tensor)), is: .invalidArgument, saying: "Unknown input")
  }

  @Test(arguments: ["2", "-1", "9223372036854775807"])
  func `Indices out of range are refused`(index: String) throws {
    expect(try error(NamedTensor(index, tensor)), is: .invalidArgument, saying: "index \(index) is out of range")
  }

  @Test func `An input cannot be given twice, not even under two names`() throws {
    expect(try error(NamedTensor("a", tensor), NamedTensor("a", tensor)), is: .invalidArgument, saying: "\"a\" was given twice")
    expect(try error(NamedTensor("b", tensor), NamedTensor("1", tensor)), is: .invalidArgument, saying: "\"b\" was given twice")
  }

  @Test func `The type has to be the model's`() throws {
    let wrong = try Tensor(.int32, dimensions: [2, 3], bytes: [UInt8](repeating: 0, count: 24))
    expect(try error(NamedTensor("a", tensor), NamedTensor("b", wrong)), is: .invalidArgument, saying: "\"b\" takes float32[2, 3]", "int32[2, 3]")
  }

  @Test(arguments: [[3, 2], [6], [1, 2, 3], [2, 3, 1], []])
  func `Rank and sizes have to be the model's`(dimensions: [Int]) throws {
    let wrong = try Tensor(floats: Array(repeating: 0, count: dimensions.reduce(1, *)), dimensions)
    expect(try error(NamedTensor("a", wrong), NamedTensor("b", tensor)), is: .invalidArgument, saying: "\"a\" takes float32[2, 3]", "float32\(dimensions)")
  }

  @Test func `What fails inside the model is a runtime error in the model's words`() throws {
    let open = ModelFixture.ValueType.tensor(.float32, ["n"])
    let model = ModelFixture([.init("Add", ["a", "b"], ["y"])], inputs: [.init("a", open), .init("b", open)], outputs: [.init("y", open)])
    let session = try model.session()
    let two = try Tensor(floats: [1, 2], [2])
    let three = try Tensor(floats: [1, 2, 3], [3])
    let error = try inferenceError { _ = try session.run([NamedTensor("a", two), NamedTensor("b", three)]) }
    expect(error, is: .runtimeError, saying: "Add")
    #expect(try session.run([NamedTensor("a", two), NamedTensor("b", two)])[0].tensor.floats == [2, 4])
  }
}

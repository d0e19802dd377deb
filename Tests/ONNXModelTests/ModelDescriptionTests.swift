import Foundation
import Inference
import ModelFixtures
import ONNXModel
import Testing

@Suite struct ModelDescriptionTests {
  @Test func `The description of a model has its interface, origin, operators and weights`() throws {
    var model = ModelFixture.doubling
    model.metadata = [("labels", "a,b,c")]
    model.graph.nodes.append(.init("QLinearAdd", ["y"], ["z"], domain: "com.microsoft"))
    model.operatorSets.append(("com.microsoft", 1))
    let description = try ModelDescription(parsing: model.bytes)
    #expect(description.irVersion == 8)
    #expect(description.operatorSets.map(\.description) == ["ai.onnx 13", "com.microsoft 1"])
    #expect(description.producerName == "millrace tests")
    #expect(description.graphName == "graph")
    #expect(description.metadata.map { [$0.key, $0.value] } == [["labels", "a,b,c"]])
    #expect(description.inputs.map(\.description) == ["x: float32[batch, 3]"])
    #expect(description.outputs.map(\.description) == ["y: float32[batch, 3]"])
    #expect(description.operators.map(\.description) == ["Mul", "com.microsoft:QLinearAdd"])
    #expect(description.externalFiles.isEmpty)
    #expect(description.byteCount == model.bytes.count)
  }

  @Test func `Weights are counted by their shapes and types, however they are stored`() throws {
    var model = ModelFixture.identity()
    model.graph.initializers = [
      .init("raw", .uint8, [2, 3], .raw([1, 2, 3, 4, 5, 6])),
      .init("floats", .float32, [2], .floats([1, 2])),
      .init("scalar", .int64, [], .int64s([1])),
      .init("none", .float32, [0, 5], .raw([])),
    ]
    let parameters = try ModelDescription(parsing: model.bytes).parameters
    #expect(parameters.tensors == 4)
    #expect(parameters.elements == 9)
    #expect(parameters.bytes == 6 + 8 + 8)
  }

  @Test func `An input with a value of its own is not one that has to be given`() throws {
    var model = ModelFixture.doubling
    model.graph.inputs.append(.init("two", .tensor(.float32, [])))
    #expect(try ModelDescription(parsing: model.bytes).inputs.map(\.name) == ["x"])
  }

  @Test func `Operators and weights of subgraphs are counted, their inputs are not`() throws {
    let description = try ModelDescription(parsing: ModelFixture.counting.bytes)
    #expect(description.operators.map(\.description) == ["Add", "Identity", "Loop"])
    #expect(description.parameters.elements == 1)
    #expect(description.inputs.map(\.name) == ["iterations", "x"])
    #expect(description.graphName == "graph")
  }

  @Test func `The most frequent operators come first`() throws {
    var model = ModelFixture.identity()
    model.graph.nodes = ["Relu", "Conv", "Relu", "Add"].map { .init($0, ["x"], ["y"]) }
    let operators = try ModelDescription(parsing: model.bytes).operators
    #expect(operators.map { "\($0.count) \($0)" } == ["2 Relu", "1 Add", "1 Conv"])
  }

  @Test func `Types that are not tensors are named`() throws {
    let model = ModelFixture(
      [], inputs: [.init("a", .optional(.tensor(.float16, [1]))), .init("b", .tensor(.string, nil)), .init("c", .tensor(.int8, [.unknown, -1]))],
      outputs: [.init("d", .sequence(.map(.int64, .tensor(.float32, nil))))])
    let description = try ModelDescription(parsing: model.bytes)
    #expect(description.inputs.map(\.description) == ["a: optional(float16)", "b: string", "c: int8[?, ?]"])
    #expect(description.outputs.map(\.description) == ["d: sequence(map(int64, float32))"])
  }

  @Test func `Weights in other files are found, in initializers and in constants`() throws {
    var model = ModelFixture.identity()
    model.graph.initializers = [.init("w", .float32, [1000], .external(location: "weights.bin"))]
    let constant = ModelFixture.Initializer("value", .float32, [2], .external(location: "constants.bin"))
    model.graph.nodes.append(.init("Constant", [], ["c"], attributes: [.tensor("value", constant)]))
    let description = try ModelDescription(parsing: model.bytes)
    #expect(description.externalFiles == ["constants.bin", "weights.bin"])
    #expect(description.parameters.bytes == 4000)
  }

  @Test func `A description survives JSON, where dimensions are numbers, names and nulls`() throws {
    var model = ModelFixture.identity()
    model.graph.inputs[0].type = .tensor(.float32, ["batch", .unknown, 3])
    let description = try ModelDescription(parsing: model.bytes)
    let json = try JSONEncoder().encode(description)
    #expect(String(decoding: json, as: UTF8.self).contains(#""dimensions":["batch",null,3]"#))
    #expect(try JSONDecoder().decode(ModelDescription.self, from: json) == description)
  }

  @Test(arguments: [ModelFixture.addition, .doubling, .counting, .identity(.uint8, [.unknown, 4]), .identity(.float16, nil), .identity(.bfloat16, [])])
  func `The description agrees with what ONNX Runtime says of the model`(model: ModelFixture) throws {
    try expectAgreement(model.bytes)
  }

  @Test(.enabled(if: SharedData.isPresent, .init(rawValue: SharedData.missing)), arguments: [
    ("mnist-opt", 8, 5996), ("mobilenetv2-12-int8", 73, 3_524_064), ("mobilenetv2-f32-random", 170, 3_487_816), ("mlperf-tiny-keyword-spotting-int8", nil, nil),
    ("mlperf-tiny-image-classification-int8", nil, nil), ("mlperf-tiny-anomaly-detection-int8", nil, nil),
  ] as [(String, Int?, Int?)])
  func `Real models are described`(name: String, operators: Int?, parameters: Int?) throws {
    let bytes = try SharedData.bytes(of: "models/\(name).onnx")
    let description = try ModelDescription(parsing: bytes)
    #expect(description.parameters.bytes > bytes.count / 2 && description.parameters.bytes <= bytes.count)
    if let operators { #expect(description.operators.reduce(0) { $0 + $1.count } == operators) }
    if let parameters { #expect(description.parameters.elements == parameters) }
    try expectAgreement(bytes)
  }

  private func expectAgreement(_ bytes: [UInt8]) throws {
    let description = try ModelDescription(parsing: bytes)
    let session = try SessionCache().session(for: bytes)
    func text(_ signature: TensorSignature) -> String {
      signature.dimensions == nil ? "\(signature.name): \(signature.elementType)" : signature.description
    }
    #expect(description.inputs.map(\.description) == session.inputs.map(text))
    #expect(description.outputs.map(\.description) == session.outputs.map(text))
  }
}

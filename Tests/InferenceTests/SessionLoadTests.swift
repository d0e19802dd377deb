import Foundation
import Inference
import ModelFixtures
import Testing

@Suite struct SessionLoadTests {
  typealias Port = ModelFixture.Port

  @Test func `A session knows the model's inputs and outputs`() throws {
    let session = try ModelFixture.doubling.session()
    #expect(session.inputs == [TensorSignature(name: "x", elementType: .float32, dimensions: [.dynamic("batch"), .fixed(3)])])
    #expect(session.outputs.map(\.description) == ["y: float32[batch, 3]"])
    #expect(session.omittedOutputs.isEmpty)
    #expect(session.digest.count == 64)
  }

  @Test func `Unnamed dimensions and open ranks are told apart`() throws {
    #expect(try ModelFixture.identity(.uint8, [.unknown, 4]).session().inputs.map(\.type) == ["uint8[?, 4]"])
    #expect(try ModelFixture.identity(.uint8, []).session().inputs.map(\.type) == ["uint8[]"])
    #expect(try ModelFixture.identity(.uint8, nil).session().inputs.map(\.type) == ["uint8[…]"])
  }

  private func loadError(_ bytes: [UInt8], _ options: SessionOptions = SessionOptions()) throws -> InferenceError {
    try inferenceError { _ = try SessionCache().session(for: bytes, options: options) }
  }

  @Test func `No bytes, garbage and a cut-off model are invalid encodings`() throws {
    expect(try loadError([]), is: .invalidEncoding, saying: "empty")
    expect(try loadError(Array("not a model at all".utf8)), is: .invalidEncoding, saying: "protobuf parsing failed")
    expect(try loadError(ModelFixture.addition.bytes.dropLast(5)), is: .invalidEncoding, saying: "protobuf")
    expect(try loadError([0]), is: .invalidEncoding)
  }

  @Test func `No truncation of a model crashes`() {
    let bytes = ModelFixture.addition.bytes
    let cache = SessionCache()
    for count in 0..<bytes.count {
      #expect(throws: InferenceError.self) { try cache.session(for: Array(bytes[..<count])) }
    }
    #expect(cache.liveSessionCount == 0)
  }

  @Test func `A graph that refers to nothing, or whose types do not fit, is an invalid encoding`() throws {
    var model = ModelFixture.addition
    model.graph.nodes[0].inputs[1] = "nowhere"
    expect(try loadError(model.bytes), is: .invalidEncoding, saying: "nowhere")
    model = .addition
    model.graph.outputs[0].type = .tensor(.int64, [2, 3])
    expect(try loadError(model.bytes), is: .invalidEncoding, saying: "tensor(int64)")
    model = .addition
    model.graph.outputs[0].name = "elsewhere"
    expect(try loadError(model.bytes), is: .invalidEncoding, saying: "elsewhere")
    model = .addition
    model.graph.inputs[0].type = .tensor(.float32, [5, 7])
    expect(try loadError(model.bytes), is: .invalidEncoding, saying: "Incompatible dimensions")
    model = .addition
    model.operatorSets = []
    expect(try loadError(model.bytes), is: .invalidEncoding, saying: "OperatorSet")
  }

  @Test func `ONNX Runtime's own binary format is not taken for a model`() throws {
    var bytes = [UInt8](repeating: 0, count: 256)
    bytes.replaceSubrange(4..<8, with: Array("ORTM".utf8))
    expect(try loadError(bytes), is: .invalidEncoding)
  }

  @Test func `An unknown operator is unsupported and named`() throws {
    var model = ModelFixture.identity()
    model.graph.nodes[0].type = "Frobnicate"
    expect(try loadError(model.bytes), is: .unsupportedOperation, saying: "Frobnicate")
    model.graph.nodes[0].domain = "com.example"
    model.operatorSets.append((domain: "com.example", version: 1))
    expect(try loadError(model.bytes), is: .unsupportedOperation, saying: "com.example:Frobnicate")
  }

  @Test func `A model of a later ONNX is unsupported`() throws {
    var model = ModelFixture.identity()
    model.irVersion = 99
    expect(try loadError(model.bytes), is: .unsupportedOperation, saying: "IR version: 99")
    model = .identity()
    model.operatorSets = [("", 99)]
    expect(try loadError(model.bytes), is: .unsupportedOperation, saying: "Opset 99")
  }

  @Test(arguments: [SessionOptions.Optimization.none, .full])
  func `Weights in files are refused, even if the file is there`(optimization: SessionOptions.Optimization) throws {
    let file = "millrace-external-\(UUID().uuidString).bin"
    try Data([0, 0, 128, 63, 0, 0, 128, 63]).write(to: URL(filePath: file))
    defer { try? FileManager.default.removeItem(atPath: file) }
    let absolute = URL(filePath: file).path()

    for location in [file, "./\(file)", absolute, "../../../../../../../../../../../..\(absolute)"] {
      let weights = ModelFixture.Initializer("w", .float32, [2], .external(location: location))
      var model = ModelFixture([.init("Add", ["x", "w"], ["y"])], inputs: [Port("x", .tensor(.float32, [2]))], outputs: [Port("y", .tensor(.float32, [2]))])
      model.graph.initializers = [weights]
      expect(try loadError(model.bytes, SessionOptions(optimization: optimization)), is: .unsupportedOperation, saying: "weights")

      model.graph.initializers = []
      model.graph.nodes.insert(.init("Constant", [], ["w"], attributes: [.tensor("value", weights)]), at: 0)
      expect(try loadError(model.bytes, SessionOptions(optimization: optimization)), is: .unsupportedOperation, saying: "weights")
    }
  }

  @Test func `A model above the limit is too large`() throws {
    let bytes = ModelFixture.addition.bytes
    let error = try loadError(bytes, SessionOptions(maximumModelBytes: bytes.count - 1))
    expect(error, is: .tooLarge, saying: "\(bytes.count) bytes", "at most \(bytes.count - 1)")
    _ = try SessionCache().session(for: bytes, options: SessionOptions(maximumModelBytes: bytes.count))
  }

  @Test func `Inputs that are not tensors of numbers are refused when the model is loaded`() throws {
    expect(try loadError(ModelFixture.identity(.string).bytes), is: .unsupportedOperation, saying: "\"x\" is a string tensor")
    let sequence = ModelFixture.ValueType.sequence(.tensor(.float32, nil))
    var model = ModelFixture([.init("Identity", ["x"], ["y"])], inputs: [Port("x", sequence)], outputs: [Port("y", sequence)])
    model.operatorSets = [("", 16)]
    expect(try loadError(model.bytes), is: .unsupportedOperation, saying: "\"x\" is a sequence")
  }

  /// The input, and a sequence of it.
  private func sequenceModel(withTensor: Bool) -> ModelFixture {
    let type = ModelFixture.ValueType.tensor(.float32, [2])
    var model = ModelFixture(
      [.init("SequenceConstruct", ["x", "x"], ["list"]), .init("Neg", ["x"], ["y"])],
      inputs: [Port("x", type)], outputs: [Port("list", .sequence(.tensor(.float32, nil))), Port("y", type)])
    if !withTensor { model.graph.outputs.removeLast() }
    return model
  }

  @Test func `An output that is a sequence is left out if another one is a tensor`() throws {
    let session = try sequenceModel(withTensor: true).session()
    #expect(session.outputs.map(\.name) == ["y"])
    #expect(session.omittedOutputs == ["list"])
    #expect(try session.run(Tensor(floats: [1, 2], [2])).floats == [-1, -2])
  }

  @Test func `A model without an output that is a tensor is unsupported`() throws {
    expect(try loadError(sequenceModel(withTensor: false).bytes), is: .unsupportedOperation, saying: "\"list\" is a sequence")
  }

  @Test func `Optimization levels are all accepted`() throws {
    for optimization in SessionOptions.Optimization.allCases {
      let session = try ModelFixture.doubling.session(SessionOptions(threads: 2, spinning: false, optimization: optimization))
      #expect(try session.run(Tensor(floats: [1, 2, 3], [1, 3])).floats == [2, 4, 6])
    }
  }

  @Test func `The library has the version that the declarations are of`() {
    #expect(InferenceEnvironment.libraryVersion.hasPrefix("1.32."))
  }
}

import ComponentModel
import Inference
import ModelFixtures
import Testing
import WASINN

/// Errors as the guest sees them: a true code, and a text that helps.
struct GuestErrorTests {
  private func failure(_ name: String, _ phrases: [String], sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws -> Void) throws {
    let failure = try #require(throws: Guest.Failure.self, sourceLocation: sourceLocation, performing: body)
    #expect(failure.name == name, "\(failure.message)", sourceLocation: sourceLocation)
    for phrase in phrases { #expect(failure.message.contains(phrase), "\(failure.message)", sourceLocation: sourceLocation) }
  }

  @Test func `A model that is none`() throws {
    let guest = try Guest()
    try failure("invalid-encoding", ["empty"]) { _ = try guest.load([[]]) }
    try failure("invalid-encoding", ["not a valid ONNX model"]) { _ = try guest.load([Array("this is no model".utf8)]) }
    let model = ModelFixture.doubling.bytes
    for length in stride(from: 1, to: model.count, by: 7) {
      let error = try #require(throws: Guest.Failure.self) { try guest.load([Array(model.prefix(length))]) }
      #expect(!error.message.isEmpty)
    }
    #expect(guest.network.sessions.isEmpty)
    #expect(guest.instance.handleCount == 0)
  }

  @Test func `A model that this runtime cannot run`() throws {
    var future = ModelFixture.doubling
    future.operatorSets = [("", 99)]
    let newer = future.bytes
    let unknown = ModelFixture(
      [.init("Teleport", ["x"], ["y"])], inputs: [.init("x", .tensor(.float32, [1]))], outputs: [.init("y", .tensor(.float32, [1]))]).bytes
    let guest = try Guest()
    try failure("unsupported-operation", ["99"]) { _ = try guest.load([newer]) }
    try failure("unsupported-operation", ["Teleport"]) { _ = try guest.load([unknown]) }
  }

  @Test func `Parts and encodings other than one ONNX file`() throws {
    let guest = try Guest()
    let model = ModelFixture.doubling.bytes
    try failure("invalid-argument", ["2 were given"]) { _ = try guest.load([model, model]) }
    try failure("invalid-argument", ["0 were given"]) { _ = try guest.load([]) }
    try failure("invalid-encoding", ["pytorch", "only onnx"]) { _ = try guest.load([model], .pytorch) }
    try failure("not-found", ["resnet", "use load"]) { _ = try guest.loadByName("resnet") }
  }

  @Test func `Inputs that the model does not take`() throws {
    let guest = try Guest()
    let context = try guest.context(try guest.load([ModelFixture.addition.bytes]))
    func tensor() throws -> UInt32 { try guest.tensor([1, 2, 3, 4, 5, 6], [2, 3]) }
    try failure("invalid-argument", ["Unknown input \"c\"", "a", "b"]) { _ = try guest.compute(context, ("a", try tensor()), ("c", try tensor())) }
    try failure("invalid-argument", ["Missing input", "b"]) { _ = try guest.compute(context, ("a", try tensor())) }
    try failure("invalid-argument", ["Missing input"]) { _ = try guest.compute(context) }
    try failure("invalid-argument", ["twice"]) { _ = try guest.compute(context, ("a", try tensor()), ("0", try tensor())) }
    try failure("invalid-argument", ["out of range"]) { _ = try guest.compute(context, ("a", try tensor()), ("2", try tensor())) }
    try failure("invalid-argument", ["[2, 3]", "[3, 2]"]) {
      _ = try guest.compute(context, ("a", try tensor()), ("b", try guest.tensor([1, 2, 3, 4, 5, 6], [3, 2])))
    }
    try failure("invalid-argument", ["float32", "uint8"]) {
      _ = try guest.compute(context, ("a", try tensor()), ("b", try guest.tensor([2, 3], .u8, [1, 2, 3, 4, 5, 6])))
    }
    // After all of it, the context still works, and no tensor has stayed behind.
    #expect(try guest.compute(context, ("a", try tensor()), ("b", try tensor())).count == 1)
    #expect(guest.instance.handleCount == 3)
  }

  @Test(.timeLimit(.minutes(10))) func `A model that takes too long is stopped`() throws {
    var configuration = NeuralNetwork.Configuration(sessions: SessionCache())
    configuration.runLimit = .milliseconds(500)
    let guest = try Guest(configuration)
    let context = try guest.context(try guest.load([ModelFixture.counting.bytes]))
    func number(_ value: Int64) -> [UInt8] { withUnsafeBytes(of: value.littleEndian) { Array($0) } }
    try failure("timeout", []) {
      _ = try guest.compute(context, ("iterations", try guest.tensor([1], .i64, number(.max))), ("x", try guest.tensor([1], .i64, number(0))))
    }
    let outputs = try guest.compute(context, ("iterations", try guest.tensor([1], .i64, number(5))), ("x", try guest.tensor([1], .i64, number(0))))
    #expect(try guest.data(outputs[0].tensor) == number(5))
  }

  /// A constructor cannot return an error, so these end the guest's call.
  @Test(arguments: [
    ([2, 3], 23, "takes 24 bytes"), ([2, 3], 0, "takes 24 bytes"), ([.max, .max, .max], 4, "dimensions"), ([], 8, "takes 4 bytes"),
  ] as [([UInt32], Int, String)])
  func `A tensor whose bytes do not fit its shape is refused`(dimensions: [UInt32], count: Int, text: String) throws {
    let guest = try Guest()
    let error = try #require(throws: ComponentError.self) { try guest.tensor(dimensions, .fp32, [UInt8](repeating: 0, count: count)) }
    #expect("\(error)".contains(text), "\(error)")
  }

  @Test func `A tensor above the limit is refused before it is copied`() throws {
    var configuration = NeuralNetwork.Configuration(sessions: SessionCache())
    configuration.maximumTensorBytes = 16
    let guest = try Guest(configuration)
    #expect(try guest.data(try guest.tensor([4], .fp32, [UInt8](repeating: 1, count: 16))).count == 16)
    let error = try #require(throws: ComponentError.self) { try guest.tensor([5], .fp32, [UInt8](repeating: 0, count: 20)) }
    #expect("\(error)".contains("20 bytes") && "\(error)".contains("16"), "\(error)")
  }

  @Test func `An operator that keeps its tensors runs out of room for more, and gets it back by dropping them`() throws {
    var configuration = NeuralNetwork.Configuration(sessions: SessionCache())
    configuration.maximumTensorBytes = 16
    let guest = try Guest(configuration)
    for _ in 0..<100 { try guest.drop(.tensor, try guest.tensor([4], .fp32, [UInt8](repeating: 1, count: 16))) }
    for _ in 0..<4 { _ = try guest.tensor([4], .fp32, [UInt8](repeating: 1, count: 16)) }
    let error = try #require(throws: ComponentError.self) { try guest.tensor([1], .fp32, [0, 0, 0, 0]) }
    #expect("\(error)".contains("holds tensors of 64 bytes"), "\(error)")
  }

  @Test(arguments: [(7, 0), (1, 3), (0xFFFF_FFFF, 0)] as [(UInt32, UInt32)])
  func `An encoding or target that does not exist ends the call`(encoding: UInt32, target: UInt32) throws {
    let guest = try Guest()
    let function = try #require(guest.instance.function("test:nn/guest@1.0.0", "load"))
    #expect(throws: ComponentError.self) { _ = try function.call([[UInt8]](), encoding, target, returning: ComponentResult<Number, Guest.Failure>.self) }
  }

  @Test func `Handles of another kind, or of nothing, end the call`() throws {
    #expect(throws: ComponentError.self) { try Guest().context(1) }
    #expect(throws: ComponentError.self) { try Guest().data(0) }
    let guest = try Guest()
    let graph = try guest.load([ModelFixture.doubling.bytes])
    #expect(throws: ComponentError.self) { try guest.data(graph) }
  }
}

import Inference
import ModelFixtures
import Synchronization
import Testing

@Suite struct EnvironmentTests {
  /// As many zeros as one asks for.
  private func zeros(_ count: Int64) throws {
    let model = ModelFixture(
      [.init("ConstantOfShape", ["size"], ["zeros"])], inputs: [.init("size", .tensor(.int64, [1]))], outputs: [.init("zeros", .tensor(.float32, ["n"]))])
    let session = try model.session()
    #expect(try session.run(Tensor(int64s: [3], [1])).floats == [0, 0, 0])
    defer { #expect(throws: Never.self) { try session.run(Tensor(int64s: [3], [1])) } }
    _ = try session.run(Tensor(int64s: [count], [1]))
  }

  @Test(arguments: [1 << 30, 1 << 45] as [Int64])
  func `A run that needs more memory than all sessions may have is too large, and the session goes on working`(count: Int64) throws {
    expect(try inferenceError { try zeros(count) }, is: .tooLarge, saying: "memory")
  }

  @Test func `A size beyond all numbers is an error of the run`() throws {
    expect(try inferenceError { try zeros(.max) }, is: .runtimeError, saying: "overflow")
  }

  @Test func `Options come too late once a model has been loaded`() throws {
    _ = try ModelFixture.addition.session()
    #expect(InferenceEnvironment.shared.isMade)
    #expect(!InferenceEnvironment.shared.configure(.init(memoryLimit: 1)))
  }

  @Test func `ONNX Runtime's messages go to the log handler`() throws {
    let messages = Mutex<[String]>([])
    InferenceEnvironment.shared.setLogHandler { severity, message in
      #expect(severity >= .warning)
      messages.withLock { $0.append(message) }
    }
    defer { InferenceEnvironment.shared.setLogHandler(nil) }
    #expect(throws: InferenceError.self) { try zeros(1 << 44) }
    #expect(messages.withLock { $0.contains { $0.contains("ConstantOfShape") } })
  }
}

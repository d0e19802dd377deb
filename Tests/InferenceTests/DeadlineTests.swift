import Inference
import ModelFixtures
import Testing

@Suite struct DeadlineTests {
  private func inputs(iterations: Int64) throws -> [NamedTensor] {
    [NamedTensor("iterations", try Tensor(int64s: [iterations], [])), NamedTensor("x", try Tensor(int64s: [0], [1]))]
  }

  @Test func `A run that takes too long ends with a timeout, and the session goes on working`() throws {
    let session = try ModelFixture.counting.session()
    for _ in 0..<3 {
      let error = try inferenceError {
        _ = try session.run(inputs(iterations: .max), deadline: .now + .milliseconds(20))
      }
      expect(error, is: .timeout, saying: "deadline")
      #expect(try session.run(inputs(iterations: 5), deadline: .now + .seconds(60))[0].tensor.int64s == [5])
    }
  }

  @Test func `A deadline that has passed ends the run before it begins`() throws {
    let session = try ModelFixture.counting.session()
    let error = try inferenceError { _ = try session.run(inputs(iterations: 1), deadline: .now - .seconds(1)) }
    expect(error, is: .timeout)
  }

  @Test func `Each of several runs has its own deadline`() async throws {
    let session = try ModelFixture.counting.session()
    await withTaskGroup(of: Void.self) { group in
      for number in 0..<8 {
        group.addTask {
          if number.isMultiple(of: 2) {
            #expect(throws: InferenceError.self) {
              try session.run(inputs(iterations: .max), deadline: .now + .milliseconds(5 * number))
            }
          } else {
            #expect(throws: Never.self) { try session.run(inputs(iterations: 100), deadline: .now + .seconds(100 - number)) }
          }
        }
      }
    }
  }

  @Test func `A failure before the deadline is no timeout`() throws {
    let open = ModelFixture.ValueType.tensor(.float32, ["n"])
    let model = ModelFixture([.init("Add", ["a", "b"], ["y"])], inputs: [.init("a", open), .init("b", open)], outputs: [.init("y", open)])
    let session = try model.session()
    let error = try inferenceError {
      _ = try session.run(
        [NamedTensor("a", Tensor(floats: [1, 2], [2])), NamedTensor("b", Tensor(floats: [1, 2, 3], [3]))], deadline: .now + .seconds(60))
    }
    expect(error, is: .runtimeError)
  }

  @Test func `A deadline that has passed ends loading before it begins, and leaves nothing behind`() throws {
    let cache = SessionCache()
    let error = try inferenceError { _ = try cache.session(for: ModelFixture.addition.bytes, deadline: .now - .seconds(1)) }
    expect(error, is: .timeout)
    #expect(cache.liveSessionCount == 0)
    _ = try cache.session(for: ModelFixture.addition.bytes, deadline: .now + .seconds(60))
  }

  @Test func `A model that takes too long to load ends with a timeout`() throws {
    // Its constants, twenty times four million cosines, are computed when it is loaded.
    var model = ModelFixture.identity(.float32, [1])
    model.graph.initializers = [.init("size", .int64, [1], .int64s([1 << 22]))]
    model.graph.nodes = [.init("ConstantOfShape", ["size"], ["c0"])]
    for number in 0..<20 { model.graph.nodes.append(.init("Cos", ["c\(number)"], ["c\(number + 1)"])) }
    model.graph.nodes += [.init("ReduceSum", ["c20"], ["sum"]), .init("Add", ["x", "sum"], ["y"])]
    model.graph.outputs[0].type = .tensor(.float32, nil)
    let bytes = model.bytes
    _ = try ModelFixture.addition.session()
    expect(try inferenceError { _ = try SessionCache().session(for: bytes, deadline: .now + .milliseconds(50)) }, is: .timeout, saying: "deadline")
  }
}

import ComponentModel
import Inference
import ModelFixtures
import Testing
import WASINN

/// Models loaded and run by a component.
struct GuestInferenceTests {
  @Test func `A model's answer comes back to the guest`() throws {
    let guest = try Guest()
    let context = try guest.context(try guest.load([ModelFixture.doubling.bytes]))
    let outputs = try guest.compute(context, ("x", try guest.tensor([1, 2, 3, -4, 0.5, 0], [2, 3])))
    #expect(outputs.map(\.name) == ["y"])
    #expect(try guest.dimensions(outputs[0].tensor) == [2, 3])
    #expect(try guest.type(outputs[0].tensor) == .fp32)
    #expect(try guest.floats(outputs[0].tensor) == [2, 4, 6, -8, 1, 0])
  }

  @Test func `Several inputs are told apart by name, or by index`() throws {
    let guest = try Guest()
    let context = try guest.context(try guest.load([ModelFixture.addition.bytes], .autodetect))
    for names in [("b", "a"), ("1", "0")] {
      let outputs = try guest.compute(context, (names.0, try guest.tensor([6, 5, 4, 3, 2, 1], [2, 3])), (names.1, try guest.tensor([1, 2, 3, 4, 5, 6], [2, 3])))
      #expect(try guest.floats(outputs[0].tensor) == [7, 7, 7, 7, 7, 7])
    }
  }

  static let types: [(Guest.TensorType, ModelFixture.DataType, Int)] = [
    (.fp16, .float16, 2), (.fp32, .float32, 4), (.fp64, .float64, 8), (.bf16, .bfloat16, 2), (.u8, .uint8, 1), (.i32, .int32, 4), (.i64, .int64, 8),
  ]

  @Test(arguments: types) func `All tensor types pass through bit by bit`(type: Guest.TensorType, element: ModelFixture.DataType, width: Int) throws {
    let guest = try Guest()
    let data = (0..<(6 * width)).map { UInt8(truncatingIfNeeded: $0 * 37 + 1) & 0x3F }
    let tensor = try guest.tensor([2, 3], type, data)
    #expect(try guest.type(tensor) == type)
    #expect(try guest.dimensions(tensor) == [2, 3])
    #expect(try guest.data(tensor) == data)
    let context = try guest.context(try guest.load([ModelFixture.identity(element, [2, 3]).bytes]))
    let outputs = try guest.compute(context, ("x", tensor))
    #expect(try guest.data(outputs[0].tensor) == data)
    #expect(try guest.type(outputs[0].tensor) == type)
  }

  @Test func `A context outlives its graph`() throws {
    let cache = SessionCache()
    let guest = try Guest(.init(sessions: cache))
    let graph = try guest.load([ModelFixture.doubling.bytes])
    let context = try guest.context(graph)
    try guest.drop(.graph, graph)
    let outputs = try guest.compute(context, ("x", try guest.tensor([1, 2, 3], [1, 3])))
    #expect(try guest.floats(outputs[0].tensor) == [2, 4, 6])
    #expect(cache.liveSessionCount == 1)
  }

  @Test func `Two instances that load the same bytes share one session, which ends with them`() throws {
    let cache = SessionCache()
    do {
      let one = try Guest(.init(sessions: cache)), other = try Guest(.init(sessions: cache))
      for guest in [one, other] {
        let context = try guest.context(try guest.load([ModelFixture.doubling.bytes]))
        _ = try guest.compute(context, ("x", try guest.tensor([1, 2, 3], [1, 3])))
      }
      #expect(cache.liveSessionCount == 1)
      _ = try other.load([ModelFixture.addition.bytes])
      #expect(cache.liveSessionCount == 2)
      #expect(one.network.sessions.count == 1 && other.network.sessions.count == 2)
    }
    #expect(cache.liveSessionCount == 0)
  }

  @Test func `Handles are given back: what is dropped or passed on no longer counts`() throws {
    let guest = try Guest()
    let graph = try guest.load([ModelFixture.doubling.bytes])
    let context = try guest.context(graph)
    for _ in 0..<50 {
      let outputs = try guest.compute(context, ("x", try guest.tensor([1, 2, 3], [1, 3])))
      try guest.drop(.tensor, outputs[0].tensor)
      #expect(throws: Guest.Failure.self) { try guest.load([[1]]) }
    }
    #expect(guest.instance.handleCount == 2)
    try guest.drop(.context, context)
    try guest.drop(.graph, graph)
    #expect(guest.instance.handleCount == 0)
  }

  @Test func `A tensor cannot be passed on twice`() throws {
    let guest = try Guest()
    let context = try guest.context(try guest.load([ModelFixture.addition.bytes]))
    let tensor = try guest.tensor([1, 2, 3, 4, 5, 6], [2, 3])
    #expect(throws: ComponentError.self) { try guest.compute(context, ("a", tensor), ("b", tensor)) }
  }

  @Test func `Where the time goes is measured once`() throws {
    let guest = try Guest()
    let context = try guest.context(try guest.load([ModelFixture.doubling.bytes]))
    #expect(guest.network.loadNanoseconds > 0)
    let outputs = try guest.compute(context, ("x", try guest.tensor([1, 2, 3], [1, 3])))
    _ = try guest.data(outputs[0].tensor)
    let timing = guest.network.takeTiming()
    #expect(timing.copyIn > 0 && timing.infer > 0 && timing.copyOut > 0 && timing.runs == 1)
    #expect(guest.network.takeTiming() == InferenceTiming())
  }

  @Test func `A GPU that is asked for is noted once, and the CPU used`() throws {
    var notes: [String] = []
    let guest = try Guest { notes.append($0) }
    for target in [Guest.Target.gpu, .tpu, .cpu] { _ = try guest.load([ModelFixture.doubling.bytes], .onnx, target) }
    #expect(notes.count == 1)
    #expect(notes.first?.contains("gpu") == true && notes.first?.contains("CPU") == true)
  }

  @Test func `A single value has the dimensions of a list of one`() throws {
    let guest = try Guest()
    let context = try guest.context(try guest.load([ModelFixture.identity(.float32, []).bytes]))
    let outputs = try guest.compute(context, ("x", try guest.tensor([7], [1])))
    #expect(try guest.dimensions(outputs[0].tensor) == [1])
    #expect(try guest.floats(outputs[0].tensor) == [7])
  }
}

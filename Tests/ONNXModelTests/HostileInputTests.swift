import ModelFixtures
import ONNXModel
import Testing

@Suite struct HostileInputTests {
  private func error(_ bytes: [UInt8]) throws -> ONNXModelError {
    try #require(throws: ONNXModelError.self) { try ModelDescription(parsing: bytes) }
  }

  @Test func `No bytes and bytes of something else are refused`() throws {
    #expect(try error([]).code == .empty)
    #expect(try error(Array("\u{7F}ELF".utf8)).code == .malformed)
    #expect(try error(Array("not a model at all".utf8)).code == .malformed)
  }

  @Test func `A message without a graph or a version is not a model`() throws {
    let onlyVersion = try error([0x08, 8])
    #expect(onlyVersion.code == .notAModel)
    #expect(onlyVersion.message.contains("no graph"))
    let onlyGraph = try error([0x3A, 0])
    #expect(onlyGraph.code == .notAModel)
    #expect(onlyGraph.message.contains("IR version"))
  }

  @Test func `A length that lies is an error with its place`() throws {
    let error = try error([0x08, 8, 0x3A, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01, 1, 2])
    #expect(error.code == .truncated)
    #expect(error.offset == 2)
    #expect(error.description.contains("field 7 announces 18446744073709551615 bytes, but only 2 follow"))
  }

  @Test(arguments: [
    ([0x08, 0x80], 1, ONNXModelError.Code.truncated),
    ([0x08] + Array(repeating: 0xFF, count: 9) + [0x02], 1, .malformed),
    ([0x08] + Array(repeating: 0x80, count: 20), 1, .malformed),
    ([0x08, 8, 0x0D, 1, 2], 3, .truncated),
    ([0x08, 8, 0x09, 1, 2, 3], 3, .truncated),
    ([0x08, 8, 0x0B], 2, .malformed),
    ([0x00, 1], 0, .malformed),
    ([0x0A, 1, 0], 0, .malformed),
    ([0x38, 1], 0, .malformed),
  ] as [([UInt8], Int, ONNXModelError.Code)])
  func `Numbers and tags that are none are errors with their places`(bytes: [UInt8], offset: Int, code: ONNXModelError.Code) throws {
    let error = try error(bytes)
    #expect(error.code == code)
    #expect(error.offset == offset)
  }

  @Test(arguments: [[-1], [1 << 62, 4], [.max, .max], [1 << 61, 1]] as [[Int64]])
  func `Dimensions that are negative or beyond counting are refused`(dimensions: [Int64]) throws {
    var model = ModelFixture.identity()
    model.graph.initializers = [.init("w", .float32, dimensions, .raw([]))]
    let error = try error(model.bytes)
    #expect(error.code == .limitExceeded)
    #expect(error.message.contains("\"w\""))
  }

  @Test func `Weights that are too many only together are refused`() throws {
    var model = ModelFixture.identity()
    model.graph.initializers = (0..<40).map { .init("w\($0)", .uint8, [1 << 58], .raw([])) }
    #expect(try error(model.bytes).code == .limitExceeded)
  }

  @Test func `Graphs nested in graphs have a limit`() throws {
    func model(nesting: Int) -> [UInt8] {
      var graph = ModelFixture.Graph([], inputs: [], outputs: [])
      for _ in 0..<nesting { graph = .init([.init("If", ["c"], ["y"], attributes: [.graph("then_branch", graph)])], inputs: [], outputs: []) }
      return ModelFixture(graph).bytes
    }
    #expect(try ModelDescription(parsing: model(nesting: 30)).operators.map(\.count) == [30])
    #expect(try error(model(nesting: 40)).code == .limitExceeded)
    #expect(try error(model(nesting: 200)).code == .limitExceeded)
  }

  @Test func `Types nested in types have a limit`() throws {
    var type = ModelFixture.ValueType.tensor(.float32, nil)
    for _ in 0..<200 { type = .sequence(type) }
    #expect(try error(ModelFixture([], inputs: [.init("x", type)], outputs: []).bytes).code == .limitExceeded)
  }

  @Test(arguments: [ModelFixture.addition, .doubling, .counting])
  func `No truncation is read as a model or crashes`(model: ModelFixture) {
    // The operator sets are last: without them, the rest is complete.
    let bytes = model.bytes
    for count in 0..<bytes.count - 6 {
      #expect(throws: ONNXModelError.self) { try ModelDescription(parsing: Array(bytes[..<count])) }
    }
  }

  @Test(arguments: [ModelFixture.addition, .doubling, .counting])
  func `No change of bytes crashes, and errors are inside the file`(model: ModelFixture) {
    let bytes = model.bytes
    var random = SplitMix(state: 42)
    for round in 0..<20_000 {
      var changed = bytes
      for _ in 0...(round % 4) { changed[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random) }
      do throws(ONNXModelError) {
        #expect(try ModelDescription(parsing: changed).byteCount == bytes.count)
      } catch {
        #expect(0...bytes.count ~= error.offset)
      }
    }
  }
}

/// Steele, Lea and Flood's generator: the same numbers every time.
private struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

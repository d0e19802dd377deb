import OperatorKit
import Testing

@testable import SnapshotOperators

/// Writes Protocol Buffers fields, enough to make models to read.
private enum Field {
  static func varint(_ value: UInt64) -> [UInt8] { value < 0x80 ? [UInt8(value)] : [UInt8(value & 0x7F) | 0x80] + varint(value >> 7) }
  static func number(_ field: UInt64, _ value: UInt64) -> [UInt8] { varint(field << 3) + varint(value) }
  static func bytes(_ field: UInt64, _ value: [UInt8]) -> [UInt8] { varint(field << 3 | 2) + varint(UInt64(value.count)) + value }
  static func text(_ field: UInt64, _ value: String) -> [UInt8] { bytes(field, Array(value.utf8)) }
}

/// A `ValueInfoProto`; a dimension of 0 is symbolic.
private func port(_ name: String, type: UInt64 = 1, _ dimensions: [UInt64]) -> [UInt8] {
  let shape = dimensions.flatMap { Field.bytes(1, $0 == 0 ? Field.text(2, "N") : Field.number(1, $0)) }
  return Field.text(1, name) + Field.bytes(2, Field.bytes(1, Field.number(1, type) + Field.bytes(2, shape)))
}

private func model(inputs: [[UInt8]], outputs: [[UInt8]], initialisers: [String] = []) -> [UInt8] {
  let graph = initialisers.flatMap { Field.bytes(5, Field.number(2, 1) + Field.text(8, $0)) }
    + inputs.flatMap { Field.bytes(11, $0) } + outputs.flatMap { Field.bytes(12, $0) }
  return Field.number(1, 8) + Field.text(2, "test") + Field.bytes(7, graph) + Field.bytes(8, Field.number(2, 13))
}

private func signature(_ model: [UInt8]) throws -> ONNXSignature { try model.withUnsafeBytes { model in try ONNXSignature(model) } }
private func input(_ dimensions: [UInt64], type: UInt64 = 1) throws -> ModelInput {
  try ModelInput(signature(model(inputs: [port("x", type: type, dimensions)], outputs: [port("y", [1, 10])])).input)
}

@Test func theFirstInputThatIsNotAnInitialiserCounts() throws {
  let found = try signature(
    model(inputs: [port("weights", [64]), port("image", [0, 3, 224, 0])], outputs: [port("scores", [0, 1000]), port("other", [])], initialisers: ["weights", "bias"]))
  #expect(found.input.description == "image: f32 [?, 3, 224, ?]")
  #expect(found.output.description == "scores: f32 [?, 1000]")
}

@Test func layoutAndSizeFollowFromTheDimensions() throws {
  let planar = try input([1, 3, 240, 320])
  #expect(planar.layout == .nchw && planar.channels == 3 && planar.height == 240 && planar.width == 320 && planar.type == .fp32)
  #expect(planar.dimensions(width: 320, height: 240) == [1, 3, 240, 320])
  let interleaved = try input([0, 96, 64, 1], type: 2)
  #expect(interleaved.layout == .nhwc && interleaved.channels == 1 && interleaved.height == 96 && interleaved.width == 64 && interleaved.type == .u8)
  let free = try input([0, 0, 0, 0])
  #expect(free.layout == .nchw && free.channels == 3 && free.height == nil && free.width == nil)
  let single = try input([3, 32, 32])
  #expect(single.dimensions(width: 32, height: 32) == [3, 32, 32])
}

@Test(arguments: [
  ([16, 3, 32, 32], 1, "batch of 16"), ([1, 4, 32, 32], 1, "neither 1 nor 3 channels"), ([217, 640], 1, "is not an image"), ([], 1, "is not an image"),
  ([1, 3, 32, 32], 7, "neither f32 nor u8"),
] as [([UInt64], UInt64, String)])
func modelsThatTakeNoSingleImageAreRefused(_ dimensions: [UInt64], _ type: UInt64, _ reason: String) {
  let error = #expect(throws: OperatorError.self) { try input(dimensions, type: type) }
  #expect(error?.message.contains(reason) == true, "\(error?.message ?? "")")
}

@Test(arguments: [[], [0x3A], [0x3A, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01], [0xFF], [UInt8](repeating: 0xFF, count: 40), Array("PK\u{3}\u{4}not a model".utf8)] as [[UInt8]])
func whatIsNoModelIsRefused(_ bytes: [UInt8]) {
  #expect(throws: OperatorError.self) { try signature(bytes) }
}

@Test func damagedModelsNeverTrap() {
  let whole = model(inputs: [port("image", [1, 3, 224, 224])], outputs: [port("scores", [1, 5])], initialisers: ["a"])
  for length in whole.indices { _ = try? signature(Array(whole.prefix(length))) }
  var generator = SystemRandomNumberGenerator()
  for _ in 0..<20_000 {
    var damaged = whole
    for _ in 0..<3 { damaged[Int.random(in: whole.indices, using: &generator)] = UInt8.random(in: 0...255, using: &generator) }
    if let found = try? signature(damaged) { _ = try? ModelInput(found.input) }
  }
}

@Test func theEmbeddedModelTakesAnImageAndItsClassesHaveLabels() throws {
  let found = try ONNXSignature(embeddedModel)
  #expect(try ModelInput(found.input).type == .fp32)
  #expect(found.output.dimensions.last == Labels(lines: embeddedLabels).count)
}

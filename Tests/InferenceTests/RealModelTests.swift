import Foundation
import Inference
import ModelFixtures
import Testing

@Suite(.enabled(if: SharedData.isPresent, .init(rawValue: SharedData.missing)))
struct RealModelTests {
  private let cache = SessionCache()

  private func session(_ name: String) throws -> Session {
    try cache.session(for: try SharedData.bytes(of: "models/\(name).onnx"))
  }

  /// A frame as the ImageNet models take it: normalised, channels first.
  private func imageNetInput(_ frame: [UInt8]) throws -> Tensor {
    let mean: [Float] = [0.485, 0.456, 0.406]
    let deviation: [Float] = [0.229, 0.224, 0.225]
    let values = (0..<3).flatMap { channel in
      stride(from: channel, to: frame.count, by: 3).map { (Float(frame[$0]) / 255 - mean[channel]) / deviation[channel] }
    }
    return try Tensor(floats: values, [1, 3, 224, 224])
  }

  /// The scores of an int8 model depend on the processor: without VNNI instructions, sums of products saturate. Two frames are near a tie.
  @Test(arguments: [
    ("binoculars", ["binoculars"], 0.99), ("broom", ["broom"], 0.98), ("camera", ["reflex camera"], 0.85), ("hammer", ["hammer"], 0.85),
    ("laptop", ["laptop", "notebook"], 0.3), ("radiator", ["radiator"], 0.99), ("screwdriver", ["screwdriver"], 0.85),
    ("sliding_door", ["sliding door", "china cabinet"], 0.3), ("tripod", ["tripod"], 0.98), ("vacuum_cleaner", ["vacuum"], 0.9),
  ])
  func `MobileNet recognises the frames`(frame: String, labels: [String], leastScore: Double) throws {
    let logits = try session("mobilenetv2-12-int8").run(imageNetInput(SharedData.bytes(of: "images/\(frame).raw"))).floats.map(Double.init)
    let classes = String(decoding: try SharedData.bytes(of: "models/imagenet-synset.txt"), as: UTF8.self).split(separator: "\n")
    try #require(logits.count == 1000 && classes.count == 1000)
    let best = try #require(logits.indices.max { logits[$0] < logits[$1] })
    let label = classes[best].drop { $0 != " " }.dropFirst()
    #expect(labels.contains { label.hasPrefix($0) })
    #expect(1 / logits.reduce(0) { $0 + exp($1 - logits[best]) } >= leastScore)
  }

  @Test(arguments: [
    ("mnist-opt", "Input3: float32[1, 1, 28, 28]", "Plus214_Output_0: float32[1, 10]"),
    ("mlperf-tiny-keyword-spotting-int8", "input.1: float32[1, 1, 49, 10]", "95: float32[1, 12]"),
    ("mlperf-tiny-image-classification-int8", "input.1: float32[16, 3, 32, 32]", "76: float32[16, 10]"),
    ("mlperf-tiny-anomaly-detection-int8", "onnx::Gemm_0: float32[217, 640]", "93: float32[217, 640]"),
    ("mobilenetv2-f32-random", "input: float32[1, 3, 224, 224]", "output: float32[1, 1000]"),
  ])
  func `Models of all kinds load and run`(name: String, input: String, output: String) throws {
    let session = try session(name)
    #expect(session.inputs.map(\.description) == [input])
    #expect(session.outputs.map(\.description) == [output])
    let dimensions = try #require(session.inputs[0].dimensions).map { if case .fixed(let size) = $0 { size } else { 1 } }
    let result = try session.run(Tensor(floats: Array(repeating: 0.5, count: dimensions.reduce(1, *)), dimensions))
    #expect(result.floats.allSatisfy { $0.isFinite })
    #expect(session.outputs[0].dimensions == result.dimensions.map(Dimension.fixed))
  }

  @Test func `The digest is the SHA-256 of the model's bytes`() throws {
    #expect(try session("mnist-opt").digest == "486cf6b7d7cdb5fdce37e65537326fac02f9c9866efe1f09e3f9779e495e8624")
  }

  @Test func `Runs on two threads give the same bits as runs on one`() async throws {
    let session = try session("mobilenetv2-12-int8")
    let inputs = try ["tripod", "broom", "laptop", "camera"].map { try imageNetInput(SharedData.bytes(of: "images/\($0).raw")) }
    let expected = try inputs.map { try session.run($0).bytes }
    let results = try await withThrowingTaskGroup(of: (Int, [UInt8]).self) { group in
      for index in 0..<16 { group.addTask { (index, try session.run(inputs[index % 4]).bytes) } }
      return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
    }
    for index in 0..<16 { #expect(results[index] == expected[index % 4]) }
  }
}

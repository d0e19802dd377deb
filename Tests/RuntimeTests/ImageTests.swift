import Dataflow
import Foundation
import GraphDefinition
import Inference
import ModelFixtures
import OperatorFixtures
import OperatorHost
import Runtime
import Testing

/// The example that the repository ships, with the operators that it builds.
struct ExampleTests {
  private static let images = TestFolder.repository + "Examples/image-classification/images"

  @Test(arguments: [1, 3]) func `The sample images are labelled as their file names say`(workers: Int) throws {
    let files = try FileManager.default.contentsOfDirectory(atPath: Self.images)
    let run = try ImageRun(modules: try BuiltModules.shipped.get(), images: Self.images, workers: workers)
    #expect(run.labellings.count == files.count && files.count >= 10)
    for (file, labelling) in run.labellings {
      // `missing-hole-1.jpg` is a missing hole.
      let label = file.split(separator: "-").dropLast().joined(separator: " ")
      #expect(labelling.result == label, "\(file)")
      #expect(labelling.predictions.count == 5 && labelling.predictions[0].label == label)
      #expect(abs(labelling.predictions.reduce(0) { $0 + $1.score } - 1) < 0.001)
    }
    #expect(run.summary.liveSessions == 1 && run.summary.progress.failed == 0)
  }

  @Test func `Inference is accounted for apart from the guest's own work`() throws {
    let run = try ImageRun(modules: try BuiltModules.shipped.get(), images: Self.images)
    let format = try #require(run.summary.operation("module-format/map")?.statistics)
    let snapshot = try #require(run.summary.operation("module-snapshot/map")?.statistics)
    #expect(format.infer == 0 && format.guest > 0 && format.copyIn > 0 && format.copyOut > 0)
    #expect(snapshot.infer > 0 && snapshot.guest > 0 && snapshot.copyIn > 0 && snapshot.copyOut > 0)
    #expect(run.summary.startup.models > 0)
  }

  /// The start of a JPEG of 30,000 × 30,000 pixels: more than 2 GB, if it were believed.
  static let hugeJPEG: [UInt8] =
    [0xFF, 0xD8, 0xFF, 0xC0, 0, 17, 8, 0x75, 0x30, 0x75, 0x30, 3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0]
    + [0xFF, 0xDA, 0, 12, 3, 1, 0, 2, 0, 3, 0, 0, 63, 0] + [UInt8](repeating: 0, count: 500) + [0xFF, 0xD9]

  @Test func `Images that cannot be decoded cost themselves alone`() throws {
    let folder = try TestFolder(), modules = try BuiltModules.shipped.get()
    let good = [UInt8](try Data(contentsOf: URL(filePath: Self.images + "/scratch-1.jpg")))
    try folder.write("1-good.jpg", good)
    try folder.write("2-empty.jpg", [])
    try folder.write("3-huge.jpg", Self.hugeJPEG)
    try folder.write("4-cut.jpg", Array(good.prefix(good.count / 3)))
    try folder.write("5-text.jpg", "this is no image")
    try folder.write("6-raw", [UInt8](repeating: 90, count: 224 * 224 * 3 - 1))
    try folder.write("7-good.raw", [UInt8](repeating: 90, count: 224 * 224 * 3))
    let run = try ImageRun(modules: modules, images: folder.path)
    #expect(run.labellings.keys.contains("1-good.jpg") && run.labellings.keys.contains("7-good.raw"))
    // A cut-off JPEG may be refused, or shown as far as it goes.
    for file in ["2-empty.jpg", "3-huge.jpg", "5-text.jpg", "6-raw"] {
      #expect(run.labellings[file] == nil)
      #expect(run.events.failures.contains("module-format/map \(file) rejected"), "\(run.events.failures)")
    }
    #expect(run.events.failureMessages["2-empty.jpg"]?.contains("0 bytes") == true)
    #expect(run.events.failureMessages["3-huge.jpg"]?.contains("30000 × 30000") == true)
    #expect(run.events.failureMessages["5-text.jpg"]?.contains("16 bytes") == true)
    let format = try #require(run.summary.operation("module-format/map"))
    #expect(format.counters.received == 7 && format.statistics?.restarts == 0)
    // The 30,000 × 30,000 pixels were never allocated.
    #expect(format.memorySize < 64 << 20)
  }

  @Test func `A parameter that an operator does not take stops the run before it starts, with the operator's reason`() throws {
    var options = RunOptions(graph: TestFolder.repository + "Examples/image-classification/graph.yaml")
    options.moduleFolders = [try BuiltModules.shipped.get()]
    options.overrides = [.init(key: "fit", value: "squeeze")]
    let events = EventRecorder()
    let run = try GraphRun(try RunPlan(options), source: MemorySource([]), sink: MemorySink(), onEvent: events.record)
    let error = try #require(throws: RunError.self) { try run.run() }
    #expect(error.code == .initialization && error.message.contains("module-format/map"))
    #expect(events.logs.contains { $0.contains("squeeze") && $0.contains("stretch") }, "\(events.logs)")
  }
}

/// Another model, embedded without a change to any code.
@Suite(.enabled(if: SharedData.isPresent, .init(rawValue: SharedData.missing)))
struct EmbeddedModelTests {
  /// An int8 model's scores depend on the processor: without VNNI instructions, sums of products saturate. Two frames are near a tie.
  static let frames: [(name: String, labels: [String])] = [
    ("binoculars", ["binoculars"]), ("broom", ["broom"]), ("camera", ["reflex camera"]), ("hammer", ["hammer"]),
    ("laptop", ["laptop", "notebook"]), ("radiator", ["radiator"]), ("screwdriver", ["screwdriver"]),
    ("sliding_door", ["sliding door", "china cabinet"]), ("tripod", ["tripod"]), ("vacuum_cleaner", ["vacuum"]),
  ]

  @Test func `MobileNet labels frames, photographs and drawings as it does without a graph`() throws {
    let images = TestFolder.repository + "../shared/images"
    let run = try ImageRun(modules: try BuiltModules.imageNet.get(), images: images)
    #expect(run.summary.progress.failed == 0 && run.labellings.count == 13)
    let session = try SessionCache().session(for: try SharedData.bytes(of: "models/mobilenetv2-12-int8.onnx"))
    for (name, labels) in Self.frames {
      let labelling = try #require(run.labellings["\(name).raw"])
      #expect(labels.contains { labelling.result.hasPrefix($0) }, "\(name): \(labelling.result)")
      let (best, score) = try Self.reference(session, frame: try SharedData.bytes(of: "images/\(name).raw"))
      let prediction = try #require(labelling.predictions.first { $0.index == best }, "\(name)")
      #expect(abs(prediction.score - score) < 0.02, "\(name): \(prediction.score), ONNX Runtime alone: \(score)")
    }
    // Enlarged copies, through the decoder and the scaler.
    for (file, label) in [("camera-1280x720.jpg", "reflex camera"), ("tripod-1280x720.jpg", "tripod"), ("tripod-640x480.png", "tripod")] {
      let labelling = try #require(run.labellings[file])
      #expect(labelling.result == label && labelling.predictions[0].score > 0.9, "\(file): \(labelling)")
    }
  }

  /// The model's best class for a frame, and its probability, computed without operators.
  private static func reference(_ session: Session, frame: [UInt8]) throws -> (index: Int, score: Double) {
    let mean: [Float] = [0.485, 0.456, 0.406], deviation: [Float] = [0.229, 0.224, 0.225]
    let values = (0..<3).flatMap { channel in
      stride(from: channel, to: frame.count, by: 3).map { (Float(frame[$0]) / 255 - mean[channel]) / deviation[channel] }
    }
    let input = try Tensor(.float32, dimensions: [1, 3, 224, 224], bytes: values.withUnsafeBytes { Array($0) })
    let output = try #require(try session.run([NamedTensor("input", input)]).first).tensor
    let logits = output.withUnsafeBytes { $0.bindMemory(to: Float.self).map(Double.init) }
    let best = try #require(logits.indices.max { logits[$0] < logits[$1] })
    return (best, 1 / logits.reduce(0) { $0 + exp($1 - logits[best]) })
  }
}

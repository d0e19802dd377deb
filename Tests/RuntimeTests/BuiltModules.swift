import Dataflow
import EndpointKit
import FileEndpoint
import Foundation
import ModelFixtures
import OperatorBuild
import OperatorFixtures
import Runtime

/// The repository's own operators, built by its own builder: once in a test process, and quickly where a build was there before.
enum BuiltModules {
  /// The folder of the modules with the model that the repository ships.
  static let shipped = Result { try build("shipped") }

  /// The folder of the modules with MobileNet and ImageNet's labels instead.
  static let imageNet = Result {
    let models = TestFolder.repository + "../shared/models/"
    return try build("imagenet", model: models + "mobilenetv2-12-int8.onnx", labels: models + "imagenet-synset.txt")
  }

  private static func build(_ name: String, model: String? = nil, labels: String? = nil) throws -> String {
    // Beside the test bundle, so that whoever cleans up the build cleans up the modules.
    let output = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent().path() + "test-modules/" + name
    // Only those of the image graph: each takes the compiler some seconds.
    for module in ["Format", "Snapshot"] {
      var builder = OperatorBuilder(path: TestFolder.repository + "Operators/" + module)
      if module == "Snapshot" { (builder.model, builder.labels) = (model, labels) }
      builder.output = .folder(output)
      _ = try builder.run { _ in }
    }
    return output
  }
}

/// What the snapshot operator puts out.
struct Labelling: Decodable {
  struct Object: Decodable {
    let result: String
    let predictions: [Prediction]
  }
  struct Prediction: Decodable {
    let label: String, score: Double, index: Int
  }
  let object: Object
}

/// The image classification example, run over a folder.
struct ImageRun {
  let summary: RunSummary
  /// By file name.
  let labellings: [String: Labelling.Object]
  let events = EventRecorder()

  init(modules: String, images: String, workers: Int = 1) throws {
    var options = RunOptions(graph: TestFolder.repository + "Examples/image-classification/graph.yaml")
    options.moduleFolders = [modules]
    options.workers = workers
    let sink = MemorySink()
    let source = try FileInput(path: images).open(clock: EndpointClock())
    summary = try GraphRun(try RunPlan(options), source: source, sink: sink, onEvent: events.record).run()
    let named = try sink.items.map { ($0.origin.name, try JSONDecoder().decode(Labelling.self, from: Data($0.outgoingMessage.payload)).object) }
    labellings = Dictionary(uniqueKeysWithValues: named)
  }
}

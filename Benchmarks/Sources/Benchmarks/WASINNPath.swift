import Inference
import WASINN

/// The way of a tensor from a guest through wasi-nn and back, over ONNX Runtime's own `Run`.
struct WASINNPath {
  let models: [Model]
  let quick: Bool

  func measure(_ report: inout Report) throws {
    let figures = try models.map { model in
      let bytes = try readFile(model.path)
      let probe = try Probe(.infer)
      try probe.call(bytes)
      let raw = try RawInference(model: bytes, dimensions: [1, 3, 224, 224], values: [Float](repeating: 0, count: 3 * 224 * 224))
      let message = Probe.message([0])
      let comparison = try Comparison(
        [Contender("Run", raw.run), Contender("wasi-nn") { try probe.call(message, $0) }], rounds: quick ? 15 : 100, count: quick ? 4 : 10)
      return Figure(model.name, comparison, of: "Run", target: .ratioAtMost(model.pathLimit))
    }
    report.add("wasi-nn: a tensor from the guest, compute, the result to the guest, over ONNX Runtime's Run", figures)
  }
}

/// A model to be measured with, and how much more than its `Run` the rest may take.
struct Model {
  let name: String
  /// The name of the folder with the snapshot module that embeds it.
  let folder: String
  let path: String
  let pathLimit: Double, graphLimit: Double

  static func all(in folder: String) -> [Model] {
    [
      Model(name: "MobileNetV2 f32", folder: "f32", path: folder + "/mobilenetv2-f32-random.onnx", pathLimit: 1.02, graphLimit: 1.06),
      Model(name: "MobileNetV2 int8", folder: "int8", path: folder + "/mobilenetv2-12-int8.onnx", pathLimit: 1.03, graphLimit: 1.10),
    ]
  }
}

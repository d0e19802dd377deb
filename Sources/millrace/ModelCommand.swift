import ArgumentParser
import Inference
import ONNXModel

struct ModelCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "model",
    abstract: "Print an ONNX model's inputs, outputs, operators and parameters, and whether it can be loaded.",
    discussion: "Example: millrace model Operators/Snapshot/fixture/models/surface-inspection.onnx")

  @Argument(help: "An ONNX model.") var file: String
  @Flag(help: "Print one JSON object.") var json = false

  private struct Report: Encodable {
    let model: ModelDescription
    let onnxRuntime: String
    let loads: Bool
    let problem: String?
  }

  func run() throws {
    let bytes: [UInt8], model: ModelDescription
    do {
      bytes = try readFile(file)
      model = try ModelDescription(parsing: bytes)
    } catch {
      report("\(file): \(error)", code: (error as? ONNXModelError)?.code.rawValue ?? "file", json: json)
      throw ExitCode.invalidInput
    }
    var problem: String?
    do throws(InferenceError) {
      _ = try SessionCache().session(for: bytes)
    } catch {
      problem = error.message
    }
    let result = Report(model: model, onnxRuntime: InferenceEnvironment.libraryVersion, loads: problem == nil, problem: problem)
    print(json ? jsonLine(result) : text(result))
    if problem != nil { throw ExitCode.invalidInput }
  }

  private func text(_ report: Report) -> String {
    let model = report.model
    var lines = ["\(file): ONNX, IR version \(model.irVersion), \(model.operatorSets.map(\.description).joined(separator: ", ")), \(model.byteCount) bytes"]
    let producer = [model.producerName, model.producerVersion].filter { !$0.isEmpty }.joined(separator: " ")
    if !producer.isEmpty { lines.append("produced by  \(producer)") }
    lines += model.inputs.map { "input        \($0)" }
    lines += model.outputs.map { "output       \($0)" }
    lines.append("parameters   \(model.parameters.elements) in \(model.parameters.tensors) tensors, \(model.parameters.bytes) bytes")
    lines.append("operators    " + model.operators.map { "\($0.count) × \($0)" }.joined(separator: ", "))
    lines += model.metadata.map { "metadata     \($0.key) = \($0.value)" }
    if !model.externalFiles.isEmpty { lines.append("weights      in other files, which cannot travel in an operator: \(model.externalFiles.joined(separator: ", "))") }
    lines.append("loads        " + (report.problem.map { "no, ONNX Runtime \(report.onnxRuntime): \($0)" } ?? "yes, ONNX Runtime \(report.onnxRuntime)"))
    return lines.joined(separator: "\n")
  }
}

import OperatorKit

/// A loaded model with its labels: frames in, predictions out.
final class Classifier {
  private let options: SnapshotOptions
  private let labels: Labels
  private let tensor: InputTensor
  private let outputName: String
  private let context: WASINN.ExecutionContext

  /// Loads the model, so that whatever is wrong with it shows before the first frame.
  init(model: UnsafeRawBufferPointer, labels text: UnsafeRawBufferPointer, _ options: SnapshotOptions) throws(OperatorError) {
    self.options = options
    let signature = try ONNXSignature(model)
    tensor = try InputTensor(ModelInput(signature.input), options)
    outputName = signature.output.name
    labels = try Classifier.labels(text, options, signature.output)
    do throws(WASINN.Failure) {
      // The host may only have a CPU, and `auto` leaves the choice to it: both are asked for as the CPU.
      context = try WASINN.Graph(model, encoding: .onnx, target: .cpu).makeExecutionContext()
    } catch {
      throw OperatorError("The embedded model (\(model.count) bytes) cannot be loaded: \(error.description)")
    }
  }

  private static func labels(
    _ text: UnsafeRawBufferPointer, _ options: SnapshotOptions, _ output: ONNXSignature.Port
  ) throws(OperatorError) -> Labels {
    guard output.elementType == 1 else { throw OperatorError("The model's output '\(output.description)' is not f32, as scores are.") }
    let labels = options.labelMap == .custom ? Labels(list: options.customLabels ?? "") : Labels(lines: text)
    if options.labelMap == .imagenet, labels.count != 1000 {
      throw OperatorError("Parameter 'label_map' is 'imagenet', but the module embeds \(labels.count) labels, not ImageNet's 1000. Build it with their file, or use 'embedded'.")
    }
    // The scores' count, if the model says: its dimensions but for the batch.
    var classes: Int? = 1
    for dimension in output.dimensions.dropFirst(output.dimensions.count > 1 ? 1 : 0) {
      let (product, overflows) = (classes ?? 0).multipliedReportingOverflow(by: dimension ?? 0)
      classes = dimension == nil || classes == nil || overflows ? nil : product
    }
    if let classes, !output.dimensions.isEmpty, classes != labels.count {
      throw OperatorError("The model's output '\(output.description)' has \(classes) classes, but there are \(labels.count) labels. Give one label for each class, in order.")
    }
    return labels
  }

  /// The predictions for a snapshot's frame, as JSON.
  func classify(_ snapshot: borrowing Snapshot) throws(OperatorError) -> Bytes {
    let input = try tensor.withElements(
      of: snapshot.frame.read(), format: snapshot.format.read(), width: Int(clamping: snapshot.width), height: Int(clamping: snapshot.height)
    ) { dimensions, elements in
      WASINN.Tensor(dimensions, tensor.input.type, elements)
    }
    let outputs: [(name: String, tensor: WASINN.Tensor)]
    do throws(WASINN.Failure) {
      outputs = try context.compute([(name: tensor.input.name, tensor: input)])
    } catch {
      throw OperatorError("Inference failed: \(error.description)")
    }
    guard let output = outputs.first(where: { $0.name == outputName }) ?? outputs.first else {
      throw OperatorError("Inference gave no output.")
    }
    return output.tensor.read().withUnsafeMutableFloats { Predictions($0, options).json(labels) }
  }
}

extension Bytes {
  /// The bytes as numbers that may be changed: this is their only use.
  fileprivate func withUnsafeMutableFloats<R>(_ body: (UnsafeMutableBufferPointer<Float>) -> R) -> R {
    withUnsafeBytes { body(UnsafeMutableRawBufferPointer(mutating: $0).bindMemory(to: Float.self)) }
  }
}

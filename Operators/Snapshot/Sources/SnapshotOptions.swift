import OperatorKit

/// The parameters of the map operator.
struct SnapshotOptions {
  enum ExecutionTarget: String, CaseIterable {
    case cpu, auto
  }
  enum LabelMap: String, CaseIterable {
    case embedded, imagenet, custom
  }
  enum Activation: String, CaseIterable {
    case softmax, none
  }

  var executionTarget = ExecutionTarget.cpu
  var labelMap = LabelMap.embedded
  /// The list that `label_map` = `custom` needs.
  var customLabels: String?
  var activation = Activation.softmax
  /// Predictions below it are left out.
  var scoreThreshold = 0.0
  /// The most predictions.
  var topK = 5
  /// Nil unless given: the defaults depend on the channels.
  var mean: [Float]?
  var deviation: [Float]?
  var scale: Float?

  init() {}

  init(_ configuration: ModuleConfiguration) throws(OperatorError) {
    executionTarget = try configuration.choice("execution_target", default: executionTarget)
    labelMap = try configuration.choice("label_map", default: labelMap)
    customLabels = configuration["labels"]
    if labelMap == .custom, customLabels == nil {
      throw OperatorError("Parameter 'label_map' is 'custom', so that parameter 'labels' must hold the labels, separated by commas or line ends.")
    }
    activation = try configuration.choice("activation", default: activation)
    scoreThreshold = try configuration.number("score_threshold", in: 0...1, default: scoreThreshold)
    topK = try configuration.integer("top_k", in: 1...1000, default: topK)
    mean = try configuration.numbers("mean")
    deviation = try configuration.numbers("std")
    if let deviation, deviation.contains(where: { !($0 > 0) }) {
      throw .parameter("std", configuration["std"] ?? "", "numbers above 0")
    }
    if configuration["scale"] != nil { scale = Float(try configuration.number("scale", in: 1e-9...1e9, default: 1)) }
  }

  /// What turns a byte into the model's number: value × scale + offset, by channel.
  func normalisation(channels: Int) throws(OperatorError) -> (scale: [Float], offset: [Float]) {
    func values(_ name: String, _ given: [Float]?, _ standard: [Float]) throws(OperatorError) -> [Float] {
      guard let given else { return standard }
      if given.count == channels { return given }
      guard given.count == 1 else {
        throw OperatorError("Parameter '\(name)' has \(given.count) numbers, but the model's input has \(channels) channels. Give one number, or one for each channel.")
      }
      return [Float](repeating: given[0], count: channels)
    }
    // ImageNet's, which most models for colour images are trained with.
    let mean = try values("mean", mean, channels == 3 ? [0.485, 0.456, 0.406] : [0])
    let deviation = try values("std", deviation, channels == 3 ? [0.229, 0.224, 0.225] : [1])
    let scale = scale ?? 1 / 255
    return (deviation.map { scale / $0 }, (0..<channels).map { -mean[$0] / deviation[$0] })
  }
}

extension ModuleConfiguration {
  /// Finite numbers separated by commas.
  fileprivate func numbers(_ name: String) throws(OperatorError) -> [Float]? {
    guard let text = self[name] else { return nil }
    var numbers: [Float] = []
    for part in text.parts(separatedBy: UInt8(ascii: ",")) {
      guard let number = Float(part.trimmed), number.isFinite else {
        throw .parameter(name, text, "one number or one for each channel, separated by commas, as in '0.485,0.456,0.406'")
      }
      numbers.append(number)
    }
    return numbers
  }
}

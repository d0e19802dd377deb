import CSnapshotEmbedding
import OperatorKit

// MARK: Map

nonisolated(unsafe) private var classifier: Classifier?
private let mapRequests = Counter("requests", labels: [Label("module", "module-snapshot/map")])

/// What Package.swift says to embed.
var embeddedModel: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: snapshot_model.base, count: snapshot_model.count) }
var embeddedLabels: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: snapshot_labels.base, count: snapshot_labels.count) }

func setUpMap(_ configuration: ModuleConfiguration) throws(OperatorError) {
  classifier = try Classifier(model: embeddedModel, labels: embeddedLabels, SnapshotOptions(configuration))
}

/// Recognises what is on a frame, with the model that the module embeds.
///
/// A snapshot with pixels of the model's size goes in (`rgb24` or `bgr24`, or `grayscale` for a model of one channel); the same snapshot
/// comes out with `{"object":{"result":"<best label>","predictions":[{"label":…,"score":…,"index":…},…]}}` as its frame. Layout and type
/// of the model's input are read from the model: NCHW or NHWC, f32 or u8. Parameters:
///
/// | name | values | default |
/// |---|---|---|
/// | `execution_target` | `cpu`, `auto` | `cpu` |
/// | `label_map` | `embedded`, `imagenet` (embedded, and exactly 1000), `custom` (those in `labels`) | `embedded` |
/// | `labels` | labels separated by commas or line ends | |
/// | `activation` | `softmax`, `none` | `softmax` |
/// | `score_threshold` | 0 to 1 | 0 |
/// | `top_k` | 1 to 1000 | 5 |
/// | `mean`, `std` | one number, or one for each channel, separated by commas | ImageNet's; 0 and 1 for one channel |
/// | `scale` | a number: a byte p becomes (p × scale − mean) / std | 1/255 |
@MapOperator(initialize: setUpMap)
func recognise(_ input: DataModel) throws(OperatorError) -> DataModel {
  mapRequests.add()
  guard case .snapshot(var snapshot) = input else { throw OperatorError("Unexpected input: not a snapshot. Put the format operator in front.") }
  guard let classifier else { throw OperatorError("The model has not been loaded.") }
  snapshot.frame = .bytes(try classifier.classify(snapshot))
  return .snapshot(snapshot)
}

// MARK: Branch

nonisolated(unsafe) private var snapshotTopic: Bytes?
private let branchRequests = Counter("requests", labels: [Label("module", "module-snapshot/branch")])

func setUpBranch(_ configuration: ModuleConfiguration) throws(OperatorError) {
  snapshotTopic = configuration["snapshot_topic"].map { Bytes($0) }
}

/// True for snapshots, and for messages whose topic is the parameter `snapshot_topic`.
@BranchOperator(initialize: setUpBranch)
func isSnapshot(_ time: HybridLogicalClock, _ input: DataModel) throws(OperatorError) -> Bool {
  branchRequests.add()
  switch input {
  case .snapshot: return true
  case .message(let message): return snapshotTopic.map { $0.equals(message.topic.read()) } ?? false
  case .bufferOrBytes: throw OperatorError("Unexpected input: neither a message nor a snapshot.")
  }
}

// MARK: Accumulate

private let accumulateRequests = Counter("requests", labels: [Label("module", "module-snapshot/accumulate")])

/// Joins what was recognised in a window: the different labels, in the order of their first appearance, as
/// `{"object":{"result":"<label>; <label>"}}` in a message.
@AccumulateOperator
func collect(_ staged: DataModel, _ inputs: [DataModel]) throws(OperatorError) -> DataModel {
  accumulateRequests.add()
  guard case .message(var result) = staged else { throw OperatorError("Unexpected staged value: not a message.") }
  var labels: [String] = []
  let before = result.payload.read()
  if !before.isEmpty { labels = split(try recognised(in: before)) }
  for input in inputs {
    guard case .snapshot(let snapshot) = input else { throw OperatorError("Unexpected input: not a snapshot.") }
    let label = try recognised(in: snapshot.frame.read())
    if !label.isEmpty, !labels.contains(label) { labels.append(label) }
  }
  var json = JSONWriter()
  json.beginObject()
  json.key("object")
  json.beginObject()
  json.key("result")
  json.value(labels.joined(separator: separator))
  json.endObject()
  json.endObject()
  result.payload = .bytes(json.bytes)
  return .message(result)
}

private let separator = "; "

/// What an earlier call joined, taken apart again, so that its labels are not repeated.
private func split(_ joined: String) -> [String] {
  var labels: [String] = []
  for part in joined.parts(separatedBy: UInt8(ascii: ";")) {
    let label = String(part.trimmed)
    if !label.isEmpty { labels.append(label) }
  }
  return labels
}

private func recognised(in frame: Bytes) throws(OperatorError) -> String {
  do throws(JSON.ParseError) {
    if let result = try JSON(parsing: frame)["object"]?["result"]?.stringValue { return result }
  } catch {
    throw OperatorError("The frame is not a recognition: \(error.message)")
  }
  throw OperatorError("The frame is not a recognition: it has no object.result.")
}

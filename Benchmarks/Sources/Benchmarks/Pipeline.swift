import Dataflow
import EndpointKit
import OperatorHost
import Runtime

/// Frames in, labels out: the whole graph and its peers, over ONNX Runtime's `Run` alone.
struct Pipeline {
  let configuration: Configuration
  let models: [Model]
  let quick: Bool

  func measure(_ report: inout Report) throws {
    for model in models { try measure(model, &report) }
  }

  private func measure(_ model: Model, _ report: inout Report) throws {
    let frames = Frames()
    let payloads = frames.frames
    func stream(workers: Int) throws -> GraphStream {
      try GraphStream(graph: configuration.graph, modules: configuration.modules(model.folder), workers: workers) { payloads[$0 % payloads.count] }
    }
    let one = try stream(workers: 1), two = try stream(workers: 2)
    try one.process(1)
    let raw = try RawInference(model: try readFile(model.path), dimensions: [1, 3, 224, 224], values: frames.tensor(0))
    // What the machine itself gains from its second core.
    func runTwice(_ count: Int) throws {
      let threads = (0..<2).compactMap { _ in Thread { try? raw.run(count / 2) } }
      threads.forEach { $0.join() }
    }
    var contenders = [Contender("Run", raw.run), Contender("graph") { try one.process($0) }, Contender("graph, 2 workers") { try two.process($0) }, Contender("Run, 2 threads", runTwice)]

    var peers: [Peer] = []
    if let python = configuration.python {
      let path = "\(temporaryFolder)/frames.raw"
      try frames.write(to: path)
      for script in ["numpy_pipeline", "bytewax_pipeline"] {
        let peer = try Peer(python: python, script: "\(configuration.peers)/\(script).py", model: model.path, frames: path, labels: configuration.labels)
        peers.append(peer)
        contenders.append(Contender(name: script, reporting: peer.process))
      }
    }
    let agreement = try agreement(one, peers, payloads.count)
    let comparison = try Comparison(contenders, rounds: quick ? 5 : 25, count: quick ? 16 : 40)

    var figures = [
      Figure("whole graph, per image", comparison, 1, of: "Run", target: .ratioAtMost(model.graphLimit)),
      Figure("two workers, throughput", rate: comparison, 2, over: 1, of: "one worker", target: .ratioAtLeast(1.65)),
      Figure("two threads with nothing but Run", rate: comparison, 3, over: 0, of: "one"),
    ]
    for (index, name) in zip(4..., peers.isEmpty ? [] : ["Python (numpy + onnxruntime)", "Bytewax"]) {
      figures.append(Figure("\(name), throughput", rate: comparison, index, over: 0, of: "Run"))
      figures.append(Figure("whole graph over \(name)", rate: comparison, 1, over: index, of: name, target: .ratioAtLeast(1)))
    }
    let parts = Self.parts(try one.finish(), image: comparison.time(1).median)
    _ = try two.finish()
    report.add("Pipeline, \(model.name): 224 × 224 RGB24 to the five best labels as JSON", figures, notes: agreement + parts)
  }

  /// Where the time of an image goes, in microseconds: operators' parts, and what is left for queues, source and sink.
  private static func parts(_ summary: RunSummary, image: Double) -> [String] {
    func cells(_ name: String, _ values: [Double?]) -> String {
      let name = name + String(repeating: " ", count: max(0, 22 - name.count))
      return name + values.map { value in
        let text = value.map { number($0, 1) } ?? "-"
        return String(repeating: " ", count: max(0, 10 - text.count)) + text
      }.joined()
    }
    var lines = ["mean µs per image          guest   copy-in     infer  copy-out     queue"]
    var sum = 0.0
    for operation in summary.operations {
      let queue = Double(operation.counters.queueNanoseconds) / Double(max(1, operation.counters.received)) / 1e3
      let parts = operation.statistics.map { statistics in
        [statistics.guest, statistics.copyIn, statistics.infer, statistics.copyOut].map { Double($0) / Double(max(1, statistics.calls)) / 1e3 }
      }
      sum += parts?.reduce(0, +) ?? 0
      lines.append(cells(operation.name, (parts.map { $0.map(Optional.some) } ?? [nil, nil, nil, nil]) + [queue]))
    }
    lines.append("all parts \(number(sum, 1)) µs; the median image takes \(number(image * 1e6, 1)) µs. Queue is waiting behind other images, not work.")
    return lines
  }

  /// Whether the peers do the same work: the best label of each frame.
  private func agreement(_ stream: GraphStream, _ peers: [Peer], _ count: Int) throws -> [String] {
    guard !peers.isEmpty else { return [] }
    // One image has gone through.
    var labels = [try Self.result(stream.latest)]
    for _ in 1..<count {
      try stream.process(1)
      labels.append(try Self.result(stream.latest))
    }
    return try peers.map { peer in
      let agreeing = zip(labels, try peer.results(count)).count { $0 == $1 }
      return "\(peer.name) gives the same best label for \(agreeing) of \(count) frames"
    }
  }

  private static func result(_ json: [UInt8]) throws -> String { try ClassifiedImage(json).object.result }
}

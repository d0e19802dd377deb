import Dataflow
import EndpointKit
import FileEndpoint
import Inference
import OperatorHost
import WASINN
import WebAssembly

/// The parts of the temperature graph, each alone: reading lines, the two operators, writing lines. What is left of the graph's time is the engine's.
final class TemperatureParts {
  private let input: String
  private let convert: OperatorInstance, bounds: OperatorInstance
  private let messages: [DataModel], converted: [DataModel]
  /// The share of messages that come out.
  private let share: Double

  init(module path: String, input: String, lines: [[UInt8]]) throws {
    let module = try OperatorModule(path: path, engine: Engine(), cache: .standard)
    func instance(_ kind: OperatorKind) throws -> OperatorInstance {
      try OperatorInstance(
        module, operation: "\(kind)", kind: kind, configuration: ModuleConfiguration(), services: OperatorServices(neuralNetworks: .init(sessions: SessionCache())))
    }
    self.input = input
    (convert, bounds) = (try instance(.map), try instance(.filter))
    let convert = convert, bounds = bounds, time = Self.time
    messages = lines.map { .message(Message(timestamp: time, topic: Array("probe/1".utf8), payload: $0)) }
    converted = try messages.map { try convert.map($0, at: time) }
    share = Double(try converted.count { try bounds.isIncluded($0, at: time) }) / Double(lines.count)
  }

  private static let time = Timestamp(seconds: 1_700_000_000, nodeID: "millrace")

  var contenders: [Contender] {
    [
      Contender("lines to messages", processor: { _ in try self.read() }),
      Contender("convert: call of the operator", processor: { count in
        for index in 0..<count { _ = try self.convert.map(self.messages[index % self.messages.count], at: Self.time) }
      }),
      Contender("bounds: call of the operator", processor: { count in
        for index in 0..<count { _ = try self.bounds.isIncluded(self.converted[index % self.converted.count], at: Self.time) }
      }),
      Contender("messages to lines", processor: { try self.write(Int(Double($0) * self.share)) }),
    ]
  }

  private func read() throws {
    let source = try FileInput(path: input).open(clock: EndpointClock())
    while case .items(let items) = try source.next(atMost: 256) {
      for item in items { item.delivery.complete(.delivered) }
    }
  }

  private func write(_ count: Int) throws {
    let sink = try FileOutput.lines(path: "\(temporaryFolder)/written.jsonl").open()
    let origin = Origin(name: "temperatures.jsonl", number: 100_000, topic: Array("probe/1".utf8))
    for start in stride(from: 0, to: count, by: 170) {
      try sink.write((start..<min(count, start + 170)).map { Item(time: Self.time, data: converted[$0 % converted.count], origin: origin, delivery: Delivery()) })
    }
    try sink.close()
  }

  /// Where a message's time goes, in microseconds. The graph is the first contender, the parts follow.
  func text(_ comparison: Comparison) -> [String] {
    func line(_ name: String, _ seconds: Double, _ rest: String = "") -> String {
      let value = number(seconds * 1e6, 2)
      return name + String(repeating: " ", count: max(1, 40 - name.count - value.count)) + value + rest
    }
    func split(_ instance: OperatorInstance) -> String {
      let statistics = instance.statistics, calls = Double(max(1, statistics.calls)) * 1e3
      return "   (guest \(number(Double(statistics.guest) / calls, 2)), in \(number(Double(statistics.copyIn) / calls, 2)), out \(number(Double(statistics.copyOut) / calls, 2)))"
    }
    let times = contenders.indices.map { comparison.time($0 + 1).median }
    let whole = comparison.time(0).median
    var lines = ["µs of processor time per message"]
    for (index, contender) in contenders.enumerated() {
      lines.append(line(contender.name, times[index], index == 1 ? split(convert) : index == 2 ? split(bounds) : ""))
    }
    lines.append(line("engine: what is left of the whole", whole - times.reduce(0, +)))
    lines.append(line("whole graph", whole))
    return lines
  }
}

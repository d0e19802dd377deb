import Dataflow
import EndpointKit
import Runtime
import Synchronization

/// A graph that is kept running, with frames from memory and results to memory, so that it can be measured in rounds.
final class GraphStream {
  private let source: FrameSource
  private let sink = CountingSink()
  private let outcome: Outcome
  private let thread: Thread

  private final class Outcome: Sendable { let result = Mutex<Result<RunSummary, RunError>?>(nil) }

  /// - Parameters:
  ///   - modules: folders with the graph's modules.
  ///   - frame: the payload of the item with this number.
  init(graph: String, modules: [String], workers: Int = 1, frame: @escaping @Sendable (Int) -> [UInt8]) throws {
    var options = RunOptions(graph: graph)
    options.moduleFolders = modules
    options.workers = workers
    let outcome = Outcome()
    let source = FrameSource(frame)
    (self.outcome, self.source) = (outcome, source)
    let sink = sink
    let run = try GraphRun(try RunPlan(options), source: source, sink: sink) { event in
      guard case .failed(_, let item, let error) = event else { return }
      standardError("\(item): \(error.message)")
      sink.giveUp()
    }
    let thread = Thread {
      let result = Result { () throws(RunError) in try run.run() }
      outcome.result.withLock { $0 = result }
      sink.giveUp()
    }
    guard let thread else { throw Failure("no thread for the graph") }
    self.thread = thread
  }

  /// Sends `count` frames through the graph, and returns when all results are out: as many, unless said otherwise.
  func process(_ count: Int, results: Int) throws {
    sink.expect(results)
    source.send(count)
    guard sink.wait() else { throw Failure("the graph did not give all results\(failure.map { ": " + $0 } ?? "")") }
  }

  func process(_ count: Int) throws { try process(count, results: count) }

  /// The payload of the latest result.
  var latest: [UInt8] { sink.latest }

  /// Ends the run.
  func finish() throws -> RunSummary {
    source.stop()
    thread.join()
    switch outcome.result.withLock({ $0 }) {
    case .success(let summary)?: return summary
    case .failure(let error)?: throw Failure(error.description)
    case nil: throw Failure("the run gave no summary")
    }
  }

  private var failure: String? {
    if case .failure(let error)? = outcome.result.withLock({ $0 }) { error.description } else { nil }
  }
}

/// Gives as many frames as it is asked to.
private final class FrameSource: Source {
  private let orders = BoundedQueue<Int>(capacity: 1)
  private let clock = EndpointClock()
  private let frame: @Sendable (Int) -> [UInt8]
  private let state = Mutex((sent: 0, open: 0))

  init(_ frame: @escaping @Sendable (Int) -> [UInt8]) { self.frame = frame }

  func send(_ count: Int) { _ = orders.push([count]) }
  func stop() { orders.close() }

  func next(atMost limit: Int) throws(EndpointError) -> SourceBatch {
    if state.withLock({ $0.open == 0 }) {
      guard case .elements(let counts) = orders.pop(atMost: 1) else { return .finished }
      state.withLock { $0.open = counts.reduce(0, +) }
    }
    let numbers = state.withLock { state in
      let count = min(limit, state.open)
      state.open -= count
      state.sent += count
      return (state.sent - count)..<state.sent
    }
    let topic = Array("snapshot_simulation".utf8)
    return .items(numbers.map { number in
      let time = clock.stamp().timestamp
      return Item(
        time: time, data: .message(Message(timestamp: time, topic: topic, payload: frame(number))),
        origin: Origin(name: "frame", number: UInt64(number), topic: topic, receivedAt: clock.nanoseconds()), delivery: Delivery(id: UInt64(number)))
    })
  }
}

/// Counts results.
private final class CountingSink: Sink {
  private let state = Mutex((open: 0, latest: [UInt8]()))
  private let done = BoundedQueue<Bool>(capacity: 1)

  var latest: [UInt8] { state.withLock { $0.latest } }

  func expect(_ count: Int) { state.withLock { $0.open = count } }

  /// Whether all that was expected came.
  func wait() -> Bool { if case .elements = done.pop(atMost: 1) { true } else { false } }
  func giveUp() { done.close() }

  func write(_ items: [Item]) throws(EndpointError) {
    let isDone = state.withLock { state in
      if let last = items.last { state.latest = last.outgoingMessage.payload }
      state.open -= items.count
      return state.open <= 0 && !items.isEmpty
    }
    for item in items { item.delivery.complete(.delivered) }
    if isDone { _ = done.push([true]) }
  }

  func flush() throws(EndpointError) {}
  func close() throws(EndpointError) {}
}

internal import Dataflow
internal import Glibc
internal import Synchronization

/// The rules of ``Source`` and ``Sink`` as checks, for the tests of any endpoint:
///
///     #expect(EndpointCompatibility.check(source, yields: payloads).isEmpty)
///
/// Each check uses up the endpoint that it is given, and returns what it found against the rules.
public enum EndpointCompatibility {
  public struct Violation: Hashable, Sendable, CustomStringConvertible {
    /// The rule that was broken.
    public let rule: String
    /// What happened instead.
    public let found: String

    public var description: String { "\(rule): \(found)" }
  }

  /// Checks a source that gives messages with these payloads, in this order, and then finishes, or is stopped when `finishes` is false.
  public static func check(_ source: any Source, yields payloads: [[UInt8]], finishes: Bool = true) -> [Violation] {
    var report = Report()
    var items: [Item] = []
    var limit = 1
    reading: while finishes || items.count < payloads.count {
      switch report.attempt("next", { () throws(EndpointError) in try source.next(atMost: limit) }) {
      case .items(let batch):
        report.expect(!batch.isEmpty, "a batch is never empty", "an empty batch")
        report.expect(batch.count <= limit, "a batch has at most as many items as asked for", "\(batch.count) instead of \(limit)")
        items += batch
        limit = limit % 3 + 1
      case .idle, .assigned: continue
      case .refused(let error): report.expect(false, "every message can be taken in", error.description)
      case .finished, nil: break reading
      }
      if items.count > payloads.count { break }
    }
    report.expect(items.map { $0.outgoingMessage.payload } == payloads, "the payloads come whole and in order", "\(items.count) items")
    checkItems(items, &report)
    source.stop()
    for item in items.reversed() where item.delivery.pending == 1 { item.delivery.complete(.delivered) }
    checkIsFinished(source, &report)
    return report.violations
  }

  /// Checks that stopping ends a source that is waiting for messages, or is about to. Returns only if it does.
  public static func checkStopping(_ source: any Source) -> [Violation] {
    let report = Mutex(Report())
    let reader = Thread {
      var own = Report()
      reading: while true {
        switch own.attempt("next", { () throws(EndpointError) in try source.next(atMost: 8) }) {
        case .items(let items): for item in items { item.delivery.complete(.abandoned) }
        case .idle, .assigned, .refused: continue
        case .finished, nil: break reading
        }
      }
      let result = own
      report.withLock { $0 = result }
    }
    source.stop()
    source.stop()
    guard let reader else { return [Violation(rule: "a thread can be started", found: "the system refused")] }
    reader.join()
    var result = report.withLock { $0 }
    checkIsFinished(source, &result)
    return result.violations
  }

  /// Checks a sink.
  ///
  /// - Parameters:
  ///   - payloads: what to write, one message each.
  ///   - written: reads back, in order, the payloads that have been put out so far.
  public static func check(_ sink: any Sink, payloads: [[UInt8]], written: () throws -> [[UInt8]]) -> [Violation] {
    var report = Report()
    let recorder = DeliveryRecorder()
    let items = payloads.enumerated().map { message($1, id: UInt64($0), recorder) }
    report.attempt("write an empty list") { () throws(EndpointError) in try sink.write([]) }
    report.expect(recorder.outcomes.isEmpty, "nothing is completed before it is written", "\(recorder.outcomes)")
    report.attempt("write one") { () throws(EndpointError) in try sink.write(Array(items.prefix(1))) }
    report.attempt("write several") { () throws(EndpointError) in try sink.write(Array(items.dropFirst())) }
    report.attempt("flush") { () throws(EndpointError) in try sink.flush() }
    let delivered = Dictionary(uniqueKeysWithValues: items.map { ($0.delivery.id, [Delivery.Outcome.delivered]) })
    report.expect(recorder.outcomes == delivered, "after flush, each delivery has completed once as delivered", "\(recorder.outcomes)")
    do {
      let found = try written()
      report.expect(found == payloads, "after flush, the payloads are out, whole and in order", "\(found.count) payloads")
    } catch {
      report.expect(false, "what is out can be read back", "\(error)")
    }
    report.attempt("close") { () throws(EndpointError) in try sink.close() }
    report.attempt("close again") { () throws(EndpointError) in try sink.close() }

    let late = message([], id: .max, recorder)
    do throws(EndpointError) {
      try sink.write([late])
      report.expect(false, "writing after close throws", "it did not")
    } catch {
      report.expect(error.code == .closed, "writing after close throws 'closed'", error.description)
    }
    let outcome = recorder.outcomes[.max]
    report.expect(outcome == [.abandoned], "what a sink cannot write, it abandons", "\(String(describing: outcome))")
    return report.violations
  }

  private static func message(_ payload: [UInt8], id: UInt64, _ recorder: DeliveryRecorder) -> Item {
    let timestamp = Timestamp(seconds: 1 + id % 1000, nodeID: "check")
    let topic = Array("check".utf8)
    return Item(
      time: timestamp, data: .message(Message(timestamp: timestamp, topic: topic, payload: payload)),
      origin: Origin(name: "check \(id)", topic: topic), delivery: Delivery(id: id, observer: recorder))
  }

  private static func checkItems(_ items: [Item], _ report: inout Report) {
    let deliveries = Set(items.map { ObjectIdentifier($0.delivery) })
    report.expect(deliveries.count == items.count, "each message has a delivery of its own", "\(deliveries.count) for \(items.count) items")
    for item in items {
      report.expect(item.delivery.pending == 1, "a delivery starts with one carrier", "\(item.delivery.pending)")
      guard case .message(let message) = item.data else {
        report.expect(false, "sources give messages", "\(item.data)")
        continue
      }
      report.expect(item.time == message.timestamp, "the logical time starts as the message's timestamp", "\(item.time), \(message.timestamp)")
      report.expect(!item.origin.name.isEmpty, "an origin has a name", "an empty one")
    }
  }

  private static func checkIsFinished(_ source: any Source, _ report: inout Report) {
    // Stopping may still let through what was about to be said.
    for attempt in 0... {
      let batch = report.attempt("next after the end") { () throws(EndpointError) in try source.next(atMost: 1) }
      if case .finished? = batch { break }
      if batch == nil { return }
      if attempt == 1000 { return report.expect(false, "a stopped source finishes", "\(String(describing: batch))") }
    }
    let again = report.attempt("next after finished") { () throws(EndpointError) in try source.next(atMost: 1) }
    if case .finished? = again { return }
    report.expect(false, "after finished, always finished again", "\(String(describing: again))")
  }
}

/// What a check has found so far.
private struct Report {
  var violations: [EndpointCompatibility.Violation] = []

  mutating func expect(_ isTrue: Bool, _ rule: String, _ found: @autoclosure () -> String) {
    if !isTrue { violations.append(EndpointCompatibility.Violation(rule: rule, found: found())) }
  }

  @discardableResult
  mutating func attempt<Result>(_ name: String, _ body: () throws(EndpointError) -> Result) -> Result? {
    do throws(EndpointError) {
      return try body()
    } catch {
      expect(false, "\(name) does not throw", error.description)
      return nil
    }
  }
}

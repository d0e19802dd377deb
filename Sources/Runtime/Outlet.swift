internal import Dataflow
internal import EndpointKit

/// Puts out what workers give. Used by one thread at a time.
struct Outlet {
  private let graph: Graph
  /// By operation; nil for whatever is no sink.
  private let sinks: [(any Sink)?]
  private let deadLetters: (any Sink)?
  private let meter: RunMeter
  private let clock: EndpointClock
  private var flushedAt: UInt64 = 0
  /// Sinks that may keep something back.
  private var isDirty = false
  /// When what is put out was taken in, in runs that can be repeated.
  private var now: WallTime?

  /// While there is always something to do, results are kept back no longer than this, in nanoseconds.
  private static let longestHold: UInt64 = 1_000_000_000

  init(_ graph: Graph, sinks: [Graph.OperationID: any Sink], deadLetters: (any Sink)?, meter: RunMeter, clock: EndpointClock) {
    self.deadLetters = deadLetters
    self.graph = graph
    self.sinks = graph.operations.map { sinks[$0.id] }
    self.meter = meter
    self.clock = clock
  }

  /// Writes the items of events in order. When it throws, all that is not out is abandoned.
  mutating func put(_ events: consuming [Event]) throws(RunError) {
    var rest = EventQueue(events)
    var items: [Item] = []
    do throws(RunError) {
      while let event = rest.next() {
        switch consume event {
        case .item(let item, let operation):
          items.reserveCapacity(rest.count + 1)
          items.append(item)
          // Those that follow and go to the same sink are written together.
          if rest.continues(at: operation) { continue }
          try write(items, to: operation)
          items = []
        case .halt(let failure):
          throw RunError(.halted, "operation \(failure.operation.name) failed on \(failure.origin.name), and its error policy ends the run: \(failure.error.message)")
        case .deadLetter(let letter): try bury(letter)
        case .clock(let moment): now = moment.time
        case .frontier, .makeRoom: break
        }
      }
    } catch {
      rest.abandon()
      throw error
    }
  }

  private mutating func write(_ items: consuming [Item], to operation: Graph.OperationID) throws(RunError) {
    let received = items.map(\.origin.receivedAt)
    guard let sink = sinks[operation.index] else { return }
    isDirty = true
    do throws(EndpointError) {
      try sink.write(items)
    } catch {
      throw RunError(.sink, error.message)
    }
    meter.written(received, at: clock.nanoseconds())
  }

  private mutating func bury(_ letter: DeadLetter) throws(RunError) {
    // A run with operations that need it has one.
    guard let deadLetters else { return letter.delivery.complete(.failed(letter.failure.error)) }
    isDirty = true
    do throws(EndpointError) {
      try deadLetters.write([letter.item(at: now ?? clock.wallTime())])
    } catch {
      throw RunError(.sink, "the dead letters cannot be kept: \(error.message)")
    }
  }

  /// Makes what is written durable: when nothing is left to wait for, and now and then.
  mutating func flush(isQuiet: Bool) throws(RunError) {
    guard isDirty else { return }
    let now = clock.nanoseconds()
    guard isQuiet || now - min(now, flushedAt) > Self.longestHold else { return }
    flushedAt = now
    isDirty = false
    do throws(EndpointError) {
      for case let sink? in sinks + [deadLetters] { try sink.flush() }
    } catch {
      throw RunError(.sink, error.message)
    }
  }
}

import Dataflow
import EndpointKit
import Foundation
import Synchronization

/// Runs a body that may block on a thread of its own.
func onThread(_ body: @escaping @Sendable () -> Void) async {
  await withCheckedContinuation { continuation in
    Foundation.Thread {
      body()
      continuation.resume()
    }.start()
  }
}

/// A source over a queue, as an endpoint with a connection has one; with switches for breaking the rules.
final class QueueSource: Source {
  enum Fault {
    case none, overfillsBatches, sharesDeliveries, endsTwice, loses, throwsError, giveBytes
  }

  private let queue = BoundedQueue<[UInt8]>(capacity: 100)
  private let fault: Fault
  private let clock = EndpointClock(nodeID: "test")
  private let shared = Delivery()
  private let ends = Atomic(0)

  init(_ payloads: [[UInt8]], _ fault: Fault = .none) {
    self.fault = fault
    _ = queue.push(fault == .loses ? payloads.dropLast() : payloads)
    if fault == .loses { queue.close() }
  }

  func finish() -> Self {
    queue.close()
    return self
  }

  func next(atMost limit: Int) throws(EndpointError) -> SourceBatch {
    if fault == .throwsError { throw EndpointError(.failed, "queue", "The queue is broken.") }
    switch queue.pop(atMost: fault == .overfillsBatches ? limit + 1 : limit) {
    case .elements(let payloads): return .items(payloads.map(item))
    case .timedOut: return .idle
    case .finished:
      if fault == .endsTwice && ends.add(1, ordering: .relaxed).newValue.isMultiple(of: 3) { return .idle }
      return .finished
    }
  }

  private func item(_ payload: [UInt8]) -> Item {
    let timestamp = clock.stamp().timestamp
    let data: DataModel = fault == .giveBytes ? .bytes(payload) : .message(Message(timestamp: timestamp, topic: [], payload: payload))
    return Item(
      time: timestamp, data: data, origin: Origin(name: "queue", topic: []), delivery: fault == .sharesDeliveries ? shared : Delivery())
  }

  func stop() {
    _ = queue.cancel()
  }
}

/// A sink that keeps what it gets in memory; with switches for breaking the rules.
final class MemorySink: Sink {
  enum Fault {
    case none, keepsFromFlush, forgetsCompleting, writesAfterClose, forgetsAbandoning, reorders, closesOnce
  }

  private struct State {
    var payloads: [[UInt8]] = []
    var kept: [Item] = []
    var isClosed = false
  }

  private let fault: Fault
  private let state = Mutex(State())

  init(_ fault: Fault = .none) {
    self.fault = fault
  }

  var payloads: [[UInt8]] { state.withLock { $0.payloads } }

  func write(_ items: [Item]) throws(EndpointError) {
    try state.withLock { (state) throws(EndpointError) in
      if state.isClosed && fault != .writesAfterClose {
        if fault != .forgetsAbandoning { for item in items { item.delivery.complete(.abandoned) } }
        throw EndpointError(.closed, "memory", "The sink is closed.")
      }
      state.kept += fault == .reorders ? items.reversed() : items
    }
  }

  func flush() {
    state.withLock { state in
      if fault == .keepsFromFlush { return }
      for item in state.kept {
        state.payloads.append(item.outgoingMessage.payload)
        if fault != .forgetsCompleting { item.delivery.complete(.delivered) }
      }
      state.kept = []
    }
  }

  func close() throws(EndpointError) {
    flush()
    let wasClosed = state.withLock { state in
      defer { state.isClosed = true }
      return state.isClosed
    }
    if wasClosed && fault == .closesOnce { throw EndpointError(.closed, "memory", "The sink is closed.") }
  }
}

internal import DequeModule
internal import Synchronization

/// Messages of a client, one after the other. Give ``receive(_:)`` to the client as its `onMessage`; one task iterates.
///
/// What waits here is bounded, since the client gets no more than a number of messages that are not acknowledged. ``finish()`` ends the iteration, once
/// what has come is taken.
public final class MQTTMessageStream: AsyncSequence, Sendable {
  public typealias Element = MQTTReceivedMessage

  private struct State {
    var messages = Deque<MQTTReceivedMessage>()
    var waiting: CheckedContinuation<MQTTReceivedMessage?, Never>?
    var isFinished = false
  }

  private let state = Mutex(State())

  public init() {}

  @Sendable public func receive(_ message: MQTTReceivedMessage) {
    let waiting = state.withLock { state in
      if state.isFinished { return nil as CheckedContinuation<MQTTReceivedMessage?, Never>? }
      if state.waiting == nil { state.messages.append(message) }
      return state.waiting.take()
    }
    waiting?.resume(returning: message)
  }

  @Sendable public func finish() {
    let waiting = state.withLock { state in
      state.isFinished = true
      return state.waiting.take()
    }
    waiting?.resume(returning: nil)
  }

  public func makeAsyncIterator() -> Iterator { Iterator(stream: self) }

  public struct Iterator: AsyncIteratorProtocol {
    fileprivate let stream: MQTTMessageStream

    /// Nil when the stream is finished, or the task is cancelled.
    public mutating func next() async -> MQTTReceivedMessage? {
      let stream = stream
      return await withTaskCancellationHandler {
        await withCheckedContinuation { continuation in stream.next(continuation) }
      } onCancel: {
        stream.finish()
      }
    }
  }

  private func next(_ continuation: CheckedContinuation<MQTTReceivedMessage?, Never>) {
    let next: MQTTReceivedMessage?? = state.withLock { state in
      if let message = state.messages.popFirst() { return .some(message) }
      if state.isFinished { return .some(nil) }
      precondition(state.waiting == nil, "two tasks iterate over the messages of a client")
      state.waiting = continuation
      return nil
    }
    if let next { continuation.resume(returning: next) }
  }
}

internal import NIOCore
internal import Synchronization

/// What a request is answered by, on the event loop.
enum Completion: Sendable {
  case publish(@Sendable (Result<MQTTReasonCode, MQTTError>) -> Void)
  case request(@Sendable (Result<[MQTTReasonCode], MQTTError>) -> Void)
  case none
}

/// Requests on their way from any thread to the event loop, many at a time.
final class Mailbox: Sendable {
  enum Request: Sendable {
    case publish(MQTTMessage, Completion)
    case acknowledge(MQTTReceivedMessage.Receipt, MQTTReasonCode)
    case perform(@Sendable (ClientCore) -> Void)
  }

  private struct State {
    var requests: [Request] = []
    var isScheduled = false
    var isClosed = false
    /// Messages that have not been sent, here and in the session.
    var waitingCount = 0
    var waitingByteCount = 0
    var statistics = MQTTStatistics()
  }

  private let state = Mutex(State())
  private let limit: Int
  private let byteLimit: Int

  init(limit: Int, byteLimit: Int) {
    self.limit = limit
    self.byteLimit = byteLimit
  }

  /// - Returns: whether the event loop has to be told.
  /// - Throws: `queue-full` or `closed`.
  func publish(_ message: MQTTMessage, _ completion: Completion) throws(MQTTError) -> Bool {
    let size = message.byteCount
    let result: Result<Bool, MQTTError> = state.withLock { state in
      if state.isClosed { return .failure(.clientClosed) }
      if state.waitingCount >= limit || (state.waitingByteCount + size > byteLimit && state.waitingCount > 0) {
        return .failure(MQTTError(.queueFull, "\(state.waitingCount) messages of \(state.waitingByteCount) bytes wait to be sent already."))
      }
      state.waitingCount += 1
      state.waitingByteCount += size
      state.requests.append(.publish(message, completion))
      defer { state.isScheduled = true }
      return .success(!state.isScheduled)
    }
    return try result.get()
  }

  /// - Returns: whether the event loop has to be told; nil if the client is closed.
  func submit(_ request: Request) -> Bool? {
    state.withLock { state in
      if state.isClosed { return nil }
      state.requests.append(request)
      defer { state.isScheduled = true }
      return !state.isScheduled
    }
  }

  func take(reusing next: inout [Request]) {
    next.removeAll(keepingCapacity: true)
    state.withLock { state in
      swap(&state.requests, &next)
      state.isScheduled = false
    }
  }

  /// Afterwards nothing is taken in.
  func close() {
    state.withLock { $0.isClosed = true }
  }

  /// Messages have been sent, or given up.
  func settled(_ count: Int, _ byteCount: Int, _ statistics: MQTTStatistics) {
    state.withLock { state in
      state.waitingCount -= count
      state.waitingByteCount -= byteCount
      state.statistics = statistics
    }
  }

  var statistics: MQTTStatistics {
    state.withLock { state in
      var statistics = state.statistics
      statistics.waiting = state.waitingCount
      return statistics
    }
  }
}

extension MQTTError {
  static var clientClosed: MQTTError { MQTTError(.closed, "The client has been closed.") }
}

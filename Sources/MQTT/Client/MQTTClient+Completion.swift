internal import NIOCore

/// The same without tasks, for callers that have threads of their own.
extension MQTTClient {
  /// Subscribes. While there is no connection, that waits for one.
  ///
  /// - Parameter completion: called once, on the event loop, with the error of the first subscription that the server has refused, if there is one. It must
  ///   not block.
  public func subscribe(_ subscriptions: [MQTTSubscription], completion: @escaping @Sendable (Result<Void, MQTTError>) -> Void) {
    for subscription in subscriptions {
      if let problem = subscription.problem {
        return completion(.failure(MQTTError(.invalid, "Cannot subscribe to \"\(subscription.filter)\": \(problem).")))
      }
    }
    let isSubmitted = perform { core in
      core.subscribe(subscriptions, nil, [], .request { result in
        completion(result.flatMap { reasons in Self.refusal(of: subscriptions, reasons).map { .failure($0) } ?? .success(()) })
      })
    }
    if !isSubmitted { completion(.failure(.clientClosed)) }
  }

  /// Says goodbye to the server, and closes the client for good.
  ///
  /// - Parameter completion: called once, on the event loop.
  public func close(completion: @escaping @Sendable () -> Void) {
    core.eventLoop.execute { [core] in
      core.close(DisconnectPacket(.success, sessionExpiry: nil), completion)
      core.wake()
    }
  }

  /// What is wrong if the server has refused one of several subscriptions.
  static func refusal(of subscriptions: [MQTTSubscription], _ reasons: [MQTTReasonCode]) -> MQTTError? {
    guard let index = reasons.firstIndex(where: \.isError) else { return nil }
    let code: MQTTError.Code = reasons[index] == .notAuthorized ? .notAuthorized : .refused
    return MQTTError(code, "The server refused the subscription to \(subscriptions[index].filter).", reason: reasons[index])
  }
}

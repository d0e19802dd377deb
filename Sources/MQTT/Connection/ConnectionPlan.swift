package import NIOCore

/// Where the next attempt to connect goes, and when. No clock, no chance of its own.
package struct ConnectionPlan: Sendable {
  private let configured: MQTTAddress
  private let reconnection: MQTTConfiguration.Reconnection
  private let followsRedirects: Bool
  /// Where servers have moved to for good.
  private var home: MQTTAddress
  private var failures = 0
  private var redirects = 0
  /// Of the next attempt.
  package private(set) var address: MQTTAddress

  /// After a connection has lasted as long, the next delay is the first one again.
  private static var stableTime: TimeAmount { .seconds(10) }
  private static var redirectLimit: Int { 5 }

  package init(_ address: MQTTAddress, _ reconnection: MQTTConfiguration.Reconnection, followsRedirects: Bool) {
    configured = address
    home = address
    self.address = address
    self.reconnection = reconnection
    self.followsRedirects = followsRedirects
  }

  /// An attempt, or a connection, has ended.
  ///
  /// - Parameters:
  ///   - lasted: since the server accepted it, if it did.
  ///   - random: 0 to 1.
  /// - Returns: how long to wait.
  package mutating func next(after error: MQTTError, serverReference: String? = nil, lasted: TimeAmount? = nil, random: Double) -> TimeAmount {
    if let lasted, lasted >= Self.stableTime {
      failures = 0
      redirects = 0
    }
    if let target = redirectTarget(error, serverReference) {
      redirects += 1
      address = target
      if error.reason == .serverMoved { home = target }
      return .zero
    }
    // What a server moved to and is not there: back to where it all began.
    if address != configured, lasted == nil { home = configured }
    address = home
    let maximum = TimeAmount(reconnection.maximumDelay).nanoseconds
    var delay = max(1, TimeAmount(reconnection.initialDelay).nanoseconds)
    if error.isSlow {
      delay = maximum
    } else {
      for _ in 0..<min(failures, 40) where delay < maximum { delay *= 2 }
    }
    failures += 1
    delay = min(delay, maximum)
    return .nanoseconds(delay - Int64(Double(delay / 2) * min(max(random, 0), 1)))
  }

  private func redirectTarget(_ error: MQTTError, _ reference: String?) -> MQTTAddress? {
    guard followsRedirects, redirects < Self.redirectLimit, error.reason == .useAnotherServer || error.reason == .serverMoved else { return nil }
    for name in (reference ?? "").split(separator: " ") {
      if let target = try? MQTTAddress(String(name), defaultPort: configured.port), target != address { return target }
    }
    return nil
  }
}

extension MQTTError {
  /// Trying again soon would only be a burden: the server does not accept who this is, or somebody else has the session.
  fileprivate var isSlow: Bool {
    code == .notAuthorized || reason?.isAboutIdentity == true || reason == .sessionTakenOver || reason == .unsupportedProtocolVersion
  }
}

internal import NIOPosix
internal import Synchronization

/// One side of enhanced authentication (MQTT 5.0 §4.12). May take its time: nothing waits for it but the connection.
///
/// What is thrown ends the connection; its description is part of the error that the client reports, so that it must not contain a secret.
public protocol MQTTAuthenticator: Sendable {
  /// The name of the method, such as `SCRAM-SHA-256`.
  var method: String { get }
  /// What is sent first, at each connection and each time that authentication is repeated.
  func begin() async throws -> MQTTSecret?
  /// The answer to what the server sends.
  func answer(_ challenge: MQTTSecret?) async throws -> MQTTSecret?
  /// The server accepts. Throws if the client does not accept the server.
  func finish(_ data: MQTTSecret?) async throws
  /// Whether to authenticate again on the connection there is, because credentials have changed; asked every few seconds.
  func wantsToRepeat() async -> Bool
}

extension MQTTAuthenticator {
  public func answer(_ challenge: MQTTSecret?) async throws -> MQTTSecret? {
    throw MQTTError(.notAuthorized, "The server wants more than the method \(method) gives.")
  }

  public func finish(_ data: MQTTSecret?) async throws {}
  public func wantsToRepeat() async -> Bool { false }
}

/// A token in a file, such as that of a Kubernetes service account (`K8S-SAT`). When the file changes, authentication is repeated.
public final class MQTTTokenFile: MQTTAuthenticator {
  public let method: String
  public let path: String
  private let last = Mutex<MQTTSecret?>(nil)

  public init(_ path: String, method: String = "K8S-SAT") {
    self.path = path
    self.method = method
  }

  public func begin() async throws -> MQTTSecret? {
    let token = try await read()
    last.withLock { $0 = token }
    return token
  }

  public func wantsToRepeat() async -> Bool {
    // A file that is being replaced is looked at again next time.
    guard let token = try? await read() else { return false }
    return last.withLock { $0 != nil && $0 != token }
  }

  private func read() async throws -> MQTTSecret {
    let path = path
    return try await NIOThreadPool.singleton.runIfActive { try MQTTSecret(file: path) }
  }
}

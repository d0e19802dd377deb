internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import NIOSSL
internal import NIOWebSocket

/// What has to be read from files before a connection is made.
struct ConnectionMaterial: Sendable {
  var credentials: SessionCredentials
  var tls: NIOSSLContext?

  /// Reads on a thread that may block. Only an authenticator needs a task: the threads of tasks may be busy for longer than a connection may take.
  static func load(_ configuration: MQTTConfiguration, on eventLoop: any EventLoop) -> EventLoopFuture<ConnectionMaterial> {
    let material = NIOThreadPool.singleton.runIfActive(eventLoop: eventLoop) { try loadBlocking(configuration) }
    guard let authenticator = configuration.authenticator else { return material }
    return material.flatMap { material in
      eventLoop.makeFutureWithTask {
        var material = material
        material.credentials.authenticationMethod = authenticator.method
        do {
          material.credentials.authenticationData = try await authenticator.begin()
        } catch {
          throw MQTTError(authenticating: error)
        }
        return material
      }
    }
  }

  private static func loadBlocking(_ configuration: MQTTConfiguration) throws(MQTTError) -> ConnectionMaterial {
    let credentials = SessionCredentials(userName: configuration.userName, password: try configuration.password?.read())
    return ConnectionMaterial(credentials: credentials, tls: try configuration.tls?.context())
  }
}

extension MQTTError {
  init(authenticating error: any Error) {
    self = error as? MQTTError ?? MQTTError(.notAuthorized, "Authentication failed: \(error).")
  }
}

extension MQTTTLS {
  func context() throws(MQTTError) -> NIOSSLContext {
    var configuration = TLSConfiguration.makeClientConfiguration()
    configuration.minimumTLSVersion = .tlsv12
    configuration.applicationProtocols = applicationProtocols
    configuration.certificateVerification = switch verification {
    case .full: .fullVerification
    case .withoutName: .noHostnameVerification
    case .none: .none
    }
    switch roots {
    case .system: configuration.trustRoots = .default
    case .file(let path): configuration.trustRoots = .certificates(try Self.certificates(Array(SmallFile.read(path).readableBytesView), path))
    case .pem(let text): configuration.trustRoots = .certificates(try Self.certificates(Array(text.utf8), "the text that is given"))
    }
    if let certificateChain {
      guard let privateKey else { throw MQTTError(.invalid, "TLS has a certificate but no private key.") }
      configuration.certificateChain = try Self.certificates(Array(SmallFile.read(certificateChain).readableBytesView), certificateChain).map { .certificate($0) }
      let key = Array(try SmallFile.read(privateKey).readableBytesView)
      do {
        configuration.privateKey = .privateKey(try NIOSSLPrivateKey(bytes: key, format: .pem))
      } catch {
        throw MQTTError(.unusableFile, "\(privateKey) is not a private key in PEM format.")
      }
    }
    do {
      return try NIOSSLContext(configuration: configuration)
    } catch {
      throw MQTTError(.unusableFile, "The certificates and the key cannot be used: does the key belong to the certificate? (\(error))")
    }
  }

  private static func certificates(_ bytes: [UInt8], _ name: String) throws(MQTTError) -> [NIOSSLCertificate] {
    let found = try? NIOSSLCertificate.fromPEMBytes(bytes)
    guard let found, !found.isEmpty else { throw MQTTError(.unusableFile, "There is no certificate in PEM format in \(name).") }
    return found
  }
}

/// Opens connections.
enum Transport {
  /// The future fails if there is no connection that packets can travel on; the handler has been told if there is one.
  static func connect(
    to address: MQTTAddress, _ configuration: MQTTConfiguration, _ material: ConnectionMaterial, on eventLoop: any EventLoop, core: ClientCore, attempt: Int
  ) -> EventLoopFuture<Void> {
    let upgraded = eventLoop.makePromise(of: Void.self)
    let connected = ClientBootstrap(group: eventLoop)
      .connectTimeout(TimeAmount(configuration.connectTimeout))
      .channelOption(.socketOption(.tcp_nodelay), value: 1)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          if let context = material.tls { try channel.pipeline.syncOperations.addHandler(tlsHandler(context, configuration, address)) }
          switch configuration.transport {
          case .tcp:
            try channel.pipeline.syncOperations.addHandler(ConnectionHandler(core, attempt, material.credentials, configuration.maximumPacketSize))
            upgraded.succeed()
          case .webSocket(let path):
            try upgrade(channel, path, address, configuration) {
              try $0.pipeline.syncOperations.addHandlers([
                WebSocketBridge(), ConnectionHandler(core, attempt, material.credentials, configuration.maximumPacketSize),
              ])
            }.cascade(to: upgraded)
          }
        }
      }
      .connect(host: address.host, port: address.port)
    connected.whenFailure { upgraded.fail($0) }
    return connected.flatMap { channel in
      core.opened(channel, attempt)
      return upgraded.futureResult
    }
  }

  private static func tlsHandler(_ context: NIOSSLContext, _ configuration: MQTTConfiguration, _ address: MQTTAddress) throws -> NIOSSLClientHandler {
    let name = configuration.tls?.serverName ?? address.host
    let isNumeric = (try? SocketAddress(ipAddress: name, port: 0)) != nil
    return try NIOSSLClientHandler(context: context, serverHostname: isNumeric ? nil : name)
  }

  private static func upgrade(
    _ channel: any Channel, _ path: String, _ address: MQTTAddress, _ configuration: MQTTConfiguration,
    addHandlers: @escaping @Sendable (any Channel) throws -> Void
  ) throws -> EventLoopFuture<Void> {
    let upgrader = NIOTypedWebSocketClientUpgrader<Bool>(maxFrameSize: Int(min(configuration.maximumPacketSize, 1 << 30)) + 64) { channel, _ in
      channel.eventLoop.makeSucceededFuture(true)
    }
    let headers: HTTPHeaders = ["Host": "\(address)", "Sec-WebSocket-Protocol": "mqtt"]
    let head = HTTPRequestHead(version: .http1_1, method: .GET, uri: path, headers: headers)
    let upgrade = NIOTypedHTTPClientUpgradeConfiguration(upgradeRequestHead: head, upgraders: [upgrader]) { $0.eventLoop.makeSucceededFuture(false) }
    var pipeline = NIOUpgradableHTTPClientPipelineConfiguration(upgradeConfiguration: upgrade)
    pipeline.leftOverBytesStrategy = .forwardBytes
    return try channel.pipeline.syncOperations.configureUpgradableHTTPClientPipeline(configuration: pipeline).flatMap { isUpgraded in
      // The handler of the upgrade refuses what is written before it is gone, which is after this: CONNECT has to wait.
      channel.eventLoop.submit {
        if !isUpgraded { throw MQTTError(.unreachable, "The server at \(address) does not speak WebSocket at \(path).") }
        try addHandlers(channel)
      }
    }
  }
}

extension MQTTError {
  /// Why there is no connection, in words.
  init(transport error: any Error, _ address: MQTTAddress) {
    switch error {
    case let error as MQTTError: self = error
    case let error as NIOConnectionError:
      let isTimeout = error.connectionErrors.contains { if case ChannelError.connectTimeout = $0.error { true } else { false } }
      if isTimeout {
        self.init(.timedOut, "No connection to \(address) in time.")
      } else if error.connectionErrors.isEmpty {
        self.init(.unreachable, "There is no server called \(address.host).")
      } else {
        let reasons = Set(error.connectionErrors.map { "\($0.error)" }).sorted().joined(separator: "; ")
        self.init(.unreachable, "No connection to \(address): \(reasons).")
      }
    case ChannelError.connectTimeout: self.init(.timedOut, "No connection to \(address) in time.")
    case is NIOSSLError, is BoringSSLError, is NIOSSLExtraError: self.init(.insecure, "No secure connection to \(address): \(error).")
    default: self.init(.unreachable, "The connection to \(address) broke: \(error).")
    }
  }
}

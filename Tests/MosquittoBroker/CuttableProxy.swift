internal import NIOCore
internal import NIOPosix
internal import Synchronization

/// Stands between clients and a server on this machine, and cuts connections, or lets nothing through, as a bad network does.
public final class CuttableProxy: Sendable {
  private struct State {
    var connections: [ObjectIdentifier: any Channel] = [:]
    var isStalled = false
    var accepted = 0
  }

  private let state = Mutex(State())
  private let listener = Mutex<(any Channel)?>(nil)

  public init(to target: Int) async throws {
    let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(.socketOption(.tcp_nodelay), value: 1)
      .childChannelOption(.autoRead, value: false)
      .childChannelInitializer { [weak self] client in
        guard let self else { return client.eventLoop.makeFailedFuture(ChannelError.ioOnClosedChannel) }
        return ClientBootstrap(group: client.eventLoop)
          .channelOption(.socketOption(.tcp_nodelay), value: 1)
          .channelOption(.autoRead, value: false)
          .connect(host: "127.0.0.1", port: target)
          .flatMapThrowing { server in
            try client.pipeline.syncOperations.addHandler(Forwarder(to: server))
            try server.pipeline.syncOperations.addHandler(Forwarder(to: client))
            self.add(client, server)
          }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    listener.withLock { $0 = channel }
  }

  deinit {
    listener.withLock { $0 }?.close(promise: nil)
    cut()
  }

  public var port: Int { listener.withLock { $0?.localAddress?.port } ?? 0 }
  /// How many connections have been made.
  public var accepted: Int { state.withLock { $0.accepted } }

  private func add(_ client: any Channel, _ server: any Channel) {
    let isStalled = state.withLock { state in
      for channel in [client, server] { state.connections[ObjectIdentifier(channel)] = channel }
      state.accepted += 1
      return state.isStalled
    }
    for channel in [client, server] {
      let identifier = ObjectIdentifier(channel)
      channel.closeFuture.whenComplete { [weak self] _ in self?.state.withLock { $0.connections[identifier] = nil } }
      channel.setOption(.autoRead, value: !isStalled).whenFailure { _ in }
    }
  }

  private var connections: [any Channel] { state.withLock { Array($0.connections.values) } }

  /// Cuts all connections. What is on its way is lost; the next connections are let through.
  public func cut() {
    for channel in connections { channel.close(promise: nil) }
  }

  /// Nothing arrives any more, in either direction, until ``resume()``.
  public func stall() {
    state.withLock { $0.isStalled = true }
    for channel in connections { channel.setOption(.autoRead, value: false).whenFailure { _ in } }
  }

  public func resume() {
    state.withLock { $0.isStalled = false }
    for channel in connections { channel.setOption(.autoRead, value: true).whenFailure { _ in } }
  }
}

/// Passes on what comes; both channels are on one event loop.
private final class Forwarder: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  private let other: any Channel

  init(to other: any Channel) {
    self.other = other
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) { other.write(unwrapInboundIn(data), promise: nil) }
  func channelReadComplete(context: ChannelHandlerContext) { other.flush() }
  func channelInactive(context: ChannelHandlerContext) { other.close(promise: nil) }
  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}

import NIOCore
import NIOPosix
import Synchronization

@testable import MQTT

/// A server that answers each packet as a test says, to play what a broker does not do on demand.
final class ScriptedServer: Sendable {
  enum Answer: Sendable {
    case packet(Packet)
    case bytes([UInt8])
    case close
  }

  private let channel: any Channel
  let received = Collected<Packet>()

  /// - Parameter answer: is called with each packet and how many have come on its connection before.
  init(_ answer: @escaping @Sendable (Packet, Int) -> [Answer]) async throws {
    let received = received
    channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(Script(received, answer)) }
      }
      .bind(host: "127.0.0.1", port: 0).get()
  }

  deinit {
    channel.close(promise: nil)
  }

  var port: Int { channel.localAddress?.port ?? 0 }

  private final class Script: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let received: Collected<Packet>
    private let answer: @Sendable (Packet, Int) -> [Answer]
    private var rest = ByteBuffer()
    private var count = 0

    init(_ received: Collected<Packet>, _ answer: @escaping @Sendable (Packet, Int) -> [Answer]) {
      self.received = received
      self.answer = answer
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      rest.writeImmutableBuffer(unwrapInboundIn(data))
      while let packet = try? PacketDecoder().next(from: &rest) {
        received.append(packet)
        for answer in answer(packet, count) {
          switch answer {
          case .packet(let packet): context.write(wrapOutboundOut((try? encoded(packet)) ?? ByteBuffer()), promise: nil)
          case .bytes(let bytes): context.write(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
          case .close: context.writeAndFlush(wrapOutboundOut(ByteBuffer())).whenComplete { [channel = context.channel] _ in channel.close(promise: nil) }
          }
        }
        count += 1
        context.flush()
      }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
  }
}

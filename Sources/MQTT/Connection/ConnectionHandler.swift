internal import NIOCore

/// Hands the bytes of one connection to the ``ClientCore`` as packets.
final class ConnectionHandler: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let core: ClientCore
  private let attempt: Int
  private let credentials: SessionCredentials
  private let decoder: PacketDecoder
  private var isOpen = false
  /// What has come and is not decoded yet.
  private var rest = ByteBuffer()
  /// Whether `rest` is a buffer of its own, not one that was read.
  private var isCollecting = false
  private var failure: (any Error)?

  init(_ core: ClientCore, _ attempt: Int, _ credentials: SessionCredentials, _ maximumPacketSize: UInt32) {
    self.core = core
    self.attempt = attempt
    self.credentials = credentials
    decoder = PacketDecoder(maximumPacketSize: Int(maximumPacketSize))
  }

  func handlerAdded(context: ChannelHandlerContext) {
    if context.channel.isActive { open(context) }
  }

  func channelActive(context: ChannelHandlerContext) {
    open(context)
    context.fireChannelActive()
  }

  private func open(_ context: ChannelHandlerContext) {
    if isOpen { return }
    isOpen = true
    core.transportOpened(context, self, attempt, credentials)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    var bytes = unwrapInboundIn(data)
    core.bytesReceived(bytes.readableBytes, self)
    if rest.readableBytes > 0 { rest.writeBuffer(&bytes) } else { rest = bytes }
    decode()
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    core.readCompleted(self)
  }

  /// Goes on with what was left when nothing more was wanted.
  func decode() {
    var missing = 0
    do throws(MalformedPacket) {
      while core.wantsPackets(self), let packet = try decoder.next(from: &rest, missing: &missing) {
        core.received(packet)
        isCollecting = false
      }
    } catch {
      core.malformed(error, self)
      rest = ByteBuffer()
    }
    if rest.readableBytes == 0 {
      rest = ByteBuffer()
      isCollecting = false
    } else if !isCollecting {
      // Payloads that were handed out share the buffer that was read; what comes next goes into one of its own, large enough at once.
      var own = ByteBufferAllocator().buffer(capacity: rest.readableBytes + min(missing, 1 << 20))
      own.writeImmutableBuffer(rest)
      rest = own
      isCollecting = true
    }
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    core.writabilityChanged(self)
    context.fireChannelWritabilityChanged()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    failure = failure ?? error
    context.close(promise: nil)
  }

  func channelInactive(context: ChannelHandlerContext) {
    core.transportClosed(failure, self)
    context.fireChannelInactive()
  }
}

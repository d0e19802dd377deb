internal import NIOCore
internal import NIOWebSocket

/// Packets in binary frames (MQTT 5.0 §6): where one frame ends and the next begins means nothing.
final class WebSocketBridge: ChannelDuplexHandler {
  typealias InboundIn = WebSocketFrame
  typealias InboundOut = ByteBuffer
  typealias OutboundIn = ByteBuffer
  typealias OutboundOut = WebSocketFrame

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let frame = unwrapInboundIn(data)
    switch frame.opcode {
    case .binary, .continuation: context.fireChannelRead(wrapInboundOut(frame.unmaskedData))
    case .ping: context.writeAndFlush(wrapOutboundOut(WebSocketFrame(fin: true, opcode: .pong, maskKey: .random(), data: frame.unmaskedData)), promise: nil)
    case .connectionClose:
      context.writeAndFlush(wrapOutboundOut(WebSocketFrame(fin: true, opcode: .connectionClose, maskKey: .random(), data: frame.unmaskedData)), promise: nil)
      context.close(promise: nil)
    case .text:
      context.fireErrorCaught(MQTTError(.protocolViolation, "The server sent text by WebSocket; MQTT uses binary frames."))
      context.close(promise: nil)
    default: break
    }
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    context.write(wrapOutboundOut(WebSocketFrame(fin: true, opcode: .binary, maskKey: .random(), data: unwrapOutboundIn(data))), promise: promise)
  }
}

import EndpointKit
import MQTTEndpoint

extension EndpointScheme {
  /// `mqtt://`, `mqtts://`, `ws://` and `wss://`.
  static let mqtt = MQTTEndpointSettings.schemes.map { name in
    EndpointScheme(name: name) { address, clock, onNotice throws(EndpointError) in
      try MQTTSource(try MQTTEndpointSettings(address), filters: try topic(of: address).split(separator: ",").map(String.init), clock: clock, onNotice: onNotice)
    } openSink: { address, clock, onNotice throws(EndpointError) in
      try MQTTSink(
        try MQTTEndpointSettings(address), topic: try DestinationTopic(try topic(of: address)), graph: "millrace", clock: clock, onNotice: onNotice)
    } openTransfer: { address, _, _, _ throws(EndpointError) in
      throw EndpointError(.invalid, address.description, "MQTT delivers at least once; exactly once is between Kafka topics only.")
    }
  }

  @Sendable private static func topic(of address: EndpointAddress) throws(EndpointError) -> String {
    guard !address.path.isEmpty else {
      throw EndpointError(.invalid, address.description, "The topic is missing: \(address.scheme)://\(address.host)/sensors/#.")
    }
    return address.path
  }

  /// Refuses a sink whose results a source of the same broker would read again, and warns where the messages decide.
  static func checkLoops(from sources: [EndpointAddress], to sinks: [EndpointAddress], onNotice: Listener) throws(EndpointError) {
    for source in sources where MQTTEndpointSettings.serves(source) {
      for sink in sinks where MQTTEndpointSettings.serves(sink) && sink.host == source.host && sink.port == source.port {
        switch TopicLoop(from: try DestinationTopic(try topic(of: sink)), to: try topic(of: source).split(separator: ",").map(String.init)) {
        case .no: break
        case .possible: onNotice(EndpointNotice(.warning, "Results on \(sink.path) may be read again from \(source.path), and go round for ever; name another topic to rule that out."))
        case .certain:
          throw EndpointError(.invalid, sink.description, "The source reads \(source.path) on the same broker, so that results would go round for ever: name another topic.")
        }
      }
    }
  }
}

internal import ComponentModel

/// The right to use the network, as far as it goes.
final class Network: HostResource {
  static let resourceType = ResourceType(name: "network")
}

/// A TCP socket; guests get none.
final class TCPSocket: HostResource {
  static let resourceType = ResourceType(name: "tcp-socket")
  private init() {}
}

/// A UDP socket; guests get none.
final class UDPSocket: HostResource {
  static let resourceType = ResourceType(name: "udp-socket")
  private init() {}
}

/// The addresses of a name; guests get none.
final class ResolveAddressStream: HostResource {
  static let resourceType = ResourceType(name: "resolve-address-stream")
  private init() {}
}

/// Datagrams that arrive; guests get none.
final class IncomingDatagramStream: HostResource {
  static let resourceType = ResourceType(name: "incoming-datagram-stream")
  private init() {}
}

/// Datagrams to be sent; guests get none.
final class OutgoingDatagramStream: HostResource {
  static let resourceType = ResourceType(name: "outgoing-datagram-stream")
  private init() {}
}

/// `wasi:sockets/network.error-code`.
enum NetworkErrorCode: Int, ComponentEnumeration, ResultSide {
  case unknown, accessDenied, notSupported, invalidArgument, outOfMemory, timeout, concurrencyConflict, notInProgress, wouldBlock, invalidState
  case newSocketLimit, addressNotBindable, addressInUse, remoteUnreachable, connectionRefused, connectionReset, connectionAborted
  case datagramTooLarge, nameUnresolvable, temporaryResolverFailure, permanentResolverFailure

  static var type: ValueType {
    get throws(ComponentError) {
      try .enumeration([
        "unknown", "access-denied", "not-supported", "invalid-argument", "out-of-memory", "timeout", "concurrency-conflict", "not-in-progress",
        "would-block", "invalid-state", "new-socket-limit", "address-not-bindable", "address-in-use", "remote-unreachable", "connection-refused",
        "connection-reset", "connection-aborted", "datagram-too-large", "name-unresolvable", "temporary-resolver-failure", "permanent-resolver-failure",
      ])
    }
  }
}

/// `wasi:sockets/network.ip-address-family`.
enum IPAddressFamily: Int, ComponentEnumeration {
  case ipv4, ipv6

  static var type: ValueType { get throws(ComponentError) { try .enumeration(["ipv4", "ipv6"]) } }
}

extension Preview2 {
  private static let reason = "operators have no access to the network"

  /// `wasi:sockets`: no socket is made (`access-denied`) and no name found (`permanent-resolver-failure`, as wasmtime answers without
  /// network), so no function on sockets can be reached with a valid handle.
  func sockets() throws(ComponentError) -> [HostInterface] {
    typealias Denied<T: HostResource> = ComponentResult<Own<T>, NetworkErrorCode>
    let types = try SocketTypes()
    var instanceNetwork = Self.interface("sockets/instance-network")
    try instanceNetwork.function("instance-network") { () -> Own<Network> in Own(Network()) }
    var createTCP = Self.interface("sockets/tcp-create-socket")
    try createTCP.function("create-tcp-socket") { (_: IPAddressFamily) -> Denied<TCPSocket> in .error(.accessDenied) }
    var createUDP = Self.interface("sockets/udp-create-socket")
    try createUDP.function("create-udp-socket") { (_: IPAddressFamily) -> Denied<UDPSocket> in .error(.accessDenied) }
    return try [network(), instanceNetwork, nameLookup(types), createTCP, tcp(types), createUDP, udp(types)]
  }

  private func network() throws(ComponentError) -> HostInterface {
    var network = Self.interface("sockets/network")
    network.resource("network", Network.self)
    network.denyUnknown(Self.reason)
    network.deny("network-error-code", [Borrow<IOError>.type], try .option(of: NetworkErrorCode.type))
    return network
  }

  private func nameLookup(_ t: SocketTypes) throws(ComponentError) -> HostInterface {
    var lookup = Self.interface("sockets/ip-name-lookup")
    lookup.resource("resolve-address-stream", ResolveAddressStream.self)
    lookup.denyUnknown(Self.reason)
    try lookup.function("resolve-addresses") { (_: Borrow<Network>, _: String) -> ComponentResult<Own<ResolveAddressStream>, NetworkErrorCode> in
      .error(.permanentResolverFailure)
    }
    let stream = Borrow<ResolveAddressStream>.type
    lookup.deny("[method]resolve-address-stream.resolve-next-address", [stream], try t.result(.option(of: t.address)))
    lookup.deny("[method]resolve-address-stream.subscribe", [stream], Own<Pollable>.type)
    return lookup
  }

  private func tcp(_ t: SocketTypes) throws(ComponentError) -> HostInterface {
    var tcp = Self.interface("sockets/tcp")
    tcp.resource("tcp-socket", TCPSocket.self)
    tcp.denyUnknown(Self.reason)
    func deny(_ name: String, taking parameters: [ValueType] = [], _ result: ValueType) {
      tcp.deny("[method]tcp-socket.\(name)", [Borrow<TCPSocket>.type] + parameters, result)
    }
    let done = try t.result(nil), streams = [Own<InputStream>.type, Own<OutputStream>.type]
    for name in ["start-bind", "start-connect"] { deny(name, taking: [Borrow<Network>.type, t.socketAddress], done) }
    for name in ["finish-bind", "start-listen", "finish-listen"] { deny(name, done) }
    deny("finish-connect", try t.result(.tuple(streams)))
    deny("accept", try t.result(.tuple([Own<TCPSocket>.type] + streams)))
    for name in ["local-address", "remote-address"] { deny(name, try t.result(t.socketAddress)) }
    deny("is-listening", .bool)
    deny("address-family", try IPAddressFamily.type)
    deny("subscribe", Own<Pollable>.type)
    deny("shutdown", taking: [try .enumeration(["receive", "send", "both"])], done)
    deny("set-listen-backlog-size", taking: [.u64], done)
    let options: [(String, ValueType)] = [
      ("keep-alive-enabled", .bool), ("keep-alive-idle-time", .u64), ("keep-alive-interval", .u64), ("keep-alive-count", .u32), ("hop-limit", .u8),
      ("receive-buffer-size", .u64), ("send-buffer-size", .u64),
    ]
    for (name, type) in options {
      deny(name, try t.result(type))
      deny("set-\(name)", taking: [type], done)
    }
    return tcp
  }

  private func udp(_ t: SocketTypes) throws(ComponentError) -> HostInterface {
    var udp = Self.interface("sockets/udp")
    udp.resource("udp-socket", UDPSocket.self)
    udp.resource("incoming-datagram-stream", IncomingDatagramStream.self)
    udp.resource("outgoing-datagram-stream", OutgoingDatagramStream.self)
    udp.denyUnknown(Self.reason)
    func deny(_ name: String, taking parameters: [ValueType] = [], _ result: ValueType) {
      udp.deny("[method]udp-socket.\(name)", [Borrow<UDPSocket>.type] + parameters, result)
    }
    let done = try t.result(nil), remote = try ValueType.option(of: t.socketAddress)
    deny("start-bind", taking: [Borrow<Network>.type, t.socketAddress], done)
    deny("finish-bind", done)
    deny("stream", taking: [remote], try t.result(.tuple([Own<IncomingDatagramStream>.type, Own<OutgoingDatagramStream>.type])))
    for name in ["local-address", "remote-address"] { deny(name, try t.result(t.socketAddress)) }
    deny("address-family", try IPAddressFamily.type)
    deny("subscribe", Own<Pollable>.type)
    for (name, type) in [("unicast-hop-limit", ValueType.u8), ("receive-buffer-size", .u64), ("send-buffer-size", .u64)] {
      deny(name, try t.result(type))
      deny("set-\(name)", taking: [type], done)
    }

    let incoming = Borrow<IncomingDatagramStream>.type, outgoing = Borrow<OutgoingDatagramStream>.type
    let bytes = try ValueType.list(of: .u8)
    udp.deny(
      "[method]incoming-datagram-stream.receive", [incoming, .u64],
      try t.result(.list(of: .record([("data", bytes), ("remote-address", t.socketAddress)]))))
    udp.deny("[method]incoming-datagram-stream.subscribe", [incoming], Own<Pollable>.type)
    udp.deny("[method]outgoing-datagram-stream.check-send", [outgoing], try t.result(.u64))
    udp.deny(
      "[method]outgoing-datagram-stream.send", [outgoing, try .list(of: .record([("data", bytes), ("remote-address", remote)]))], try t.result(.u64))
    udp.deny("[method]outgoing-datagram-stream.subscribe", [outgoing], Own<Pollable>.type)
    return udp
  }
}

/// The types of `wasi:sockets/network`.
private struct SocketTypes {
  let address, socketAddress: ValueType

  init() throws(ComponentError) {
    let ipv4 = try ValueType.tuple(Array(repeating: .u8, count: 4)), ipv6 = try ValueType.tuple(Array(repeating: .u16, count: 8))
    address = try .variant([.init(name: "ipv4", type: ipv4), .init(name: "ipv6", type: ipv6)])
    socketAddress = try .variant([
      .init(name: "ipv4", type: .record([("port", .u16), ("address", ipv4)])),
      .init(name: "ipv6", type: .record([("port", .u16), ("flow-info", .u32), ("address", ipv6), ("scope-id", .u32)])),
    ])
  }

  func result(_ ok: ValueType?) throws(ComponentError) -> ValueType { try .result(ok: ok, error: NetworkErrorCode.type) }
}

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
  /// `wasi:sockets`: whatever would make a socket is answered with `access-denied`, so no function on sockets can be reached with a valid handle.
  func sockets() throws(ComponentError) -> [HostInterface] {
    var network = Self.interface("sockets/network")
    network.resource("network", Network.self)
    network.denyUnknown("operators have no access to the network")
    var instanceNetwork = Self.interface("sockets/instance-network")
    try instanceNetwork.function("instance-network") { () -> Own<Network> in Own(Network()) }

    var lookup = Self.interface("sockets/ip-name-lookup")
    lookup.resource("resolve-address-stream", ResolveAddressStream.self)
    try lookup.function("resolve-addresses", parameters: ["network", "name"]) {
      (_: Borrow<Network>, _: String) -> ComponentResult<Own<ResolveAddressStream>, NetworkErrorCode> in .error(.accessDenied)
    }
    lookup.denyUnknown("operators have no access to the network")

    var tcp = Self.interface("sockets/tcp")
    tcp.resource("tcp-socket", TCPSocket.self)
    tcp.denyUnknown("operators have no access to the network")
    var createTCP = Self.interface("sockets/tcp-create-socket")
    try createTCP.function("create-tcp-socket", parameters: ["address-family"]) {
      (_: IPAddressFamily) -> ComponentResult<Own<TCPSocket>, NetworkErrorCode> in .error(.accessDenied)
    }

    var udp = Self.interface("sockets/udp")
    udp.resource("udp-socket", UDPSocket.self)
    udp.uninhabitedResource("incoming-datagram-stream")
    udp.uninhabitedResource("outgoing-datagram-stream")
    udp.denyUnknown("operators have no access to the network")
    var createUDP = Self.interface("sockets/udp-create-socket")
    try createUDP.function("create-udp-socket", parameters: ["address-family"]) {
      (_: IPAddressFamily) -> ComponentResult<Own<UDPSocket>, NetworkErrorCode> in .error(.accessDenied)
    }
    return [network, instanceNetwork, lookup, tcp, createTCP, udp, createUDP]
  }
}

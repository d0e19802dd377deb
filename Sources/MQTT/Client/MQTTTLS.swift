/// How a connection is encrypted. Files are read again for each connection, so that certificates can be renewed.
public struct MQTTTLS: Hashable, Sendable {
  public var roots = Roots.system
  /// The client's certificate, and what leads from it to a root: the path of a PEM file.
  public var certificateChain: String?
  /// The path of a PEM file.
  public var privateKey: String?
  /// What to speak, in order of preference (ALPN), such as `mqtt`.
  public var applicationProtocols: [String] = []
  /// The name that the server's certificate must have, if it is not that of the address.
  public var serverName: String?
  public var verification = Verification.full

  public enum Roots: Hashable, Sendable {
    case system
    /// The path of a PEM file with one or more certificates.
    case file(String)
    case pem(String)
  }

  public enum Verification: Hashable, Sendable {
    case full
    /// Any name is accepted in a certificate that is trusted.
    case withoutName
    /// Anyone can read and change what is sent: for experiments only.
    case none
  }

  public init() {}
}

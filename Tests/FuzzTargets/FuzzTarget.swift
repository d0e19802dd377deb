/// What is fuzzed. Whatever the input, `run` returns: a crash, a hang or a failed precondition is a bug.
///
/// `make fuzz` mutates inputs; the tests run those that are kept in Fuzz/Corpus and Fuzz/Regressions.
public enum FuzzTarget: String, CaseIterable, Sendable {
  /// Decoding, validating, resolving the types of, and printing a component file.
  case decode
  /// Compiling and instantiating what decodes, and calling what it exports.
  case link
  /// Values of all types between a host and guests whose memory, core values and allocators are the input.
  case lift
  /// Parsing WIT.
  case wit
  /// Wrapping a core module as a component.
  case encode
  /// What an MQTT server sends: decoded, encoded again, and heard by a client's session.
  case mqtt

  public func run(_ input: [UInt8]) {
    switch self {
    case .decode: DecodeTarget.run(input)
    case .link: LinkTarget.run(input)
    case .lift: LiftTarget.run(input)
    case .wit: EncoderTargets.parse(input)
    case .encode: EncoderTargets.encode(input)
    case .mqtt: MQTTTarget.run(input)
    }
  }
}

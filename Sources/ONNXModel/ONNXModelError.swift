/// Why bytes could not be read as an ONNX model.
public struct ONNXModelError: Error, Sendable, Hashable {
  public struct Code: RawRepresentable, Sendable, Hashable {
    public var rawValue: String

    public init(rawValue: String) {
      self.rawValue = rawValue
    }

    /// There are no bytes.
    public static let empty = Code(rawValue: "empty")
    /// The bytes end before something that they announce.
    public static let truncated = Code(rawValue: "truncated")
    /// The bytes are not a protocol buffer message.
    public static let malformed = Code(rawValue: "malformed")
    /// A message that is not a model.
    public static let notAModel = Code(rawValue: "not-a-model")
    /// Messages are nested too deeply, or numbers are too large.
    public static let limitExceeded = Code(rawValue: "limit-exceeded")
  }

  public var code: Code
  /// Where in the file, in bytes from its beginning.
  public var offset: Int
  /// A full sentence.
  public var message: String

  public init(_ code: Code, at offset: Int, _ message: String) {
    self.code = code
    self.offset = offset
    self.message = message
  }
}

extension ONNXModelError: CustomStringConvertible {
  public var description: String { "\(message) (at byte \(offset))" }
}

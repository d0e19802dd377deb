/// Why a model could not be loaded or run.
public struct InferenceError: Error, Sendable, Hashable {
  /// The kinds of errors that wasi-nn tells apart; the raw values are its names (wasi:nn/errors).
  public struct Code: RawRepresentable, Sendable, Hashable {
    public var rawValue: String

    public init(rawValue: String) {
      self.rawValue = rawValue
    }

    /// The caller passed something the model does not take.
    public static let invalidArgument = Code(rawValue: "invalid-argument")
    /// The bytes are not a valid ONNX model.
    public static let invalidEncoding = Code(rawValue: "invalid-encoding")
    /// The deadline passed.
    public static let timeout = Code(rawValue: "timeout")
    /// ONNX Runtime failed.
    public static let runtimeError = Code(rawValue: "runtime-error")
    /// A valid request that this runtime cannot serve: an unknown operator, a newer ONNX version, external weights.
    public static let unsupportedOperation = Code(rawValue: "unsupported-operation")
    /// The model or the memory it needs exceeds a limit.
    public static let tooLarge = Code(rawValue: "too-large")
    public static let notFound = Code(rawValue: "not-found")
    public static let security = Code(rawValue: "security")
    public static let unknown = Code(rawValue: "unknown")
  }

  public var code: Code
  /// A full sentence: what was expected, what was found, and ONNX Runtime's own text where it is the source.
  public var message: String

  public init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }
}

extension InferenceError: CustomStringConvertible {
  public var description: String { "\(code.rawValue): \(message)" }
}

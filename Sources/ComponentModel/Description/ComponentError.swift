/// Why a component could not be decoded, linked or called.
///
/// `message` is a full sentence for people; `code` is what programs switch on. The set of codes is open.
public struct ComponentError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A stable, lower-kebab-case identifier of the kind of failure.
  public struct Code: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
    public var description: String { rawValue }

    /// The bytes are not a well-formed component.
    public static let malformed = Code(rawValue: "malformed")
    /// The component is well-formed but uses a feature that Millrace does not run.
    public static let unsupported = Code(rawValue: "unsupported")
    /// The file is something else: a core module, text, an image, nothing at all.
    public static let notAComponent = Code(rawValue: "not-a-component")
    /// The component asks for more than a documented limit (nesting, type size).
    public static let limitExceeded = Code(rawValue: "limit-exceeded")
    /// What is offered has another type than what is asked for.
    public static let typeMismatch = Code(rawValue: "type-mismatch")
    /// The component imports something that nobody provides.
    public static let missingImport = Code(rawValue: "missing-import")
    /// The component lacks an export that its user needs.
    public static let missingExport = Code(rawValue: "missing-export")
    /// The component could not be linked or instantiated.
    public static let linking = Code(rawValue: "linking")
    /// The guest trapped; its instance must be discarded.
    public static let trap = Code(rawValue: "trap")
    /// A value that crossed the boundary broke a rule of the canonical ABI.
    public static let canonicalABI = Code(rawValue: "canonical-abi")
  }

  public var code: Code
  /// Where in the file, counted in bytes from its start; nil where no place in the file is to blame.
  public var byteOffset: Int?
  public var message: String

  public init(_ code: Code, at byteOffset: Int? = nil, _ message: String) {
    self.code = code
    self.byteOffset = byteOffset
    self.message = message
  }

  /// The message, followed by the byte offset where there is one.
  public var description: String {
    guard let byteOffset else { return message }
    return "\(message) (at byte \(byteOffset))"
  }
}

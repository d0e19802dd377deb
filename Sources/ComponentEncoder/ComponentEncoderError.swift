/// Why a core module could not become a component, or why a WIT text could not be read.
public struct ComponentEncoderError: Error, Sendable, Hashable {
  /// The kind of the problem. The set is open: later versions may add codes.
  public struct Code: Sendable, Hashable, CustomStringConvertible {
    public let description: String

    /// The WIT text breaks WIT's grammar or refers to something that does not exist.
    public static let invalidWIT = Code(description: "invalid-wit")
    /// The WIT text is valid but uses a feature outside the supported subset.
    public static let unsupportedWIT = Code(description: "unsupported-wit")
    /// The bytes are not a well-formed core module.
    public static let malformedModule = Code(description: "malformed-module")
    /// The bytes are a component already.
    public static let alreadyComponent = Code(description: "already-component")
    /// The core module imports something that a component cannot pass in.
    public static let unsupportedImport = Code(description: "unsupported-import")
    /// An import or export names an interface that no WIT text declares.
    public static let unknownInterface = Code(description: "unknown-interface")
    /// An import or export names a function that its interface does not have.
    public static let unknownFunction = Code(description: "unknown-function")
    /// A core function's type differs from what the canonical ABI gives for its WIT type.
    public static let typeMismatch = Code(description: "type-mismatch")
    /// The core module lacks an export that it needs: a function of an interface, `memory`, `cabi_realloc`.
    public static let missingExport = Code(description: "missing-export")
    /// The core module exports something that this encoder does not encode.
    public static let unsupportedExport = Code(description: "unsupported-export")
  }

  /// Where the problem is.
  public enum Location: Sendable, Hashable, CustomStringConvertible {
    /// A place in a WIT text; line and column count from 1.
    case source(file: String, line: Int, column: Int)
    /// An offset into the core module's bytes.
    case byte(offset: Int)

    public var description: String {
      switch self {
      case .source(let file, let line, let column): "\(file):\(line):\(column)"
      case .byte(let offset): "byte \(offset)"
      }
    }
  }

  public let code: Code
  public let location: Location?
  /// One or two sentences: what was found, what was expected, and how to fix it.
  public let message: String

  init(_ code: Code, _ message: String, at location: Location? = nil) {
    self.code = code
    self.location = location
    self.message = message
  }
}

extension ComponentEncoderError: CustomStringConvertible {
  /// `location: message`, as compilers print it.
  public var description: String {
    location.map { "\($0): \(message)" } ?? message
  }
}

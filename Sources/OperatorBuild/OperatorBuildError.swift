/// Why operator modules could not be built.
public struct OperatorBuildError: Error, Sendable, Hashable {
  /// The kind of the problem. The set is open: later versions may add codes.
  public struct Code: Sendable, Hashable, CustomStringConvertible {
    public let description: String

    /// The path leads nowhere, or to something that is neither a guest package nor a module's folder.
    public static let notAPackage = Code(description: "not-a-package")
    /// A `module.json` is missing, unreadable or wrong.
    public static let invalidModule = Code(description: "invalid-module")
    /// The model file cannot be embedded.
    public static let invalidModel = Code(description: "invalid-model")
    /// The labels file cannot be embedded.
    public static let invalidLabels = Code(description: "invalid-labels")
    /// There is no `swift` to build with.
    public static let noToolchain = Code(description: "no-toolchain")
    /// The compiler or linker failed.
    public static let buildFailed = Code(description: "build-failed")
    /// The build was stopped by a signal.
    public static let interrupted = Code(description: "interrupted")
    /// The built core module cannot be wrapped as a component.
    public static let notEncodable = Code(description: "not-encodable")
    /// A file or folder could not be read or written.
    public static let fileAccess = Code(description: "file-access")
  }

  public let code: Code
  /// The file or folder that the problem is about.
  public let path: String?
  /// What was found, what was expected, and how to fix it.
  public let message: String

  init(_ code: Code, _ message: String, path: String? = nil) {
    self.code = code
    self.path = path
    self.message = message
  }
}

extension OperatorBuildError: CustomStringConvertible {
  /// `path: message`, as compilers print it.
  public var description: String {
    path.map { "\($0): \(message)" } ?? message
  }
}

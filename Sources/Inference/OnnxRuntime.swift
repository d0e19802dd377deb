import COnnxRuntime

/// The library's function table, once its version has been checked.
struct OnnxRuntime: @unchecked Sendable {  // The table is constant.
  let api: UnsafePointer<OrtApi>

  /// The version of the library in use, as in "1.32.0".
  static let version = OrtGetApiBase().pointee.GetVersionString().map { String(cString: $0) } ?? "of no version"

  /// The table of the library in use; an error if the library is not the one that the declarations describe.
  static func load() throws(InferenceError) -> OnnxRuntime { try loaded.get() }

  private static let loaded: Result<OnnxRuntime, InferenceError> = {
    guard isSupported(version: version), let api = OrtGetApiBase().pointee.GetApi(UInt32(MILLRACE_ORT_API_VERSION)) else {
      return .failure(
        InferenceError(
          .runtimeError,
          "Millrace needs ONNX Runtime \(MILLRACE_ORT_VERSION_PREFIX)x, but libonnxruntime is \(version): put the right one in its place (`make setup`)."))
    }
    return .success(OnnxRuntime(api: api))
  }()

  static func isSupported(version: String) -> Bool { version.hasPrefix(MILLRACE_ORT_VERSION_PREFIX) }

  /// Throws if `result` is an error, and releases it.
  func check(_ result: OrtResult?, during activity: InferenceError.Activity) throws(InferenceError) {
    guard let status = result else { return }
    defer { api.pointee.ReleaseStatus(status) }
    let text = api.pointee.GetErrorMessage(status).map { String(cString: $0) } ?? "no message"
    throw InferenceError(api.pointee.GetErrorCode(status), trimmed(text), during: activity)
  }

  /// The handle that `create` makes, to be released with `release`.
  func make(
    during activity: InferenceError.Activity, releasedBy release: @escaping Handle.Release,
    _ create: (UnsafeMutablePointer<OpaquePointer?>) -> OrtResult?
  ) throws(InferenceError) -> Handle {
    var pointer: OpaquePointer?
    try check(create(&pointer), during: activity)
    guard let pointer else { throw InferenceError(.runtimeError, "ONNX Runtime answered without a result.") }
    return Handle(pointer: pointer, release: release)
  }

  /// The allocator of plain memory, which lives as long as the process.
  func allocator() throws(InferenceError) -> OpaquePointer {
    var allocator: OpaquePointer?
    try check(api.pointee.GetAllocatorWithDefaultOptions(&allocator), during: .setUp)
    guard let allocator else { throw InferenceError(.runtimeError, "ONNX Runtime has no allocator.") }
    return allocator
  }

  /// A model chooses names that come back in error texts, so their length has to be bounded.
  private func trimmed(_ text: String) -> String {
    let line = text.drop(while: \.isWhitespace).prefix(2000)
    return String(line.lastIndex { !$0.isWhitespace }.map { line[...$0] } ?? line)
  }
}

/// An object of ONNX Runtime's with one owner.
struct Handle: ~Copyable, @unchecked Sendable {  // Its objects may be used and released on any thread.
  typealias Release = @convention(c) (OpaquePointer?) -> Void

  let pointer: OpaquePointer
  private let release: Release

  init(pointer: OpaquePointer, release: @escaping Release) {
    self.pointer = pointer
    self.release = release
  }

  deinit { release(pointer) }
}

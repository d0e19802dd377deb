import COnnxRuntime

/// The floor of everything that runs models: ONNX Runtime's `Run` and nothing else, with the options of Millrace's sessions.
///
/// May be run from several threads at once.
final class RawInference: @unchecked Sendable {  // The pointers are only ever read.
  private let api: UnsafePointer<OrtApi>
  private let session: OpaquePointer
  private let input: OpaquePointer
  private let inputName: UnsafeMutablePointer<CChar>, outputName: UnsafeMutablePointer<CChar>

  /// Millrace's environment has to be there, because its arena serves this session too: load the model in Millrace first.
  init(model: [UInt8], dimensions: [Int64], values: [Float]) throws {
    guard let api = OrtGetApiBase().pointee.GetApi(UInt32(MILLRACE_ORT_API_VERSION)) else { throw Failure("ONNX Runtime is of another version") }
    self.api = api
    func check(_ status: OpaquePointer?) throws {
      guard let status else { return }
      throw Failure("ONNX Runtime: \(api.pointee.GetErrorMessage(status).map { String(cString: $0) } ?? "")")
    }
    func make(_ body: (UnsafeMutablePointer<OpaquePointer?>) -> OpaquePointer?) throws -> OpaquePointer {
      var made: OpaquePointer?
      try check(body(&made))
      guard let made else { throw Failure("ONNX Runtime made nothing") }
      return made
    }
    // The process has one environment, whoever asks for it.
    let environment = try make { api.pointee.CreateEnvWithCustomLogger({ _, _, _, _, _, _ in }, nil, OrtLoggingLevel(ORT_LOGGING_LEVEL_WARNING), "floor", $0) }
    let options = try make { api.pointee.CreateSessionOptions($0) }
    try check(api.pointee.SetSessionExecutionMode(options, OrtExecutionMode(ORT_SEQUENTIAL)))
    try check(api.pointee.SetIntraOpNumThreads(options, 1))
    try check(api.pointee.SetSessionGraphOptimizationLevel(options, OrtGraphOptimizationLevel(ORT_ENABLE_ALL)))
    for (key, value) in [("session.intra_op.allow_spinning", "0"), ("session.use_env_allocators", "1")] {
      try check(api.pointee.AddSessionConfigEntry(options, key, value))
    }
    let session = try make { out in model.withUnsafeBytes { api.pointee.CreateSessionFromArray(environment, $0.baseAddress, $0.count, options, out) } }
    api.pointee.ReleaseSessionOptions(options)
    self.session = session

    var allocator: OpaquePointer?
    try check(api.pointee.GetAllocatorWithDefaultOptions(&allocator))
    func name(_ get: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> OpaquePointer?) throws -> UnsafeMutablePointer<CChar> {
      var name: UnsafeMutablePointer<CChar>?
      try check(get(&name))
      guard let name else { throw Failure("the model's input or output has no name") }
      return name
    }
    inputName = try name { api.pointee.SessionGetInputName(session, 0, allocator, $0) }
    outputName = try name { api.pointee.SessionGetOutputName(session, 0, allocator, $0) }
    input = try make { api.pointee.CreateTensorAsOrtValue(allocator, dimensions, dimensions.count, 1, $0) }
    var data: UnsafeMutableRawPointer?
    try check(api.pointee.GetTensorMutableData(input, &data))
    guard let data, dimensions.reduce(1, *) == values.count else { throw Failure("the model's input does not have \(values.count) numbers") }
    values.withUnsafeBytes { data.copyMemory(from: $0.baseAddress!, byteCount: $0.count) }
  }

  deinit {
    api.pointee.ReleaseValue(input)
    api.pointee.ReleaseSession(session)
  }

  /// Runs the model on the tensor that is there; the output is ONNX Runtime's own.
  func run(_ count: Int) throws {
    let inputs: [OpaquePointer?] = [input]
    let inputNames: [UnsafePointer<CChar>?] = [UnsafePointer(inputName)], outputNames: [UnsafePointer<CChar>?] = [UnsafePointer(outputName)]
    for _ in 0..<count {
      var outputs: [OpaquePointer?] = [nil]
      guard api.pointee.Run(session, nil, inputNames, inputs, 1, outputNames, 1, &outputs) == nil else { throw Failure("Run failed") }
      api.pointee.ReleaseValue(outputs[0])
    }
  }
}

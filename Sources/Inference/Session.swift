import COnnxRuntime

/// A model, ready to run.
///
/// Made by a ``SessionCache``. May be run from any number of threads at once: runs do not disturb each other.
public final class Session: Sendable {
  /// What the model takes: every one has to be given to ``run(_:deadline:)``.
  public let inputs: [TensorSignature]
  /// What the model answers with: its outputs in the model's order, without ``omittedOutputs``.
  public let outputs: [TensorSignature]
  /// The names of outputs that are not tensors of numbers (sequences, maps, strings) and therefore left out of the answer.
  public let omittedOutputs: [String]
  /// The SHA-256 of the model, in hexadecimal digits.
  public let digest: String

  let runtime: OnnxRuntime
  let handle: Handle
  let inputIndices: [String: Int]
  let inputNames: CStrings
  let outputNames: CStrings

  init(model: RawSpan, digest: String, options: SessionOptions, deadline: ContinuousClock.Instant?) throws(InferenceError) {
    runtime = try OnnxRuntime.load()
    if model.byteCount > SessionCache.advisedModelBytes {
      InferenceEnvironment.shared.log(
        .warning, "The model \(digest) has \(model.byteCount) bytes: at most \(SessionCache.advisedModelBytes) are advised.")
    }
    handle = try Self.load(model, options, deadline, runtime)
    let signature = try ModelSignature(of: handle, runtime)
    self.digest = digest
    inputs = signature.inputs
    outputs = signature.outputs
    omittedOutputs = signature.omittedOutputs
    inputIndices = Dictionary(inputs.enumerated().map { ($1.name, $0) }) { first, _ in first }
    inputNames = CStrings(inputs.map(\.name))
    outputNames = CStrings(outputs.map(\.name))
  }

  private static func load(
    _ model: RawSpan, _ options: SessionOptions, _ deadline: ContinuousClock.Instant?, _ runtime: OnnxRuntime
  ) throws(InferenceError) -> Handle {
    let api = runtime.api
    let environment = try InferenceEnvironment.shared.pointer(runtime)
    let options = try options.make(runtime)
    defer { extendLifetime(options) }
    let optionsPointer = options.pointer
    var session: OpaquePointer?
    try Watchdog.shared.call(runtime, during: .load, deadline) {
      model.withUnsafeBytes { api.pointee.CreateSessionFromArray(environment, $0.baseAddress, $0.count, optionsPointer, &session) }
    } interrupt: {
      _ = api.pointee.SessionOptionsSetLoadCancellationFlag(optionsPointer, true)
    }
    guard let session else { throw InferenceError(.runtimeError, "ONNX Runtime answered without a session.") }
    return Handle(pointer: session, release: api.pointee.ReleaseSession)
  }
}

import COnnxRuntime

extension InferenceError {
  /// What ONNX Runtime was asked to do, which decides what its error codes mean.
  enum Activity {
    case setUp, load, run
  }

  /// An error that ONNX Runtime reported.
  ///
  /// Its codes are coarse: an unknown operator comes as "fail" or "invalid graph", a model of a newer ONNX as "fail". The texts,
  /// which belong to the pinned version of the library, tell them apart.
  init(_ ortCode: OrtErrorCode, _ text: String, during activity: Activity) {
    let (code, explanation) =
      switch activity {
      case .setUp: (Code.runtimeError, "ONNX Runtime could not be set up")
      case .load: Self.loadError(Int(ortCode), text)
      case .run: Self.runError(Int(ortCode), text)
      }
    self.init(code, "\(explanation): \(text)")
  }

  private static func loadError(_ ortCode: Int, _ text: String) -> (Code, String) {
    func mentions(_ phrases: String...) -> Bool { phrases.contains { text.contains($0) } }

    if mentions("External data path", "external data", "in-memory address", "model_path must not be empty") {
      return (.unsupportedOperation, "The model keeps weights in other files: export it with its weights inside. ONNX Runtime says")
    }
    if ortCode == ORT_NOT_IMPLEMENTED
      || mentions(
        "No Op registered for", "is not a registered function/op", "Unsupported model IR version", "only *guarantees* support for models stamped with")
    {
      return (.unsupportedOperation, "This version of ONNX Runtime cannot run the model")
    }
    if isOutOfMemory(text) { return (.tooLarge, "The model needs more memory than it may have") }
    if [ORT_INVALID_PROTOBUF, ORT_INVALID_GRAPH, ORT_INVALID_ARGUMENT].contains(ortCode)
      || mentions(
        "invalid model", "Type Error:", "InferenceError]", "Missing model IR version", "which version of the ONNX OperatorSet", "Graph ctor should have")
    {
      return (.invalidEncoding, "The model is not a valid ONNX model")
    }
    return (.runtimeError, "ONNX Runtime could not load the model")
  }

  private static func runError(_ ortCode: Int, _ text: String) -> (Code, String) {
    if isOutOfMemory(text) { return (.tooLarge, "The inference needs more memory than it may have") }
    return switch ortCode {
    case ORT_INVALID_ARGUMENT: (.invalidArgument, "ONNX Runtime refused the inputs")
    case ORT_NOT_IMPLEMENTED: (.unsupportedOperation, "This version of ONNX Runtime cannot run the model")
    default: (.runtimeError, "ONNX Runtime could not run the model")
    }
  }

  private static func isOutOfMemory(_ text: String) -> Bool {
    ["Available memory of", "Failed to allocate memory", "bad_alloc", "bad allocation"].contains { text.contains($0) }
  }
}

import COnnxRuntime

/// How a model is run. Models of the same bytes and the same options share a session.
public struct SessionOptions: Sendable, Hashable {
  /// Threads that work on one operator of the model, the caller's included. 1 by default: streams scale by workers, not by threads. At most 256.
  public var threads: Int
  /// Whether those threads spin while they wait: a little faster, at the price of whole cores.
  public var spinning: Bool
  /// Results may differ in the last bits between levels, so the level belongs to what makes an output reproducible.
  public var optimization: Optimization
  /// A larger model is refused with ``InferenceError/Code/tooLarge``.
  public var maximumModelBytes: Int

  public enum Optimization: Sendable, Hashable, CaseIterable {
    case none, basic, extended, full
  }

  public init(threads: Int = 1, spinning: Bool = false, optimization: Optimization = .full, maximumModelBytes: Int = 256 << 20) {
    self.threads = threads
    self.spinning = spinning
    self.optimization = optimization
    self.maximumModelBytes = maximumModelBytes
  }

  /// The same as ONNX Runtime's object.
  func make(_ runtime: OnnxRuntime) throws(InferenceError) -> Handle {
    let api = runtime.api
    let options = try runtime.make(during: .setUp, releasedBy: api.pointee.ReleaseSessionOptions) { api.pointee.CreateSessionOptions($0) }
    try runtime.check(api.pointee.SetSessionExecutionMode(options.pointer, OrtExecutionMode(ORT_SEQUENTIAL)), during: .setUp)
    try runtime.check(api.pointee.SetIntraOpNumThreads(options.pointer, Int32(max(1, min(threads, 256)))), during: .setUp)
    try runtime.check(api.pointee.SetSessionGraphOptimizationLevel(options.pointer, optimization.level), during: .setUp)
    let entries = [
      "session.intra_op.allow_spinning": spinning ? "1" : "0",
      "session.use_env_allocators": "1",
      // A model comes from a sandboxed module. ONNX Runtime would look up external weights in the working directory, and
      // would take its own binary format for a model: the first gets a folder that cannot exist, the second is refused.
      "session.model_external_initializers_file_folder_path": "/dev/null/none",
      "session.load_model_format": "ONNX",
      // What only depends on constants is computed while loading, outside the arena: no more than weights of a size that can be embedded.
      "optimization.constant_folding_max_output_size_in_bytes": "\(64 << 20)",
    ]
    for (key, value) in entries {
      try runtime.check(api.pointee.AddSessionConfigEntry(options.pointer, key, value), during: .setUp)
    }
    return options
  }
}

extension SessionOptions.Optimization {
  fileprivate var level: OrtGraphOptimizationLevel {
    switch self {
    case .none: OrtGraphOptimizationLevel(ORT_DISABLE_ALL)
    case .basic: OrtGraphOptimizationLevel(ORT_ENABLE_BASIC)
    case .extended: OrtGraphOptimizationLevel(ORT_ENABLE_EXTENDED)
    case .full: OrtGraphOptimizationLevel(ORT_ENABLE_ALL)
    }
  }
}

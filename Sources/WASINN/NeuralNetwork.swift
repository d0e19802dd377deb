internal import ComponentModel
public import Inference

/// What wasi-nn offers to one component instance: models from bytes, run on the CPU in this process.
///
/// Implements `wasi:nn@0.2.0-rc-2024-10-28` and the two versions before it. Errors carry a true code and ONNX Runtime's own text.
/// Belongs to the worker of its instance.
public final class NeuralNetwork {
  /// The versions of `wasi:nn`. Pre-releases are compatible with nothing but themselves.
  enum Version: String, CaseIterable {
    case june2024 = "0.2.0-rc-2024-06-25"
    case august2024 = "0.2.0-rc-2024-08-19"
    case october2024 = "0.2.0-rc-2024-10-28"

    /// Guests may make errors.
    var hasErrorConstructor: Bool { self == .june2024 }
    /// `compute` takes and returns the tensors; before, they were set and got one by one.
    var hasNamedTensors: Bool { self == .october2024 }
  }

  public struct Configuration: Sendable {
    public var sessions: SessionCache
    public var options: SessionOptions
    /// How long one run of a model may take; nil means no limit of its own.
    public var runLimit: Duration?
    /// How long loading a model may take; nil means no limit.
    public var loadLimit: Duration?
    /// The most bytes that one tensor may have, and four times as many all tensors that one instance holds.
    public var maximumTensorBytes: Int

    public init(
      sessions: SessionCache, options: SessionOptions = SessionOptions(), runLimit: Duration? = .seconds(30), loadLimit: Duration? = .seconds(60),
      maximumTensorBytes: Int = 256 << 20
    ) {
      self.sessions = sessions
      self.options = options
      self.runLimit = runLimit
      self.loadLimit = loadLimit
      self.maximumTensorBytes = maximumTensorBytes
    }
  }

  public let configuration: Configuration
  /// Since the last `takeTiming()`.
  private var timing = InferenceTiming()
  /// How long loading models has taken.
  public private(set) var loadNanoseconds: UInt64 = 0
  /// The models loaded by the instance.
  public private(set) var sessions: [Session] = []
  private let usage = TensorUsage()
  private let note: (String) -> Void
  private var hasNotedTarget = false

  /// `note` hears what a user should know and no error says, such as a GPU asked for in vain.
  public init(_ configuration: Configuration, note: @escaping (String) -> Void = { _ in }) {
    self.configuration = configuration
    self.note = note
  }

  /// What was measured since the last call.
  public func takeTiming() -> InferenceTiming {
    defer { timing = InferenceTiming() }
    return timing
  }

  typealias Failable<T: ResultSide> = ComponentResult<T, Own<ErrorResource>>

  // MARK: graph

  func load(_ builders: [GuestBytes], _ encoding: GraphEncoding, _ target: ExecutionTarget) -> Failable<Own<GraphResource>> {
    let start = monotonicNanoseconds()
    defer { loadNanoseconds += monotonicNanoseconds() - start }
    return Self.result { () throws(InferenceError) in
      guard encoding == .onnx || encoding == .autodetect else {
        throw InferenceError(.invalidEncoding, "The model's encoding is \(encoding); only onnx is supported.")
      }
      guard builders.count == 1 else {
        throw InferenceError(.invalidArgument, "An ONNX model is one byte array, but \(builders.count) were given.")
      }
      if target != .cpu, !hasNotedTarget {
        hasNotedTarget = true
        note("the operator asked for execution target \(target); models run on the CPU")
      }
      let session = try builders[0].withSpan { (bytes) throws(InferenceError) in
        try configuration.sessions.session(for: bytes, options: configuration.options, deadline: configuration.loadLimit.map { ContinuousClock.now + $0 })
      }
      if !sessions.contains(where: { $0 === session }) { sessions.append(session) }
      return Own(GraphResource(session))
    }
  }

  func loadByName(_ name: String) -> Failable<Own<GraphResource>> {
    .error(Own(ErrorResource(InferenceError(.notFound, "There is no model named \"\(name)\": models travel inside the operators; use load."))))
  }

  // MARK: tensor

  /// A constructor has no error result, so a tensor that cannot be ends the call.
  func makeTensor(_ dimensions: [UInt32], _ type: TensorType, _ data: GuestBytes) throws(InferenceError) -> Own<TensorResource> {
    guard data.count <= configuration.maximumTensorBytes else {
      throw InferenceError(.tooLarge, "The tensor has \(data.count) bytes, but at most \(configuration.maximumTensorBytes) are allowed.")
    }
    try checkUsage(adding: data.count)
    let start = monotonicNanoseconds()
    defer { timing.copyIn += monotonicNanoseconds() - start }
    return try data.withSpan { (bytes) throws(InferenceError) in
      Own(TensorResource(try Tensor(type.elementType, dimensions: dimensions.map(Int.init), bytes: bytes), usage))
    }
  }

  /// Throws if the instance holds too many tensors for `count` more bytes.
  private func checkUsage(adding count: Int) throws(InferenceError) {
    let limit = 4 * configuration.maximumTensorBytes
    guard usage.bytes + count <= limit else {
      throw InferenceError(.tooLarge, "The operator holds tensors of \(usage.bytes) bytes, and \(count) more would exceed \(limit): drop those that are done with.")
    }
  }

  // MARK: inference

  func compute(_ context: ContextResource, _ inputs: [Pair<String, Own<TensorResource>>]) -> Failable<[Pair<String, Own<TensorResource>>]> {
    Self.result { () throws(InferenceError) in
      try run(context.session, inputs.map { NamedTensor($0.first, $0.second.resource.tensor) }).map { Pair($0.name, Own($0.tensor)) }
    }
  }

  private func run(_ session: Session, _ inputs: [NamedTensor]) throws(InferenceError) -> [(name: String, tensor: TensorResource)] {
    let start = monotonicNanoseconds()
    defer {
      timing.infer += monotonicNanoseconds() - start
      timing.runs += 1
    }
    try checkUsage(adding: 0)
    let deadline = configuration.runLimit.map { ContinuousClock.now + $0 }
    let outputs = try session.run(inputs, deadline: deadline)
    for output in outputs where TensorType(output.tensor.elementType) == nil {
      throw InferenceError(.unsupportedOperation, "The model's output \"\(output.name)\" is of type \(output.tensor.elementType), which wasi-nn cannot express.")
    }
    return outputs.map { ($0.name, TensorResource($0.tensor, usage)) }
  }

  // MARK: inference, where a context holds the tensors

  func setInput(_ context: ContextResource, _ name: String, _ tensor: TensorResource) -> Failable<NoValue> {
    Self.result { () throws(InferenceError) in
      context.inputs[try context.session.index(ofInput: name)] = tensor
      return NoValue()
    }
  }

  func compute(_ context: ContextResource) -> Failable<NoValue> {
    context.outputs = nil
    return Self.result { () throws(InferenceError) in
      context.outputs = try run(context.session, context.inputs.map { NamedTensor(context.session.inputs[$0].name, $1.tensor) })
      return NoValue()
    }
  }

  /// `name` is a name or an index, as with inputs.
  func output(_ context: ContextResource, _ name: String) -> Failable<Own<TensorResource>> {
    Self.result { () throws(InferenceError) in
      guard let outputs = context.outputs else { throw InferenceError(.invalidArgument, "There is no output yet: compute comes first.") }
      let index = outputs.firstIndex { $0.name == name } ?? Int(name).flatMap { outputs.indices.contains($0) ? $0 : nil }
      guard let index else {
        throw InferenceError(.invalidArgument, "Unknown output \"\(name.prefix(200))\": the model returns \(outputs.map(\.name).joined(separator: ", ")).")
      }
      return Own(outputs[index].tensor)
    }
  }

  /// Wraps the data so that its copying is timed.
  func data(_ tensor: Tensor) -> TensorData { TensorData(tensor: tensor, network: self) }

  func addCopyOut(_ nanoseconds: UInt64) { timing.copyOut += nanoseconds }

  private static func result<T: ResultSide>(_ body: () throws(InferenceError) -> T) -> Failable<T> {
    do throws(InferenceError) {
      return .ok(try body())
    } catch {
      return .error(Own(ErrorResource(error)))
    }
  }
}

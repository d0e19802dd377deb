internal import ComponentModel
internal import Inference

/// `wasi:nn/tensor.tensor`. An input's bytes were copied out of the guest once; an output's are ONNX Runtime's own.
final class TensorResource: HostResource {
  static let resourceType = ResourceType(name: "tensor")
  let tensor: Tensor
  private let usage: TensorUsage

  init(_ tensor: Tensor, _ usage: TensorUsage) {
    self.tensor = tensor
    self.usage = usage
    usage.bytes += tensor.byteCount
  }

  deinit { usage.bytes -= tensor.byteCount }
}

/// How many bytes of tensors one instance holds: they are the host's memory, which the limit on the guest's own does not bound.
final class TensorUsage {
  var bytes = 0
}

/// `wasi:nn/graph.graph`: a model, which all who load the same bytes share.
final class GraphResource: HostResource {
  static let resourceType = ResourceType(name: "graph")
  let session: Session
  init(_ session: Session) { self.session = session }
}

/// `wasi:nn/inference.graph-execution-context`. It keeps its model alive even when the guest drops the graph first.
final class ContextResource: HostResource {
  static let resourceType = ResourceType(name: "graph-execution-context")
  let session: Session
  /// What was set and what came out, in the versions of wasi-nn where a context holds both. Inputs are by index and stay set.
  var inputs: [Int: TensorResource] = [:]
  var outputs: [(name: String, tensor: TensorResource)]?
  init(_ session: Session) { self.session = session }
}

/// `wasi:nn/errors.error`.
final class ErrorResource: HostResource {
  static let resourceType = ResourceType(name: "error")
  let error: InferenceError
  init(_ error: InferenceError) { self.error = error }
}

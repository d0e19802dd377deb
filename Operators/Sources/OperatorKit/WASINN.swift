import COperatorKit

/// Machine learning through the host: `wasi:nn@0.2.0-rc-2024-10-28`.
///
///     let graph = try WASINN.Graph(model, encoding: .onnx)
///     let context = try graph.makeExecutionContext()
///     let outputs = try context.compute([("input", WASINN.Tensor([1, 3, 224, 224], .fp32, pixels))])
public enum WASINN {
  public enum Encoding: UInt32 {
    case openvino, onnx, tensorflow, pytorch, tensorflowlite, ggml, autodetect
  }
  public enum ExecutionTarget: UInt32 {
    case cpu, gpu, tpu
  }
  public enum ElementType: UInt32 {
    case fp16, fp32, fp64, bf16, u8, i32, i64
  }

  /// An error of the host's: its kind, and what the backend says.
  public struct Failure: Error, CustomStringConvertible {
    public enum Code: UInt32, Sendable {
      case invalidArgument, invalidEncoding, timeout, runtimeError, unsupportedOperation, tooLarge, notFound, security, unknown
    }
    public var code: Code
    public var message: String
    public var description: String { "\(code.name): \(message)" }

    /// Takes over an error handle.
    init(handle: UInt32) {
      code = Code(rawValue: host_nn_error_code(handle)) ?? .unknown
      message = withResult(of: 8) { result in
        host_nn_error_data(handle, result)
        return String.lift(result)
      }
      host_nn_error_drop(handle)
    }
  }

  /// A model that the host has loaded.
  public final class Graph {
    private let handle: UInt32

    /// Loads a model from bytes, which stay where they are: no copy is made in the module's memory.
    public init(_ model: UnsafeRawBufferPointer, encoding: Encoding, target: ExecutionTarget = .cpu) throws(Failure) {
      var builder = (base: model.baseAddress, count: model.count)
      handle = try resource { host_nn_load(&builder, 1, encoding.rawValue, target.rawValue, $0) }
    }

    /// Loads a model that the host knows by name.
    public init(named name: String) throws(Failure) {
      var name = name
      handle = try resource { result in name.withUTF8 { host_nn_load_by_name($0.baseAddress, $0.count, result) } }
    }

    deinit { host_nn_graph_drop(handle) }

    /// A context that may outlive the graph.
    public func makeExecutionContext() throws(Failure) -> ExecutionContext {
      ExecutionContext(handle: try resource { host_nn_init_execution_context(handle, $0) })
    }
  }

  /// Where a model is run.
  public final class ExecutionContext {
    private let handle: UInt32

    fileprivate init(handle: UInt32) { self.handle = handle }
    deinit { host_nn_context_drop(handle) }

    /// Runs the model and returns its outputs, named, in the model's order. The inputs are used up.
    public func compute(_ inputs: [(name: String, tensor: Tensor)]) throws(Failure) -> [(name: String, tensor: Tensor)] {
      let outcome: Result<[Pair<String, Tensor>], Failure> = withResult(of: 16) { result in
        Outgoing.during {
          inputs.map { Pair($0.name, $0.tensor) }.lower(result)
          host_nn_compute(handle, result.load(as: UnsafeRawPointer?.self), inputs.count, result)
        }
        return Bool.lift(result) ? .failure(Failure(handle: UInt32.lift(result + 4))) : .success(.lift(result + 4))
      }
      return try outcome.get().map { (name: $0.first, tensor: $0.second) }
    }
  }

  /// Numbers of one type in one or more dimensions, held by the host.
  public final class Tensor: WITValue {
    private static let none = UInt32.max
    private var handle: UInt32

    private init(handle: UInt32) { self.handle = handle }
    deinit {
      if handle != Tensor.none { host_nn_tensor_drop(handle) }
    }

    /// Copies elements in row-major order to the host; `data` is free to be reused afterwards.
    public init(_ dimensions: [UInt32], _ type: ElementType, _ data: UnsafeRawBufferPointer) {
      handle = dimensions.withUnsafeBufferPointer {
        host_nn_tensor($0.baseAddress, $0.count, type.rawValue, data.baseAddress, data.count)
      }
    }

    public var dimensions: [UInt32] {
      withResult(of: 8) { result in
        host_nn_tensor_dimensions(handle, result)
        return .lift(result)
      }
    }

    public var type: ElementType? { ElementType(rawValue: host_nn_tensor_type(handle)) }

    /// A copy of the elements.
    public func read() -> Bytes {
      withResult(of: 8) { result in
        host_nn_tensor_data(handle, result)
        return .lift(result)
      }
    }

    static var abiSize: Int { 4 }
    static var abiAlignment: Int { 4 }
    static func lift(_ memory: UnsafeMutableRawPointer) -> Tensor { Tensor(handle: UInt32.lift(memory)) }
    func lower(_ memory: UnsafeMutableRawPointer) {
      handle.lower(memory)
      handle = Tensor.none
    }
  }

  /// Calls the host and lifts `result<own<resource>, own<error>>`.
  private static func resource(_ call: (UnsafeMutableRawPointer) -> Void) throws(Failure) -> UInt32 {
    let outcome: Result<UInt32, Failure> = withResult(of: 8) { result in
      call(result)
      let handle = UInt32.lift(result + 4)
      return Bool.lift(result) ? .failure(Failure(handle: handle)) : .success(handle)
    }
    return try outcome.get()
  }
}

extension WASINN.Failure.Code {
  /// As wasi-nn spells it.
  public var name: String {
    switch self {
    case .invalidArgument: "invalid-argument"
    case .invalidEncoding: "invalid-encoding"
    case .timeout: "timeout"
    case .runtimeError: "runtime-error"
    case .unsupportedOperation: "unsupported-operation"
    case .tooLarge: "too-large"
    case .notFound: "not-found"
    case .security: "security"
    case .unknown: "unknown"
    }
  }
}

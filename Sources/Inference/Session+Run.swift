import COnnxRuntime

extension Session {
  /// Runs the model on `given` and returns its ``outputs``.
  ///
  /// - `given` are all of the model's ``inputs``, in any order, each under its name or, as a decimal number, its index.
  ///   Types, ranks and sizes are checked before the model sees them. A scalar may be given as one element of shape [1].
  /// - After `deadline`, the run ends with ``InferenceError/Code/timeout`` at the next operator of the model; an operator that has begun
  ///   is not interrupted. The session remains usable.
  public func run(_ given: [NamedTensor], deadline: ContinuousClock.Instant? = nil) throws(InferenceError) -> [NamedTensor] {
    let tensors = try arrange(given)
    var values = [OpaquePointer?](repeating: nil, count: outputs.count)
    try call(tensors, &values, deadline)
    return try collect(values)
  }

  /// Has ONNX Runtime run the model on `tensors`, which are in the order of its inputs.
  private func call(_ tensors: [Tensor], _ values: inout [OpaquePointer?], _ deadline: ContinuousClock.Instant?) throws(InferenceError) {
    let api = runtime.api
    let arguments = tensors.map { Optional($0.pointer) }
    func run(_ options: OpaquePointer?) -> OrtResult? {
      api.pointee.Run(
        handle.pointer, options, inputNames.pointers.baseAddress, arguments, arguments.count,
        outputNames.pointers.baseAddress, values.count, &values)
    }

    defer { extendLifetime(tensors) }
    guard let deadline else { return try runtime.check(run(nil), during: .run) }
    let options = try runtime.make(during: .run, releasedBy: api.pointee.ReleaseRunOptions) { api.pointee.CreateRunOptions($0) }
    defer { extendLifetime(options) }
    let pointer = options.pointer
    try Watchdog.shared.call(runtime, during: .run, deadline) {
      run(pointer)
    } interrupt: {
      _ = api.pointee.RunOptionsSetTerminate(pointer)
    }
  }

  /// The outputs that `values`, which this function takes over, are.
  private func collect(_ values: [OpaquePointer?]) throws(InferenceError) -> [NamedTensor] {
    var named: [NamedTensor] = []
    named.reserveCapacity(values.count)
    for (index, value) in values.enumerated() {
      // An optional output that the model left out is no tensor.
      guard let value else { continue }
      do throws(InferenceError) {
        let tensor = try Tensor(Handle(pointer: value, release: runtime.api.pointee.ReleaseValue), runtime)
        named.append(NamedTensor(outputs[index].name, tensor))
      } catch {
        for value in values[(index + 1)...] { runtime.api.pointee.ReleaseValue(value) }
        throw error
      }
    }
    return named
  }
}

extension Session {
  /// The tensors of `given` in the order of the model's inputs, each of which has exactly one that fits.
  func arrange(_ given: [NamedTensor]) throws(InferenceError) -> [Tensor] {
    var tensors = [Tensor?](repeating: nil, count: inputs.count)
    for input in given {
      let index = try index(ofInput: input.name)
      guard tensors[index] == nil else {
        throw InferenceError(.invalidArgument, "The input \"\(inputs[index].name)\" was given twice.")
      }
      tensors[index] = try fit(input.tensor, to: inputs[index])
    }

    let arranged = tensors.compactMap { $0 }
    guard arranged.count == inputs.count else {
      let missing = zip(inputs, tensors).filter { $1 == nil }.map { "\($0.0)" }
      throw InferenceError(.invalidArgument, "Missing input \(missing.joined(separator: "; ")).")
    }
    return arranged
  }

  /// The input that `name` means: a name, or else an index, as wasmtime has it. Throws `.invalidArgument` if there is none.
  public func index(ofInput name: String) throws(InferenceError) -> Int {
    if let index = inputIndices[name] { return index }
    let expected = "the model takes \(inputs.isEmpty ? "no inputs" : inputs.map(\.description).joined(separator: "; "))"
    guard let index = Int(name) else {
      throw InferenceError(.invalidArgument, "Unknown input \"\(name.prefix(200))\": \(expected).")
    }
    guard inputs.indices.contains(index) else {
      throw InferenceError(.invalidArgument, "Input index \(index) is out of range: \(expected).")
    }
    return index
  }

  /// `tensor` as it has to be passed to the input, or an error if it cannot be.
  private func fit(_ tensor: Tensor, to input: TensorSignature) throws(InferenceError) -> Tensor {
    let isSameType = tensor.elementType == input.elementType
    guard let expected = input.dimensions, isSameType else {
      if isSameType { return tensor }
      throw mismatch(tensor, input)
    }
    if expected.isEmpty, tensor.dimensions == [1] {
      return try tensor.scalar()
    }
    guard tensor.dimensions.count == expected.count, zip(expected, tensor.dimensions).allSatisfy({ $0.accepts($1) }) else {
      throw mismatch(tensor, input)
    }
    return tensor
  }

  private func mismatch(_ tensor: Tensor, _ input: TensorSignature) -> InferenceError {
    InferenceError(.invalidArgument, "The input \"\(input.name)\" takes \(input.type), but was given \(tensor.elementType)\(tensor.dimensions).")
  }
}

extension Tensor {
  /// The same element without the axis.
  fileprivate func scalar() throws(InferenceError) -> Tensor {
    try withUnsafeBytes { bytes throws(InferenceError) in try Tensor(elementType, dimensions: [], bytes: bytes.bytes) }
  }
}

public import ComponentModel
internal import Inference

extension HostImports {
  /// Offers wasi-nn to a component instance. The functions keep `network`.
  public mutating func provideWASINN(_ network: NeuralNetwork) throws(ComponentError) {
    try provideTensor(network)
    try provideGraph(network)
    try provideInference(network)
    try provideErrors()
  }

  private mutating func provideTensor(_ network: NeuralNetwork) throws(ComponentError) {
    var tensor = HostInterface("wasi:nn/tensor\(NeuralNetwork.version)")
    tensor.resource("tensor", TensorResource.self)
    try tensor.function("[constructor]tensor") { (dimensions: [UInt32], type: TensorType, data: GuestBytes) in
      try network.makeTensor(dimensions, type, data)
    }
    try tensor.function("[method]tensor.dimensions") { (tensor: Borrow<TensorResource>) -> [UInt32] in
      // wasi-nn has no scalars: a single value has the dimensions [1].
      let dimensions = tensor.resource.tensor.dimensions
      return dimensions.isEmpty ? [1] : dimensions.map { UInt32(clamping: $0) }
    }
    try tensor.function("[method]tensor.ty") { (tensor: Borrow<TensorResource>) throws -> TensorType in
      // Tensors come from the constructor or were checked when they came from a model.
      guard let type = TensorType(tensor.resource.tensor.elementType) else {
        throw InferenceError(.unsupportedOperation, "The tensor's type cannot be expressed in wasi-nn.")
      }
      return type
    }
    try tensor.function("[method]tensor.data") { (tensor: Borrow<TensorResource>) in network.data(tensor.resource.tensor) }
    provide(tensor)
  }

  private mutating func provideGraph(_ network: NeuralNetwork) throws(ComponentError) {
    var graph = HostInterface("wasi:nn/graph\(NeuralNetwork.version)")
    graph.resource("graph", GraphResource.self)
    try graph.function("load") { (builders: [GuestBytes], encoding: GraphEncoding, target: ExecutionTarget) in
      network.load(builders, encoding, target)
    }
    try graph.function("load-by-name") { (name: String) in network.loadByName(name) }
    try graph.function("[method]graph.init-execution-context") { (graph: Borrow<GraphResource>) -> NeuralNetwork.Failable<Own<ContextResource>> in
      .ok(Own(ContextResource(graph.resource.session)))
    }
    provide(graph)
  }

  private mutating func provideInference(_ network: NeuralNetwork) throws(ComponentError) {
    var inference = HostInterface("wasi:nn/inference\(NeuralNetwork.version)")
    inference.resource("graph-execution-context", ContextResource.self)
    try inference.function("[method]graph-execution-context.compute") {
      (context: Borrow<ContextResource>, inputs: [Pair<String, Own<TensorResource>>]) in network.compute(context.resource.session, inputs)
    }
    provide(inference)
  }

  private mutating func provideErrors() throws(ComponentError) {
    var errors = HostInterface("wasi:nn/errors\(NeuralNetwork.version)")
    errors.resource("error", ErrorResource.self)
    try errors.function("[method]error.code") { (error: Borrow<ErrorResource>) in ErrorCode(error.resource.error.code) }
    try errors.function("[method]error.data") { (error: Borrow<ErrorResource>) in error.resource.error.message }
    provide(errors)
  }
}

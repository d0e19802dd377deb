public import ComponentModel
internal import Inference

extension HostImports {
  /// Offers wasi-nn to a component instance, in every version that has been published as a component. The functions keep `network`.
  public mutating func provideWASINN(_ network: NeuralNetwork) throws(ComponentError) {
    for version in NeuralNetwork.Version.allCases {
      try provideTensor(network, version)
      try provideGraph(network, version)
      try provideInference(network, version)
      try provideErrors(version)
    }
  }

  private mutating func provideTensor(_ network: NeuralNetwork, _ version: NeuralNetwork.Version) throws(ComponentError) {
    var tensor = HostInterface("wasi:nn/tensor@\(version.rawValue)")
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

  private mutating func provideGraph(_ network: NeuralNetwork, _ version: NeuralNetwork.Version) throws(ComponentError) {
    var graph = HostInterface("wasi:nn/graph@\(version.rawValue)")
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

  private mutating func provideInference(_ network: NeuralNetwork, _ version: NeuralNetwork.Version) throws(ComponentError) {
    var inference = HostInterface("wasi:nn/inference@\(version.rawValue)")
    inference.resource("graph-execution-context", ContextResource.self)
    if version.hasNamedTensors {
      try inference.function("[method]graph-execution-context.compute") {
        (context: Borrow<ContextResource>, inputs: [Pair<String, Own<TensorResource>>]) in network.compute(context.resource, inputs)
      }
    } else {
      try inference.function("[method]graph-execution-context.set-input") {
        (context: Borrow<ContextResource>, name: String, tensor: Own<TensorResource>) in network.setInput(context.resource, name, tensor.resource)
      }
      try inference.function("[method]graph-execution-context.compute") { (context: Borrow<ContextResource>) in network.compute(context.resource) }
      try inference.function("[method]graph-execution-context.get-output") {
        (context: Borrow<ContextResource>, name: String) in network.output(context.resource, name)
      }
    }
    provide(inference)
  }

  private mutating func provideErrors(_ version: NeuralNetwork.Version) throws(ComponentError) {
    var errors = HostInterface("wasi:nn/errors@\(version.rawValue)")
    errors.resource("error", ErrorResource.self)
    if version.hasErrorConstructor {
      try errors.function("[constructor]error") { (code: ErrorCode, data: String) in Own(ErrorResource(InferenceError(code.inferenceCode, data))) }
    }
    try errors.function("[method]error.code") { (error: Borrow<ErrorResource>) in ErrorCode(error.resource.error.code) }
    try errors.function("[method]error.data") { (error: Borrow<ErrorResource>) in error.resource.error.message }
    provide(errors)
  }
}

extension ModelFixture {
  /// `y = x`, of any type.
  public static func identity(_ type: DataType = .float32, _ dimensions: [Dimension]? = [2]) -> ModelFixture {
    ModelFixture([Node("Identity", ["x"], ["y"])], inputs: [Port("x", .tensor(type, dimensions))], outputs: [Port("y", .tensor(type, dimensions))])
  }

  /// `sum = a + b` of float32[2, 3].
  public static var addition: ModelFixture {
    let type = ValueType.tensor(.float32, [2, 3])
    return ModelFixture([Node("Add", ["a", "b"], ["sum"])], inputs: [Port("a", type), Port("b", type)], outputs: [Port("sum", type)])
  }

  /// `y = 2 × x` of float32[batch, 3]
  public static var doubling: ModelFixture {
    let type = ValueType.tensor(.float32, ["batch", 3])
    return ModelFixture(
      [Node("Mul", ["x", "two"], ["y"])], inputs: [Port("x", type)], outputs: [Port("y", type)],
      initializers: [Initializer("two", .float32, [], .floats([2]))])
  }

  /// `y = x + iterations`, one at a time: takes as long as one wants, as int64[1]; `iterations` is a scalar.
  public static var counting: ModelFixture {
    let number = ValueType.tensor(.int64, [1])
    let scalar = ValueType.tensor(.int64, [])
    let flag = ValueType.tensor(.bool, [])
    let body = Graph(
      [
        Node("Add", ["in", "one"], ["out"]),
        Node("Identity", ["goOnIn"], ["goOnOut"]),
      ],
      inputs: [Port("index", scalar), Port("goOnIn", flag), Port("in", number)],
      outputs: [Port("goOnOut", flag), Port("out", number)],
      initializers: [Initializer("one", .int64, [1], .int64s([1]))])
    return ModelFixture(
      [Node("Loop", ["iterations", "", "x"], ["y"], attributes: [.graph("body", body)])],
      inputs: [Port("iterations", scalar), Port("x", number)], outputs: [Port("y", number)])
  }
}

import ComponentModel

/// A component, in text, with a function that takes a value of a type, or none, and returns one of the same type.
struct Guest {
  enum Source {
    /// The parameter.
    case parameter
    /// A value that lies in the image, and in flat form.
    case image(MemoryImage, address: Int, flat: [UInt64])
  }

  /// How one component's values travel.
  struct Side {
    var encoding: CanonicalOptions.StringEncoding
    var realloc = CoreCode.Realloc.bump
    var hasPostReturn = false

    fileprivate var name: String {
      switch encoding {
      case .utf8: "utf8"
      case .utf16: "utf16"
      case .latin1OrUTF16: "latin1+utf16"
      }
    }

    fileprivate func options(_ instance: String) -> String {
      "string-encoding=\(name) (memory (core memory $\(instance) \"memory\")) (realloc (core func $\(instance) \"realloc\"))"
    }

    fileprivate func lift(_ instance: String, _ libc: String) -> String {
      let postReturn = hasPostReturn ? " (post-return (core func $\(instance) \"post-return\"))" : ""
      return "(canon lift (core func $\(instance) \"f\") \(options(libc))\(postReturn))"
    }

    fileprivate func postReturn(_ layout: FunctionLayout) -> String {
      hasPostReturn ? "(func (export \"post-return\") \(layout.liftedCoreType.results.map { "(param \($0))" }.joined()))" : ""
    }
  }

  let type: ValueType
  /// Of the function that takes the value: more than 16 core values travel through memory.
  let echo: FunctionType
  /// Without parameters.
  let constant: FunctionType
  private var types = TypeText()
  private let result: String
  private let parameters: String

  init(_ type: ValueType, parametersInMemory: Bool) {
    self.type = type
    let padding = (0..<(parametersInMemory ? 17 : 0)).map { FunctionType.Parameter(name: "p\($0)", type: .u8) }
    echo = FunctionType(parameters: [.init(name: "x", type: type)] + padding, result: type)
    constant = FunctionType(parameters: [], result: type)
    let name = types.reference(type)
    result = "(result \(name))"
    parameters = "(param \"x\" \(name))" + padding.map { " (param \"\($0.name)\" u8)" }.joined()
  }

  /// One component that returns what `source` says.
  func direct(_ side: Side, _ source: Source) throws -> String { "(component \(try body(side, source)))" }

  /// Two components: the outer one passes its parameter, or a value of its own, on to the inner one, and returns what that returns.
  func nested(_ outer: Side, _ inner: Side, outerSource: Source, innerSource: Source) throws -> String {
    let layout: FunctionLayout
    let innerParameters: String
    if case .parameter = innerSource { (layout, innerParameters) = (try FunctionLayout(echo), parameters) }
    else { (layout, innerParameters) = (try FunctionLayout(constant), "") }
    let code: String, outerParameters: String, image: [UInt8], lifted: FunctionLayout
    switch (outerSource, innerSource) {
    case (.image(let values, let address, let flat), .parameter):
      let arguments = layout.parametersInMemory ? "(i32.const \(address))" : Self.constants(flat, layout.loweredCoreType.parameters)
      lifted = try FunctionLayout(constant)
      code = "(func (export \"f\") \(CoreCode.signature(lifted.liftedCoreType)) (local $area i32) \(CoreCode.call(arguments, layout)))"
      (outerParameters, image) = ("", values.bytes)
    default:
      lifted = layout
      (code, outerParameters, image) = (CoreCode.forward(layout), innerParameters, [])
    }
    return """
      (component
        (component $inner \(try body(inner, innerSource)))
        (component $outer
          (import "i" (instance $i \(types.declarations) (export "f" (func \(innerParameters) \(result)))))
          (core module $libc \(CoreCode.memory(image, realloc: outer.realloc)))
          (core instance $libc (instantiate $libc))
          (core func $f (canon lower (func $i "f") \(outer.options("libc"))))
          (core module $m
            (import "libc" "memory" (memory 1))
            (import "libc" "realloc" (func $realloc (param i32 i32 i32 i32) (result i32)))
            (import "i" "f" (func $f \(CoreCode.signature(layout.loweredCoreType))))
            \(code) \(outer.postReturn(lifted)))
          (core instance $m (instantiate $m (with "libc" (instance $libc)) (with "i" (instance (export "f" (func $f))))))
          \(types.definitions)
          (func $g \(outerParameters) \(result) \(outer.lift("m", "libc")))
          (export "f" (func $g)))
        (instance $inner (instantiate $inner))
        (instance $outer (instantiate $outer (with "i" (instance $inner))))
        (export "api" (instance $outer)))
      """
  }

  private func body(_ side: Side, _ source: Source) throws -> String {
    let code: String, parameters: String, layout: FunctionLayout, image: [UInt8]
    switch source {
    case .parameter:
      layout = try FunctionLayout(echo)
      (code, parameters, image) = (CoreCode.echo(layout, type), self.parameters, [])
    case .image(let values, let address, let flat):
      layout = try FunctionLayout(constant)
      let answer = layout.resultInMemory ? "(i32.const \(address))" : Self.constants(flat, layout.liftedCoreType.results)
      (code, parameters, image) = ("(func (export \"f\") \(CoreCode.signature(layout.liftedCoreType)) \(answer))", "", values.bytes)
    }
    return """
      \(types.definitions)
      (core module $m \(CoreCode.memory(image, realloc: side.realloc)) \(code) \(side.postReturn(layout)))
      (core instance $m (instantiate $m))
      (func $f \(parameters) \(result) \(side.lift("m", "m")))
      (export "f" (func $f))
      """
  }

  private static func constants(_ flat: [UInt64], _ types: [CoreValueType]) -> String {
    zip(flat, types).map { bits, type in
      let word = Int32(truncatingIfNeeded: bits), long = Int64(bitPattern: bits)
      switch type {
      case .f32: return "(f32.reinterpret_i32 (i32.const \(word)))"
      case .f64: return "(f64.reinterpret_i64 (i64.const \(long)))"
      case .i64: return "(i64.const \(long))"
      default: return "(i32.const \(word))"
      }
    }.joined(separator: " ")
  }
}

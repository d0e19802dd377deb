public import WebAssembly

/// The functions and resources that the host provides under one import name, such as `wasi:clocks/wall-clock@0.2.0`.
///
///     var logger = HostInterface("wasm-graph:processor/logger@1.1.0")
///     try logger.function("log", parameters: ["level", "context", "message"]) { (level: LogLevel, context: String, message: String) in … }
///
/// Function bodies run on the thread that called the guest; what they throw ends the guest's call with that error.
public struct HostInterface {
  public let name: String
  @usableFromInline private(set) var functions: [String: HostFunction] = [:]
  private(set) var resources: [String: ResourceType] = [:]
  private(set) var instances: [String: HostInterface] = [:]
  private(set) var modules: [String: CoreModuleValue] = [:]
  /// The types of functions that are linked, but fail.
  private(set) var deniedFunctions: [String: FunctionType] = [:]
  /// Why what is not provided is denied; nil where it is not linked at all.
  private(set) var denial: String?

  public init(_ name: String) { self.name = name }

  public mutating func resource<R: HostResource>(_ name: String, _: R.Type) { resources[name] = R.resourceType }

  /// A resource type of which no value can ever exist here, such as a socket.
  @discardableResult
  public mutating func uninhabitedResource(_ name: String) -> ResourceType {
    let type = ResourceType(name: name)
    resources[name] = type
    return type
  }

  /// Links whatever else the guest imports from this interface to functions that fail, without checking types.
  /// For interfaces that are denied but that languages' runtimes import as a whole.
  ///
  /// - Parameter reason: completes "`name` of interface is not available: …".
  public mutating func denyUnknown(_ reason: String) { denial = reason }

  /// Links a function that fails when it is called, for the reason given to ``denyUnknown(_:)``; its type is checked all the same.
  public mutating func deny(_ name: String, _ parameters: [ValueType], _ result: ValueType?) {
    deniedFunctions[name] = FunctionType(
      parameters: parameters.enumerated().map { FunctionType.Parameter(name: "\($0)", type: $1) }, result: result)
  }

  /// Provides a function that returns a value.
  @inlinable public mutating func function<each P: ComponentValue, R: ComponentValue>(
    _ name: String, parameters: [String] = [], _ body: @escaping (repeat each P) throws -> R
  ) throws(ComponentError) {
    let type = try Self.type(parameters, (repeat (each P).self), R.type)
    add(name, HostFunction(type: type) { context, path in
      { values in
        let call = HostCall(context, path, values)
        let arguments: (repeat each P) = try Self.arguments(of: call)
        let result = try body(repeat each arguments)
        var writer = try call.result()
        try result.write(to: &writer)
        call.end()
      }
    })
  }

  /// Provides a function without a result.
  @inlinable public mutating func function<each P: ComponentValue>(
    _ name: String, parameters: [String] = [], _ body: @escaping (repeat each P) throws -> Void
  ) throws(ComponentError) {
    let type = try Self.type(parameters, (repeat (each P).self), nil)
    add(name, HostFunction(type: type) { context, path in
      { values in
        let call = HostCall(context, path, values)
        let arguments: (repeat each P) = try Self.arguments(of: call)
        try body(repeat each arguments)
        call.end()
      }
    })
  }

  /// Provides a function whose type is known only at run time. `body` returns nil where the type has no result.
  public mutating func function(_ name: String, type: FunctionType, _ body: @escaping ([Value]) throws -> Value?) {
    functions[name] = HostFunction(type: type) { context, path in
      { values in
        let call = HostCall(context, path, values)
        var reader = try call.arguments(), arguments: [Value] = []
        for parameter in type.parameters { arguments.append(try reader.value(parameter.type)) }
        switch (try body(arguments), type.result) {
        case (let result?, let resultType?):
          var writer = try call.result()
          try writer.write(result, as: resultType)
        case (nil, nil): break
        case (_, let resultType): throw ComponentError(.typeMismatch, "a host function returned \(resultType == nil ? "a value but has no result" : "nothing but has a result")")
        }
        call.end()
      }
    }
  }

  /// Provides an interface within this one.
  public mutating func instance(_ name: String, _ interface: HostInterface) { instances[name] = interface }

  /// Provides a core module, for a component to instantiate: `module` was compiled from `bytes`.
  public mutating func module(_ name: String, _ module: Module, bytes: [UInt8]) {
    modules[name] = CoreModuleValue(module: module) { () throws(ComponentError) in try CoreModuleType(bytes, in: bytes.indices) }
  }

  @usableFromInline mutating func add(_ name: String, _ function: HostFunction) { functions[name] = function }

  @usableFromInline static func type<each P: ComponentValue>(
    _ names: [String], _ types: (repeat (each P).Type), _ result: ValueType?
  ) throws(ComponentError) -> FunctionType {
    var parameters: [FunctionType.Parameter] = []
    func add<T: ComponentValue>(_: T.Type) throws(ComponentError) {
      let name = parameters.count < names.count ? names[parameters.count] : "\(parameters.count)"
      parameters.append(FunctionType.Parameter(name: name, type: try T.type))
    }
    repeat try add(each types)
    return FunctionType(parameters: parameters, result: result)
  }

  /// Lifts the guest's arguments. No guest code runs until all are read.
  @inlinable static func arguments<each P: ComponentValue>(of call: borrowing HostCall) throws(ComponentError) -> (repeat each P) {
    var reader = try call.arguments()
    return (repeat try (each P).read(from: &reader))
  }
}

/// A function of the host's with its component type.
@usableFromInline
struct HostFunction {
  @usableFromInline typealias Body = (UnsafeMutableBufferPointer<RawValue>) throws -> Void
  let type: FunctionType
  /// Specialises the function for one `canon lower`.
  let lowered: (CanonicalContext, CallPath) -> Body

  @usableFromInline init(type: FunctionType, lowered: @escaping (CanonicalContext, CallPath) -> Body) {
    self.type = type
    self.lowered = lowered
  }
}

/// A guest's call of a host function. Source: CanonicalABI.md, `canon_lower`.
@usableFromInline
struct HostCall: ~Copyable {
  /// Whoever makes the call keeps the context.
  private unowned(unsafe) let context: CanonicalContext
  private let path: CallPath
  private let values: UnsafeMutableBufferPointer<RawValue>
  private let lendMark: Int

  @usableFromInline init(_ context: CanonicalContext, _ path: CallPath, _ values: UnsafeMutableBufferPointer<RawValue>) {
    self.context = context
    self.path = path
    self.values = values
    lendMark = context.instance.handles.lentCount
  }

  @usableFromInline func arguments() throws(ComponentError) -> ValueReader { try context.argumentReader(path, values) }

  @usableFromInline func result() throws(ComponentError) -> ValueWriter { try context.resultWriter(path, values) }

  /// Returns the handles that were lent to the call.
  @usableFromInline func end() { context.instance.handles.endLends(from: lendMark) }
}

internal import WebAssembly

/// The functions and resources that the host provides under one import name, such as `wasi:clocks/wall-clock@0.2.0`.
///
///     var logger = HostInterface("wasm-graph:processor/logger@1.1.0")
///     try logger.function("log", parameters: ["level", "context", "message"]) { (level: LogLevel, context: String, message: String) in … }
///
/// Function bodies run on the thread that called the guest; what they throw ends the guest's call with that error.
public struct HostInterface {
  public let name: String
  private(set) var functions: [String: HostFunction] = [:]
  private(set) var resources: [String: ResourceType] = [:]
  /// Why what is not provided is denied; nil where it is not linked at all.
  private(set) var denial: String?

  public init(_ name: String) { self.name = name }

  public mutating func resource<R: HostResource>(_ name: String, _: R.Type) { resources[name] = R.resourceType }

  /// A resource type of which no value can ever exist here, such as a socket.
  public mutating func uninhabitedResource(_ name: String) { resources[name] = ResourceType(name: name) }

  /// Links whatever else the guest imports from this interface to functions that fail, without checking types.
  /// For interfaces that are denied but that languages' runtimes import as a whole.
  ///
  /// - Parameter reason: completes "`name` of interface is not available: …".
  public mutating func denyUnknown(_ reason: String) { denial = reason }

  /// Provides a function that returns a value.
  public mutating func function<each P: ComponentValue, R: ComponentValue>(
    _ name: String, parameters: [String] = [], _ body: @escaping (repeat each P) throws -> R
  ) throws(ComponentError) {
    functions[name] = HostFunction(type: try Self.type(parameters, (repeat (each P).self), R.type)) { context, layout in
      { values in
        let arguments: (repeat each P) = try Self.arguments(context, layout, values)
        let result = try body(repeat each arguments)
        try Self.store(result, context, layout, values)
      }
    }
  }

  /// Provides a function without a result.
  public mutating func function<each P: ComponentValue>(
    _ name: String, parameters: [String] = [], _ body: @escaping (repeat each P) throws -> Void
  ) throws(ComponentError) {
    functions[name] = HostFunction(type: try Self.type(parameters, (repeat (each P).self), nil)) { context, layout in
      { values in
        let arguments: (repeat each P) = try Self.arguments(context, layout, values)
        try body(repeat each arguments)
      }
    }
  }

  private static func type<each P: ComponentValue>(
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
  private static func arguments<each P: ComponentValue>(
    _ context: CanonicalContext, _ layout: FunctionLayout, _ values: UnsafeMutableBufferPointer<RawValue>
  ) throws(ComponentError) -> (repeat each P) {
    try context.withMemory { (bytes) throws(ComponentError) in
      if layout.parametersInMemory {
        let address = try context.checked(values[0].u32, layout.parameters)
        var reader = ValueReader(context, memory: bytes, address: address)
        return (repeat try (each P).read(from: &reader))
      }
      var reader = ValueReader(context, memory: bytes, flat: values)
      return (repeat try (each P).read(from: &reader))
    }
  }

  /// Lowers the result: into the slot of the first argument, or to where the last argument points.
  private static func store(
    _ result: some ComponentValue, _ context: CanonicalContext, _ layout: FunctionLayout, _ values: UnsafeMutableBufferPointer<RawValue>
  ) throws(ComponentError) {
    if layout.resultInMemory, let shape = layout.result {
      let pointer = layout.parametersInMemory ? 1 : layout.parameters.flat?.count ?? 0
      var writer = ValueWriter(context, address: try context.checked(values[pointer].u32, shape))
      try result.write(to: &writer)
    } else {
      var writer = ValueWriter(context, flat: values)
      try result.write(to: &writer)
    }
  }
}

/// A function of the host's with its component type.
struct HostFunction {
  typealias Body = (UnsafeMutableBufferPointer<RawValue>) throws -> Void
  let type: FunctionType
  /// Specialises the function for one `canon lower`.
  let lowered: (CanonicalContext, FunctionLayout) -> Body
}

extension CanonicalContext {
  /// The address of a value that the guest passed by pointer.
  func checked(_ pointer: UInt32, _ layout: TypeLayout) throws(ComponentError) -> Int {
    let address = Int(pointer)
    guard address % layout.alignment == 0 else {
      throw ComponentError(.canonicalABI, "the guest passed the address \(address), which is not aligned to \(layout.alignment)")
    }
    return address
  }
}

/// Everything the host offers to a component, by interface name.
public struct HostImports {
  private var interfaces: [String: HostInterface] = [:]

  public init() {}

  public mutating func provide(_ interface: HostInterface) { interfaces[interface.name] = interface }

  /// The interface that serves a request for `name`: the same one, or one of a compatible version.
  public subscript(name: String) -> HostInterface? {
    if let exact = interfaces[name] { return exact }
    guard let wanted = InterfaceName(name) else { return nil }
    return interfaces.values.first { InterfaceName($0.name)?.serves(wanted) == true }
  }

  /// The names offered, sorted; for error messages.
  public var names: [String] { interfaces.keys.sorted() }
}

/// `namespace:package/interface@major.minor.patch`.
struct InterfaceName {
  let base: Substring
  let major: Int, minor: Int
  let isPrerelease: Bool

  init?(_ name: String) {
    let parts = name.split(separator: "@", maxSplits: 1)
    guard parts.count == 2 else { return nil }
    let numbers = parts[1].split(separator: ".", maxSplits: 2)
    guard numbers.count == 3, let major = Int(numbers[0]), let minor = Int(numbers[1]) else { return nil }
    base = parts[0]
    (self.major, self.minor) = (major, minor)
    isPrerelease = numbers[2].contains("-")
  }

  /// Semantic versioning: same major, at least the wanted minor; below 1.0.0 the minor counts as the major. A pre-release serves only itself.
  /// The patch may be newer than ours: a function it added is then missing by name.
  func serves(_ wanted: InterfaceName) -> Bool {
    guard base == wanted.base, !isPrerelease, !wanted.isPrerelease, major == wanted.major else { return false }
    return major == 0 ? minor == wanted.minor : minor >= wanted.minor
  }
}

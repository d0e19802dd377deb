internal import CWasmtime

/// The value types that cross the component boundary.
public enum CoreType: UInt8, Sendable, Hashable, CustomStringConvertible {
  case i32, i64, f32, f64
  public var description: String {
    switch self {
    case .i32: "i32"
    case .i64: "i64"
    case .f32: "f32"
    case .f64: "f64"
    }
  }
}

/// The type of a core function.
public struct FunctionType: Sendable, Hashable, CustomStringConvertible {
  public var parameters: [CoreType], results: [CoreType]
  public init(_ parameters: [CoreType], _ results: [CoreType]) {
    self.parameters = parameters
    self.results = results
  }

  public var description: String {
    "(" + parameters.map(\.description).joined(separator: ", ") + ") -> (" + results.map(\.description).joined(separator: ", ") + ")"
  }

  func withHandle<R>(_ body: (OpaquePointer) -> R) -> R {
    var parameters = Self.vector(self.parameters), results = Self.vector(self.results)
    let handle = wasm_functype_new(&parameters, &results)
    defer { wasm_functype_delete(handle) }
    return body(handle)
  }

  private static func vector(_ types: [CoreType]) -> wasm_valtype_vec_t {
    var vector = wasm_valtype_vec_t()
    wasm_valtype_vec_new_uninitialized(&vector, types.count)
    for (index, type) in types.enumerated() { vector.data?[index] = wasm_valtype_new(type.rawValue) }
    return vector
  }

  /// Nil if the type has something else than the four number types.
  init?(consuming handle: OpaquePointer) {
    defer { wasm_functype_delete(handle) }
    func types(_ vector: wasm_valtype_vec_t) -> [CoreType]? {
      var types: [CoreType] = []
      for index in 0..<vector.size {
        guard let type = vector.data?[index].flatMap({ CoreType(rawValue: wasm_valtype_kind($0)) }) else { return nil }
        types.append(type)
      }
      return types
    }
    guard let parameters = types(wasm_functype_params(handle).pointee), let results = types(wasm_functype_results(handle).pointee) else { return nil }
    self.init(parameters, results)
  }
}

/// An untyped argument or result, 16 bytes as wasmtime lays them out.
public struct RawValue: Sendable {
  /// Halves, since a processor waits long for 64 bits of which the guest has just written 32.
  @usableFromInline var low: UInt32 = 0, middle: UInt32 = 0
  private var high: UInt64 = 0
  public init() {}
  public init(_ value: UInt32) { low = value }
  @inlinable public init(_ value: UInt64) { u64 = value }

  @inlinable public var u32: UInt32 {
    get { low }
    set { (low, middle) = (newValue, 0) }
  }
  @inlinable public var u64: UInt64 {
    get { UInt64(low) | UInt64(middle) << 32 }
    set { (low, middle) = (UInt32(truncatingIfNeeded: newValue), UInt32(truncatingIfNeeded: newValue >> 32)) }
  }
  public var f32: Float {
    get { Float(bitPattern: u32) }
    set { u32 = newValue.bitPattern }
  }
  public var f64: Double {
    get { Double(bitPattern: u64) }
    set { u64 = newValue.bitPattern }
  }
}

/// Something that an instance exports and another one can import. Valid with the store it came from.
public struct Extern {
  let raw: wasmtime_extern_t

  public init(_ function: Function) {
    raw = wasmtime_extern_t(kind: UInt8(WASMTIME_EXTERN_FUNC), of: wasmtime_extern_union_t(func: function.raw))
  }
  public init(_ memory: Memory) {
    raw = wasmtime_extern_t(kind: UInt8(WASMTIME_EXTERN_MEMORY), of: wasmtime_extern_union_t(memory: memory.raw))
  }
  init(raw: wasmtime_extern_t) { self.raw = raw }

  public var function: Function? { raw.kind == WASMTIME_EXTERN_FUNC ? Function(raw: raw.of.func) : nil }
  public var memory: Memory? { raw.kind == WASMTIME_EXTERN_MEMORY ? Memory(raw: raw.of.memory) : nil }
  public var kind: String {
    switch Int(raw.kind) {
    case Int(WASMTIME_EXTERN_FUNC): "function"
    case Int(WASMTIME_EXTERN_GLOBAL): "global"
    case Int(WASMTIME_EXTERN_TABLE): "table"
    case Int(WASMTIME_EXTERN_MEMORY): "memory"
    case Int(WASMTIME_EXTERN_TAG): "tag"
    default: "extern"
    }
  }
}

/// A core function in a store.
public struct Function {
  let raw: wasmtime_func_t

  /// Nil if the function takes or returns something else than numbers.
  public func type(in store: Store) -> FunctionType? {
    var raw = raw
    return FunctionType(consuming: wasmtime_func_type(store.context.raw, &raw))
  }
}

/// A linear memory in a store.
public struct Memory: Equatable {
  let raw: wasmtime_memory_t

  public static func == (left: Memory, right: Memory) -> Bool {
    left.raw.head.store_id == right.raw.head.store_id && left.raw.head.private1 == right.raw.head.private1 && left.raw.private2 == right.raw.private2
  }

  /// The memory's current size in bytes.
  public func count(in store: Store) -> Int { bytes(in: store).count }

  /// The memory's bytes. There may be more whenever the guest has run.
  public func bytes(in store: Store) -> UnsafeMutableRawBufferPointer { Pinned.temporarily(self) { store.context.bytes(of: $0) } }
}

/// A core instance in a store.
public struct Instance {
  let raw: wasmtime_instance_t

  public func export(_ name: String, in store: Store) -> Extern? {
    store.context.checkThread()
    var raw = raw
    var item = wasmtime_extern_t()
    var name = name
    let found = name.withUTF8 { bytes in
      bytes.withMemoryRebound(to: CChar.self) { wasmtime_instance_export_get(store.context.raw, &raw, $0.baseAddress!, $0.count, &item) }
    }
    return found ? Extern(raw: item) : nil
  }
}

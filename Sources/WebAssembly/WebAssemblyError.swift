internal import CWasmtime

/// Why a core WebAssembly operation failed.
///
/// `message` is a full sentence; `trace` names the guest functions on the stack when a trap was raised, innermost first
/// (names are there only if the module kept its name section).
public struct WebAssemblyError: Error, CustomStringConvertible {
  public struct Code: Sendable, Hashable, CustomStringConvertible {
    public let description: String
    init(_ description: String) { self.description = description }

    /// The bytes are not a valid core module, or use a proposal that is off.
    public static let invalidModule = Code("invalid-module")
    /// The bytes are not a valid component.
    public static let invalidComponent = Code("invalid-component")
    /// The module could not be instantiated with the imports given.
    public static let linking = Code("linking")
    /// The guest trapped: unreachable code, memory out of bounds, stack overflow, …
    public static let trap = Code("trap")
    /// The guest ran past its deadline.
    public static let deadline = Code("deadline")
    /// The instances of a store would take more than its limits allow.
    public static let limit = Code("limit")
    /// A host function that the guest called threw; `underlying` is what it threw.
    public static let host = Code("host")
    /// A store could not be made, or a memory access was outside the guest's memory.
    public static let memory = Code("memory")
    /// The shared library is not the version this build was made for.
    public static let version = Code("version")
  }

  public let code: Code
  public let message: String
  public let trace: [String]
  public let underlying: (any Error)?

  public init(_ code: Code, _ message: String, trace: [String] = [], underlying: (any Error)? = nil) {
    self.code = code
    self.message = message
    self.trace = trace
    self.underlying = underlying
  }

  public var description: String { message }
}

extension WebAssemblyError {
  /// Takes ownership of `error`.
  init(_ code: Code, consuming error: OpaquePointer) {
    var message = wasm_byte_vec_t()
    wasmtime_error_message(error, &message)
    wasmtime_error_delete(error)
    self.init(code, String(consuming: &message))
  }

  /// Takes ownership of `trap`.
  init(consumingTrap trap: OpaquePointer) {
    var kind: UInt8 = 0
    let known = wasmtime_trap_code(trap, &kind)
    var message = wasm_byte_vec_t()
    wasm_trap_message(trap, &message)
    var frames = wasm_frame_vec_t()
    wasm_trap_trace(trap, &frames)
    let trace = (0..<frames.size).compactMap { index in frames.data?[index].map(Self.functionName) }
    wasm_frame_vec_delete(&frames)
    wasm_trap_delete(trap)
    let text = String(consuming: &message)
    // wasmtime's own backtrace comes first.
    let reason = ["wasm trap: ", "Caused by:\n"].lazy.compactMap { text.firstRange(ofText: $0) }.first.map { String(text[$0.upperBound...]) } ?? text
    let interrupted: UInt8 = 10
    self.init(known && kind == interrupted ? .deadline : .trap, reason, trace: trace)
  }

  private static func functionName(_ frame: OpaquePointer) -> String {
    if let name = wasmtime_frame_func_name(frame) { return String(String(name.pointee).prefix(100)) }
    return "function \(wasm_frame_func_index(frame))"
  }
}

extension String {
  init(_ bytes: wasm_byte_vec_t) {
    self = UnsafeRawBufferPointer(start: bytes.data, count: bytes.size).withMemoryRebound(to: UInt8.self) { String(decoding: $0, as: UTF8.self) }
    while last == "\0" || last == "\n" { removeLast() }
  }

  init(consuming bytes: inout wasm_byte_vec_t) {
    self.init(bytes)
    wasm_byte_vec_delete(&bytes)
  }

  /// `firstRange(of:)` without the regular-expression machinery.
  func firstRange(ofText text: String) -> Range<Index>? {
    var start = startIndex
    while start < endIndex {
      if self[start...].hasPrefix(text) { return start..<index(start, offsetBy: text.count) }
      start = index(after: start)
    }
    return nil
  }
}

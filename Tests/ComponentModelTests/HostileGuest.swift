import ComponentModel
import Testing
import WebAssembly

/// A component whose guest hands the host a `list<type>`, with whatever bytes and numbers a test wants in it.
///
/// The guest exports `give`, which returns the list; `pass`, which calls the import `take` with it; and `alive`.
struct HostileGuest: Sendable {
  /// In WebAssembly text; may use the names of `types`.
  var type: String
  var types: [(name: String, definition: String)] = []
  var encoding = "utf8"
  /// What lies in the memory of two pages, by address.
  var memory: [Int: [UInt8]] = [:]
  var address: UInt32 = 64
  var count: UInt32 = 1
  /// Core values to pass `take` a single value instead of a list, and the type of each.
  var flat: [(type: String, value: Int64)]?
  /// Code that runs before the list is handed over.
  var preparation = ""
  /// Core functions that it calls.
  var functions = ""

  /// Where `give` keeps the pointer and the count that it returns.
  static let resultAddress = 48

  /// One value at address 64, and what it refers to.
  init(_ type: String, _ bytes: [UInt8] = [], at address: Int = 64, and more: [Int: [UInt8]] = [:], types: [(name: String, definition: String)] = [], encoding: String = "utf8") {
    (self.type, self.types, self.encoding) = (type, types, encoding)
    memory = more
    memory[address] = bytes
    self.address = UInt32(address)
  }

  /// `values` passed as core values.
  init(_ type: String, flat: [(type: String, value: Int64)], and memory: [Int: [UInt8]] = [:], types: [(name: String, definition: String)] = [], encoding: String = "utf8") {
    (self.type, self.types, self.encoding, self.memory, self.flat) = (type, types, encoding, memory, flat)
  }

  var text: String {
    var memory = memory
    memory[Self.resultAddress] = Self.u32(address) + Self.u32(count)
    let data = memory.map { "(data (i32.const \($0)) \"\(Self.escaped($1))\")" }.joined(separator: " ")
    let values = flat ?? [("i32", Int64(address)), ("i32", Int64(count))]
    let arguments = values.map { "(\($0.type).const \($0.value))" }.joined(separator: " ")
    return """
      (component
        (import "test:host/api" (instance $api
          \(types.map { "(type $\($0)' \($1)) (export \"\($0)\" (type $\($0) (eq $\($0)')))" }.joined(separator: " "))
          (export "take" (func (param "x" \(flat == nil ? "(list \(type))" : type))))))
        \(types.map { name, _ in "(alias export $api \"\(name)\" (type $\(name)))" }.joined(separator: " "))
        \(Self.memoryModule("\(data)"))
        (core func $take (canon lower (func $api "take") string-encoding=\(encoding) (memory $mem) (realloc $realloc)))
        (core module $main
          (import "host" "mem" (memory $mem 2))
          (import "host" "take" (func $take (param \(values.map(\.type).joined(separator: " ")))))
          \(functions)
          (func (export "pass") \(preparation) (call $take \(arguments)))
          (func (export "give") (result i32) \(preparation) (i32.const \(Self.resultAddress)))
          (func (export "alive") (result i32) (i32.const 42)))
        (core instance $main (instantiate $main (with "host" (instance (export "mem" (memory $mem)) (export "take" (func $take))))))
        (func (export "pass") (canon lift (core func $main "pass")))
        (func (export "give") (result (list \(type))) (canon lift (core func $main "give") string-encoding=\(encoding) (memory $mem)))
        (func (export "alive") (result u32) (canon lift (core func $main "alive"))))
      """
  }

  /// A memory `$mem` of two pages and a `$realloc` that never frees; `items` go beside them.
  static func memoryModule(_ items: String = "", realloc: String = honestRealloc) -> String {
    """
    (core module $memory
      (memory (export "mem") 2) (global $next (mut i32) (i32.const 65536))
      \(items)
      (func (export "realloc") (param $old i32) (param $oldSize i32) (param $align i32) (param $size i32) (result i32) \(realloc)))
    (core instance $memory (instantiate $memory))
    (alias core export $memory "mem" (core memory $mem))
    (alias core export $memory "realloc" (core func $realloc))
    """
  }

  static let honestRealloc = """
    (global.set $next (i32.and (i32.add (global.get $next) (i32.sub (local.get $align) (i32.const 1))) (i32.sub (i32.const 0) (local.get $align))))
    (global.get $next)
    (global.set $next (i32.add (global.get $next) (local.get $size)))
    """

  // MARK: Running

  static let engine = Result { try Engine() }

  static func compile(_ text: String) throws -> CompiledComponent {
    let bytes = try parseText(text)
    return try CompiledComponent(try ComponentFile(decoding: bytes), engine: engine.get(), cache: CodeCache(directory: nil))
  }

  static func instantiate(_ text: String, _ imports: HostImports = HostImports(), limits: StoreLimits = StoreLimits()) throws -> ComponentInstance {
    try compile(text).instantiate(imports: imports, in: Store(engine: engine.get(), limits: limits))
  }

  /// The list, as `give` returns it.
  func given(limits: StoreLimits = StoreLimits()) throws -> Value? {
    try attempt(Self.compile(text), "give", imports { _ in }, limits) { try $0.call([]) }
  }

  /// The list as `give` returns it, lifted to Swift's types.
  func given<T: ComponentValue>(as _: T.Type, limits: StoreLimits = StoreLimits()) throws -> [T] {
    try attempt(Self.compile(text), "give", imports { _ in }, limits) { try $0.call(returning: [T].self) }
  }

  /// What `take` gets; nil if it is not called.
  func taken(limits: StoreLimits = StoreLimits()) throws -> Value? {
    var taken: Value?
    _ = try attempt(Self.compile(text), "pass", imports { taken = $0 }, limits) { try $0.call([]) }
    return taken
  }

  /// What `take` gets, as Swift's types.
  func taken<T: ComponentValue>(as _: T.Type, limits: StoreLimits = StoreLimits()) throws -> T? {
    var taken: T?
    var api = HostInterface("test:host/api")
    try api.function("take") { (x: T) in taken = x }
    var imports = HostImports()
    imports.provide(api)
    _ = try attempt(Self.compile(text), "pass", imports, limits) { try $0.call([]) }
    return taken
  }

  private func imports(_ take: @escaping (Value) -> Void) throws -> HostImports {
    let signature = try ComponentSignature(try ComponentFile(decoding: try parseText(text)).component)
    guard case .instance(let api)? = signature.importType("test:host/api"), case .function(let type)? = api["take"] else { return HostImports() }
    var interface = HostInterface("test:host/api")
    interface.function("take", type: type) {
      take($0[0])
      return nil
    }
    var imports = HostImports()
    imports.provide(interface)
    return imports
  }

  /// Calls an export. After a failure, the instance must be discarded and a fresh one work.
  private func attempt<R>(
    _ component: CompiledComponent, _ name: String, _ imports: HostImports, _ limits: StoreLimits, _ call: (LiftedFunction) throws -> R
  ) throws -> R {
    let instance = try component.instantiate(imports: imports, in: Store(engine: Self.engine.get(), limits: limits))
    do {
      return try call(try #require(instance.function(name)))
    } catch {
      let later = #expect(throws: ComponentError.self) { try instance.function("alive")?.call([]) }
      #expect(later?.message.contains("discarded after an earlier failure") == true)
      let fresh = try component.instantiate(imports: imports, in: Store(engine: Self.engine.get(), limits: limits))
      #expect(try fresh.function("alive")?.call([]) == .u32(42))
      throw error
    }
  }

  // MARK: Bytes

  static func u32(_ value: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }

  static func pair(_ address: UInt32, _ count: UInt32) -> [UInt8] { u32(address) + u32(count) }

  static func units(_ values: UInt16...) -> [UInt8] { values.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] } }

  static func escaped(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef")
    return bytes.map { "\\" + String(digits[Int($0 >> 4)]) + String(digits[Int($0 & 15)]) }.joined()
  }
}

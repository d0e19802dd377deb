import WebAssembly

/// The floor of a graph of two operators: for each of two guests, a payload is copied in, a core function called, and a payload copied out.
struct CoreHops {
  private struct Hop {
    let store: Store, function: Function, memory: Memory
  }

  private let hops: [Hop]
  private let payload: [UInt8]
  private let result: UnsafeMutableRawBufferPointer

  init(payload: [UInt8]) throws {
    let engine = try Engine(), module = try parseText(Self.text)
    hops = try (0..<2).map { _ in
      let store = try Store(engine: engine)
      let instance = try store.instantiate(Module(engine: engine, bytes: module.span.bytes), imports: [])
      guard let function = instance.export("process", in: store)?.function, let memory = instance.export("memory", in: store)?.memory else {
        throw Failure("the probe has no process")
      }
      return Hop(store: store, function: function, memory: memory)
    }
    self.payload = payload
    result = .allocate(byteCount: payload.count, alignment: 16)
  }

  func run(_ count: Int) throws {
    try withUnsafeTemporaryAllocation(of: RawValue.self, capacity: 2) { values in
      values.initialize(repeating: RawValue())
      for _ in 0..<count {
        for hop in hops {
          let memory = hop.memory.bytes(in: hop.store)
          guard memory.count >= 4096 + payload.count else { throw Failure("the probe's memory is too small") }
          payload.withUnsafeBytes { UnsafeMutableRawBufferPointer(rebasing: memory[4096...]).copyMemory(from: $0) }
          values[0].u32 = 4096
          values[1].u32 = UInt32(payload.count)
          try hop.store.call(hop.function, values)
          result.copyMemory(from: UnsafeRawBufferPointer(rebasing: memory[Int(values[0].u32)...].prefix(payload.count)))
        }
      }
    }
  }

  private static let text = """
    (module
      (memory (export "memory") 1)
      (func (export "process") (param i32 i32) (result i32) (local.get 0)))
    """
}

/// A core WebAssembly value type; the raw value is its binary encoding.
enum CoreValueType: UInt8, Sendable {
  case i32 = 0x7f, i64 = 0x7e, f32 = 0x7d, f64 = 0x7c
  case v128 = 0x7b, funcref = 0x70, externref = 0x6f

  /// The type that holds either one: the canonical ABI's `join`.
  func joined(with other: CoreValueType) -> CoreValueType {
    if self == other { return self }
    switch (self, other) {
    case (.i32, .f32), (.f32, .i32): return .i32
    default: return .i64
    }
  }
}

/// A core function's type.
struct CoreFunctionType: Hashable, Sendable, CustomStringConvertible {
  let parameters: [CoreValueType]
  let results: [CoreValueType]

  /// As in `(i32, i64) -> (i32)`.
  var description: String {
    "(\(parameters.map { "\($0)" }.joined(separator: ", "))) -> (\(results.map { "\($0)" }.joined(separator: ", ")))"
  }
}

import ComponentModel

/// Core WebAssembly, in text, for guests that do something with values of a type. What is known here of the canonical ABI is written down a second
/// time, from the specification.
enum CoreCode {
  /// A memory of one page whose contents begin with `image`, and an allocator.
  static func memory(_ image: [UInt8] = [], realloc: Realloc = .bump) -> String {
    let start = MemoryImage.start + (image.count + 15) / 16 * 16
    let data = image.isEmpty ? "" : #"(data (i32.const \#(MemoryImage.start)) "\#(image.map { "\\" + ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined())")"#
    return """
      (memory (export "memory") \((start + 65535) / 65536)) \(data)
      (global $next (mut i32) (i32.const \(start)))
      (func $realloc (export "realloc") (param $old i32) (param $oldSize i32) (param $alignment i32) (param $size i32) (result i32)
        (local $at i32)
        (local.set $at (i32.and (i32.add (global.get $next) (i32.sub (local.get $alignment) (i32.const 1))) (i32.sub (i32.const 0) (local.get $alignment))))
        (global.set $next (i32.add (local.get $at) (local.get $size)))
        (if (i32.gt_u (global.get $next) (i32.mul (memory.size) (i32.const 65536)))
          (then (drop (memory.grow (i32.add (i32.div_u (local.get $size) (i32.const 65536)) (i32.const 1))))))
        (memory.copy (local.get $at) (local.get $old)
          (select (local.get $oldSize) (local.get $size) (i32.lt_u (local.get $oldSize) (local.get $size))))
        \(realloc.answer))
      """
  }

  /// What an allocator answers.
  enum Realloc: CaseIterable {
    case bump, misaligned, beyondEnd, trap

    fileprivate var answer: String {
      switch self {
      case .bump: "(local.get $at)"
      case .misaligned: "(i32.or (local.get $at) (i32.const 1))"
      case .beyondEnd: "(i32.and (i32.sub (i32.mul (memory.size) (i32.const 65536)) (i32.const 1)) (i32.sub (i32.const 0) (local.get $alignment)))"
      case .trap: "(unreachable)"
      }
    }
  }

  static func signature(_ type: CoreFunctionType) -> String {
    (type.parameters.map { "(param \($0))" } + type.results.map { "(result \($0))" }).joined(separator: " ")
  }

  /// A function that returns its first parameter, whose type is that of the result.
  static func echo(_ layout: FunctionLayout, _ type: ValueType) -> String {
    let signature = signature(layout.liftedCoreType)
    if layout.parametersInMemory {
      let address = "(i32.add (local.get 0) (i32.const \(layout.parameterOffsets[0])))"
      return #"(func (export "f") \#(signature) \#(layout.resultInMemory ? address : load(type, address)))"#
    }
    guard layout.resultInMemory else { return #"(func (export "f") \#(signature) (local.get 0))"# }
    let locals = layout.liftedCoreType.parameters
    return """
      (func (export "f") \(signature) (local $area i32)
        (local.set $area (call $realloc (i32.const 0) (i32.const 0) (i32.const \(type.layout.alignment)) (i32.const \(type.layout.size))))
        \(store(type, at: 0, locals[...], from: 0))
        (local.get $area))
      """
  }

  /// A function that passes its parameters on to the imported `$f` and returns what that returns.
  static func forward(_ layout: FunctionLayout) -> String {
    let parameters = layout.liftedCoreType.parameters.indices.map { "(local.get \($0))" }.joined(separator: " ")
    return #"(func (export "f") \#(signature(layout.liftedCoreType)) (local $area i32) \#(call(parameters, layout)))"#
  }

  /// Calls the imported `$f`; its result ends up where a lifted function's has to be.
  static func call(_ parameters: String, _ layout: FunctionLayout) -> String {
    guard layout.resultInMemory, let result = layout.result else { return "(call $f \(parameters))" }
    return """
      (local.set $area (call $realloc (i32.const 0) (i32.const 0) (i32.const \(result.alignment)) (i32.const \(result.size))))
      (call $f \(parameters) (local.get $area))
      (local.get $area)
      """
  }

  /// Loads a value of a type with one core value.
  private static func load(_ type: ValueType, _ address: String) -> String {
    switch (type.layout.flat?.first, type.layout.size) {
    case (.i64, _): "(i64.load \(address))"
    case (.f32, _): "(f32.load \(address))"
    case (.f64, _): "(f64.load \(address))"
    case (_, 1): "(i32.load8_u \(address))"
    case (_, 2): "(i32.load16_u \(address))"
    default: "(i32.load \(address))"
    }
  }

  /// Stores a value that came in flat form at `$area` plus `offset`. `locals` are the parameters from index `first` on, with the types they have.
  private static func store(_ type: ValueType, at offset: Int, _ locals: ArraySlice<CoreValueType>, from first: Int) -> String {
    func put(_ instruction: String, _ wanted: CoreValueType, _ index: Int = 0, _ extra: Int = 0) -> String {
      "(\(instruction) offset=\(offset + extra) (local.get $area) \(get(first + index, locals[first + index], as: wanted)))\n"
    }
    func fields(_ types: [ValueType], _ offsets: [Int]) -> String {
      var text = "", index = first
      for (type, part) in zip(types, offsets) {
        text += store(type, at: offset + part, locals, from: index)
        index += type.layout.flat!.count
      }
      return text
    }
    func variant(_ cases: [ValueType?], _ layout: VariantLayout) -> String {
      var text = put(["", "i32.store8", "i32.store16", "", "i32.store"][layout.discriminantSize], .i32)
      for (index, payload) in cases.enumerated() {
        guard let payload else { continue }
        let body = store(payload, at: offset + layout.payloadOffset, locals, from: first + 1)
        text += "(if (i32.eq \(get(first, locals[first], as: .i32)) (i32.const \(index))) (then \(body)))\n"
      }
      return text
    }
    switch type {
    case .bool, .s8, .u8: return put("i32.store8", .i32)
    case .s16, .u16: return put("i32.store16", .i32)
    case .s32, .u32, .char: return put("i32.store", .i32)
    case .s64, .u64: return put("i64.store", .i64)
    case .f32: return put("f32.store", .f32)
    case .f64: return put("f64.store", .f64)
    case .string, .list, .map: return put("i32.store", .i32) + put("i32.store", .i32, 1, 4)
    case .record(let node): return fields(node.fields.map(\.type), node.fields.map(\.offset))
    case .tuple(let node): return fields(node.elements, node.offsets)
    case .variant(let node): return variant(node.cases.map(\.type), node.variantLayout)
    case .option(let node): return variant([nil, node.some], node.variantLayout)
    case .result(let node): return variant([node.ok, node.error], node.variantLayout)
    case .enumeration(let node): return put(["", "i32.store8", "i32.store16", "", "i32.store"][node.layout.size], .i32)
    case .flags(let node): return put(["", "i32.store8", "i32.store16", "", "i32.store"][node.layout.size], .i32)
    case .fixedLengthList, .own, .borrow: preconditionFailure("no random type has handles, or fixed-length lists, which the oracle does not know")
    }
  }

  /// A parameter, out of the wider slot that a variant may have given it.
  private static func get(_ index: Int, _ has: CoreValueType, as wanted: CoreValueType) -> String {
    let local = "(local.get \(index))"
    switch (has, wanted) {
    case (.i32, .f32): return "(f32.reinterpret_i32 \(local))"
    case (.i64, .i32): return "(i32.wrap_i64 \(local))"
    case (.i64, .f32): return "(f32.reinterpret_i32 (i32.wrap_i64 \(local)))"
    case (.i64, .f64): return "(f64.reinterpret_i64 \(local))"
    default: return local
    }
  }
}

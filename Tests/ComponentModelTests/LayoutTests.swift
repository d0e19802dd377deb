import ComponentModel
import Testing

/// Sizes, alignments and flat forms against values worked out by hand from the canonical ABI.
struct LayoutTests {
  @Test func `Primitive types`() {
    let expected: [(ValueType, Int, Int, [CoreValueType])] = [
      (.bool, 1, 1, [.i32]), (.u8, 1, 1, [.i32]), (.s16, 2, 2, [.i32]), (.u32, 4, 4, [.i32]), (.char, 4, 4, [.i32]), (.s64, 8, 8, [.i64]),
      (.f32, 4, 4, [.f32]), (.f64, 8, 8, [.f64]), (.string, 8, 4, [.i32, .i32]), (.own(ResourceType(name: "r")), 4, 4, [.i32]),
    ]
    for (type, size, alignment, flat) in expected {
      #expect(type.layout.size == size && type.layout.alignment == alignment && type.layout.flat == flat, "\(type)")
    }
  }

  @Test func `Records pad between fields and at the end`() throws {
    let record = try RecordType(fields: [("a", .u8), ("b", .u64), ("c", .u16), ("d", .string)])
    #expect(record.fields.map(\.offset) == [0, 8, 16, 20])
    #expect(record.layout.size == 32)
    #expect(record.layout.alignment == 8)
    #expect(record.layout.flat == [.i32, .i64, .i32, .i32, .i32])
    #expect(record.layout.containsPointers)
  }

  @Test func `Variants join the flat forms of their cases`() throws {
    let variant = try VariantType(cases: [
      .init(name: "a", type: .f32), .init(name: "b", type: .u32), .init(name: "c", type: .string), .init(name: "d", type: .tuple([.u8, .f64])),
      .init(name: "e", type: nil),
    ])
    #expect(variant.layout.flat == [.i32, .i32, .i64])
    #expect(variant.variantLayout.discriminantSize == 1)
    #expect(variant.variantLayout.payloadOffset == 8)
    #expect(variant.layout.size == 24)
    #expect(variant.layout.alignment == 8)
  }

  @Test func `Options, results, enums and flags`() throws {
    #expect(try ValueType.option(of: .u8).layout.size == 2)
    #expect(try ValueType.option(of: .option(of: .u64)).layout.size == 24)
    #expect(try ValueType.result(ok: nil, error: nil).layout.size == 1)
    #expect(try ValueType.result(ok: .u64, error: .string).layout.flat == [.i32, .i64, .i32])
    #expect(try ValueType.enumeration((0..<256).map { "c\($0)" }).layout.size == 1)
    #expect(try ValueType.enumeration((0..<257).map { "c\($0)" }).layout.size == 2)
    #expect(try ValueType.flags((0..<9).map { "f\($0)" }).layout.size == 2)
    #expect(try ValueType.flags((0..<32).map { "f\($0)" }).layout.size == 4)
  }

  @Test func `What flattens to more than 16 values has no flat form`() throws {
    #expect(try ValueType.tuple(Array(repeating: .u8, count: 16)).layout.flat?.count == 16)
    #expect(try ValueType.tuple(Array(repeating: .u8, count: 17)).layout.flat == nil)
    #expect(try ValueType.option(of: .tuple(Array(repeating: .u8, count: 15))).layout.flat?.count == 16)
    #expect(try ValueType.option(of: .tuple(Array(repeating: .u8, count: 16))).layout.flat == nil)
  }

  @Test func `Lists of a fixed length are as many elements`() throws {
    let pair = try ValueType.tuple([.u8, .u16])
    let list = try ValueType.fixedLengthList(of: pair, length: 3)
    #expect(list.layout.size == 12 && list.layout.alignment == 2 && list.layout.flat == Array(repeating: .i32, count: 6))
    #expect(list.description == "list<tuple<u8, u16>, 3>")
    #expect(try ValueType.fixedLengthList(of: .u64, length: 16).layout.flat == Array(repeating: .i64, count: 16))
    #expect(try ValueType.fixedLengthList(of: .u64, length: 17).layout.flat == nil)
    #expect(try ValueType.fixedLengthList(of: .string, length: 2).layout.containsPointers)
    #expect(try ValueType.fixedLengthList(of: .u8, length: 2) != ValueType.fixedLengthList(of: .u8, length: 3))
    #expect(try ValueType.fixedLengthList(of: .u8, length: 2) == ValueType.fixedLengthList(of: .u8, length: 2))
    // The longest ones there can be cost nothing.
    #expect(try ValueType.fixedLengthList(of: .u8, length: 1 << 28 - 1).layout.size == 1 << 28 - 1)
    for length: UInt32 in [1 << 28, .max] {
      #expect(throws: ComponentError.self) { try ValueType.fixedLengthList(of: .u8, length: length) }
      #expect(throws: ComponentError.self) { try ValueType.fixedLengthList(of: list, length: length) }
    }
  }

  @Test func `Functions spill parameters and results to memory`() throws {
    let few = try FunctionLayout(FunctionType(parameters: [.init(name: "a", type: .string)], result: .u64))
    #expect(few.liftedCoreType == CoreFunctionType(parameters: [.i32, .i32], results: [.i64]))
    #expect(few.loweredCoreType == few.liftedCoreType)

    let pair = try FunctionLayout(FunctionType(parameters: [.init(name: "a", type: .u8)], result: .string))
    #expect(pair.liftedCoreType == CoreFunctionType(parameters: [.i32], results: [.i32]))
    #expect(pair.loweredCoreType == CoreFunctionType(parameters: [.i32, .i32], results: []))

    let many = try FunctionLayout(FunctionType(parameters: (0..<17).map { .init(name: "p\($0)", type: .u16) }, result: nil))
    #expect(many.parametersInMemory)
    #expect(many.parameterOffsets.last == 32)
    #expect(many.parameters.size == 34)
    #expect(many.loweredCoreType == CoreFunctionType(parameters: [.i32], results: []))

    let none = try FunctionLayout(FunctionType(parameters: [], result: nil))
    #expect(none.liftedCoreType == CoreFunctionType(parameters: [], results: []))
  }

  @Test func `Equality is structural, but for resources`() throws {
    let (pipe, tap) = (ResourceType(name: "pipe"), ResourceType(name: "pipe"))
    func type(_ resource: ResourceType, _ name: String = "a") throws -> ValueType {
      try .record([(name, .list(of: .option(of: .own(resource)))), ("b", .f32)])
    }
    #expect(try type(pipe) == type(pipe))
    #expect(try type(pipe).hashValue == type(pipe).hashValue)
    #expect(try type(pipe) != type(tap))
    #expect(try type(pipe) != type(pipe, "c"))
    #expect(try ValueType.tuple([.u8]) != ValueType.tuple([.s8]))
  }

  @Test func `Types beyond the limits are refused`() throws {
    func error(_ body: () throws(ComponentError) -> ValueType) -> ComponentError? { componentError { () throws(ComponentError) in _ = try body() } }
    // Doubling: 2^28 bytes after 25 steps, long before memory runs out.
    let doubled = error { () throws(ComponentError) in
      var type = try ValueType.tuple([.u64])
      for _ in 0..<25 { type = try .tuple([type, type]) }
      return type
    }
    #expect(doubled?.code == .limitExceeded)
    let deep = error { () throws(ComponentError) in
      var type = ValueType.u8
      for _ in 0..<200 { type = try .list(of: type) }
      return type
    }
    #expect(deep?.message == "a list type is too large: at most 100000 types in one another, nested at most 100 deep, are supported")
    #expect(error { () throws(ComponentError) in try .record([]) }?.message == "a record type has no field; it needs at least one")
    #expect(error { () throws(ComponentError) in try .flags([]) }?.message == "a flags type has 0 flags; it needs 1 to 32")
    #expect(error { () throws(ComponentError) in try .enumeration([]) }?.message == "an enum type has no case; it needs at least one")
  }
}

import ComponentModel
import Testing
import WebAssembly

/// Values that break the rules of the canonical ABI, in results and in arguments of host functions: an error that says what is wrong, and no harm.
struct HostileValueTests {
  struct Case: CustomTestStringConvertible, Sendable {
    let guest: HostileGuest
    let message: String
    /// Lifts the list to Swift's types.
    let typed: (@Sendable (HostileGuest) throws -> Void)?
    var testDescription: String { "\(guest.type) \(guest.encoding) \(guest.memory[64] ?? []): \(message)" }

    init(_ guest: HostileGuest, _ message: String) {
      (self.guest, self.message, typed) = (guest, message, nil)
    }

    init<T: ComponentValue & SendableMetatype>(_ guest: HostileGuest, as _: T.Type, _ message: String) {
      (self.guest, self.message) = (guest, message)
      typed = { guest in
        if guest.flat == nil {
          #expect(throws: ComponentError.self) { try guest.taken(as: [T].self) }
          _ = try guest.given(as: T.self)
        } else {
          _ = try guest.taken(as: T.self)
        }
      }
    }
  }

  private func expect(_ message: String, _ place: String, _ body: () throws -> Void) {
    do {
      try body()
      Issue.record("no error from \(place)")
    } catch let error as ComponentError {
      #expect(error.code == .canonicalABI && error.message.contains(message), "\(place): \(error)")
    } catch {
      Issue.record("\(place): \(error)")
    }
  }

  private func check(_ item: Case) throws {
    expect(item.message, "an argument") { _ = try item.guest.taken() }
    if item.guest.flat == nil { expect(item.message, "a result") { _ = try item.guest.given() } }
    if let typed = item.typed { expect(item.message, "Swift's types") { try typed(item.guest) } }
  }

  // MARK: Strings

  private static let beyond = "beyond the end of its memory of 131072 bytes"

  static let strings: [Case] = [
    Case(HostileGuest("string", HostileGuest.pair(131_072, 1)), as: String.self, beyond),
    Case(HostileGuest("string", HostileGuest.pair(131_000, 73)), as: String.self, beyond),
    Case(HostileGuest("string", HostileGuest.pair(0xffff_fff0, 0x20)), as: String.self, beyond),
    Case(HostileGuest("string", HostileGuest.pair(0xffff_ffff, 0)), as: String.self, beyond),
    Case(HostileGuest("string", HostileGuest.pair(0, 0x0fff_ffff)), as: String.self, beyond),
    Case(HostileGuest("string", HostileGuest.pair(0, 0x1000_0000)), as: String.self, "larger than the 268435455"),
    Case(HostileGuest("string", HostileGuest.pair(0, 0xffff_ffff)), as: String.self, "larger than the 268435455"),
  ]
  static let invalidUTF8: [Case] = [
    [0xc0, 0x80], [0x80], [0xe2, 0x82], [0xed, 0xa0, 0x80], [0xed, 0xbf, 0xbf], [0xf4, 0x90, 0x80, 0x80], [0xf8, 0x88, 0x80, 0x80, 0x80], [0x61, 0xff, 0x61], [0xc3],
    [0xe0, 0x80, 0xaf],
  ].map { (bytes: [UInt8]) in
    Case(HostileGuest("string", HostileGuest.pair(80, UInt32(bytes.count)), and: [80: bytes]), as: String.self, "not valid UTF-8")
  }
  static let utf16: [Case] = [
    Case(HostileGuest("string", HostileGuest.pair(81, 1), encoding: "utf16"), as: String.self, "not aligned to 2"),
    Case(HostileGuest("string", HostileGuest.pair(131_070, 2), encoding: "utf16"), as: String.self, beyond),
    Case(HostileGuest("string", HostileGuest.pair(0, 0x8000_0000), encoding: "utf16"), as: String.self, "larger than the 268435455"),
    Case(HostileGuest("string", HostileGuest.pair(0, 0xffff_ffff), encoding: "utf16"), as: String.self, "larger than the 268435455"),
  ] + [HostileGuest.units(0xd800), HostileGuest.units(0xdc00), HostileGuest.units(0xdc00, 0xd800), HostileGuest.units(0xd800, 0x61), HostileGuest.units(0x61, 0xdbff)].map { units in
    Case(HostileGuest("string", HostileGuest.pair(80, UInt32(units.count / 2)), and: [80: units], encoding: "utf16"), as: String.self, "not valid UTF-16")
  }
  static let latin1: [Case] = [
    Case(HostileGuest("string", HostileGuest.pair(81, 1), encoding: "latin1+utf16"), as: String.self, "not aligned to 2"),
    Case(HostileGuest("string", HostileGuest.pair(131_070, 3), encoding: "latin1+utf16"), as: String.self, beyond),
    Case(HostileGuest("string", HostileGuest.pair(131_070, 0x8000_0002), encoding: "latin1+utf16"), as: String.self, beyond),
    Case(HostileGuest("string", HostileGuest.pair(0, 0xffff_ffff), encoding: "latin1+utf16"), as: String.self, "larger than the 268435455"),
    Case(HostileGuest("string", HostileGuest.pair(0, 0x7fff_ffff), encoding: "latin1+utf16"), as: String.self, "larger than the 268435455"),
    Case(HostileGuest("string", HostileGuest.pair(80, 0x8000_0001), and: [80: HostileGuest.units(0xd900)], encoding: "latin1+utf16"), as: String.self, "not valid UTF-16"),
  ]

  @Test(arguments: strings + invalidUTF8 + utf16 + latin1) func `Strings that lie outside the memory or are badly encoded`(item: Case) throws { try check(item) }

  @Test func `Strings are whatever the encoding makes of their bytes, up to the last byte of the memory`() throws {
    #expect(try HostileGuest("string", HostileGuest.pair(131_070, 2), and: [131_070: [0x68, 0x69]]).given() == .list([.string("hi")]))
    #expect(try HostileGuest("string", HostileGuest.pair(131_072, 0)).taken() == .list([.string("")]))
    #expect(try HostileGuest("string", HostileGuest.pair(131_068, 2), and: [131_068: HostileGuest.units(0xd83d, 0xde00)], encoding: "utf16").taken() == .list([.string("😀")]))
    #expect(try HostileGuest("string", HostileGuest.pair(80, 2), and: [80: [0xe9, 0xff]], encoding: "latin1+utf16").given() == .list([.string("éÿ")]))
    #expect(
      try HostileGuest("string", HostileGuest.pair(80, 0x8000_0001), and: [80: HostileGuest.units(0x20ac)], encoding: "latin1+utf16").given(as: String.self) == ["€"])
  }

  // MARK: Lists

  private static func list(_ type: String, _ address: UInt32, _ count: UInt32, types: [(String, String)] = []) -> HostileGuest {
    var guest = HostileGuest(type, types: types)
    (guest.address, guest.count) = (address, count)
    return guest
  }

  static let lists: [Case] = [
    Case(list("u8", 131_072, 1), as: UInt8.self, beyond),
    Case(list("u8", 0xffff_fff0, 0x20), as: UInt8.self, beyond),
    Case(list("u8", 1, 131_072), as: UInt8.self, beyond),
    Case(list("u8", 0, 0x0fff_ffff), as: UInt8.self, beyond),
    Case(list("u8", 0, 0x8000_0000), as: UInt8.self, "larger than the 268435455"),
    Case(list("u8", 0, 0xffff_ffff), as: UInt8.self, "larger than the 268435455"),
    Case(list("u16", 65, 1), "not aligned to 2"),
    Case(list("u32", 66, 1), as: UInt32.self, "not aligned to 4"),
    Case(list("u64", 68, 1), as: UInt64.self, "not aligned to 8"),
    Case(list("f64", 65, 0), as: Double.self, "not aligned to 8"),
    Case(list("f32", 2, 1), as: Float.self, "not aligned to 4"),
    Case(list("string", 66, 1), as: String.self, "not aligned to 4"),
    Case(list("u32", 0, 0x4000_0001), "larger than the 268435455"),
    Case(list("u64", 0, 0x2000_0001), "larger than the 268435455"),
    Case(list("u64", 131_064, 2), as: UInt64.self, beyond),
    Case(list("bool", 131_071, 2), as: Bool.self, beyond),
    Case(list("(tuple u8 u64)", 131_064, 1), beyond),
    Case(list("(tuple u8 u64)", 60, 1), "not aligned to 8"),
    Case(list("(option u64)", 131_064, 1), as: UInt64?.self, beyond),
    Case(list("$r", 0, 0x0800_0000, types: [("r", "(record (field \"a\" u64) (field \"b\" u64))")]), "larger than the 268435455"),
    Case(HostileGuest("(list u8)", HostileGuest.pair(131_000, 1000)), as: [UInt8].self, beyond),
    Case(HostileGuest("(list u8)", HostileGuest.pair(131_000, 1000)), as: GuestBytes.self, beyond),
    Case(HostileGuest("(list u32)", HostileGuest.pair(81, 1)), as: [UInt32].self, "not aligned to 4"),
    Case(HostileGuest("(list (list string))", HostileGuest.pair(80, 1), and: [80: HostileGuest.pair(96, 1), 96: HostileGuest.pair(0xffff_ff00, 1)]), as: [[String]].self, beyond),
  ]

  @Test(arguments: lists) func `Lists that lie outside the memory, are misaligned or claim too much`(item: Case) throws { try check(item) }

  @Test func `A list that is its own element ends with its type`() throws {
    let guest = HostileGuest("(list (list (list (list u32))))", HostileGuest.pair(64, 1))
    #expect(try guest.given(as: [[[[UInt32]]]].self) == [[[[[64]]]]])
    #expect(try guest.taken() == .list([.list([.list([.list([.list([.u32(64)])])])])]))
  }

  // MARK: Scalars

  private static let enumerations: [(String, String)] = [
    ("three", "(enum \"a\" \"b\" \"c\")"),
    ("many", "(enum " + (0..<300).map { "\"e\($0)\"" }.joined(separator: " ") + ")"),
    ("v", "(variant (case \"a\") (case \"b\" u64))"),
    ("wide", "(variant " + (0..<300).map { "(case \"e\($0)\" u8)" }.joined(separator: " ") + ")"),
  ]

  static let scalars: [Case] =
    [0xd800, 0xdfff, 0x11_0000, 0x8000_0041, 0xffff_ffff].flatMap { (char: UInt32) in
      [
        Case(HostileGuest("char", HostileGuest.u32(char)), as: Unicode.Scalar.self, "is no Unicode scalar value"),
        Case(HostileGuest("char", flat: [("i32", Int64(char))]), as: Unicode.Scalar.self, "is no Unicode scalar value"),
      ]
    } + [
      Case(HostileGuest("$three", [3], types: enumerations), "the discriminant 3, which"),
      Case(HostileGuest("$three", [0xff], types: enumerations), "the discriminant 255, which"),
      Case(HostileGuest("$many", [0x2c, 0x01], types: enumerations), "the discriminant 300, which"),
      Case(HostileGuest("$many", [0xff, 0xff], types: enumerations), "the discriminant 65535, which"),
      Case(HostileGuest("$v", [2], types: enumerations), "the discriminant 2, which"),
      Case(HostileGuest("$wide", [0x2c, 0x01, 0], types: enumerations), "the discriminant 300, which"),
      Case(HostileGuest("(option u8)", [2, 0]), as: UInt8?.self, "the discriminant 2, which"),
      Case(HostileGuest("(option (list u64))", [0xff, 0]), as: [UInt64]?.self, "the discriminant 255, which"),
      Case(HostileGuest("(result)", [2]), as: ComponentResult<NoValue, NoValue>.self, "the discriminant 2, which"),
      Case(HostileGuest("(result u64 (error string))", [7]), as: ComponentResult<UInt64, String>.self, "the discriminant 7, which"),
      // As core values, all 32 bits count.
      Case(HostileGuest("$three", flat: [("i32", 0x100)], types: enumerations), "the discriminant 256, which"),
      Case(HostileGuest("$many", flat: [("i32", 0x1_0000)], types: enumerations), "the discriminant 65536, which"),
      Case(HostileGuest("$v", flat: [("i32", 0xffff_ffff), ("i64", 0)], types: enumerations), "the discriminant 4294967295, which"),
      Case(HostileGuest("(option u8)", flat: [("i32", 2), ("i32", 0)]), as: UInt8?.self, "the discriminant 2, which"),
      Case(HostileGuest("(option string)", flat: [("i32", 1), ("i32", 131_072), ("i32", 1)]), as: String?.self, beyond),
      Case(HostileGuest("(result u64 (error string))", flat: [("i32", 1), ("i64", -1), ("i32", 16)]), as: ComponentResult<UInt64, String>.self, beyond),
      Case(HostileGuest("string", flat: [("i32", 0xffff_ffff), ("i32", 0xffff_ffff)]), as: String.self, "larger than the 268435455"),
      Case(HostileGuest("string", flat: [("i32", 64), ("i32", 1)], and: [64: [0xff]]), as: String.self, "not valid UTF-8"),
      Case(HostileGuest("(list u8)", flat: [("i32", 131_072), ("i32", 1)]), as: GuestBytes.self, beyond),
    ]

  @Test(arguments: scalars) func `Characters and discriminants that name nothing`(item: Case) throws { try check(item) }

  @Test func `Bits beyond a value's own do not matter`() throws {
    let flags = [("f", "(flags \"a\" \"b\" \"c\")")]
    #expect(try HostileGuest("$f", [0xff], types: flags).given() == .list([.flags(7)]))
    #expect(try HostileGuest("$f", flat: [("i32", 0xffff_fff9)], types: flags).taken() == .flags(1))
    #expect(try HostileGuest("bool", [0x80]).given() == .list([.bool(true)]))
    #expect(try HostileGuest("bool", flat: [("i32", 0x100)]).taken() == .bool(true))
    #expect(try HostileGuest("u8", flat: [("i32", 0x1ff)]).taken() == .u8(0xff))
    #expect(try HostileGuest("s8", flat: [("i32", 0x80)]).taken() == .s8(-128))
    #expect(try HostileGuest("u16", flat: [("i32", 0xffff_0001)]).taken() == .u16(1))
  }

  // MARK: Return areas

  @Test(arguments: [(49, "not aligned to 4"), (131_068, "beyond the end"), (0xffff_fffc, "beyond the end"), (131_072, "beyond the end")] as [(UInt32, String)])
  func `Pointers to results and to results' places that are misaligned or outside the memory`(pointer: UInt32, message: String) throws {
    let text = """
      (component
        (import "test:host/api" (instance $api (export "get" (func (result string))) (export "many" (func (param "x" (tuple string string string string string string string string string))))))
        \(HostileGuest.memoryModule())
        (core func $get (canon lower (func $api "get") (memory $mem) (realloc $realloc)))
        (core func $many (canon lower (func $api "many") (memory $mem) (realloc $realloc)))
        (core module $main
          (import "host" "get" (func $get (param i32)))
          (import "host" "many" (func $many (param i32)))
          (func (export "get") (call $get (i32.const \(pointer))))
          (func (export "many") (call $many (i32.const \(pointer))))
          (func (export "give") (result i32) (i32.const \(pointer))))
        (core instance $main (instantiate $main (with "host" (instance (export "get" (func $get)) (export "many" (func $many))))))
        (func (export "get") (canon lift (core func $main "get")))
        (func (export "many") (canon lift (core func $main "many")))
        (func (export "give") (result string) (canon lift (core func $main "give") (memory $mem))))
      """
    var api = HostInterface("test:host/api")
    try api.function("get") { () -> String in "four" }
    api.function("many", type: FunctionType(parameters: [.init(name: "x", type: try .tuple([ValueType](repeating: .string, count: 9)))], result: nil)) { _ in nil }
    var imports = HostImports()
    imports.provide(api)
    for name in ["get", "many", "give"] {
      let instance = try HostileGuest.instantiate(text, imports)
      let error = try #require(throws: ComponentError.self) { try instance.function(name)?.call([]) }
      #expect(error.code == .canonicalABI && error.message.contains(message), "\(name): \(error)")
    }
  }
}

@testable import ComponentEncoder
import Testing

/// What the encoder writes, against what the component model's binary format and the canonical ABI ask for.
struct EncodingTests {
  @Test func `the smallest component, byte for byte`() throws {
    let wit = try wit("package a:b; interface i { f: func(x: u32) -> u32; }")
    let core = TestModule(functions: [("a:b/i#f", type("i", "i"))], exportsMemory: false, exportsRealloc: false).bytes
    let component = try ComponentEncoder(wit: wit, exportForm: .flat).encode(core)
    let expected: [UInt8] =
      [0x00, 0x61, 0x73, 0x6d, 0x0d, 0x00, 0x01, 0x00]  // preamble of a component
      + [0x01, UInt8(core.count)] + core  // the core module, unchanged
      + [0x02, 0x04, 0x01, 0x00, 0x00, 0x00]  // one core instance: module 0, no arguments
      + [0x07, 0x08, 0x01, 0x40, 0x01, 0x01] + Array("x".utf8) + [0x79, 0x00, 0x79]  // one type: func(x: u32) -> u32
      + [0x06, 0x0d, 0x01, 0x00, 0x00, 0x01, 0x00, 0x07] + Array("a:b/i#f".utf8)  // alias of the core function
      + [0x08, 0x06, 0x01, 0x00, 0x00, 0x00, 0x00, 0x00]  // canon lift without options
      + [0x05, 0x08, 0x01, 0x01, 0x01, 0x00, 0x01] + Array("f".utf8) + [0x01, 0x00]  // an instance {f}
      + [0x0b, 0x0b, 0x01, 0x00, 0x05] + Array("a:b/i".utf8) + [0x05, 0x00, 0x00]  // export
    #expect(component.bytes == expected)
    #expect(component.imports.isEmpty && component.exports == ["a:b/i"])
  }

  static let host = """
    package a:b@1.0.0;
    interface host {
      resource file {
        constructor(name: string);
        size: func() -> u64;
        read: func() -> list<u8>;
      }
      plain: func(x: f32, y: s64) -> bool;
    }
    interface guest {
      use host.{file};
      take: func(f: borrow<file>) -> file;
      greet: func(name: string) -> string;
    }
    """
  static let core = TestModule(
    imports: [
      ("a:b/host@1.0.0", "[method]file.read", type("ii")),
      ("a:b/host@1.0.0", "plain", type("fI", "i")),
      ("a:b/host@1.0.0", "[constructor]file", type("ii", "i")),
      ("a:b/host@1.0.0", "[resource-drop]file", type("i")),
    ],
    functions: [
      ("a:b/guest@1.0.0#take", type("i", "i")), ("a:b/guest@1.0.0#greet", type("ii", "i")), ("cabi_post_a:b/guest@1.0.0#greet", type("i")),
    ])

  @Test func `imports that need memory go through the shim, the others are lowered at once`() throws {
    let component = try ComponentEncoder(wit: try wit(Self.host), exportForm: .flat).encode(Self.core.bytes)
    #expect(try ComponentDump(component.bytes).lines == [
      "component 0 61 73 6d d 0 1 0",
      "type instance {export file sub resource, own 0, func(name: string) -> 1, export [constructor]file 1 type 2, borrow 0, list u8, "
        + "func(self: 3) -> 4, export [method]file.read 1 type 5, func(x: f32, y: s64) -> bool, export plain 1 type 6}",
      "import a:b/host@1.0.0 5 type 0",
      "core module",
      "alias 1 target 0 of 0 plain",
      "lower 0 []",
      "alias 3 target 0 of 0 file",
      "resource.drop 1",
      "core module",
      "core module",
      "core instance of 1 with []",
      "alias 0:0 target 1 of 0 0",
      "alias 0:0 target 1 of 0 1",
      "core instance [[method]file.read=0:2, plain=0:0, [constructor]file=0:3, [resource-drop]file=0:1]",
      "core instance of 0 with [a:b/host@1.0.0=18:1]",
      "alias 0:2 target 1 of 2 memory",
      "alias 0:0 target 1 of 2 cabi_realloc",
      "alias 0:1 target 1 of 0 $imports",
      "alias 1 target 0 of 0 [method]file.read",
      "lower 1 [memory 0, realloc 4, utf8]",
      "alias 1 target 0 of 0 [constructor]file",
      "lower 2 [memory 0, utf8]",
      "core instance [0=0:5, 1=0:6, $imports=1:0]",
      "core instance of 2 with [=18:3]",
      "type borrow 1",
      "type own 1",
      "type func(f: 2) -> 3",
      "alias 0:0 target 1 of 2 a:b/guest@1.0.0#take",
      "lift 7 [] type 4",
      "type func(name: string) -> string",
      "alias 0:0 target 1 of 2 a:b/guest@1.0.0#greet",
      "alias 0:0 target 1 of 2 cabi_post_a:b/guest@1.0.0#greet",
      "lift 8 [memory 0, realloc 4, utf8, post-return 9] type 5",
      "instance [take=1:3, greet=1:4]",
      "export a:b/guest@1.0.0 5:1",
    ])
  }

  @Test func `an exported interface gets its names through a nested component`() throws {
    let component = try ComponentEncoder(wit: try wit(Self.host)).encode(Self.core.bytes)
    let lines = try ComponentDump(component.bytes).lines
    #expect(lines.suffix(17) == [
      "  component 0 61 73 6d d 0 1 0",
      "  import import-type-file sub resource",
      "  type borrow 0",
      "  type own 0",
      "  type func(f: 1) -> 2",
      "  import import-func-take 1 type 3",
      "  type func(name: string) -> string",
      "  import import-func-greet 1 type 4",
      "  export file 3:0",
      "  type borrow 5",
      "  type own 5",
      "  type func(f: 6) -> 7",
      "  export take 1:0 as 1 type 8",
      "  type func(name: string) -> string",
      "  export greet 1:1 as 1 type 9",
      "instance of 0 with [import-type-file=3:1, import-func-take=1:3, import-func-greet=1:4]",
      "export a:b/guest@1.0.0 5:1",
    ])
  }

  @Test func `used types are imported with the interface that declares them, and only live ones`() throws {
    let wit = try wit("""
      package a:b;
      interface base { type id = u32; record unused { x: u8 } record pair { a: id, b: option<string> } }
      interface api { use base.{pair as couple}; type couples = list<couple>; enum level { low, high } send: func(all: couples, at: level); }
      interface guest { run: func() -> bool; }
      """)
    let core = TestModule(imports: [("a:b/api", "send", type("iii"))], functions: [("a:b/guest#run", type("", "i"))])
    let component = try ComponentEncoder(wit: wit, exportForm: .flat).encode(core.bytes)
    #expect(try ComponentDump(component.bytes).lines[1...5] == [
      "type instance {u32, export id eq 0, option string, record {a: 1, b: 2}, export pair eq 3}",
      "import a:b/base 5 type 0",
      "alias 3 target 0 of 0 pair",
      "type instance {alias 3 2 1 1, export couple eq 0, list 1, export couples eq 2, enum low, high, export level eq 4, "
        + "func(all: 3, at: 5), export send 1 type 6}",
      "import a:b/api 5 type 2",
    ])
    #expect(component.imports == ["a:b/base", "a:b/api"])
  }

  @Test func `the shim and the fixup, byte for byte`() {
    let shims = ShimModule(slots: [type("iI"), type("iI"), type("", "F")], initializes: true)
    let preamble = TestModule.preamble
    #expect(shims.shim == preamble
      + [0x01, 0x09, 0x02, 0x60, 0x02, 0x7f, 0x7e, 0x00, 0x60, 0x00, 0x01, 0x7c].withLength(at: 1)  // two different types
      + [0x03, 0x04, 0x03, 0x00, 0x00, 0x01]  // three functions
      + [0x04, 0x05, 0x01, 0x70, 0x01, 0x03, 0x03]  // a table of exactly three
      + ([0x07, 0x00, 0x04, 0x01, 0x30, 0x00, 0x00, 0x01, 0x31, 0x00, 0x01, 0x01, 0x32, 0x00, 0x02, 0x08] + Array("$imports".utf8) + [0x01, 0x00]).withLength(at: 1)
      + [
        0x0a, 0x00, 0x03,
        0x0b, 0x00, 0x20, 0x00, 0x20, 0x01, 0x41, 0x00, 0x11, 0x00, 0x00, 0x0b,
        0x0b, 0x00, 0x20, 0x00, 0x20, 0x01, 0x41, 0x01, 0x11, 0x00, 0x00, 0x0b,
        0x07, 0x00, 0x41, 0x02, 0x11, 0x01, 0x00, 0x0b,
      ].withLength(at: 1))
    #expect(shims.fixup == preamble
      + [0x01, 0x00, 0x03, 0x60, 0x02, 0x7f, 0x7e, 0x00, 0x60, 0x00, 0x01, 0x7c, 0x60, 0x00, 0x00].withLength(at: 1)
      + ([0x02, 0x00, 0x05, 0x00, 0x01, 0x30, 0x00, 0x00, 0x00, 0x01, 0x31, 0x00, 0x00, 0x00, 0x01, 0x32, 0x00, 0x01]
        + [0x00, 0x0b] + Array("_initialize".utf8) + [0x00, 0x02]
        + [0x00, 0x08] + Array("$imports".utf8) + [0x01, 0x70, 0x01, 0x03, 0x03]).withLength(at: 1)
      + [0x08, 0x01, 0x03]  // start with _initialize
      + [0x09, 0x09, 0x01, 0x00, 0x41, 0x00, 0x0b, 0x03, 0x00, 0x01, 0x02])  // table[0...] = the three
  }

  @Test func `an initializer alone makes the fixup run it`() throws {
    let wit = try wit("package a:b; interface i { f: func(); }")
    let core = TestModule(functions: [("a:b/i#f", type("")), ("_initialize", type(""))], exportsMemory: false, exportsRealloc: false)
    let lines = try ComponentDump(try ComponentEncoder(wit: wit, exportForm: .flat).encode(core.bytes).bytes).lines
    #expect(lines[1...8] == [
      "core module", "core module", "core module", "core instance of 1 with []", "core instance of 0 with []",
      "alias 0:1 target 1 of 0 $imports", "alias 0:0 target 1 of 1 _initialize", "core instance [_initialize=0:0, $imports=1:0]",
    ])
  }

  @Test func `the same input gives the same bytes, whatever the order of exports`() throws {
    let wit = try wit("package a:b; interface y { f: func(); g: func(); } interface x { f: func(); }")
    let names = ["a:b/y#g", "a:b/x#f", "a:b/y#f"]
    let encoder = ComponentEncoder(wit: wit)
    let once = try encoder.encode(TestModule(functions: names.map { ($0, type("")) }).bytes)
    #expect(try encoder.encode(TestModule(functions: names.map { ($0, type("")) }).bytes) == once)
    #expect(once.exports == ["a:b/x", "a:b/y"])
    let other = try encoder.encode(TestModule(functions: names.reversed().map { ($0, type("")) }).bytes)
    #expect(try ComponentDump(other.bytes).lines == ComponentDump(once.bytes).lines)
  }

  @Test func `the producers section names tool and version`() throws {
    let wit = try wit("package a:b; interface i { f: func(); }")
    let core = TestModule(functions: [("a:b/i#f", type(""))]).bytes
    let plain = try ComponentEncoder(wit: wit).encode(core).bytes
    let marked = try ComponentEncoder(wit: wit, producer: .init(name: "millrace", version: "1.2")).encode(core).bytes
    let field: [UInt8] = [0x09] + Array("producers".utf8) + [0x01, 0x0c] + Array("processed-by".utf8) + [0x01, 0x08] + Array("millrace".utf8) + [0x03] + Array("1.2".utf8)
    #expect(marked == plain + [0x00, UInt8(field.count)] + field)
  }

  @Test func `type indices above 63 and 127 keep their signed encoding`() throws {
    var writer = ByteWriter()
    for value: UInt32 in [63, 64, 127, 128, 8191, 8192] { writer.signed(value) }
    #expect(writer.bytes == [0x3f, 0xc0, 0x00, 0xff, 0x00, 0x80, 0x01, 0xff, 0x3f, 0x80, 0xc0, 0x00])
  }
}

extension [UInt8] {
  /// The bytes with the length of what follows filled in at `index`.
  fileprivate func withLength(at index: Int) -> [UInt8] {
    var bytes = self
    bytes[index] = UInt8(count - index - 1)
    return bytes
  }
}

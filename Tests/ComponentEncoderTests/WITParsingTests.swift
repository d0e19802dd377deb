@testable import ComponentEncoder
import Testing

/// What WIT texts mean.
struct WITParsingTests {
  func interface(_ name: String, in wit: WIT) throws -> WIT.Interface { wit[try #require(wit.interface(named: name))] }

  @Test func `every kind of item is read`() throws {
    let wit = try wit("""
      /// A doc comment. /* not a block
      package my:pkg@0.2.0-rc-2024-10-28+build.1; // ünïcödé
      /* a /* nested */ comment */
      @since(version = 0.2.0)
      interface all {
        @unstable(feature = x)
        type id = u64;
        record point { x: f32, y: f32, }
        variant shape { dot(point), none, other(list<tuple<id, string>>) }
        enum FP16-or-u8 { FP16, %u8 }
        flags access { read, write }
        resource handle;
        resource file {
          constructor(name: string,);
          read: func(at: id) -> result<list<u8>, shape>;
          open: static func() -> option<file>;
          @deprecated(version = 0.2.0)
          %type: func();
        }
        lend: func(f: borrow<file>, g: own<handle>, h: handle) -> result;
        check: func() -> result<_, access>;
        both: func() -> result<u8>;
      }
      world w { import all; export run: func(); include other; interface inline { x: func(); } }
      """)
    #expect(wit.interfaceNames == ["my:pkg/all@0.2.0-rc-2024-10-28+build.1"])
    let all = try interface(wit.interfaceNames[0], in: wit)
    #expect(all.types.map { wit[$0].name } == ["id", "point", "shape", "FP16-or-u8", "access", "handle", "file"])
    #expect(all.functions.map(\.name) == [
      "[constructor]file", "[method]file.read", "[static]file.open", "[method]file.type", "lend", "check", "both",
    ])
    let file = all.types[6]
    #expect(all.functions[0].result == .own(file))
    #expect(all.functions[1].parameters.map(\.name) == ["self", "at"])
    #expect(all.functions[1].parameters[0].type == .borrow(file))
    #expect(all.functions[2].parameters.isEmpty)
    #expect(all.functions[4].parameters.map(\.type) == [.borrow(file), .own(all.types[5]), .named(all.types[5])])
    #expect(all.functions[4].result == .result(ok: nil, error: nil))
    #expect(all.functions[5].result == .result(ok: nil, error: .named(all.types[4])))
    #expect(all.functions[6].result == .result(ok: .primitive(.u8), error: nil))
  }

  @Test(arguments: ["map", "%map"]) func `an interface may be named map`(name: String) throws {
    let wit = try wit("package a:b; interface \(name) { f: func(); } interface other { use \(name).{}; }")
    #expect(wit.interfaceNames == ["a:b/map", "a:b/other"])
  }

  @Test func `a package may be in several files, in any order, and use others`() throws {
    let wit = try WIT(packages: [
      [
        WIT.File(name: "z.wit", text: "interface user { use shared.{id}; use other:pkg/far@1.2.3.{thing as it}; f: func(i: id, t: it); }"),
        WIT.File(name: "a.wit", text: "package my:pkg; interface shared { type id = u64; }"),
      ],
      [WIT.File(name: "other.wit", text: "package other:pkg@1.2.3; interface far { record thing { x: f64, y: f32 } }")],
    ])
    #expect(wit.interfaceNames.sorted() == ["my:pkg/shared", "my:pkg/user", "other:pkg/far@1.2.3"])
    let user = try interface("my:pkg/user", in: wit)
    #expect(user.types.map { wit[$0].name } == ["id", "it"])
    #expect(user.types.map { wit[wit.origin(of: $0)].name } == ["id", "thing"])
    #expect(wit.lowered(user.functions[0]).type == type("IFf"))
  }

  @Test func `types may be declared after their use; what a type is made of comes first`() throws {
    let wit = try wit("package a:b; interface i { record c { b: b } type d = c; record b { a: a } enum a { x } f: func(d: d); }")
    #expect(try interface("a:b/i", in: wit).types.map { wit[$0].name } == ["a", "b", "c", "d"])
  }

  // MARK: The canonical ABI

  @Test(arguments: [
    ("a: bool, b: s8, c: u16, d: char, e: s32", "iiiii", false),
    ("a: s64, b: u64, c: f32, d: f64", "IIfF", false),
    ("a: string", "ii", true),
    ("a: list<u8>", "ii", true),
    ("a: option<u8>", "ii", false),
    ("a: option<f32>", "if", false),
    ("a: result<f32, u32>", "ii", false),
    ("a: result<f32, f64>", "iI", false),
    ("a: result<u32, u64>", "iI", false),
    ("a: result<string, tuple<f32, f32, f32>>", "iiif", true),
    ("a: tuple<u8, tuple<f64, string>>", "iFii", true),
    ("a: e, b: fl, c: r, d: borrow<r>", "iiii", false),
    ("a: v", "iIi", true),
    ("a: p, b: p, c: p, d: p", "iFiFiFiF", false),
    ("a: tuple<p, p, p, p, p, p, p, p>", "iFiFiFiFiFiFiFiF", false),
    ("a: tuple<p, p, p, p, p, p, p, p>, b: u8", "i", true),
    ("a: tuple<p, p, p, p, p, p, p, p, p>", "i", true),
    ("a: option<tuple<p, p, p, p, p, p, p, p>>", "i", true),
  ])
  func `parameters flatten`(parameters: String, core: String, memory: Bool) throws {
    let wit = try wit("""
      package a:b;
      interface i {
        resource r; enum e { x, y } flags fl { x, y } record p { x: u8, y: f64 } variant v { a(s64), b(string), c }
        f: func(\(parameters));
      }
      """)
    let function = try interface("a:b/i", in: wit).functions[0]
    #expect(wit.lowered(function).type == type(core))
    #expect(wit.lowered(function).needsMemory == memory)
    #expect(!wit.lowered(function).needsRealloc)
    #expect(wit.lifted(function).type == type(core))
    #expect(wit.lifted(function).needsMemory == memory && wit.lifted(function).needsRealloc == memory)
  }

  @Test(arguments: [
    ("u64", "I", "I", false, false),
    ("option<u8>", "i", "i", true, false),
    ("string", "i", "i", true, true),
    ("result<_, list<u8>>", "i", "i", true, true),
    ("own<r>", "i", "i", false, false),
    ("option<own<r>>", "i", "i", true, false),
  ])
  func `results flatten or go through memory`(result: String, lowered: String, lifted: String, memory: Bool, realloc: Bool) throws {
    let wit = try wit("package a:b; interface i { resource r; f: func() -> \(result); }")
    let function = try interface("a:b/i", in: wit).functions[0]
    let spills = memory
    #expect(wit.lowered(function).type == (spills ? type(lowered) : type("", lowered)))
    #expect(wit.lifted(function).type == type("", lifted))
    #expect(wit.lowered(function).needsMemory == memory && wit.lowered(function).needsRealloc == realloc)
    #expect(wit.lifted(function).needsMemory == memory && !wit.lifted(function).needsRealloc)
  }

  // MARK: Built in

  @Test func `the built-in interfaces are all there`() throws {
    let processor = [
      "accumulate", "branch", "command-invoker", "delay", "filter", "hybrid-logical-clock", "logger", "map", "metrics", "rpc-types", "schema-registry",
      "schema-types", "state-store", "state-store-types", "types",
    ].map { "wasm-graph:processor/\($0)@1.1.0" }
    let nn = ["errors", "graph", "inference", "tensor"].map { "wasi:nn/\($0)@0.2.0-rc-2024-10-28" }
    #expect(try WIT.builtIn().interfaceNames.sorted() == (nn + processor + ["wasi:clocks/wall-clock@0.2.0"]).sorted())
  }

  @Test(arguments: [
    ("accumulate", "process", "i", "i"), ("branch", "process", "i", "i"), ("delay", "process", "i", "i"), ("filter", "process", "i", "i"),
    ("map", "process", "i", "i"), ("map", "init", "iiii", "i"),
  ])
  func `operators have the core types that their bindings have`(operation: String, name: String, parameters: String, results: String) throws {
    let wit = try WIT.builtIn()
    let functions = try interface("wasm-graph:processor/\(operation)@1.1.0", in: wit).functions
    #expect(functions.map(\.name) == ["process", "init"])
    let function = try #require(functions.first { $0.name == name })
    #expect(wit.lifted(function).type == type(parameters, results))
  }

  @Test(arguments: [
    ("wasm-graph:processor/logger@1.1.0", "log", "iiiii", ""),
    ("wasm-graph:processor/metrics@1.1.0", "add-to-counter", "iiiIiiii", ""),
    ("wasm-graph:processor/metrics@1.1.0", "record-to-histogram", "iiiIiiii", ""),
    ("wasm-graph:processor/state-store@1.1.0", "get", "iiiIii", ""),
    ("wasm-graph:processor/state-store@1.1.0", "set", "ii", ""),
    ("wasm-graph:processor/types@1.1.0", "[method]buffer.read", "ii", ""),
    ("wasi:nn/graph@0.2.0-rc-2024-10-28", "load", "iiiii", ""),
    ("wasi:nn/tensor@0.2.0-rc-2024-10-28", "[constructor]tensor", "iiiii", "i"),
    ("wasi:nn/inference@0.2.0-rc-2024-10-28", "[method]graph-execution-context.compute", "iiii", ""),
    ("wasi:nn/errors@0.2.0-rc-2024-10-28", "[method]error.code", "i", "i"),
  ])
  func `host functions have the core types that their bindings have`(name: String, function: String, parameters: String, results: String) throws {
    let wit = try WIT.builtIn()
    let function = try #require(try interface(name, in: wit).functions.first { $0.name == function })
    #expect(wit.lowered(function).type == type(parameters, results))
  }
}

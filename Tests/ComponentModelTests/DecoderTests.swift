import ComponentModel
import Testing
import WebAssembly

struct DecoderTests {
  @Test func `The definitions of a component come in file order, with their indices and offsets`() throws {
    let file = try ComponentFile(decoding: try SampleComponent.bytes())
    let component = file.component
    #expect(
      component.definitions.map(\.kind) == [
        "type", "import", "alias", "type", "import", "module", "module", "core instance", "alias", "alias", "canon", "core instance", "core instance", "core instance",
        "alias", "alias", "alias", "type", "canon", "component", "instance", "export", "export",
      ])
    #expect(component.definitionOffsets.count == component.definitions.count)
    #expect(component.definitionOffsets == component.definitionOffsets.sorted())
    #expect(component.byteRange == 0..<file.bytes.count)
    #expect(component.customSections.map(\.name) == ["component-name"])
  }

  @Test func `Core modules are ranges of the file's bytes`() throws {
    let file = try ComponentFile(decoding: try SampleComponent.bytes())
    #expect(file.component.coreModules.count == 2)
    for slice in file.component.coreModules { #expect(Array(file.bytes[slice.byteRange].prefix(8)) == Assembler.corePreamble) }
  }

  @Test func `Canonical options are read`() throws {
    let bytes = try parseText(
      """
      (component
        (core module $m (memory (export "m") 1) (func (export "r") (param i32 i32 i32 i32) (result i32) unreachable)
          (func (export "f") (param i32 i32) (result i32) unreachable) (func (export "p") (param i32)))
        (core instance $i (instantiate $m))
        (alias core export $i "m" (core memory $memory))
        (alias core export $i "r" (core func $realloc))
        (alias core export $i "f" (core func $f))
        (alias core export $i "p" (core func $post))
        (type $t (func (param "a" string) (result string)))
        (func (type $t) (canon lift (core func $f) string-encoding=utf16 (memory $memory) (realloc $realloc) (post-return $post)))
        (func (type $t) (canon lift (core func $f) (memory $memory) (realloc $realloc))))
      """)
    var options: [CanonicalOptions] = []
    for case .canonical(.lift(_, let lifted, _)) in try ComponentFile(decoding: bytes).component.definitions { options.append(lifted) }
    #expect(
      options == [
        CanonicalOptions(stringEncoding: .utf16, memory: 0, realloc: 0, postReturn: 2), CanonicalOptions(stringEncoding: .utf8, memory: 0, realloc: 0),
      ])
  }

  @Test func `A core module's header tells its imports, exports, memories and sizes`() throws {
    let file = try ComponentFile(decoding: try SampleComponent.bytes())
    let header = try CoreModuleHeader(file.bytes, in: try #require(file.component.coreModules.first).byteRange)
    #expect(header.name(in: file.bytes) == "main")
    #expect(header.imports.map { "\($0.module) \($0.name)" } == ["demo:pipes/clock@1.2.0 now", "demo:pipes/pipe@1.2.0 [resource-drop]pipe"])
    #expect(header.imports.allSatisfy { $0.type.sort == .function })
    #expect(header.exports.map { "\($0.name): \($0.sort) \($0.index)" } == ["memory: core memory 0", "run: core function 2"])
    #expect(header.memories.map(\.minimum) == [2])
    #expect(header.memories.map(\.maximum) == [16])
    #expect(header.functionCount == 1)
    #expect(header.sectionSizes[11] == 11)
  }

  @Test func `64-bit memories, shared tables, globals and tags pass through a header`() throws {
    let bytes = try parseText(
      """
      (module
        (import "a" "table" (table 1 2 externref)) (import "a" "memory" (memory 1 65536 shared)) (import "a" "global" (global (mut i64)))
        (import "a" "tag" (tag (param i32))) (memory i64 3))
      """)
    let header = try CoreModuleHeader(bytes, in: bytes.indices)
    #expect(header.imports.map(\.type.sort) == [.table, .memory, .global, .tag])
    #expect(header.memories.map(\.minimum) == [3])
  }

  // MARK: What is no component

  @Test(arguments: [
    ([], "the file is empty; a WebAssembly component was expected"),
    (Array("apiVersion: 1\n".utf8), "this is a text file, not a WebAssembly component"),
    (Array("  (component)".utf8), "this looks like WebAssembly text, not a component; convert it with `wasm-tools parse`"),
    ([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a], "this is not a WebAssembly file: it begins with the bytes 89 50 4e 47 instead of 00 61 73 6d"),
    (Assembler.corePreamble, "this is a core module, not a component; wrap it with `millrace build` or `wasm-tools component new`"),
    ([0x00, 0x61, 0x73, 0x6d, 0x0d, 0x00, 0x02, 0x00], "this WebAssembly file is neither a core module nor a component"),
  ] as [([UInt8], String)])
  func `A file that is no component is told what it is`(_ bytes: [UInt8], _ message: String) {
    #expect(decodingError(bytes)?.code == .notAComponent)
    #expect(decodingError(bytes)?.message == message)
  }

  @Test func `A cut preamble and an unknown version are reported`() {
    #expect(
      decodingError([0x00, 0x61, 0x73, 0x6d, 0x0d])?.description
        == "the file ends after 5 bytes, within the 8 that every WebAssembly file begins with (at byte 5)")
    #expect(
      decodingError([0x00, 0x61, 0x73, 0x6d, 0x0a, 0x00, 0x01, 0x00])
        == ComponentError(
          .malformed, at: 4, "the component is in version 0x0a of the binary format, but only version 0x0d is known; rebuild it with current tools"))
  }

  // MARK: What is not supported

  @Test(arguments: [
    (Assembler.types([0x66, 0x00]), "the type `stream`, which needs async (WASI 0.3)"),
    (Assembler.types([0x65, 0x00]), "the type `future`, which needs async (WASI 0.3)"),
    (Assembler.types([0x64]), "the type `error-context`, which needs async (WASI 0.3)"),
    (Assembler.types([0x70, 0x64]), "the type `error-context`, which needs async (WASI 0.3)"),
    (Assembler.types([0x43, 0x00, 0x01, 0x00]), "the type `async func`, which needs async (WASI 0.3)"),
    (Assembler.types([0x3e, 0x7f, 0x00, 0x00]), "a resource with an async destructor, which needs async (WASI 0.3)"),
    (Assembler.section(8, [0x01, 0x01, 0x00, 0x00, 0x01, 0x06, 0x00]), "the canonical option `async`, which needs async (WASI 0.3)"),
    (Assembler.section(8, [0x01, 0x01, 0x00, 0x00, 0x01, 0x07, 0x00, 0x00]), "the canonical option `callback`, which needs async (WASI 0.3)"),
    (Assembler.section(9, [0x00, 0x00, 0x00]), "a start function"),
    (Assembler.section(12, [0x00]), "values"),
    (Assembler.section(3, [0x01, 0x5f, 0x00]), "core types of garbage collection"),
  ] as [([UInt8], String)])
  func `Features beyond WASI 0.2 are refused by name`(_ section: [UInt8], _ feature: String) {
    let error = decodingError(Assembler.preamble + section)
    #expect(error?.code == .unsupported)
    #expect(error?.message == "the component uses \(feature); Millrace runs components of WASI 0.2")
  }

  @Test(arguments: [
    "task.cancel", "subtask.cancel", "task.return (result u32)", "context.get i32 0", "context.set i32 0", "thread.yield", "subtask.drop", "stream.new 0",
    "stream.read 0 (memory 0)", "stream.write 0 (memory 0)", "stream.cancel-read 0", "stream.cancel-write 0", "stream.drop-readable 0",
    "stream.drop-writable 0", "future.new 0", "future.read 0 (memory 0)", "future.write 0 (memory 0)", "future.cancel-read 0", "future.cancel-write 0",
    "future.drop-readable 0", "future.drop-writable 0", "error-context.new (memory 0)", "error-context.debug-message (memory 0) (realloc 0)",
    "error-context.drop", "waitable-set.new", "waitable-set.wait (memory 0)", "waitable-set.poll (memory 0)", "waitable-set.drop", "waitable.join",
    "backpressure.inc", "backpressure.dec", "thread.index", "thread.new-indirect 0 (core table 0)", "thread.resume-later", "thread.suspend",
    "thread.suspend-then-resume", "thread.yield-then-resume", "thread.suspend-then-promote", "thread.yield-then-promote", "thread.spawn-ref 0",
    "thread.spawn-indirect 0 (core table 0)",
  ])
  func `Every built-in of WASI 0.3 is refused by its name`(_ definition: String) throws {
    let error = decodingError(try parseText("(component (core func (canon \(definition))))"))
    let name = definition.prefix { $0 != " " }
    #expect(error == ComponentError(.unsupported, at: 11, "the component uses the built-in `\(name)`, which needs async (WASI 0.3); Millrace runs components of WASI 0.2"))
  }

  @Test(arguments: [(0x07, "resource.drop async"), (0x08, "backpressure.set"), (0x42, "thread.available-parallelism")] as [(UInt8, String)])
  func `Built-ins that the text format does not have are refused by their names too`(_ code: UInt8, _ name: String) {
    #expect(
      decodingError(Assembler.component(Assembler.section(8, [0x01, code, 0x00])))?.message
        == "the component uses the built-in `\(name)`, which needs async (WASI 0.3); Millrace runs components of WASI 0.2")
  }

  // MARK: Malformed encodings

  @Test(arguments: [
    ([0x07, 0x7f], "the section that begins at byte 8 claims 127 bytes, but only 0 are left (at byte 10)"),
    ([0x2a, 0x00], "0x2a is not a section of a component (at byte 8)"),
    ([0x07, 0x80, 0x80, 0x80, 0x80, 0x10], "the number for a section's length does not fit 32 bits (at byte 9)"),
    ([0x07, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00], "the number for a section's length does not fit 32 bits (at byte 9)"),
    ([0x07, 0x80], "the bytes end where a section's length was expected (at byte 10)"),
    (Assembler.section(7, [0x05]), "the binary claims 5 definitions, but only 0 bytes are left (at byte 10)"),
    (Assembler.section(7, [0x01, 0x7d, 0x00]), "the section that begins at byte 8 is longer than its contents: 1 bytes are left over (at byte 12)"),
    (Assembler.types([0x5a]), "0x5a is not a type (at byte 11)"),
    (Assembler.types([0x72, 0x7f]), "the binary claims 127 record fields, but only 0 bytes are left (at byte 12)"),
    (Assembler.types([0x6e, 0x01, 0x02, 0xc3, 0x28]), "a flag's name is not valid UTF-8 (at byte 13)"),
    (Assembler.types([0x6e, 0x01, 0x09, 0x61]), "a flag's name claims 9 bytes, but only 1 are left (at byte 13)"),
    (Assembler.types([0x70, 0xff, 0xff, 0xff, 0xff, 0x2f]), "the number for a value type does not fit 33 bits (at byte 12)"),
    (Assembler.types([0x70, 0x80, 0x7f]), "-128 is not a value type (at byte 12)"),
    (Assembler.types([0x6b, 0x73], [0x6a, 0x02]), "a payload type must begin with 0 or 1, but begins with 0x02 (at byte 14)"),
    (Assembler.types([0x3f, 0x7e, 0x00]), "a resource's representation (i32) must be 0x7f, but is 0x7e (at byte 12)"),
    (Assembler.types([0x42, 0x01, 0x03]), "0x03 is not a declaration of an instance type (at byte 13)"),
    (Assembler.section(8, [0x01, 0x01, 0x00, 0x00, 0x02, 0x00, 0x01]), "a canonical option is given twice (at byte 16)"),
    (Assembler.section(6, [0x01, 0x01, 0x02, 0x00, 0x00]), "a function cannot be taken from an enclosing component (at byte 11)"),
    (Assembler.section(6, [0x01, 0x05, 0x01, 0x00, 0x00]), "an instance cannot be an export of a core instance (at byte 11)"),
    (Assembler.section(4, Assembler.corePreamble), "a byte of the component's preamble must be 0x0d, but is 0x01 (at byte 14)"),
  ] as [([UInt8], String)])
  func `A malformed component is refused with the place and the reason`(_ sections: [UInt8], _ description: String) {
    let error = decodingError(Assembler.preamble + sections)
    #expect(error?.code == .malformed)
    #expect(error?.description == description)
  }

  @Test func `Type indices of 33 bits and padded numbers are read as the specification says`() throws {
    // list<type 0>, with the index padded to five bytes; then a padded section length.
    let section: [UInt8] = [0x07, 0x88, 0x80, 0x00, 0x02, 0x7d, 0x70, 0x80, 0x80, 0x80, 0x80, 0x00]
    let component = try ComponentFile(decoding: Assembler.preamble + section).component
    guard case .type(.value(.list(.index(0))))? = component.definitions.last else {
      Issue.record("expected list<type 0>, found \(component.definitions)")
      return
    }
  }

  @Test func `Components nested more than 100 deep are refused, 100 are not`() {
    func nested(_ depth: Int) -> [UInt8] {
      (0..<depth).reduce(Assembler.preamble) { inner, _ in Assembler.component(Assembler.section(4, inner)) }
    }
    #expect(decodingError(nested(100)) == nil)
    let error = decodingError(nested(101))
    #expect(error?.code == .limitExceeded)
    #expect(error?.message == "components and types are nested more than 100 deep; this is the limit")
  }

  @Test func `Instance types nested more than 100 deep are refused`() {
    let type = (0..<200).reduce([0x42, 0x00] as [UInt8]) { inner, _ in [0x42, 0x01, 0x01] + inner }
    #expect(decodingError(Assembler.component(Assembler.types(type)))?.code == .limitExceeded)
  }

  @Test func `More than a million definitions are refused before they are stored`() {
    let bytes = Assembler.component(Assembler.section(7, Assembler.leb(1_000_001) + [UInt8](repeating: 0x7d, count: 1_000_001)))
    #expect(decodingError(bytes)?.code == .limitExceeded)
  }
}

extension Definition {
  fileprivate var kind: String {
    switch self {
    case .coreModule: "module"
    case .coreInstance: "core instance"
    case .coreType: "core type"
    case .component: "component"
    case .instance: "instance"
    case .alias: "alias"
    case .type: "type"
    case .canonical: "canon"
    case .import: "import"
    case .export: "export"
    }
  }
}

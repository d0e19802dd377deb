@testable import ComponentEncoder
import Testing

/// Each way in which a core module can be unfit, and what people read then.
struct EncodingErrorTests {
  static let text = """
    package a:b@1.0.0;
    interface host { resource file { read: func() -> list<u8>; } log: func(text: string); tick: func() -> u32; }
    interface guest { run: func(name: string) -> string; stop: func(); }
    interface own-types { record r { x: u8 } f: func() -> r; }
    """
  /// A module that is fine; tests spoil it.
  static let good = TestModule(
    imports: [("a:b/host@1.0.0", "log", type("ii"))],
    functions: [("a:b/guest@1.0.0#run", type("ii", "i")), ("a:b/guest@1.0.0#stop", type(""))])

  func error(_ change: (inout TestModule) -> Void) throws -> ComponentEncoderError {
    var module = Self.good
    change(&module)
    return try error(for: module.bytes)
  }

  func error(for bytes: [UInt8]) throws -> ComponentEncoderError {
    let encoder = ComponentEncoder(wit: try wit(Self.text))
    return try #require(throws: ComponentEncoderError.self) { try encoder.encode(bytes) }
  }

  @Test func `the module that the others spoil is fine`() throws {
    #expect(try ComponentEncoder(wit: try wit(Self.text)).encode(Self.good.bytes).exports == ["a:b/guest@1.0.0"])
  }

  // MARK: Imports

  @Test(arguments: [
    ([0x02, 0x00, 0x01] as [UInt8], "memory", "Link without --import-memory, so that the module has a memory of its own."),
    ([0x01, 0x70, 0x00, 0x01], "table", "Link without --import-table."),
    ([0x03, 0x7f, 0x01], "global", "Link statically, without position-independent code (-fPIC, -shared)."),
  ])
  func `only functions can be imported`(description: [UInt8], kind: String, fix: String) throws {
    let error = try error { $0.otherImports = [("env", "thing", description)] }
    #expect(error.code == .unsupportedImport)
    #expect(error.message == "The core module imports the \(kind) 'thing' from 'env', but a component can pass in functions only. \(fix)")
  }

  @Test func `preview 1 is refused with the way out`() throws {
    let error = try error { $0.imports.append(("wasi_snapshot_preview1", "fd_write", type("iiii", "i"))) }
    #expect(error.code == .unsupportedImport)
    #expect(error.message == "The core module imports 'fd_write' from 'wasi_snapshot_preview1', which components do not have. "
      + "Build for wasm32-unknown-none-wasm, and leave out what prints, reads files or asks for the time through the C library.")
  }

  @Test func `an undefined symbol is called that`() throws {
    let error = try error { $0.imports.append(("env", "sqrt", type("F", "F"))) }
    #expect(error.code == .unsupportedImport)
    #expect(error.message == "The core module imports 'sqrt' from 'env': a symbol that was not defined when the module was linked. "
      + "Define it, or link the library that does.")
  }

  @Test func `an unknown interface gets a suggestion`() throws {
    let error = try error { $0.imports.append(("a:b/hots@1.0.0", "log", type("ii"))) }
    #expect(error.code == .unknownInterface)
    #expect(error.message == "The core module imports 'log' from the unknown interface 'a:b/hots@1.0.0'. Did you mean 'a:b/host@1.0.0'? "
      + "Correct the name, version included, or add the interface's WIT.")
  }

  @Test func `an unknown function gets a suggestion`() throws {
    let error = try error { $0.imports.append(("a:b/host@1.0.0", "tock", type("", "i"))) }
    #expect(error.code == .unknownFunction)
    #expect(error.message == "The core module imports 'tock' from 'a:b/host@1.0.0', which has no such function. Did you mean 'tick'? Correct the name.")
  }

  @Test func `a drop of an unknown resource gets a suggestion`() throws {
    let error = try error { $0.imports.append(("a:b/host@1.0.0", "[resource-drop]files", type("i"))) }
    #expect(error.code == .unknownFunction)
    #expect(error.message == "The core module imports '[resource-drop]files' from 'a:b/host@1.0.0', which has no such resource. Did you mean 'file'? Correct the name.")
  }

  @Test func `an import of another type names both types`() throws {
    let error = try error { $0.imports.append(("a:b/host@1.0.0", "[method]file.read", type("iI", "i"))) }
    #expect(error.code == .typeMismatch)
    #expect(error.message == "The core module imports '[method]file.read' from 'a:b/host@1.0.0' with type (i32, i64) -> (i32), "
      + "but the canonical ABI gives it (i32, i32) -> (). Correct the import's declaration.")
  }

  @Test func `a drop of another type is refused too`() throws {
    #expect(try error { $0.imports.append(("a:b/host@1.0.0", "[resource-drop]file", type("I"))) }.code == .typeMismatch)
  }

  // MARK: Exports

  @Test func `a module without exports could do nothing`() throws {
    let error = try error { $0.functions = [("main", type(""))] }
    #expect(error.code == .missingExport)
    #expect(error.message == "The core module exports no function of any interface, so the component could do nothing. "
      + "Export functions under names such as 'wasm-graph:processor/map@1.1.0#process', and check that the linker keeps them.")
  }

  @Test func `an interface is exported as a whole`() throws {
    let error = try error { $0.functions.removeLast() }
    #expect(error.code == .missingExport)
    #expect(error.message == "The core module exports 'a:b/guest@1.0.0' only in part: it lacks 'a:b/guest@1.0.0#stop'. Export every function of the interface.")
  }

  @Test func `an export of an unknown interface gets a suggestion`() throws {
    let error = try error { $0.functions.append(("a:b/guest@1.1.0#run", type(""))) }
    #expect(error.code == .unknownInterface)
    #expect(error.message == "The core module exports 'a:b/guest@1.1.0#run', of an unknown interface. Did you mean 'a:b/guest@1.0.0'? "
      + "Correct the name, version included, or add the interface's WIT.")
  }

  @Test func `an export of an unknown function gets a suggestion`() throws {
    let error = try error { $0.functions.append(("a:b/guest@1.0.0#runs", type(""))) }
    #expect(error.code == .unknownFunction)
    #expect(error.message == "The core module exports 'a:b/guest@1.0.0#runs', but the interface has no such function. Did you mean 'run'? Correct the name.")
  }

  @Test func `an export of another type names both types`() throws {
    let error = try error { $0.functions[0].type = type("i", "I") }
    #expect(error.code == .typeMismatch)
    #expect(error.message == "The core module's export 'a:b/guest@1.0.0#run' has type (i32) -> (i64), but the canonical ABI expects (i32, i32) -> (i32). "
      + "Correct the function's parameters and result.")
  }

  @Test func `a memory in place of a function is refused`() throws {
    let error = try error {
      $0.functions.removeLast()
      $0.memoryAliases = ["a:b/guest@1.0.0#stop"]
    }
    #expect(error.code == .typeMismatch)
    #expect(error.message == "The core module's export 'a:b/guest@1.0.0#stop' is a memory, not a function. Export a function of type () -> () under this name.")
  }

  @Test func `a cleanup function without what it cleans up after is refused`() throws {
    let error = try error { $0.functions.append(("cabi_post_a:b/guest@1.0.0#ran", type("i"))) }
    #expect(error.code == .missingExport)
    #expect(error.message == "The core module exports 'cabi_post_a:b/guest@1.0.0#ran', but not 'a:b/guest@1.0.0#ran', whose result it would free. Export both, or neither.")
  }

  @Test func `a cleanup function takes what the function returns`() throws {
    let error = try error { $0.functions.append(("cabi_post_a:b/guest@1.0.0#run", type("ii"))) }
    #expect(error.code == .typeMismatch)
    #expect(error.message.contains("has type (i32, i32) -> (), but the canonical ABI expects (i32) -> ()"))
  }

  @Test func `an exported interface with types of its own is not supported`() throws {
    let error = try error { $0.functions.append(("a:b/own-types@1.0.0#f", type("", "i"))) }
    #expect(error.code == .unsupportedExport)
    #expect(error.message == "The core module exports 'a:b/own-types@1.0.0', which declares types of its own ('r'); this is not supported. "
      + "Move them to another interface and 'use' them.")
  }

  @Test func `memory is asked for where it is needed`() throws {
    let error = try error { $0.exportsMemory = false }
    #expect(error.code == .missingExport)
    #expect(error.message == "The core module exports no memory, but its functions pass strings, lists or large values through one. "
      + "Link it with its memory exported as 'memory'.")
    let other = try self.error {
      $0.exportsMemory = false
      $0.functions.append(("memory", type("")))
    }
    #expect(other.message == "The core module's export 'memory' is not a memory. Export the memory under this name.")
  }

  @Test func `cabi_realloc is asked for where it is needed`() throws {
    let error = try error { $0.exportsRealloc = false }
    #expect(error.code == .missingExport)
    #expect(error.message == "The core module does not export the function 'cabi_realloc', with which the host makes room for strings and lists in the "
      + "module's memory. Export one of type (i32, i32, i32, i32) -> (i32): (old pointer, old size, alignment, new size) -> pointer.")
    let other = try self.error {
      $0.exportsRealloc = false
      $0.functions.append(("cabi_realloc", type("ii", "i")))
    }
    #expect(other.code == .typeMismatch)
  }

  @Test func `an initializer takes and returns nothing`() throws {
    let error = try error { $0.functions.append(("_initialize", type("i"))) }
    #expect(error.code == .typeMismatch)
    #expect(error.message.hasPrefix("The core module's export '_initialize' has type (i32) -> (), but the canonical ABI expects () -> ()."))
  }

  // MARK: Files that are no core modules

  @Test func `a component is left as it is`() throws {
    let component = try ComponentEncoder(wit: try wit(Self.text)).encode(Self.good.bytes).bytes
    let error = try error(for: component)
    #expect(error.code == .alreadyComponent)
    #expect(error.message == "The file is a component already: use it as it is.")
  }

  @Test(arguments: [[], Array("\u{7f}ELF".utf8), [0x00, 0x61, 0x73]] as [[UInt8]])
  func `a file of another kind is refused`(bytes: [UInt8]) throws {
    let error = try error(for: bytes)
    #expect(error.code == .malformedModule)
    #expect(error.description == "byte 0: The file is not WebAssembly: it does not begin with '\\0asm'. Give the .wasm file that the linker wrote.")
  }

  @Test func `an import that comes twice is refused, as it is in every component`() throws {
    let item = (module: "a:b/h", name: "g", type: type("ii"))
    let error = try error(for: TestModule(imports: [item, item]).bytes)
    #expect(error.code == .unsupportedImport)
    #expect(error.message == "The core module imports 'g' from 'a:b/h' twice, which the modules of a component may not. Declare it under one symbol for the whole program.")
    #expect(error.location == .byte(offset: 42))
  }

  @Test func `a preamble that is cut short or of another version is refused`() throws {
    #expect(try error(for: [0x00, 0x61, 0x73, 0x6d, 0x01]).message == "The file ends within WebAssembly's preamble. Build it again.")
    #expect(try error(for: [0x00, 0x61, 0x73, 0x6d, 0x02, 0x00, 0x00, 0x00]).message
      == "The file is not a core module of version 1. Build it with a current linker.")
  }

  @Test func `a module that is cut short anywhere is refused or lacks an export`() throws {
    let bytes = Self.good.bytes, encoder = ComponentEncoder(wit: try wit(Self.text))
    // The code section comes last; the encoder does not look into it: its absence is for whoever validates the module.
    let codeSection = bytes.count - 2 - 1 - 3 * 4
    for length in bytes.indices where length != codeSection {
      #expect(throws: ComponentEncoderError.self, "cut at \(length)") { try encoder.encode(Array(bytes[..<length])) }
    }
  }

  @Test func `a lying length or index anywhere gives an error or a component, never a crash`() throws {
    let bytes = Self.good.bytes
    let encoder = ComponentEncoder(wit: try wit(Self.text))
    var refused = 0
    for index in bytes.indices {
      for value: UInt8 in [0x00, 0x01, 0x7f, 0x80, 0xff] where bytes[index] != value {
        var spoiled = bytes
        spoiled[index] = value
        do { _ = try encoder.encode(spoiled) } catch { refused += 1 }
      }
    }
    #expect(refused > bytes.count)
  }

  @Test(arguments: [
    ([0x01, 0x05, 0xff, 0xff, 0xff, 0xff, 0x0f] as [UInt8], "Something is cut short here."),
    ([0x01, 0xff, 0xff, 0xff, 0xff, 0x0f], "Something is cut short here."),
    ([0x01, 0xff, 0xff, 0xff, 0xff, 0x1f], "The number here does not fit 32 bits."),
    ([0x01, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00], "The number here does not fit 32 bits."),
    ([0x01, 0x02, 0x01, 0x5f], "Type 0 is not a plain function type (form 0x5f); modules that use garbage collection types are not supported."),
    ([0x01, 0x04, 0x01, 0x60, 0x01, 0x11], "There is no value type 0x11."),
    ([0x01, 0x02, 0x00, 0x00], "Section 1 holds more than its items."),
    ([0x02, 0x06, 0x01, 0x01, 0xff, 0x00, 0x00, 0x00], "The name here is not UTF-8."),
    ([0x02, 0x05, 0x01, 0x00, 0x00, 0x00, 0x03], "There is no type 3."),
    ([0x07, 0x05, 0x01, 0x01, 0x66, 0x00, 0x09], "The export 'f' refers to function 9, which does not exist."),
    ([0x07, 0x09, 0x02, 0x01, 0x66, 0x02, 0x00, 0x01, 0x66, 0x02, 0x00], "'f' is exported twice."),
    ([0x0e, 0x00], "There is no section 14 in a core module."),
  ])
  func `damage is located`(section: [UInt8], message: String) throws {
    let error = try error(for: TestModule.preamble + section)
    #expect(error.code == .malformedModule)
    #expect(error.message == message + " The core module is damaged: build it again.")
    guard case .byte(let offset) = try #require(error.location) else {
      Issue.record("no offset in \(error)")
      return
    }
    #expect(offset >= 8 && offset <= 8 + section.count)
  }
}

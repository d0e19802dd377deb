@testable import ComponentEncoder
import Testing

/// What people read about a WIT text that is wrong, and that no text does worse than that.
struct WITErrorTests {
  func error(_ text: String) throws -> ComponentEncoderError { try #require(throws: ComponentEncoderError.self) { try wit(text) } }

  @Test(arguments: [
    ("interface i {}", "1:1: No file declares the package's name. Start one with 'package namespace:name@1.0.0;'."),
    ("package a;", "1:10: Expected ':' after the package's namespace, found ';'. Write 'package namespace:name@1.0.0;'."),
    ("package a:b", "1:12: Expected ';' after the package's name, found the end of the file. End the declaration with ';'."),
    ("package a:b@x;", "1:13: Expected a version such as 1.0.0 after '@', found 'x'."),
    ("package a:b {}", "1:13: Nested packages are not supported. Put the package in a file of its own."),
    ("package a:b;\npackage c:d;", "2:1: The package declaration must come first in the file, and once. Move or remove it."),
    ("package a:b; use x;", "1:14: 'use' outside an interface is not supported. Write the 'use' inside each interface that needs it."),
    ("package a:b; type t = u8;", "1:14: Expected 'interface' or 'world', found 'type'."),
    ("package a:b; world w { interface i {}", "1:22: This '{' has no matching '}'. Close it."),
    ("package a:b; @since(version", "1:28: Expected ')', found the end of the file."),
    ("package a:b; /* x /* y */", "1:14: This comment has no end. Close it with '*/'."),
    ("package a:b; #", "1:14: WIT has no use for '#' outside comments. Remove it."),
    ("package a:b; ä", "1:14: WIT has no use for the byte 0xc3 outside comments. Remove it."),
    ("package a:b; % {}", "1:14: A name must follow '%'."),
    ("package a:b; interface list {}", "1:24: Expected the interface's name, found the keyword 'list'. Write '%list' where it is meant as a name."),
    ("package a:b; interface i {} interface i {}", "1:39: The package has two interfaces named 'i'. Rename or remove one."),
    ("package a:b; interface my-Name {}", "1:24: 'my-Name' is not a WIT name. Write words of one case, each starting with a letter, joined by single hyphens, as in 'node-id'."),
    ("package a:b; interface a--b {}", "1:24: 'a--b' is not a WIT name. Write words of one case, each starting with a letter, joined by single hyphens, as in 'node-id'."),
    ("package a:b; interface a-1 {}", "1:24: 'a-1' is not a WIT name. Write words of one case, each starting with a letter, joined by single hyphens, as in 'node-id'."),
    ("package a:b; interface my_name {}", "1:26: WIT names are written with '-', not '_'. Write 'my-…'."),
  ])
  func `packages and interfaces`(text: String, message: String) throws {
    let description = try error(text).description
    #expect(description == "test.wit:" + message)
  }

  @Test(arguments: [
    ("", "1:26: Expected a type, a function or '}', found the end of the file."),
    ("f: fun(); }", "1:29: Expected 'func', found 'fun'."),
    ("f: async func(); }", "1:29: Async functions are not supported. Remove 'async'."),
    ("f: func() }", "1:36: Expected ';' after the function, found '}'. End the item with ';'."),
    ("f func(); }", "1:28: Expected ':' after the function's name, found 'func'. Write 'f: func(…);'."),
    ("f: func(a u8); }", "1:36: Expected ':' after the name of a parameter, found 'u8'. Write 'a: type'."),
    ("f: func(a: u8 b: u8); }", "1:40: Expected ',' or ')' in the parameters, found 'b'. Separate the items with ','."),
    ("f: func(a: u8, A: u8); }", "1:41: There are two parameters named 'A'. Rename or remove one."),
    ("f: func(); f: func(); }", "1:37: The interface declares the function 'f' twice. Rename or remove one."),
    ("f: func(a: lst<u8>); }", "1:40: Expected ',' or ')' in the parameters, found '<'. Separate the items with ','."),
    ("f: func(a: list u8); }", "1:42: Expected '<' after 'list', found 'u8'. Write 'list<…>'."),
    ("f: func(a: list<u8); }", "1:44: Expected '>' after what 'list' holds, found ')'. Close it with '>'."),
    ("f: func(a: list<u8, 4>); }", "1:44: Lists of fixed length are not supported. Write 'list<…>'."),
    ("f: func(a: stream<u8>); }", "1:37: The type 'stream' is not supported. Only what synchronous functions pass is."),
    ("f: func(a: tuple<>); }", "1:43: Expected a type, found '>'."),
    ("f: func(a: 5); }", "1:37: Expected a type, found '5'."),
    ("f: func(a: pointt); record point { x: u8 } }", "1:37: The interface 'a:b/i' has no type 'pointt'. Did you mean 'point'? Declare it, or 'use' it from another interface."),
    ("f: func(a: own<p>); record p { x: u8 } }", "1:41: 'p' is not a resource, so there is no handle to it. Name it without own or borrow."),
    ("record p {} }", "1:33: The record 'p' has no field. Give it one."),
    ("variant v {} }", "1:34: The variant 'v' has no case. Give it one."),
    ("enum e {} }", "1:31: 'e' has no label. Give it one."),
    ("enum e { a, b, a } }", "1:41: There are two labels named 'a'. Rename or remove one."),
    ("record p { x: u8, x: u8 } }", "1:44: There are two fields named 'x'. Rename or remove one."),
    ("variant v { x(u8 } }", "1:43: Expected ')' after the case's type, found '}'. Close it with ')'."),
    ("enum e { a } record e { x: u8 } }", "1:46: The interface declares the type 'e' twice. Rename or remove one, or use it 'as' another name."),
    ("type t u8; }", "1:33: Expected '=' after the type's name, found 'u8'. Write 'type t = …;'."),
    ("type t = t; }", "1:31: The type 't' contains itself. WIT has no recursive types: refer to parts by an index or a resource."),
    ("record a { b: list<b> } record b { a: a } }", "1:33: The type 'a' contains itself. WIT has no recursive types: refer to parts by an index or a resource."),
    ("resource r { constructor() -> r; } }", "1:53: A constructor that can fail is not supported. Write a static function that returns a result."),
    ("resource r { constructor(); constructor(); } }", "1:54: The interface declares the function '[constructor]r' twice. Rename or remove one."),
    ("resource r u8 }", "1:37: Expected '{' after the resource's name, found 'u8'. Write 'resource r;' or 'resource r { … }'."),
    ("use j.{t}; }", "1:30: There is no interface 'a:b/j'. Did you mean 'a:b/i'? Declare it, or add the package that does."),
    ("use i.{t}; }", "1:23: The interface 'a:b/i' uses itself, directly or through others. Move the shared types to an interface of their own."),
    ("use j.{t, t}; } interface j { type t = u8; }", "1:36: The interface declares the type 't' twice. Rename or remove one, or use it 'as' another name."),
    ("use j {t}; }", "1:32: Expected '.' after the interface to use, found '{'. Write 'use interface.{type};'."),
    ("use c:d@1.0.0.{t}; }", "1:33: Expected '/' after the package's name, found '@'. Write 'use namespace:package/interface@1.0.0.{type};'."),
    ("use j.{t}; } interface j { type u = u8; }", "1:33: The interface 'a:b/j' has no type 't'. Declare it, or 'use' it from another interface."),
    ("use j.{t}; type u = u8; } interface j { use i.{u}; type t = u8; }", "1:23: The interface 'a:b/i' uses itself, directly or through others. Move the shared types to an interface of their own."),
  ])
  func `items of an interface`(items: String, message: String) throws {
    let description = try error("package a:b;interface i {" + items).description
    #expect(description == "test.wit:" + message)
  }

  @Test func `the line and the column are those of the text`() throws {
    #expect(try error("package a:b;\r\n// ünï\n\tinterface i {\n  /* ü */ f: func(x: nope);\n}").location
      == .source(file: "test.wit", line: 4, column: 22))
  }

  @Test func `files of one package must agree on its name`() throws {
    let files = ["package a:b;", "// no name here", "package a:c;"].enumerated().map { WIT.File(name: "\($0).wit", text: $1) }
    let error = #expect(throws: ComponentEncoderError.self) { try WIT(packages: [files]) }
    #expect(error?.description == "2.wit:1:1: This file declares package 'a:c', but another of the same package declares 'a:b'. Make them agree.")
  }

  @Test func `more flags than a component can pass are refused`() throws {
    let flags = (0..<33).map { "flag-x\($0)" }.joined(separator: ", ")
    let message = try error("package a:b; interface i { flags f { \(flags) } }").message
    #expect(message == "'f' has 33 flags; a component can pass 32. Split it.")
  }

  // MARK: Hostile texts

  @Test func `types that nest in place without end are refused`() throws {
    let text = "package a:b; interface i { type t = " + String(repeating: "list<", count: 100_000)
    #expect(try error(text).message == "Types nest more than 32 deep here. Give the inner ones names.")
  }

  @Test(arguments: [false, true]) func `types that nest by name without end are refused`(backwards: Bool) throws {
    var records = (1...5000).map { "record r\($0) { x: r\($0 - 1) }" }
    if backwards { records.reverse() }
    let message = try error("package a:b; interface i { record r0 { x: u8 } \(records.joined(separator: "\n")) }").message
    #expect(message.hasPrefix("Types nest more than 100 deep in "))
  }

  @Test func `types that double without end cost nothing`() throws {
    let records = (1...90).map { "record r\($0) { x: r\($0 - 1), y: r\($0 - 1) }" }
    let wit = try wit("package a:b; interface i { record r0 { x: u8 } \(records.joined(separator: "\n")) f: func(r: r90); }")
    #expect(wit.lowered(wit[try #require(wit.interface(named: "a:b/i"))].functions[0]).type == type("i"))
  }

  @Test func `more interfaces than anyone has are refused`() throws {
    let interfaces = (0..<20_000).map { "interface i\($0) { use i\($0 + 1).{t}; }" }
    #expect(try error("package a:b; " + interfaces.joined()).message == "There are more than 1000 interfaces. Leave out those that the module does not use.")
  }

  @Test func `a text that is cut short anywhere is refused with a place, or is complete`() throws {
    let text = Array(Self.sample.utf8)
    for length in stride(from: 0, to: text.count, by: 1) {
      expectVerdict(on: text[..<length])
    }
  }

  @Test func `a text with any bytes changed is refused with a place, or is valid`() throws {
    let text = Array(Self.sample.utf8), letters = Array("{}()<>:;,=.@/*_-%a1 \n\u{0}ü".utf8)
    var random = TestRandom(seed: 1)
    for _ in 0..<3000 {
      var changed = text
      for _ in 0...random.next(below: 3) {
        let index = random.next(below: changed.count)
        switch random.next(below: 3) {
        case 0: changed.remove(at: index)
        case 1: changed.insert(letters[random.next(below: letters.count)], at: index)
        default: changed[index] = letters[random.next(below: letters.count)]
        }
      }
      expectVerdict(on: changed[...])
    }
  }

  private func expectVerdict(on text: ArraySlice<UInt8>) {
    do {
      _ = try wit(String(decoding: text, as: UTF8.self))
    } catch let error as ComponentEncoderError {
      #expect(error.location != nil && error.message.hasSuffix("."), "\(error)")
    } catch {
      Issue.record("\(error)")
    }
  }

  static let sample = """
    package a:b@1.0.0;
    interface shared { type id = u64; record r { a: id, b: option<string> } }
    interface i {
      use shared.{id, r as s};
      variant v { x(s), y } enum e { a, b } flags f { a }
      resource h { constructor(x: u8); m: func() -> result<_, e>; n: static func(f: f) -> h; }
      g: func(a: list<tuple<id, v>>, b: borrow<h>) -> result<s>;
    }
    world w { import i; }
    """
}

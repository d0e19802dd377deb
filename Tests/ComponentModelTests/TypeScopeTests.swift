import ComponentModel
import Testing
import WebAssembly

struct TypeScopeTests {
  /// Binds the only import of the component to `offer`.
  private func bind(_ text: String, to offer: ExternOffer) throws -> ExternType {
    let component = try ComponentFile(decoding: try parseText(text)).component
    let scope = TypeScope()
    for definition in component.definitions {
      if case .import(let item) = definition { return try scope.bind(item, to: offer) }
      try scope.define(definition)
    }
    throw ComponentError(.missingImport, "the text has no import")
  }

  private func bindingError(_ text: String, to offer: ExternOffer) throws -> ComponentError? {
    do {
      _ = try bind(text, to: offer)
      return nil
    } catch let error as ComponentError {
      return error
    }
  }

  private static let pipes = """
    (component
      (import "demo:pipes/pipe@1.2.0" (instance
        (export "pipe" (type $pipe (sub resource)))
        (type $point' (record (field "x" u32)))
        (export "point" (type $point (eq $point')))
        (export "open" (func (param "at" $point) (result (own $pipe))))
        (export "read" (func (param "from" (borrow $pipe)) (result u32))))))
    """

  private func offer(_ exports: [String: ExternOffer]) -> ExternOffer { .instance { exports[$0] } }

  @Test func `An import takes the resource types that are offered for it`() throws {
    let pipe = ResourceType(name: "host-pipe")
    let bound = try bind(
      Self.pipes,
      to: offer([
        "pipe": .type(.resource(pipe)), "open": .function(nil),
        "read": .function(FunctionType(parameters: [.init(name: "0", type: .borrow(pipe))], result: .u32)),
      ]))
    guard case .instance(let type) = bound, case .function(let open)? = type["open"] else {
      Issue.record("expected an instance with `open`")
      return
    }
    #expect(open.result == .own(pipe))
    #expect(type["pipe"] == .type(.resource(pipe)))
  }

  @Test func `A missing function, a missing resource and a missing instance are named`() throws {
    let pipe = ExternOffer.type(.resource(ResourceType(name: "pipe")))
    #expect(
      try bindingError(Self.pipes, to: offer(["pipe": pipe, "open": .function(nil)]))
        == ComponentError(.missingImport, "`read` of `demo:pipes/pipe@1.2.0` is imported, but nobody provides this function"))
    #expect(
      try bindingError(Self.pipes, to: offer([:]))
        == ComponentError(.missingImport, "`pipe` of `demo:pipes/pipe@1.2.0` is imported, but nobody provides this type"))
    #expect(
      try bindingError(Self.pipes, to: .function(nil))
        == ComponentError(.typeMismatch, "`demo:pipes/pipe@1.2.0` is imported as an instance, but a function is provided"))
  }

  @Test func `A function of another type is refused with both types`() throws {
    let pipe = ResourceType(name: "pipe")
    let error = try bindingError(
      Self.pipes,
      to: offer(["pipe": .type(.resource(pipe)), "open": .function(FunctionType(parameters: [.init(name: "at", type: .u32)], result: .own(pipe)))]))
    #expect(
      error
        == ComponentError(
          .typeMismatch,
          "`open` of `demo:pipes/pipe@1.2.0` is imported as func(at: record { x: u32 }) -> pipe, but func(at: u32) -> pipe is provided"))
  }

  @Test func `Another resource type of the same name is another type`() throws {
    let (pipe, other) = (ResourceType(name: "pipe"), ResourceType(name: "pipe"))
    let error = try bindingError(
      Self.pipes,
      to: offer([
        "pipe": .type(.resource(pipe)), "open": .function(nil),
        "read": .function(FunctionType(parameters: [.init(name: "from", type: .borrow(other))], result: .u32)),
      ]))
    #expect(error?.code == .typeMismatch)
  }

  @Test func `Two imports of one instance type have resource types of their own`() throws {
    let text = """
      (component
        (type $t (instance (export "r" (type $r (sub resource))) (export "make" (func (result (own $r))))))
        (import "a" (instance (type $t)))
        (import "b" (instance (type $t))))
      """
    let signature = try ComponentSignature(try ComponentFile(decoding: try parseText(text)).component)
    guard case .instance(let a)? = signature.importType("a"), case .instance(let b)? = signature.importType("b") else {
      Issue.record("expected two instances")
      return
    }
    #expect(a != b)
    guard case .type(.resource(let resource))? = a["r"], case .function(let make)? = a["make"] else {
      Issue.record("expected `r` and `make`")
      return
    }
    #expect(make.result == .own(resource))
  }

  @Test func `Every instantiation of a nested component makes its own resource types`() throws {
    let text = """
      (component
        (component $c
          (type $r' (resource (rep i32)))
          (export $r "r" (type $r')))
        (instance $one (instantiate $c))
        (instance $two (instantiate $c))
        (export "one" (instance $one))
        (export "two" (instance $two)))
      """
    let signature = try ComponentSignature(try ComponentFile(decoding: try parseText(text)).component)
    #expect(signature.exportType("one") != signature.exportType("two"))
  }

  @Test func `A nested component that is given another type than it imports is refused`() throws {
    let text = """
      (component
        (type $shape (record (field "x" u32)))
        (component $c (type $s (record (field "x" u64))) (import "t" (type (eq $s))))
        (instance (instantiate $c (with "t" (type $shape)))))
      """
    #expect(
      resolutionError(try parseText(text))
        == ComponentError(.typeMismatch, at: 74, "`t` is imported as record { x: u64 }, but record { x: u32 } is provided"))
  }

  @Test(arguments: [
    ([Assembler.types([0x70, 0x07])], "type 7 does not exist: 0 are defined before this point (at byte 11)"),
    ([Assembler.types([0x40, 0x00, 0x01, 0x00], [0x70, 0x00])], "type 0 is not a value type, but is used as one (at byte 15)"),
    ([Assembler.types([0x7d], [0x69, 0x00])], "type 0 is not a resource type, but is used as one (at byte 12)"),
    ([Assembler.types([0x3f, 0x7f, 0x00], [0x68, 0x00], [0x40, 0x00, 0x00, 0x01])], "a function returns a `borrow`, which is not allowed (at byte 16)"),
    ([Assembler.section(6, [0x01, 0x03, 0x02, 0x05, 0x00])], "an alias reaches 5 scopes out, which is more than there are (at byte 11)"),
    ([Assembler.section(6, [0x01, 0x01, 0x00, 0x00, 0x01, 0x66])], "instance 0 does not exist: 0 are defined before this point (at byte 11)"),
    ([Assembler.section(5, [0x01, 0x01, 0x00]), Assembler.section(6, [0x01, 0x01, 0x00, 0x00, 0x01, 0x66])],
      "instance 0 has no export `f` (at byte 16)"),
    ([Assembler.types([0x42, 0x01, 0x01, 0x3f, 0x7f, 0x00])],
      "a resource type is defined inside an instance or component type; only `sub resource` is allowed there (at byte 11)"),
    ([Assembler.types([0x7d]), Assembler.section(11, [0x02, 0x00, 0x01, 0x61, 0x03, 0x00, 0x00, 0x00, 0x01, 0x61, 0x03, 0x00, 0x00])],
      "the name `a` is exported twice (at byte 21)"),
    ([Assembler.section(10, [0x02, 0x00, 0x01, 0x61, 0x03, 0x01, 0x00, 0x01, 0x61, 0x03, 0x01])], "the name `a` is imported twice (at byte 16)"),
    ([Assembler.types([0x72, 0x00])], "a record type has no field; it needs at least one (at byte 11)"),
  ] as [([[UInt8]], String)])
  func `Wrong references are refused with the place of the definition`(_ sections: [[UInt8]], _ description: String) {
    let error = resolutionError(Assembler.preamble + sections.flatMap { $0 })
    #expect(error?.code == .malformed)
    #expect(error?.description == description)
  }

  // MARK: Small files, large trees

  @Test func `Components that instantiate each other twice, again and again, run into the limit`() {
    // c0 is empty; c(n) aliases c(n-1) and instantiates it twice: 2^60 instances.
    var sections = Assembler.section(4, Assembler.preamble)
    for index in 0..<60 {
      sections += Assembler.section(
        4,
        Assembler.component(
          Assembler.section(6, [0x01, 0x04, 0x02, 0x01] + Assembler.leb(index)), Assembler.section(5, [0x02, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00])))
    }
    sections += Assembler.section(5, [0x01, 0x00] + Assembler.leb(60) + [0x00])
    #expect(resolutionError(Assembler.preamble + sections)?.code == .limitExceeded)
  }

  @Test func `A long chain of components that instantiate one another runs into the limit`() {
    var sections = Assembler.section(4, Assembler.preamble)
    for index in 0..<5000 {
      sections += Assembler.section(
        4,
        Assembler.component(Assembler.section(6, [0x01, 0x04, 0x02, 0x01] + Assembler.leb(index)), Assembler.section(5, [0x01, 0x00, 0x00, 0x00])))
    }
    sections += Assembler.section(5, [0x01, 0x00] + Assembler.leb(5000) + [0x00])
    #expect(resolutionError(Assembler.preamble + sections)?.message == "components are instantiated more than 100 deep; this is the limit")
  }

  @Test func `Instance types that contain each other twice run into the limit`() {
    // type n = instance { a: instance(type n-1), b: instance(type n-1) }, from a resource up.
    var types: [[UInt8]] = [[0x42, 0x01, 0x04, 0x00, 0x01, 0x72, 0x03, 0x01]]
    for index in 0..<40 {
      let outer: [UInt8] = [0x02, 0x03, 0x02, 0x01] + Assembler.leb(index)
      types.append([0x42, 0x03] + outer + [0x04, 0x00, 0x01, 0x61, 0x05, 0x00, 0x04, 0x00, 0x01, 0x62, 0x05, 0x00])
    }
    #expect(resolutionError(Assembler.component(Assembler.section(7, Assembler.vector(types))))?.code == .limitExceeded)
  }

  @Test func `Lists of tuples that double run into the limit`() {
    var types: [[UInt8]] = [[0x70, 0x7d]]
    for index in 0..<40 {
      types.append([0x6f, 0x02] + Assembler.typeIndex(2 * index) + Assembler.typeIndex(2 * index))
      types.append([0x70] + Assembler.typeIndex(2 * index + 1))
    }
    #expect(resolutionError(Assembler.component(Assembler.section(7, Assembler.vector(types))))?.code == .limitExceeded)
  }
}

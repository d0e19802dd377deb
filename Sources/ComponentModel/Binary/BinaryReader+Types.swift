/// Component types. Source: Binary.md, "Type Definitions".
extension BinaryReader {
  mutating func typeDefinition() throws(ComponentError) -> TypeDefinition {
    try nested { (reader) throws(ComponentError) in try reader.typeDefinitionAtDepth() }
  }

  private mutating func typeDefinitionAtDepth() throws(ComponentError) -> TypeDefinition {
    let place = offset
    let code = try byte("a type")
    switch code {
    case 0x72: return .value(.record(try vector("record fields") { (reader) throws(ComponentError) in try reader.label("a record field") }))
    case 0x71: return .value(.variant(try vector("variant cases") { (reader) throws(ComponentError) in try reader.variantCase() }))
    case 0x70: return .value(.list(try valueType()))
    case 0x6f: return .value(.tuple(try vector("tuple elements") { (reader) throws(ComponentError) in try reader.valueType() }))
    case 0x6e: return .value(.flags(try vector("flags") { (reader) throws(ComponentError) in try reader.name("a flag's name") }))
    case 0x6d: return .value(.enumeration(try vector("enum cases") { (reader) throws(ComponentError) in try reader.name("an enum case's name") }))
    case 0x6b: return .value(.option(try valueType()))
    case 0x6a: return .value(.result(ok: try optionalValueType(), error: try optionalValueType()))
    case 0x69: return .value(.own(try u32("a resource type's index")))
    case 0x68: return .value(.borrow(try u32("a resource type's index")))
    case 0x67:
      let start = offset
      let element = try valueType(), elementRange = start..<offset
      let length = UInt32(try u32("a list's length"))
      fixedLengthLists.append(FixedLengthListPlace(range: place..<offset, element: elementRange, length: length))
      return .value(.fixedLengthList(element, length: length))
    case 0x63: return .value(.map(key: try valueType(), value: try valueType()))
    case 0x40: return .function(try functionType())
    case 0x41: return .component(try vector("declarations") { (reader) throws(ComponentError) in try reader.declaration(inComponent: true) })
    case 0x42: return .instance(try vector("declarations") { (reader) throws(ComponentError) in try reader.declaration(inComponent: false) })
    case 0x3f: return .resource(destructor: try resourceDestructor())
    default: return .value(.primitive(try primitive(code, at: place)))
    }
  }

  mutating func valueType() throws(ComponentError) -> ValueTypeReference {
    let place = offset
    let number = try s33("a value type")
    if number >= 0 { return .index(Int(number)) }
    guard number >= -64 else { throw malformed("\(number) is not a value type", at: place) }
    return .primitive(try primitive(UInt8(number & 0x7f), at: place))
  }

  private mutating func optionalValueType() throws(ComponentError) -> ValueTypeReference? {
    try optional("a payload type") { (reader) throws(ComponentError) in try reader.valueType() }
  }

  /// A primitive type, or an error that says why `code` is none that can be run.
  private func primitive(_ code: UInt8, at place: Int) throws(ComponentError) -> PrimitiveType {
    if let type = PrimitiveType(rawValue: code) { return type }
    switch code {
    case 0x66: throw unsupported("the type `stream`, which needs async (WASI 0.3)", at: place)
    case 0x65: throw unsupported("the type `future`, which needs async (WASI 0.3)", at: place)
    case 0x64: throw unsupported("the type `error-context`, which needs async (WASI 0.3)", at: place)
    case 0x43: throw unsupported("the type `async func`, which needs async (WASI 0.3)", at: place)
    case 0x3e: throw unsupported("a resource with an async destructor, which needs async (WASI 0.3)", at: place)
    default: throw malformed("\(hexadecimal(code)) is not a type", at: place)
    }
  }

  private mutating func label(_ what: String) throws(ComponentError) -> ValueTypeDefinition.Label {
    .init(name: try name("the name of \(what)"), type: try valueType())
  }

  private mutating func variantCase() throws(ComponentError) -> ValueTypeDefinition.Case {
    let result = ValueTypeDefinition.Case(name: try name("the name of a variant case"), type: try optionalValueType())
    try expect(0x00, "the end of a variant case")
    return result
  }

  private mutating func functionType() throws(ComponentError) -> FunctionTypeDefinition {
    let parameters = try vector("parameters") { (reader) throws(ComponentError) in try reader.label("a parameter") }
    let place = offset
    switch try byte("a function's result") {
    case 0x00: return .init(parameters: parameters, result: try valueType())
    case 0x01:
      try expect(0x00, "the number of named results")
      return .init(parameters: parameters, result: nil)
    case let other: throw malformed("a function's result must begin with 0 or 1, but begins with \(hexadecimal(other))", at: place)
    }
  }

  private mutating func resourceDestructor() throws(ComponentError) -> Int? {
    try expect(0x7f, "a resource's representation (i32)")
    return try optional("a destructor") { (reader) throws(ComponentError) in try reader.u32("a destructor's core function index") }
  }

  // MARK: Declarations

  private mutating func declaration(inComponent: Bool) throws(ComponentError) -> Declaration {
    let place = offset
    switch try byte("a declaration") {
    case 0x00: return .coreType(try coreType())
    case 0x01: return .type(try typeDefinition())
    case 0x02: return .alias(try alias())
    case 0x03 where inComponent: return .import(name: try externName(), try externDescriptor())
    case 0x04: return .export(name: try externName(), try externDescriptor())
    case let other: throw malformed("\(hexadecimal(other)) is not a declaration of \(inComponent ? "a component" : "an instance") type", at: place)
    }
  }

  /// An import's or export's name; attributes (`implements`, version suffix, external id) do not matter for execution.
  mutating func externName() throws(ComponentError) -> String {
    let place = offset
    let kind = try byte("an import's or export's name")
    guard kind <= 0x02 else { throw malformed("an import's or export's name must begin with 0, 1 or 2, but begins with \(hexadecimal(kind))", at: place) }
    let name = try name("an import's or export's name")
    if kind == 0x02 {
      for _ in 0..<(try count("attributes")) {
        let place = offset
        let attribute = try byte("an attribute")
        guard attribute <= 0x02 else { throw malformed("\(hexadecimal(attribute)) is not an attribute of a name", at: place) }
        _ = try self.name("an attribute's text")
      }
    }
    return name
  }

  mutating func externDescriptor() throws(ComponentError) -> ExternDescriptor {
    let place = offset
    switch try byte("an import's or export's type") {
    case 0x00:
      try expect(CoreSort.module.rawValue, "the core sort of an import or export")
      return .coreModule(type: try u32("a core type's index"))
    case 0x01: return .function(type: try u32("a function type's index"))
    case 0x02: throw unsupported("values", at: place)
    case 0x03:
      let place = offset
      switch try byte("a type bound") {
      case 0x00: return .typeEqual(to: try u32("a type's index"))
      case 0x01: return .subResource
      case let other: throw malformed("a type bound must begin with 0 or 1, but begins with \(hexadecimal(other))", at: place)
      }
    case 0x04: return .component(type: try u32("a component type's index"))
    case 0x05: return .instance(type: try u32("an instance type's index"))
    case let other: throw malformed("\(hexadecimal(other)) is not the kind of an import or export", at: place)
    }
  }
}

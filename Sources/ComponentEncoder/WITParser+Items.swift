extension WITParser {
  /// How deep `list<option<…>>` may nest at one place.
  private static let maximumNesting = 32

  /// One item of an interface: `use`, a type, or a function.
  mutating func interfaceItem(of interface: InterfaceID, in package: PackageName) throws(ComponentEncoderError) {
    try skipGates()
    guard case .word(let keyword, escaped: false) = token.kind else { return try function(of: interface) }
    switch keyword {
    case "use":
      try advance()
      try use(into: interface, in: package)
    case "type":
      try advance()
      let start = token
      let name = try name("the type's name")
      try expect("=", after: "the type's name", fix: "Write 'type \(name) = …;'.")
      try define(name, in: interface, as: .alias(try type(in: interface)), at: start)
      try expect(";", after: "the type", fix: "End the item with ';'.")
    case "record":
      try advance()
      try record(in: interface)
    case "variant":
      try advance()
      try variant(in: interface)
    case "enum", "flags":
      try advance()
      try labels(keyword, in: interface)
    case "resource":
      try advance()
      try resource(in: interface)
    default:
      try function(of: interface)
    }
  }

  /// Gives `name` its meaning in `interface`; a name has one.
  mutating func define(_ name: String, in interface: InterfaceID, as definition: TypeDefinition, at start: WITToken) throws(ComponentEncoderError) {
    let type = draft.type(named: name, in: interface, at: location(start))
    guard draft.define(type, as: definition, at: location(start)) else {
      throw error("The interface declares the type '\(name)' twice. Rename or remove one, or use it 'as' another name.", at: start)
    }
  }

  private mutating func record(in interface: InterfaceID) throws(ComponentEncoderError) {
    let start = token
    let name = try name("the record's name")
    var fields: [(name: String, type: WITType)] = []
    var names = NameSet()
    try list(open: "{", close: "}", of: "the record's fields") { (parser: inout WITParser) throws(ComponentEncoderError) in
      fields.append(try parser.labelledType("field", in: interface, unique: &names))
    }
    guard !fields.isEmpty else { throw error("The record '\(name)' has no field. Give it one.", at: start) }
    try define(name, in: interface, as: .record(fields), at: start)
  }

  private mutating func variant(in interface: InterfaceID) throws(ComponentEncoderError) {
    let start = token
    let name = try name("the variant's name")
    var cases: [(name: String, type: WITType?)] = []
    var names = NameSet()
    try list(open: "{", close: "}", of: "the variant's cases") { (parser: inout WITParser) throws(ComponentEncoderError) in
      let label = try parser.label("case", unique: &names)
      var payload: WITType?
      if try parser.take("(") {
        payload = try parser.type(in: interface)
        try parser.expect(")", after: "the case's type", fix: "Close it with ')'.")
      }
      cases.append((label, payload))
    }
    guard !cases.isEmpty else { throw error("The variant '\(name)' has no case. Give it one.", at: start) }
    try define(name, in: interface, as: .variant(cases), at: start)
  }

  private mutating func labels(_ keyword: String, in interface: InterfaceID) throws(ComponentEncoderError) {
    let start = token
    let name = try name("the name of the \(keyword)")
    var labels: [String] = []
    var names = NameSet()
    try list(open: "{", close: "}", of: "the labels of the \(keyword)") { (parser: inout WITParser) throws(ComponentEncoderError) in
      labels.append(try parser.label("label", unique: &names))
    }
    guard !labels.isEmpty else { throw error("'\(name)' has no label. Give it one.", at: start) }
    if keyword == "flags" {
      guard labels.count <= 32 else {
        throw error("'\(name)' has \(labels.count) flags; a component can pass 32. Split it.", code: .unsupportedWIT, at: start)
      }
      try define(name, in: interface, as: .flags(labels), at: start)
    } else {
      try define(name, in: interface, as: .enumeration(labels), at: start)
    }
  }

  // MARK: Functions

  private mutating func function(of interface: InterfaceID) throws(ComponentEncoderError) {
    let start = token
    let name = try name("a type, a function or '}'")
    try expect(":", after: "the function's name", fix: "Write '\(name): func(…);'.")
    try function(named: name, receiver: nil, of: interface, at: start)
  }

  private mutating func resource(in interface: InterfaceID) throws(ComponentEncoderError) {
    let start = token
    let resource = try name("the resource's name")
    try define(resource, in: interface, as: .resource, at: start)
    let id = draft.type(named: resource, in: interface, at: location(start))
    if try take(";") { return }
    try expect("{", after: "the resource's name", fix: "Write 'resource \(resource);' or 'resource \(resource) { … }'.")
    while try !take("}") {
      try skipGates()
      let start = token
      if try take(keyword: "constructor") {
        let parameters = try parameters(in: interface)
        if token.kind == .symbol("->") {
          throw error("A constructor that can fail is not supported. Write a static function that returns a result.", code: .unsupportedWIT)
        }
        try expect(";", after: "the constructor", fix: "End the item with ';'.")
        try add(WIT.Function(name: "[constructor]\(resource)", parameters: parameters, result: .own(id)), to: interface, at: start)
        continue
      }
      let method = try name("a method, 'constructor' or '}'")
      try expect(":", after: "the method's name", fix: "Write '\(method): func(…);'.")
      if try take(keyword: "static") {
        try function(named: "[static]\(resource).\(method)", receiver: nil, of: interface, at: start)
      } else {
        try function(named: "[method]\(resource).\(method)", receiver: id, of: interface, at: start)
      }
    }
  }

  /// The part behind the colon: `func(…) -> …;`.
  private mutating func function(
    named name: String, receiver: TypeID?, of interface: InterfaceID, at start: WITToken
  ) throws(ComponentEncoderError) {
    if token.kind == .word("async", escaped: false) {
      throw error("Async functions are not supported. Remove 'async'.", code: .unsupportedWIT)
    }
    guard try take(keyword: "func") else { throw unexpected("'func'") }
    var parameters = try parameters(in: interface)
    if let receiver { parameters.insert(("self", .borrow(receiver)), at: 0) }
    let result = try take("->") ? try type(in: interface) : nil
    try expect(";", after: "the function", fix: "End the item with ';'.")
    try add(WIT.Function(name: name, parameters: parameters, result: result), to: interface, at: start)
  }

  private mutating func parameters(in interface: InterfaceID) throws(ComponentEncoderError) -> [(name: String, type: WITType)] {
    var parameters: [(name: String, type: WITType)] = []
    var names = NameSet()
    try list(open: "(", close: ")", of: "the parameters") { (parser: inout WITParser) throws(ComponentEncoderError) in
      parameters.append(try parser.labelledType("parameter", in: interface, unique: &names))
    }
    return parameters
  }

  private mutating func add(_ function: WIT.Function, to interface: InterfaceID, at start: WITToken) throws(ComponentEncoderError) {
    guard draft[interface].functionNames.insert(function.name) else {
      throw error("The interface declares the function '\(function.name)' twice. Rename or remove one.", at: start)
    }
    draft[interface].functions.append(function)
  }

  // MARK: Types

  private mutating func label(_ what: String, unique names: inout NameSet) throws(ComponentEncoderError) -> String {
    let start = token
    let label = try name("the name of a \(what)")
    guard names.insert(label) else { throw error("There are two \(what)s named '\(label)'. Rename or remove one.", at: start) }
    return label
  }

  private mutating func labelledType(
    _ what: String, in interface: InterfaceID, unique names: inout NameSet
  ) throws(ComponentEncoderError) -> (name: String, type: WITType) {
    let label = try label(what, unique: &names)
    try expect(":", after: "the name of a \(what)", fix: "Write '\(label): type'.")
    return (label, try type(in: interface))
  }

  private mutating func type(in interface: InterfaceID, nesting: Int = 0) throws(ComponentEncoderError) -> WITType {
    guard nesting < Self.maximumNesting else {
      throw error("Types nest more than \(Self.maximumNesting) deep here. Give the inner ones names.", code: .unsupportedWIT)
    }
    func inner(_ parser: inout WITParser) throws(ComponentEncoderError) -> WITType { try parser.type(in: interface, nesting: nesting + 1) }

    guard case .word(let word, escaped: false) = token.kind else { return try namedType(in: interface) }
    if let primitive = WITPrimitive(name: word) {
      try advance()
      return .primitive(primitive)
    }
    switch word {
    case "list":
      try open(word)
      let element = try inner(&self)
      if token.kind == .symbol(",") { throw error("Lists of fixed length are not supported. Write 'list<…>'.", code: .unsupportedWIT) }
      try close(word)
      return .list(element)
    case "option":
      try open(word)
      let some = try inner(&self)
      try close(word)
      return .option(some)
    case "tuple":
      try open(word)
      var elements = [try inner(&self)]
      while try take(","), token.kind != .symbol(">") { elements.append(try inner(&self)) }
      try close(word)
      return .tuple(elements)
    case "result":
      try advance()
      guard try take("<") else { return .result(ok: nil, error: nil) }
      let ok = try take("_") ? nil : try inner(&self)
      let error = try take(",") ? try inner(&self) : nil
      try close(word)
      return .result(ok: ok, error: error)
    case "own", "borrow":
      try open(word)
      let start = token
      let resource = draft.type(named: try name("a resource"), in: interface, at: location(start))
      draft.handles.append((resource, location(start)))
      try close(word)
      return word == "own" ? .own(resource) : .borrow(resource)
    case "stream", "future", "error-context", "map":
      throw error("The type '\(word)' is not supported. Only what synchronous functions pass is.", code: .unsupportedWIT)
    default:
      return try namedType(in: interface)
    }
  }

  private mutating func namedType(in interface: InterfaceID) throws(ComponentEncoderError) -> WITType {
    let start = token
    return .named(draft.type(named: try name("a type"), in: interface, at: location(start)))
  }

  private mutating func open(_ constructor: String) throws(ComponentEncoderError) {
    try advance()
    try expect("<", after: "'\(constructor)'", fix: "Write '\(constructor)<…>'.")
  }

  private mutating func close(_ constructor: String) throws(ComponentEncoderError) {
    try expect(">", after: "what '\(constructor)' holds", fix: "Close it with '>'.")
  }
}

import OperatorKit

/// Makes nodes of a schema's text, which must be JSON.
struct SchemaCompiler {
  /// A schema within a schema within … : more would not fit the module's stack.
  static let deepest = 32

  private(set) var nodes: [SchemaNode] = []
  private let root: JSONReader
  private var places: [(offset: Int, place: Int)] = []
  private var depth = 0

  init(_ root: JSONReader) { self.root = root }

  mutating func compile() throws(OperatorError) {
    do throws(JSON.ParseError) {
      _ = try place(of: root)
    } catch {
      throw problem ?? OperatorError(error.message)
    }
    try checkReferences()
  }

  /// What is wrong with the schema, when that takes more words than where.
  private var problem: OperatorError?

  private mutating func fail(_ reader: JSONReader, _ message: String) -> JSON.ParseError {
    let error = reader.error("not a schema")
    problem = OperatorError("At byte \(error.offset): \(message)")
    return error
  }

  /// The place of the node for the schema at a reader, compiled if it has not been yet.
  private mutating func place(of reader: JSONReader) throws(JSON.ParseError) -> Int {
    var reader = reader
    _ = try reader.kind()
    let offset = reader.error("").offset
    if let known = places.first(where: { $0.offset == offset }) { return known.place }
    let place = nodes.count
    nodes.append(SchemaNode())
    places.append((offset, place))
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.deepest else { throw fail(reader, "schemas are nested more than \(Self.deepest) deep.") }
    let node = try node(reader)
    nodes[place] = node
    return place
  }

  private mutating func node(_ place: JSONReader) throws(JSON.ParseError) -> SchemaNode {
    var reader = place
    var node = SchemaNode()
    switch try reader.kind() {
    case .bool:
      node.always = try reader.bool()
      return node
    case .object: break
    default: throw fail(place, "a schema must be an object, true or false.")
    }
    let members = try reader.members()
    if var reference = members.first(where: { $0.key == "$ref" })?.value {
      let text = reference
      guard try reference.kind() == .string else { throw fail(text, "the value of '$ref' must be a string.") }
      node.reference = try self.place(of: try target(try reference.string().string, text))
      return node
    }
    for member in members { try read(member.key, member.value, into: &node) }
    return node
  }

  // MARK: Keywords

  private mutating func read(_ keyword: JSONText, _ value: JSONReader, into node: inout SchemaNode) throws(JSON.ParseError) {
    switch keyword {
    case "title", "description", "default", "examples", "$comment", "readOnly", "writeOnly", "definitions": return
    case "$schema": try checkDialect(value)
    case "$id": if depth > 1 { throw fail(value, "the keyword '$id' is only known at the root.") }
    case "type": node.types = try types(value)
    case "enum": node.values.append(try elements(value, keyword))
    case "const": node.values.append([value])
    case "multipleOf":
      node.multipleOf = try number(value, keyword)
      guard let divisor = node.multipleOf, divisor > 0 else { throw fail(value, "the value of 'multipleOf' must be above 0.") }
    case "minimum": node.minimum = try number(value, keyword)
    case "maximum": node.maximum = try number(value, keyword)
    case "exclusiveMinimum": node.exclusiveMinimum = try number(value, keyword)
    case "exclusiveMaximum": node.exclusiveMaximum = try number(value, keyword)
    case "minLength": node.length.least = try count(value, keyword)
    case "maxLength": node.length.most = try count(value, keyword)
    case "minItems": node.itemCount.least = try count(value, keyword)
    case "maxItems": node.itemCount.most = try count(value, keyword)
    case "minProperties": node.propertyCount.least = try count(value, keyword)
    case "maxProperties": node.propertyCount.most = try count(value, keyword)
    case "uniqueItems":
      var flag = value
      guard try flag.kind() == .bool else { throw fail(value, "the value of 'uniqueItems' must be true or false.") }
      node.hasUniqueItems = try flag.bool()
    case "items":
      var list = value
      node.items = try list.kind() == .array ? .each(try schemas(value, keyword)) : .all(try place(of: value))
    case "additionalItems": node.additionalItems = try place(of: value)
    case "contains": node.contains = try place(of: value)
    case "properties":
      for member in try members(value, keyword) { node.properties.append((member.key, try place(of: member.value))) }
    case "additionalProperties": node.additionalProperties = try place(of: value)
    case "propertyNames": node.propertyNames = try place(of: value)
    case "required": node.required = try strings(value, keyword)
    case "dependencies":
      for member in try members(value, keyword) {
        var needs = member.value
        let dependency: SchemaNode.Dependency = try needs.kind() == .array ? .names(try strings(member.value, keyword)) : .schema(try place(of: member.value))
        node.dependencies.append((member.key, dependency))
      }
    case "allOf": node.allOf = try schemas(value, keyword)
    case "anyOf": node.anyOf = try schemas(value, keyword)
    case "oneOf": node.oneOf = try schemas(value, keyword)
    case "not": node.not = try place(of: value)
    case "if": node.condition = try place(of: value)
    case "then": node.then = try place(of: value)
    case "else": node.otherwise = try place(of: value)
    default: throw fail(value, "the keyword '\(keyword.string)' is not known. The operator's documentation lists those that are.")
    }
  }

  private mutating func checkDialect(_ value: JSONReader) throws(JSON.ParseError) {
    var reader = value
    guard try reader.kind() == .string else { throw fail(value, "the value of '$schema' must be a string.") }
    let dialect = try reader.string()
    for known: StaticString in ["http://json-schema.org/draft-07/schema#", "http://json-schema.org/draft-07/schema", "https://json-schema.org/draft-07/schema#", "https://json-schema.org/draft-07/schema"]
    where dialect == known { return }
    throw fail(value, "'$schema' is '\(dialect.string)', but only draft 7 is known: http://json-schema.org/draft-07/schema#.")
  }

  private mutating func types(_ value: JSONReader) throws(JSON.ParseError) -> SchemaNode.TypeSet {
    var reader = value
    let names = try reader.kind() == .string ? [try reader.string()] : try strings(value, nil)
    var types: SchemaNode.TypeSet = []
    for name in names {
      switch name {
      case "null": types.insert(.null)
      case "boolean": types.insert(.boolean)
      case "integer": types.insert(.integer)
      case "number": types.insert([.number, .integer])
      case "string": types.insert(.string)
      case "array": types.insert(.array)
      case "object": types.insert(.object)
      default: throw fail(value, "'\(name.string)' is no type. There are null, boolean, integer, number, string, array and object.")
      }
    }
    return types
  }

  private mutating func number(_ value: JSONReader, _ keyword: JSONText) throws(JSON.ParseError) -> Double {
    var reader = value
    guard try reader.kind() == .number else { throw fail(value, "the value of '\(keyword.string)' must be a number.") }
    return try reader.double()
  }

  private mutating func count(_ value: JSONReader, _ keyword: JSONText) throws(JSON.ParseError) -> UInt64 {
    let number = try number(value, keyword)
    guard number >= 0, number.rounded(.down) == number, number < 0x1p53 else { throw fail(value, "the value of '\(keyword.string)' must be a whole number, and not negative.") }
    return UInt64(number)
  }

  private mutating func elements(_ value: JSONReader, _ keyword: JSONText?) throws(JSON.ParseError) -> [JSONReader] {
    var reader = value
    guard try reader.kind() == .array else { throw fail(value, "the value of '\(keyword?.string ?? "type")' must be an array.") }
    var elements: [JSONReader] = []
    try reader.beginArray()
    while try reader.nextElement() {
      elements.append(reader)
      try reader.skip()
    }
    return elements
  }

  private mutating func strings(_ value: JSONReader, _ keyword: JSONText?) throws(JSON.ParseError) -> [JSONText] {
    var strings: [JSONText] = []
    for element in try elements(value, keyword) {
      var reader = element
      guard try reader.kind() == .string else { throw fail(element, "the value of '\(keyword?.string ?? "type")' must be an array of strings.") }
      strings.append(try reader.string())
    }
    return strings
  }

  private mutating func schemas(_ value: JSONReader, _ keyword: JSONText) throws(JSON.ParseError) -> [Int] {
    var schemas: [Int] = []
    for element in try elements(value, keyword) { schemas.append(try place(of: element)) }
    if schemas.isEmpty, !(keyword == "items") { throw fail(value, "the value of '\(keyword.string)' must not be empty.") }
    return schemas
  }

  private mutating func members(_ value: JSONReader, _ keyword: JSONText) throws(JSON.ParseError) -> [(key: JSONText, value: JSONReader)] {
    var reader = value
    guard try reader.kind() == .object else { throw fail(value, "the value of '\(keyword.string)' must be an object.") }
    return try reader.members()
  }

  // MARK: References

  /// The schema that a reference such as `#/definitions/pump` leads to.
  private mutating func target(_ reference: String, _ place: JSONReader) throws(JSON.ParseError) -> JSONReader {
    let unknown = "'$ref' is '\(reference)', which leads nowhere. Only references within the schema are known, as in '#/definitions/pump'."
    guard reference.utf8.first == UInt8(ascii: "#") else { throw fail(place, unknown) }
    var target = root
    for part in reference.parts(separatedBy: UInt8(ascii: "/")).dropFirst() {
      guard let name = Pointer.name(part) else { throw fail(place, unknown) }
      switch try target.kind() {
      case .object:
        guard let member = try target.members().first(where: { $0.key == name }) else { throw fail(place, unknown) }
        target = member.value
      case .array:
        let elements = try elements(target, nil)
        guard let index = Int(name), elements.indices.contains(index) else { throw fail(place, unknown) }
        target = elements[index]
      default: throw fail(place, unknown)
      }
    }
    // An anchor, "#pump", would need `$id`s.
    guard reference.utf8.count == 1 || reference.utf8.dropFirst().first == UInt8(ascii: "/") else { throw fail(place, unknown) }
    return target
  }

  /// References that only lead to each other mean nothing.
  private func checkReferences() throws(OperatorError) {
    for start in nodes.indices {
      var place = start, steps = 0
      while let next = nodes[place].reference {
        place = next
        steps += 1
        guard steps <= nodes.count else { throw OperatorError("References lead in a circle.") }
      }
    }
  }
}

/// Parts of JSON pointers (RFC 6901) in a URI's fragment.
enum Pointer {
  /// Resolves `%25`, `~1` and `~0`; nil for what is not well-formed.
  static func name(_ part: Substring) -> String? {
    var decoded: [UInt8] = []
    var bytes = part.utf8
    while let byte = bytes.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        decoded.append(byte)
        continue
      }
      guard let high = bytes.popFirst().flatMap(digit), let low = bytes.popFirst().flatMap(digit) else { return nil }
      decoded.append(high << 4 | low)
    }
    var name: [UInt8] = []
    var rest = decoded[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "~") else {
        name.append(byte)
        continue
      }
      switch rest.popFirst() {
      case UInt8(ascii: "0"): name.append(UInt8(ascii: "~"))
      case UInt8(ascii: "1"): name.append(UInt8(ascii: "/"))
      default: return nil
      }
    }
    return String(decoding: name, as: UTF8.self)
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - 0x30
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - 0x57
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - 0x37
    default: nil
    }
  }
}

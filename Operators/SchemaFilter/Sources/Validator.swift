import OperatorKit

/// Holds a payload against a schema, in one pass but for schemas that are combined.
struct Validator {
  /// Schemas in schemas and values in values that are looked at at once: more would not fit the module's stack.
  private static let deepest = 160

  private let nodes: [SchemaNode]
  private let payload: JSONReader
  /// What may still be looked at: a schema that combines others can multiply the work, which must end all the same.
  private var budget: Int
  private var depth = 0
  /// The first keyword that does not hold; cleared where an alternative does.
  private var violation: (keyword: StaticString, offset: Int)?

  init(_ schema: CompiledSchema, _ payload: Bytes) {
    nodes = schema.nodes
    self.payload = JSONReader(payload)
    budget = 100_000 + 64 * payload.count
  }

  private enum Stop: Error {
    case notJSON(JSON.ParseError)
    case tooMuch
    case tooDeep
  }

  /// Why the payload is not valid; nil if it is.
  /// - Throws: if that cannot be told with reasonable effort.
  mutating func problem() throws(OperatorError) -> String? {
    do throws(Stop) {
      var reader = payload
      // What is not JSON is not valid, wherever the schema may stop looking.
      try Self.parsing { () throws(JSON.ParseError) in
        var whole = payload
        try whole.skip()
        try whole.end()
      }
      if try isValid(&reader, 0) { return nil }
      guard let violation else { return "it is not valid." }
      return "at byte \(violation.offset), '\(violation.keyword.description)' does not hold."
    } catch {
      switch error {
      case .notJSON(let error): return error.message
      case .tooMuch: throw OperatorError("The payload takes too many steps to be held against the schema.")
      case .tooDeep: throw OperatorError("The payload is nested too deep to be held against the schema.")
      }
    }
  }

  private static func parsing<T>(_ body: () throws(JSON.ParseError) -> T) throws(Stop) -> T {
    do throws(JSON.ParseError) { return try body() } catch { throw .notJSON(error) }
  }

  private mutating func spend(_ steps: Int = 1) throws(Stop) {
    budget -= steps
    guard budget >= 0 else { throw .tooMuch }
  }

  private mutating func fail(_ keyword: StaticString, _ reader: JSONReader) -> Bool {
    if violation == nil { violation = (keyword, reader.error("").offset) }
    return false
  }

  // MARK: Values

  /// Whether the next value is valid. The reader is behind it then, and anywhere if it is not.
  private mutating func isValid(_ reader: inout JSONReader, _ place: Int) throws(Stop) -> Bool {
    try spend()
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.deepest else { throw .tooDeep }
    var place = place
    while let next = nodes[place].reference { place = next }
    if let always = nodes[place].always {
      guard always else { return fail("false", reader) }
      do throws(JSON.ParseError) { try reader.skip() } catch { throw .notJSON(error) }
      return true
    }
    guard try combine(reader, nodes[place]) else { return false }
    return try check(&reader, nodes[place])
  }

  /// The same for a copy of the reader, with whatever fails within forgotten if that is no fault.
  private mutating func holds(_ reader: JSONReader, _ place: Int) throws(Stop) -> Bool {
    var copy = reader
    return try isValid(&copy, place)
  }
  private mutating func tries(_ reader: JSONReader, _ place: Int) throws(Stop) -> Bool {
    let before = violation
    let result = try holds(reader, place)
    violation = before
    return result
  }

  /// Keywords that consist of schemas for the value itself, and `enum` and `const`.
  private mutating func combine(_ reader: JSONReader, _ node: SchemaNode) throws(Stop) -> Bool {
    for values in node.values {
      var isOne = false
      for value in values where !isOne {
        try spend()
        isOne = try same(reader, value)
      }
      if !isOne { return fail("enum or const", reader) }
    }
    for place in node.allOf where try !holds(reader, place) { return false }
    if let places = node.anyOf {
      var isOne = false
      for place in places where !isOne { isOne = try tries(reader, place) }
      if !isOne { return fail("anyOf", reader) }
    }
    if let places = node.oneOf {
      var count = 0
      for place in places where count < 2 { count += try tries(reader, place) ? 1 : 0 }
      if count != 1 { return fail("oneOf", reader) }
    }
    if let place = node.not, try tries(reader, place) { return fail("not", reader) }
    if let condition = node.condition, let place = try tries(reader, condition) ? node.then : node.otherwise { return try holds(reader, place) }
    return true
  }

  private mutating func check(_ reader: inout JSONReader, _ node: SchemaNode) throws(Stop) -> Bool {
    let start = reader
    do throws(JSON.ParseError) {
      switch try reader.kind() {
      case .null:
        _ = try reader.null()
        return allows(node, .null) || fail("type", start)
      case .bool:
        _ = try reader.bool()
        return allows(node, .boolean) || fail("type", start)
      case .number:
        return number(try reader.double(), node, start)
      case .string:
        let text = try reader.string()
        guard allows(node, .string) else { return fail("type", start) }
        return string(text, node, start)
      case .array, .object: break
      }
    } catch {
      throw .notJSON(error)
    }
    return try isArray(start) ? array(&reader, node) : object(&reader, node)
  }

  private func isArray(_ reader: JSONReader) throws(Stop) -> Bool {
    try Self.parsing { () throws(JSON.ParseError) in
      var reader = reader
      return try reader.kind() == .array
    }
  }

  private func allows(_ node: SchemaNode, _ type: SchemaNode.TypeSet) -> Bool { node.types.map { !$0.isDisjoint(with: type) } ?? true }

  private mutating func number(_ value: Double, _ node: SchemaNode, _ start: JSONReader) -> Bool {
    guard allows(node, value.rounded(.towardZero) == value ? [.integer, .number] : .number), allowsFraction(node, value) else { return fail("type", start) }
    if let divisor = node.multipleOf, !isMultiple(value, of: divisor) { return fail("multipleOf", start) }
    if let bound = node.minimum, value < bound { return fail("minimum", start) }
    if let bound = node.maximum, value > bound { return fail("maximum", start) }
    if let bound = node.exclusiveMinimum, value <= bound { return fail("exclusiveMinimum", start) }
    if let bound = node.exclusiveMaximum, value >= bound { return fail("exclusiveMaximum", start) }
    return true
  }

  /// `number` allows both kinds; `integer` alone only numbers without a fraction, however they are written.
  private func allowsFraction(_ node: SchemaNode, _ value: Double) -> Bool {
    guard let types = node.types, !types.contains(.number) else { return true }
    return value.rounded(.towardZero) == value
  }

  /// 0.3 is a multiple of 0.1, though not of the double nearest to it.
  private func isMultiple(_ value: Double, of divisor: Double) -> Bool {
    let quotient = value / divisor
    guard quotient.isFinite else { return value.truncatingRemainder(dividingBy: divisor) == 0 }
    return abs(quotient - quotient.rounded(.toNearestOrEven)) <= abs(quotient) * 0x1p-51
  }

  private mutating func string(_ text: JSONText, _ node: SchemaNode, _ start: JSONReader) -> Bool {
    if node.length.least == 0, node.length.most == .max { return true }
    // Characters are code points, each of which has one byte that continues none.
    let count = text.withUTF8 { utf8 in utf8.reduce(0) { $0 + ($1 & 0xC0 != 0x80 ? 1 : 0) } }
    return node.length.contains(count) || fail("minLength or maxLength", start)
  }

  // MARK: Arrays

  private mutating func array(_ reader: inout JSONReader, _ node: SchemaNode) throws(Stop) -> Bool {
    let start = reader
    guard allows(node, .array) else { return fail("type", start) }
    var count = 0, hasMatch = node.contains == nil
    var elements: [JSONReader] = []
    try Self.begin(&reader)
    while try Self.nextElement(&reader) {
      if let place = node.contains, !hasMatch { hasMatch = try tries(reader, place) }
      if node.hasUniqueItems { elements.append(reader) }
      guard try element(&reader, count, node) else { return false }
      count += 1
    }
    guard node.itemCount.contains(count) else { return fail("minItems or maxItems", start) }
    guard hasMatch else { return fail("contains", start) }
    guard try areUnique(elements) else { return fail("uniqueItems", start) }
    return true
  }

  private mutating func element(_ reader: inout JSONReader, _ index: Int, _ node: SchemaNode) throws(Stop) -> Bool {
    switch node.items {
    case .all(let place): return try isValid(&reader, place)
    case .each(let places) where index < places.count: return try isValid(&reader, places[index])
    case .each: if let place = node.additionalItems { return try isValid(&reader, place) }
    case nil: break
    }
    try Self.skip(&reader)
    return true
  }

  // MARK: Objects

  private mutating func object(_ reader: inout JSONReader, _ node: SchemaNode) throws(Stop) -> Bool {
    let start = reader
    guard allows(node, .object) else { return fail("type", start) }
    let members = try Self.parsing { () throws(JSON.ParseError) in try reader.members() }
    guard node.propertyCount.contains(members.count) else { return fail("minProperties or maxProperties", start) }
    for name in node.required where !Self.has(members, name) { return fail("required", start) }
    for member in members {
      try spend()
      if let place = node.propertyNames, try !nameIsValid(member.key, place) { return fail("propertyNames", member.value) }
      guard let place = Self.find(node.properties, member.key) ?? node.additionalProperties else { continue }
      var value = member.value
      guard try isValid(&value, place) else { return false }
    }
    for dependency in node.dependencies where Self.has(members, dependency.name) {
      switch dependency.needs {
      case .names(let names): for name in names where !Self.has(members, name) { return fail("dependencies", start) }
      case .schema(let place): guard try holds(start, place) else { return false }
      }
    }
    return true
  }

  private mutating func nameIsValid(_ name: JSONText, _ place: Int) throws(Stop) -> Bool {
    var json = JSONWriter(capacity: 64)
    json.value(name)
    return try tries(JSONReader(json.bytes), place)
  }

  private static func has(_ members: [(key: JSONText, value: JSONReader)], _ name: JSONText) -> Bool { search(members.count, name) { members[$0].key } != nil }
  private static func find(_ properties: [(name: JSONText, place: Int)], _ name: JSONText) -> Int? {
    search(properties.count, name) { properties[$0].name }.map { properties[$0].place }
  }

  /// The index of a name among names in order.
  private static func search(_ count: Int, _ name: JSONText, _ at: (Int) -> JSONText) -> Int? {
    var low = 0, high = count
    while low < high {
      let middle = (low + high) / 2
      if at(middle).precedes(name) { low = middle + 1 } else { high = middle }
    }
    return low < count && at(low) == name ? low : nil
  }

  // MARK: Equality

  private mutating func same(_ left: JSONReader, _ right: JSONReader) throws(Stop) -> Bool {
    var steps = budget
    defer { budget = steps }
    let result = try Self.parsing { () throws(JSON.ParseError) in
      var left = left, right = right
      return try JSONEquality.same(&left, &right, &steps)
    }
    guard steps >= 0 else { throw .tooMuch }
    return result
  }

  /// Only values with one hash are compared.
  private mutating func areUnique(_ elements: [JSONReader]) throws(Stop) -> Bool {
    var hashes: [(hash: UInt64, index: Int)] = []
    for index in elements.indices {
      let hash = try Self.parsing { () throws(JSON.ParseError) in
        var element = elements[index]
        return try JSONEquality.hash(&element)
      }
      hashes.append((hash, index))
    }
    hashes.sort { $0.hash < $1.hash }
    for first in hashes.indices {
      var second = first + 1
      while second < hashes.count, hashes[second].hash == hashes[first].hash {
        try spend()
        if try same(elements[hashes[first].index], elements[hashes[second].index]) { return false }
        second += 1
      }
    }
    return true
  }

  // MARK: Reading

  private static func begin(_ reader: inout JSONReader) throws(Stop) {
    do throws(JSON.ParseError) { try reader.beginArray() } catch { throw .notJSON(error) }
  }
  private static func nextElement(_ reader: inout JSONReader) throws(Stop) -> Bool {
    do throws(JSON.ParseError) { return try reader.nextElement() } catch { throw .notJSON(error) }
  }
  private static func skip(_ reader: inout JSONReader) throws(Stop) {
    do throws(JSON.ParseError) { try reader.skip() } catch { throw .notJSON(error) }
  }
}

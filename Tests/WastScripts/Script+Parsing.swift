extension Script {
  /// Reads a script.
  /// - Throws: `ScriptError` if the parentheses, strings or comments are wrong. A directive that cannot be understood becomes `.unknown`,
  ///   which fails when the script is run.
  public init(name: String, bytes: [UInt8]) throws(ScriptError) {
    self.name = name
    features = Self.features(bytes)
    let expressions = try SExpressionReader.read(bytes)
    directives = expressions.map { Directive($0, in: bytes) }
    var names: Set<String> = []
    for expression in expressions { Self.addImports(expression, to: &names) }
    importedNames = names
  }

  private static func addImports(_ expression: SExpression, to names: inout Set<String>) {
    guard let items = expression.list else { return }
    if expression.keyword == "import", items.count > 1, let name = items[1].string { names.insert(String(decoding: name, as: UTF8.self)) }
    for item in items { addImports(item, to: &names) }
  }

  private static func features(_ bytes: [UInt8]) -> [String: Bool] {
    var features: [String: Bool] = [:]
    for line in bytes.split(separator: UInt8(ascii: "\n")) where line.starts(with: Array(";;!".utf8)) {
      let words = String(decoding: line.dropFirst(3), as: UTF8.self).split(whereSeparator: { $0 == " " || $0 == "=" })
      if words.count == 2 { features[String(words[0])] = words[1] == "true" }
    }
    return features
  }
}

extension Directive {
  init(_ expression: SExpression, in script: [UInt8]) {
    position = expression.position
    keyword = expression.keyword ?? "?"
    do throws(ScriptError) {
      kind = try Self.kind(expression, in: script)
    } catch {
      kind = .unknown(error.description)
    }
  }

  private static func kind(_ expression: SExpression, in script: [UInt8]) throws(ScriptError) -> Kind {
    guard let items = expression.list, let keyword = expression.keyword else { throw expression.error("a directive is a list that begins with a keyword") }
    switch keyword {
    case "component": return try component(expression, in: script)
    case "register":
      guard items.count <= 3 else { throw expression.error("`register` takes a name and at most an instance") }
      return .register(try text(items.dropFirst().first, expression), instance: items.count == 3 ? items[2].identifier : nil)
    case "invoke": return .invoke(try invocation(expression))
    case "assert_return":
      guard items.count >= 2 else { throw expression.error("`assert_return` lacks its call") }
      var results: [ValueLiteral] = []
      for item in items.dropFirst(2) { results.append(try ValueLiteral(item)) }
      return .assertReturn(try invocation(items[1]), results)
    case "assert_trap", "assert_exhaustion", "assert_invalid", "assert_malformed", "assert_unlinkable":
      guard items.count == 3 else { throw expression.error("`\(keyword)` takes what is asserted about and a message") }
      let message = try text(items[2], expression)
      switch keyword {
      case "assert_trap" where items[1].keyword == "component": return .assertTrap(.instantiate(try source(items[1], in: script).source), message)
      case "assert_trap": return .assertTrap(.invoke(try invocation(items[1])), message)
      case "assert_exhaustion": return .assertExhaustion(try invocation(items[1]), message)
      case "assert_invalid": return .assertInvalid(try source(items[1], in: script).source, message)
      case "assert_malformed": return .assertMalformed(try source(items[1], in: script).source, message)
      default: return .assertUnlinkable(try source(items[1], in: script).source, message)
      }
    default: throw expression.error("the directive `\(keyword)` is not known")
    }
  }

  private static func component(_ expression: SExpression, in script: [UInt8]) throws(ScriptError) -> Kind {
    let items = expression.list ?? []
    guard items.count > 1, items[1].atom == "instance" else {
      let (source, name, isDefinition) = try source(expression, in: script)
      return isDefinition ? .definition(source, name: name) : .component(source, name: name)
    }
    let names = items.dropFirst(2).map(\.identifier)
    guard names.count <= 2, names.allSatisfy({ $0 != nil }) else { throw expression.error("`component instance` takes at most two names") }
    // With one name only, it is the instance's.
    return .instance(name: names.first ?? nil, definition: names.count == 2 ? names[1] : nil)
  }

  private static func invocation(_ expression: SExpression) throws(ScriptError) -> Invocation {
    guard expression.keyword == "invoke", let items = expression.list?.dropFirst() else { throw expression.error("`(invoke …)` was expected") }
    let instance = items.first?.identifier
    let rest = instance == nil ? items : items.dropFirst()
    var arguments: [ValueLiteral] = []
    for item in rest.dropFirst() { arguments.append(try ValueLiteral(item)) }
    return Invocation(instance: instance, function: try text(rest.first, expression), arguments: arguments)
  }

  private static func text(_ expression: SExpression?, _ parent: SExpression) throws(ScriptError) -> String {
    guard let bytes = expression?.string, let text = String(validating: bytes, as: UTF8.self) else { throw (expression ?? parent).error("a string was expected") }
    return text
  }

  // MARK: Components

  private static func source(_ expression: SExpression, in script: [UInt8]) throws(ScriptError) -> (source: ComponentSource, name: String?, isDefinition: Bool) {
    guard expression.keyword == "component", let items = expression.list else { throw expression.error("`(component …)` was expected") }
    var rest = items.dropFirst()
    let definition = rest.first?.atom == "definition" ? rest.removeFirst() : nil
    let name = rest.first?.identifier
    if name != nil { rest.removeFirst() }
    switch rest.first?.atom {
    case "binary": return (.binary(try strings(rest.dropFirst()).flatMap { $0 }), name, definition != nil)
    case "quote":
      let bytes = try strings(rest.dropFirst()).joined(separator: [UInt8(ascii: " ")])
      guard let text = String(validating: Array(bytes), as: UTF8.self) else { throw expression.error("the quoted text is not UTF-8") }
      return (.quote("(component \(text))"), name, definition != nil)
    default: return (.text(text(expression, without: definition, in: script)), name, definition != nil)
    }
  }

  private static func strings(_ items: ArraySlice<SExpression>) throws(ScriptError) -> [[UInt8]] {
    var strings: [[UInt8]] = []
    for item in items {
      guard let bytes = item.string else { throw item.error("a string was expected") }
      strings.append(bytes)
    }
    return strings
  }

  /// The expression's text at its place. `definition`, which only scripts know, is left out, and options that older scripts write as
  /// `(memory $instance "name")` and `(realloc (func …))` are written as the parser wants them by now.
  private static func text(_ expression: SExpression, without definition: SExpression?, in script: [UInt8]) -> String {
    var bytes = [UInt8](repeating: UInt8(ascii: "\n"), count: expression.position.line - 1)
    bytes += repeatElement(UInt8(ascii: " "), count: expression.position.column - 1)
    var copied = expression.byteRange.lowerBound
    func copy(to end: Int) {
      bytes += script[copied..<end]
      copied = end
    }
    if let range = definition?.byteRange {
      copy(to: range.lowerBound)
      bytes += repeatElement(UInt8(ascii: " "), count: range.count)
      copied = range.upperBound
    }
    for (place, addition) in modernization(of: expression) {
      copy(to: place)
      bytes += Array(addition.utf8)
    }
    copy(to: expression.byteRange.upperBound)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// What to insert where, in order.
  private static func modernization(of expression: SExpression) -> [(place: Int, addition: String)] {
    guard let items = expression.list else { return [] }
    switch expression.keyword {
    // What a core instance exports is written like the option.
    case "export": return []
    case "memory" where items.count == 3 && items[1].identifier != nil && items[2].string != nil:
      return [(items[1].byteRange.lowerBound, "(core memory "), (items[2].byteRange.upperBound, ")")]
    case "realloc", "post-return":
      guard items.count == 2, items[1].keyword == "func" else { return [] }
      return [(items[1].byteRange.lowerBound + 1, "core ")]
    default: return items.flatMap { modernization(of: $0) }
    }
  }
}

/// Reads the files of one WIT package into a draft.
struct WITParser {
  private var lexer: WITLexer
  private(set) var token: WITToken
  private var package: PackageName?
  var draft = WITDraft()

  private init(_ file: WIT.File) throws(ComponentEncoderError) {
    lexer = WITLexer(file)
    token = try lexer.next()
  }

  /// Adds a package to `draft`. One file of a package, at least, declares its name; files that do must agree.
  static func parse(package files: [WIT.File], into draft: inout WITDraft) throws(ComponentEncoderError) {
    var parsers: [WITParser] = []
    var name: PackageName?
    for file in files {
      var parser = try WITParser(file)
      let start = parser.token
      parser.package = try parser.packageDeclaration()
      if let other = parser.package, let name, other != name {
        throw parser.error("This file declares package '\(other)', but another of the same package declares '\(name)'. Make them agree.", at: start)
      }
      name = name ?? parser.package
      parsers.append(parser)
    }
    guard let name else {
      throw ComponentEncoderError(
        .invalidWIT, "No file declares the package's name. Start one with 'package namespace:name@1.0.0;'.",
        at: files.first.map { .source(file: $0.name, line: 1, column: 1) })
    }
    for var parser in parsers {
      parser.package = name
      swap(&parser.draft, &draft)
      defer { swap(&parser.draft, &draft) }
      try parser.items(of: name)
    }
  }

  // MARK: Packages and interfaces

  /// `package ns:name@version;` if the file starts with it.
  private mutating func packageDeclaration() throws(ComponentEncoderError) -> PackageName? {
    guard try take(keyword: "package") else { return nil }
    let namespace = try name("the package's namespace")
    try expect(":", after: "the package's namespace", fix: "Write 'package namespace:name@1.0.0;'.")
    let name = try name("the package's name")
    let version = try version()
    if token.kind == .symbol("{") { throw error("Nested packages are not supported. Put the package in a file of its own.", code: .unsupportedWIT) }
    try expect(";", after: "the package's name", fix: "End the declaration with ';'.")
    return PackageName(namespace: namespace, name: name, version: version)
  }

  /// `@version`, if there.
  private mutating func version() throws(ComponentEncoderError) -> String? {
    guard try take("@") else { return nil }
    guard case .number(let version) = token.kind else { throw unexpected("a version such as 1.0.0 after '@'") }
    try advance()
    return version
  }

  private mutating func items(of package: PackageName) throws(ComponentEncoderError) {
    while token.kind != .end {
      try skipGates()
      if try take(keyword: "interface") {
        try interface(in: package)
      } else if try take(keyword: "world") {
        _ = try name("the world's name")
        try skipBraces()
      } else if token.kind == .word("use", escaped: false) {
        throw error("'use' outside an interface is not supported. Write the 'use' inside each interface that needs it.", code: .unsupportedWIT)
      } else if token.kind == .word("package", escaped: false) {
        throw error("The package declaration must come first in the file, and once. Move or remove it.")
      } else {
        throw unexpected("'interface' or 'world'")
      }
    }
  }

  private mutating func interface(in package: PackageName) throws(ComponentEncoderError) {
    let start = token
    // The one keyword that published interfaces are named by without '%'.
    let name = try name("the interface's name", allowing: "map")
    let id = draft.interface(named: package.qualified(name), at: location(start))
    guard !draft[id].isDefined else { throw error("The package has two interfaces named '\(name)'. Rename or remove one.", at: start) }
    draft[id].isDefined = true
    draft[id].location = location(start)
    try expect("{", after: "the interface's name", fix: "Write 'interface \(name) { … }'.")
    while try !take("}") { try interfaceItem(of: id, in: package) }
  }

  /// `use path.{a, b as c};`
  mutating func use(into interface: InterfaceID, in package: PackageName) throws(ComponentEncoderError) {
    let start = token
    let first = try name("the interface to use", allowing: "map")
    var path = package.qualified(first)
    if try take(":") {
      let name = try name("the package's name")
      try expect("/", after: "the package's name", fix: "Write 'use namespace:package/interface@1.0.0.{type};'.")
      let other = try self.name("the interface's name", allowing: "map")
      path = PackageName(namespace: first, name: name, version: try version()).qualified(other)
    }
    let source = draft.interface(named: path, at: location(start))
    if !draft[interface].dependencies.contains(source) { draft[interface].dependencies.append(source) }
    try expect(".", after: "the interface to use", fix: "Write 'use interface.{type};'.")
    try list(open: "{", close: "}", of: "the types to use") { (parser: inout WITParser) throws(ComponentEncoderError) in
      let start = parser.token
      let name = try parser.name("the name of a type")
      let origin = parser.draft.type(named: name, in: source, at: parser.location(start))
      let alias = parser.token
      let local = try parser.take(keyword: "as") ? try parser.name("the name after 'as'") : name
      try parser.define(local, in: interface, as: .used(origin), at: local == name ? start : alias)
    }
    try expect(";", after: "the types to use", fix: "End the item with ';'.")
  }

  /// Skips `@since(…)`, `@unstable(…)` and `@deprecated(…)`.
  mutating func skipGates() throws(ComponentEncoderError) {
    while try take("@") {
      _ = try name("'since', 'unstable' or 'deprecated'")
      try expect("(", after: "the gate", fix: "Write '@since(version = 1.0.0)'.")
      while try !take(")") {
        if token.kind == .end { throw unexpected("')'") }
        try advance()
      }
    }
  }

  private mutating func skipBraces() throws(ComponentEncoderError) {
    let start = token
    guard start.kind == .symbol("{") else { throw unexpected("'{'") }
    var depth = 0
    repeat {
      if token.kind == .symbol("{") { depth += 1 }
      if token.kind == .symbol("}") { depth -= 1 }
      if token.kind == .end { throw error("This '{' has no matching '}'. Close it.", at: start) }
      try advance()
    } while depth > 0
  }
}

// MARK: - Tokens

extension WITParser {
  mutating func advance() throws(ComponentEncoderError) { token = try lexer.next() }

  /// Whether the token is `symbol`; if so, moves past it.
  mutating func take(_ symbol: String) throws(ComponentEncoderError) -> Bool {
    guard token.kind == .symbol(symbol) else { return false }
    try advance()
    return true
  }

  /// Whether the token is the word `keyword` (without `%`); if so, moves past it.
  mutating func take(keyword: String) throws(ComponentEncoderError) -> Bool {
    guard token.kind == .word(keyword, escaped: false) else { return false }
    try advance()
    return true
  }

  mutating func expect(_ symbol: String, after place: String, fix: String) throws(ComponentEncoderError) {
    guard try take(symbol) else { throw error("Expected '\(symbol)' after \(place), found \(token.shown). \(fix)") }
  }

  /// A name: words of letters and digits joined by single hyphens, each all lower or all upper case.
  ///
  /// - Parameter keyword: a keyword to be taken as a name.
  mutating func name(_ what: String, allowing keyword: String? = nil) throws(ComponentEncoderError) -> String {
    guard case .word(let name, let escaped) = token.kind else { throw unexpected(what) }
    if !escaped, name != keyword, Self.keywords.contains(name) {
      throw error("Expected \(what), found the keyword '\(name)'. Write '%\(name)' where it is meant as a name.")
    }
    let isKebab = name.split(separator: "-", omittingEmptySubsequences: false).allSatisfy { word in
      guard let first = word.utf8.first, !(0x30...0x39).contains(first) else { return false }
      return word == word.lowercased() || word == word.uppercased()
    }
    guard isKebab else {
      throw error("'\(name)' is not a WIT name. Write words of one case, each starting with a letter, joined by single hyphens, as in 'node-id'.")
    }
    let start = token
    try advance()
    if token.kind == .symbol("_"), token.line == start.line, token.column == start.column + name.utf8.count + (escaped ? 1 : 0) {
      throw error("WIT names are written with '-', not '_'. Write '\(name)-…'.")
    }
    return name
  }

  /// `open item, item, close`; a comma after the last item is allowed.
  mutating func list(
    open: String, close: String, of what: String, item: (inout WITParser) throws(ComponentEncoderError) -> Void
  ) throws(ComponentEncoderError) {
    try expect(open, after: what, fix: "Begin the list with '\(open)'.")
    while try !take(close) {
      try item(&self)
      if try take(",") { continue }
      guard token.kind == .symbol(close) else {
        throw error("Expected ',' or '\(close)' in \(what), found \(token.shown). Separate the items with ','.")
      }
    }
  }

  func location(_ token: WITToken) -> ComponentEncoderError.Location {
    .source(file: lexer.file, line: token.line, column: token.column)
  }

  func error(_ message: String, code: ComponentEncoderError.Code = .invalidWIT, at token: WITToken? = nil) -> ComponentEncoderError {
    ComponentEncoderError(code, message, at: location(token ?? self.token))
  }

  func unexpected(_ expected: String) -> ComponentEncoderError {
    error("Expected \(expected), found \(token.shown).")
  }

  private static let keywords: Set<String> = [
    "async", "bool", "borrow", "char", "constructor", "enum", "error-context", "export", "f32", "f64", "flags", "func", "future", "import",
    "include", "interface", "list", "map", "option", "own", "package", "record", "resource", "result", "s16", "s32", "s64", "s8", "static",
    "stream", "string", "tuple", "type", "u16", "u32", "u64", "u8", "use", "variant", "world",
  ]
}

/// `namespace:name@version`.
struct PackageName: Equatable, CustomStringConvertible {
  let namespace: String
  let name: String
  let version: String?

  var description: String { "\(namespace):\(name)" + (version.map { "@\($0)" } ?? "") }

  /// An interface's full name.
  func qualified(_ interface: String) -> String { "\(namespace):\(name)/\(interface)" + (version.map { "@\($0)" } ?? "") }
}

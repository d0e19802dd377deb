internal import Dataflow
internal import GraphDefinition

extension RunConfiguration {
  /// Reads a file. Throws `.configuration` with everything that is wrong with it, with places.
  public init(path: String) throws(RunError) {
    switch GraphSource.load(path: path, kind: "configuration") {
    case .success(let source): try self.init(source)
    case .failure(let error): throw RunError(.configuration, "", diagnostics: error.diagnostics)
    }
  }

  private init(_ source: GraphSource) throws(RunError) {
    let report = Report(source: source, kind: "configuration")
    file = source
    if let root = YAMLReader.read(source.text, report: report),
      let fields = FieldReader(root, "a configuration", known: ["sources", "operations", "windows"], report: report)
    {
      for entry in Self.entries(fields, "sources", report) {
        names.append((.source, entry.key, entry.keyLocation))
        sources[entry.key] = Self.source(entry.value, report)
      }
      for entry in Self.entries(fields, "operations", report) {
        names.append((.operation, entry.key, entry.keyLocation))
        operations[entry.key] = Self.operation(entry.value, report)
      }
      if let windows = fields.node("windows").flatMap({ FieldReader($0, "windows", known: ["maxHeld", "whenFull"], report: report) }) {
        heldBytes = windows.byteCount("maxHeld", in: 1 << 10...1 << 40, report)
        whenFull = windows.choice("whenFull", report)
      }
    }
    if report.hasErrors { throw RunError(.configuration, "", diagnostics: report.sorted) }
  }

  private static func entries(_ fields: FieldReader, _ key: String, _ report: Report) -> [YAMLNode.Entry] {
    guard let node = fields.node(key) else { return [] }
    if case .mapping(let entries) = node.value { return entries }
    report.mismatch(node, expected: "a mapping from names to settings")
    return []
  }

  private static func source(_ node: YAMLNode, _ report: Report) -> Source {
    var source = Source()
    guard let fields = FieldReader(node, "a source", known: ["timeDomain", "allowedLateness", "late", "idleAfter", "maxInFlight", "maxInFlightBytes"], report: report) else { return source }
    source.timeDomain = fields.choice("timeDomain", report)
    source.allowedLateness = fields.duration("allowedLateness", report)
    source.late = fields.choice("late", report)
    source.idleAfter = fields.duration("idleAfter", report)
    source.maxInFlight = fields.count("maxInFlight", in: 1...1 << 30, report)
    source.maxInFlightBytes = fields.byteCount("maxInFlightBytes", in: 1 << 10...1 << 40, report)
    return source
  }

  private static func operation(_ node: YAMLNode, _ report: Report) -> Operation {
    var operation = Operation()
    let keys = ["onError", "retry", "timeout", "maxMemory", "exclusive"]
    guard let fields = FieldReader(node, "an operation", known: keys, report: report) else { return operation }
    operation.onError = fields.choice("onError", report)
    operation.retry = fields.count("retry", in: 0...1000, report)
    operation.timeout = fields.duration("timeout", report)
    operation.maxMemory = fields.byteCount("maxMemory", in: 1 << 16...4 << 30, report)
    operation.isExclusive = fields.boolean("exclusive")
    return operation
  }
}

extension FieldReader {
  /// One of a few words.
  fileprivate func choice<Choice: RawRepresentable<String> & CaseIterable>(_ key: String, _ report: Report) -> Choice? {
    guard let node = node(key) else { return nil }
    if case .string(let text) = node.value, let choice = Choice(rawValue: text) { return choice }
    let choices = Choice.allCases.map(\.rawValue)
    report.add(
      .error, .invalidValue, at: node.location, "found \(quoted(node.text)), expected \(choices.map { quoted($0) }.joined(separator: " or "))",
      found: node.text, expected: choices.joined(separator: ", "), suggestion: suggestion(for: node.text, among: choices))
    return nil
  }

  fileprivate func count(_ key: String, in range: ClosedRange<Int>, _ report: Report) -> Int? {
    guard let node = node(key) else { return nil }
    if case .number = node.value, let count = Int(node.text), range.contains(count) { return count }
    report.mismatch(node, expected: "a whole number from \(range.lowerBound) to \(range.upperBound)", .invalidValue)
    return nil
  }

  /// `250ms`, `5s`, `2m`, `1h`, up to a day.
  fileprivate func duration(_ key: String, _ report: Report) -> Duration? {
    guard let node = node(key) else { return nil }
    let units: [(String, Double)] = [("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000)]
    if let milliseconds = node.quantity(units), milliseconds <= 86_400_000 { return .milliseconds(Int64(milliseconds)) }
    report.mismatch(node, expected: "a duration of at most a day, such as 250ms, 5s, 2m or 1h", .invalidValue, fix: node.isNumber ? "write a unit: `\(key): \(node.text)s`" : nil)
    return nil
  }

  /// `64KiB`, `512MiB`, `2GiB`.
  fileprivate func byteCount(_ key: String, in range: ClosedRange<Int>, _ report: Report) -> Int? {
    guard let node = node(key) else { return nil }
    let units: [(String, Double)] = [("KiB", 1024), ("MiB", 1_048_576), ("GiB", 1_073_741_824)]
    if let bytes = node.quantity(units), bytes <= Double(range.upperBound), range.contains(Int(bytes)) { return Int(bytes) }
    report.mismatch(
      node, expected: "a size from \(range.lowerBound >> 10)KiB to \(range.upperBound >> 30)GiB, such as 64KiB, 512MiB or 2GiB", .invalidValue,
      fix: node.isNumber ? "write a unit: `\(key): \(node.text)MiB`" : nil)
    return nil
  }
}

extension YAMLNode {
  fileprivate var isNumber: Bool { if case .number = value { true } else { false } }

  /// A number with one of these units behind it, in the first one's measure.
  fileprivate func quantity(_ units: [(name: String, factor: Double)]) -> Double? {
    guard case .string(let text) = value else { return nil }
    let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
    let name = text.dropFirst(digits.count).drop { $0 == " " }
    guard let number = Double(digits), number.isFinite, let unit = units.first(where: { $0.name == name }) else { return nil }
    return number * unit.factor
  }
}

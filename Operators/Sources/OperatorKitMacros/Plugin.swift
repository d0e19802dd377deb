import Foundation

/// The macros behind `@MapOperator` and the other operator attributes.
///
/// This speaks the compiler's plugin protocol itself (a length of eight bytes, then JSON, on standard input and output) instead of
/// depending on swift-syntax: that takes minutes to compile, and all that is needed of the syntax is the name of a function.
@main struct Plugin {
  static func main() {
    while let request = receive() {
      if request["getCapability"] != nil {
        send(["getCapabilityResult": ["capability": ["protocolVersion": 7]]])
      } else if let attached = request["expandAttachedMacro"] as? [String: Any] {
        send(["expandMacroResult": expand(attached)])
      } else {
        send(["expandMacroResult": ["diagnostics": [] as [Any]]])
      }
    }
  }

  /// The expansion of one attribute, or a diagnostic.
  static func expand(_ request: [String: Any]) -> [String: Any] {
    let macro = (request["macro"] as? [String: Any])?["name"] as? String ?? ""
    let attribute = (request["attributeSyntax"] as? [String: Any])?["source"] as? String ?? ""
    let declaration = request["declSyntax"] as? [String: Any] ?? [:]
    guard let function = functionName(in: declaration["source"] as? String ?? "") else {
      return diagnostic("@\(macro) belongs on a function at file scope", at: declaration)
    }
    let kind = String(macro.dropLast("Operator".count)).lowercased()
    return ["expandedSource": exports(of: kind, function: function, initialize: initialize(in: attribute)), "diagnostics": [] as [Any]]
  }

  /// The entry points of an operator; native builds, for tests, go without.
  static func exports(of kind: String, function: String, initialize: String?) -> String {
    let interface = "wasm-graph:processor/\(kind)@1.1.0", symbol = "operator_\(kind)"
    return """
      #if arch(wasm32)
      @_expose(wasm, "\(interface)#init") @_cdecl("\(symbol)_init")
      func \(symbol)_init(_ properties: UnsafeMutableRawPointer?, _ propertyCount: Int, _ schemas: UnsafeMutableRawPointer?, _ schemaCount: Int) -> Bool {
        EntryPoint.initialize(properties, propertyCount, schemas, schemaCount, "\(kind)", \(initialize ?? "nil"))
      }
      @_expose(wasm, "\(interface)#process") @_cdecl("\(symbol)_process")
      func \(symbol)_process(_ arguments: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer {
        EntryPoint.\(kind)(arguments, \(function))
      }
      @_expose(wasm, "cabi_post_\(interface)#process") @_cdecl("\(symbol)_post")
      func \(symbol)_post(_ result: UnsafeMutableRawPointer) {
        EntryPoint.finish(result)
      }
      #endif
      """
  }

  /// The identifier after the first `func` that is not within brackets, a comment or a string; nil if there is none.
  static func functionName(in source: String) -> String? {
    var depth = 0
    let outside = source.replacing(commentOrString, with: " ").map { character -> Character in
      if "([{".contains(character) { depth += 1 }
      if ")]}".contains(character) { depth -= 1 }
      return depth == 0 ? character : " "
    }
    let words = String(outside).split { !($0.isLetter || $0.isNumber || $0 == "_") }
    guard let function = words.firstIndex(of: "func"), function + 1 < words.count else { return nil }
    return String(words[function + 1])
  }

  /// What stands after `initialize:` in the attribute.
  static func initialize(in attribute: String) -> String? {
    let attribute = attribute.replacing(commentOrString) { $0.output.starts(with: "\"") ? $0.output : " " }
    guard let open = attribute.firstIndex(of: "("), let close = attribute.lastIndex(of: ")"), open < close else { return nil }
    let argument = attribute[attribute.index(after: open)..<close]
    guard let colon = argument.firstIndex(of: ":") else { return nil }
    return argument[argument.index(after: colon)...].trimmingCharacters(in: .whitespacesAndNewlines)
  }

  nonisolated(unsafe) private static let commentOrString = #/(?s:/\*.*?\*/)|//[^\n]*|"(?:\\.|[^"\\])*"/#

  static func diagnostic(_ message: String, at syntax: [String: Any]) -> [String: Any] {
    let location = syntax["location"] as? [String: Any] ?? [:]
    let position: [String: Any] = ["fileName": location["fileName"] ?? "", "offset": location["offset"] ?? 0]
    return ["diagnostics": [[
      "message": message, "severity": "error", "position": position,
      "highlights": [] as [Any], "notes": [] as [Any], "fixIts": [] as [Any],
    ] as [String: Any]]]
  }

  // MARK: Messages

  static func receive() -> [String: Any]? {
    guard let header = read(8) else { return nil }
    let count = header.reversed().reduce(0) { $0 << 8 | Int($1) }
    return read(count).flatMap { try? JSONSerialization.jsonObject(with: $0) as? [String: Any] }
  }

  static func read(_ count: Int) -> Data? {
    var data = Data()
    while data.count < count {
      guard let more = try? FileHandle.standardInput.read(upToCount: count - data.count), !more.isEmpty else { return nil }
      data += more
    }
    return data
  }

  static func send(_ message: [String: Any]) {
    guard let data = try? JSONSerialization.data(withJSONObject: message) else { return }
    FileHandle.standardOutput.write(Data((0..<8).map { UInt8(truncatingIfNeeded: data.count >> ($0 * 8)) }) + data)
  }
}

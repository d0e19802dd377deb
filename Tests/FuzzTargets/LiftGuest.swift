import ComponentModel
import WebAssembly

/// The text of the component that ``LiftTarget`` runs: two guests of the same kind, both of which call the host, and one the other.
///
/// Each loads the input into its memory at 0. From there it takes core values (16 of 8 bytes, from 0), the addresses that realloc returns (8 of 4
/// bytes, from 128, one after the other), and whatever its pointers lead to.
struct LiftGuest: Sendable {
  /// The types of the functions that the guests have.
  let types: [TypeCase]
  /// The types that those are made of.
  private let definitions: [(name: String, text: String)]

  init(_ types: [TypeCase]) {
    self.types = types
    var text = types.map(\.text).joined()
    var needed: [(name: String, text: String)] = []
    for definition in Self.definitions.reversed() where text.contains("$\(definition.name)") {
      needed.insert(definition, at: 0)
      text += definition.text
    }
    definitions = needed
  }

  /// One for each type, but one for all that have handles in them. Small components are instantiated quickly.
  static let all = allTypes.filter { !$0.text.contains("$counter") }.map { LiftGuest([$0]) } + [LiftGuest(allTypes.filter { $0.text.contains("$counter") })]

  static let api = "test:fuzz/api"

  /// A value type; `isResult` tells whether functions may return it.
  struct TypeCase: Sendable {
    let name: String
    let text: String
    let isResult: Bool
  }

  /// Types that must be named, in order of definition.
  private static let definitions: [(name: String, text: String)] = [
    ("level", "(enum \"low\" \"middle\" \"high\")"),
    ("many", "(enum " + (0..<300).map { "\"e\($0)\"" }.joined(separator: " ") + ")"),
    ("few-flags", "(flags \"a\" \"b\" \"c\")"),
    ("some-flags", "(flags " + (0..<13).map { "\"f\($0)\"" }.joined(separator: " ") + ")"),
    ("all-flags", "(flags " + (0..<32).map { "\"f\($0)\"" }.joined(separator: " ") + ")"),
    ("point", "(record (field \"x\" u8) (field \"y\" s64) (field \"z\" u16))"),
    ("shape", "(variant (case \"none\") (case \"number\" f32) (case \"wide\" u64) (case \"text\" string) (case \"point\" $point) (case \"list\" (list u16)))"),
    ("message", """
      (record (field "topic" string) (field "payload" (list u8)) (field "properties" (list (tuple string string))) (field "level" $level)
        (field "shape" $shape) (field "maybe" (option $point)) (field "flags" $some-flags) (field "time" f64))
      """),
  ]

  private static let allTypes: [TypeCase] = [
    ("bool", "bool"), ("s8", "s8"), ("u8", "u8"), ("s16", "s16"), ("u16", "u16"), ("s32", "s32"), ("u32", "u32"), ("s64", "s64"), ("u64", "u64"), ("f32", "f32"),
    ("f64", "f64"), ("char", "char"), ("string", "string"), ("bytes", "(list u8)"), ("words", "(list u32)"), ("doubles", "(list f64)"), ("bools", "(list bool)"),
    ("chars", "(list char)"), ("strings", "(list string)"), ("nested", "(list (list (list string)))"), ("level", "$level"), ("many", "$many"),
    ("few-flags", "$few-flags"), ("some-flags", "$some-flags"), ("all-flags", "$all-flags"), ("point", "$point"), ("points", "(list $point)"), ("shape", "$shape"),
    ("shapes", "(list $shape)"), ("message", "$message"), ("messages", "(list $message)"), ("maybe-string", "(option string)"), ("maybe-number", "(option u64)"),
    ("numbers", "(list (option u64))"), ("result", "(result u64 (error string))"), ("nothing", "(result)"), ("failure", "(result (error $shape))"),
    ("pair", "(tuple u8 string)"), ("pairs", "(list (tuple string (list u8)))"), ("wide", "(tuple $shape $shape $message (option (option u8)))"), ("own", "(own $counter)"),
    ("owns", "(list (own $counter))"), ("maybe-own", "(option (own $counter))"),
  ].map { TypeCase(name: $0, text: $1, isResult: true) } + [
    TypeCase(name: "borrow", text: "(borrow $counter)", isResult: false), TypeCase(name: "borrows", text: "(list (borrow $counter))", isResult: false),
  ]

  /// What both guests import.
  private var interface: String {
    """
    (export "counter" (type $counter (sub resource)))
    \(definitions.map { "(type $\($0)' \($1)) (export \"\($0)\" (type $\($0) (eq $\($0)')))" }.joined(separator: "\n"))
    (export "input" (func (result (list u8))))
    \(types.map { "(export \"take-\($0.name)\" \(function($0)))" }.joined(separator: "\n"))
    """
  }

  private func function(_ type: TypeCase) -> String { "(func (param \"x\" \(type.text))\(type.isResult ? " (result \(type.text))" : ""))" }

  /// The component's text; each guest has a string encoding of its own.
  func component(caller: String, callee: String) throws -> String {
    let gives = types.map { "(export \"give-\($0.name)\" \(function($0)))" }.joined(separator: "\n")
    return """
      (component
        (import "\(Self.api)" (instance $api \(interface)))
        (component $callee (import "\(Self.api)" (instance $api \(interface))) \(aliases) \(try guest(callee, isCaller: false)))
        (component $caller
          (import "\(Self.api)" (instance $api \(interface)))
          \(aliases)
          (import "callee" (instance $callee \(gives)))
          \(try guest(caller, isCaller: true)))
        (instance $callee (instantiate $callee (with "\(Self.api)" (instance $api))))
        (instance $caller (instantiate $caller (with "\(Self.api)" (instance $api)) (with "callee" (instance $callee))))
        (export "callee" (instance $callee))
        (export "caller" (instance $caller)))
      """
  }

  /// Names in a guest for the types that it imports.
  private var aliases: String { (["counter"] + definitions.map(\.name)).map { "(alias export $api \"\($0)\" (type $\($0)))" }.joined(separator: "\n") }

  private func guest(_ encoding: String, isCaller: Bool) throws -> String {
    let functionTypes = Dictionary(uniqueKeysWithValues: try functionTypes())
    let options = "string-encoding=\(encoding) (memory (core memory $memory \"mem\")) (realloc (core func $memory \"realloc\"))"
    var lowered = "", imports = "", exported = "", functions = "", lifted = ""
    for type in types {
      let name = type.name
      guard let functionType = functionTypes["take-\(name)"] else { continue }
      let layout = try FunctionLayout(functionType)
      for operation in isCaller ? ["take", "pass"] : ["take"] {
        let function = operation == "take" ? "$api \"take-\(name)\"" : "$callee \"give-\(name)\""
        lowered += "(core func $\(operation)-\(name) (canon lower (func \(function)) \(options)))\n"
        imports += "(import \"a\" \"\(operation)-\(name)\" (func $\(operation)-\(name) \(signature(layout.loweredCoreType))))\n"
        exported += "(export \"\(operation)-\(name)\" (func $\(operation)-\(name)))\n"
        let arguments = layout.loweredCoreType.parameters.enumerated().map { "(\($1).load (i32.const \($0 * 8)))" }.joined(separator: " ")
        let drops = layout.loweredCoreType.results.map { _ in "drop" }.joined(separator: " ")
        functions += "(func (export \"\(operation)-\(name)\") \(arguments) call $\(operation)-\(name) \(drops))\n"
        lifted += "(func (export \"\(operation)-\(name)\") (canon lift (core func $main \"\(operation)-\(name)\")))\n"
      }
      let result = layout.liftedCoreType.results.map { "(\($0).load (i32.const 120))" }.joined(separator: " ")
      functions += "(func (export \"give-\(name)\") \(signature(layout.liftedCoreType)) \(result))\n"
      lifted += "(func (export \"give-\(name)\") \(function(type).dropFirst(5).dropLast()) (canon lift (core func $main \"give-\(name)\") \(options)))\n"
    }
    return """
      (core module $memory
        (memory (export "mem") 2 4) (global $next (mut i32) (i32.const 0))
        ;; Addresses of the input's choice; every eighth one moves the memory.
        (func (export "realloc") (param i32 i32 i32 i32) (result i32)
          (if (i32.eqz (global.get $next)) (then (drop (memory.grow (i32.const 1)))))
          (i32.load offset=128 (i32.mul (i32.const 4) (global.get $next)))
          (global.set $next (i32.and (i32.const 7) (i32.add (i32.const 1) (global.get $next)))))
        (func (export "zero") (param i32 i32 i32 i32) (result i32) (i32.const 0)))
      (core instance $memory (instantiate $memory))
      (core func $input (canon lower (func $api "input") (memory (core memory $memory "mem")) (realloc (core func $memory "zero"))))
      \(lowered)
      (core module $main
        (import "a" "mem" (memory 2))
        (import "a" "input" (func $input (param i32)))
        \(imports)
        (func (export "load") (call $input (i32.const 131064)))
        \(functions))
      (core instance $main (instantiate $main (with "a" (instance (export "mem" (memory $memory "mem")) (export "input" (func $input)) \(exported)))))
      (func (export "load") (canon lift (core func $main "load")))
      \(lifted)
      """
  }

  private func signature(_ type: CoreFunctionType) -> String {
    let results = type.results.map { "\($0)" }.joined(separator: " ")
    return "(param \(type.parameters.map { "\($0)" }.joined(separator: " ")))" + (results.isEmpty ? "" : " (result \(results))")
  }

  /// The types of the functions that guests import.
  func functionTypes() throws -> [(String, ComponentModel.FunctionType)] {
    let bytes = try parseText("(component (import \"\(Self.api)\" (instance \(interface))))")
    guard case .instance(let instance)? = try ComponentSignature(ComponentFile(decoding: bytes).component).importType(Self.api) else { return [] }
    return instance.exports.compactMap { export in
      if case .function(let type) = export.type { (export.name, type) } else { nil }
    }
  }
}

import ComponentModel

/// A type, and the types that must have a name before it can be exported, as WebAssembly text.
struct TypeText {
  private var named: [(name: String, definition: String)] = []

  /// What `type` is called after the definitions below.
  mutating func reference(_ type: ValueType) -> String {
    switch type {
    case .bool, .s8, .u8, .s16, .u16, .s32, .u32, .s64, .u64, .f32, .f64, .char, .string: return "\(type)"
    case .list(let node): return "(list \(reference(node.element)))"
    case .map(let node): return "(map \(reference(node.key)) \(reference(node.value)))"
    case .tuple(let node): return "(tuple \(node.elements.map { reference($0) }.joined(separator: " ")))"
    case .option(let node): return "(option \(reference(node.some)))"
    case .result(let node):
      let ok = node.ok.map { " " + reference($0) } ?? "", error = node.error.map { " (error \(reference($0)))" } ?? ""
      return "(result\(ok)\(error))"
    case .record(let node): return name("(record \(node.fields.map { #"(field "\#($0.name)" \#(reference($0.type)))"# }.joined(separator: " ")))")
    case .variant(let node):
      let cases = node.cases.map { item in #"(case "\#(item.name)"\#(item.type.map { " " + reference($0) } ?? ""))"# }
      return name("(variant \(cases.joined(separator: " ")))")
    case .flags(let node): return name("(flags \(node.names.map { #""\#($0)""# }.joined(separator: " ")))")
    case .enumeration(let node): return name("(enum \(node.names.map { #""\#($0)""# }.joined(separator: " ")))")
    case .fixedLengthList, .own, .borrow: preconditionFailure("no random type has handles, or fixed-length lists, which the oracle does not know")
    }
  }

  private mutating func name(_ definition: String) -> String {
    let name = "t\(named.count)"
    named.append((name, definition))
    return "$\(name)"
  }

  /// In a component that defines the types.
  var definitions: String { named.map { #"(type $\#($0.name)' \#($0.definition)) (export $\#($0.name) "\#($0.name)" (type $\#($0.name)'))"# }.joined(separator: "\n") }

  /// In the type of an instance that provides them.
  var declarations: String {
    named.map { #"(type $\#($0.name)' \#($0.definition)) (export "\#($0.name)" (type $\#($0.name) (eq $\#($0.name)')))"# }.joined(separator: "\n")
  }
}

/// A component, in text, with three core modules in a row: one defines items of all kinds, the next passes some on and adds its own, the last imports
/// them all.
struct RandomModules {
  private struct Item {
    let name: String, kind: String
    /// What follows the name where the item is imported.
    var type: String
    /// What follows the type where it is defined.
    let value: String

    func imported(_ name: String? = nil) -> String { "(import \"i\" \"\(self.name)\" (\(kind) \(name ?? "") \(type)))" }
    var defined: String { "(\(kind) $\(name) (export \"\(name)\") \(type) \(value))" }
    var reexported: String { "(export \"\(name)\" (\(kind) $\(name)))" }
  }

  private static let types = """
    (rec (type $point (struct (field i32) (field (mut (ref null $list))))) (type $list (array (mut (ref null $point)))))
    (type $callback (func (param (ref null $point)) (result i32))) (type $bytes (array i8))
    """
  private static let values = ["i32", "i64", "f32", "f64", "v128", "funcref", "externref", "anyref", "(ref null $point)", "(ref $list)", "(ref null $callback)"]
  private static let globals: [(type: String, value: String)] = [
    ("i32", "(i32.add (i32.const 1) (i32.mul (i32.const -200) (i32.const 3)))"), ("(mut i32)", "(i32.const 2147483647)"), ("i64", "(i64.const -9000000000)"),
    ("f32", "(f32.const 1.5)"), ("(mut f64)", "(f64.const nan)"), ("v128", "(v128.const i64x2 1 2)"), ("funcref", "(ref.func $plain)"),
    ("(mut funcref)", "(ref.null func)"), ("(mut externref)", "(ref.null extern)"), ("(ref null $callback)", "(ref.null $callback)"),
    ("(mut (ref null $point))", "(struct.new $point (i32.const 1) (array.new_default $list (i32.const 3)))"), ("(mut i31ref)", "(ref.i31 (i32.const 4))"),
    ("(mut (ref null $bytes))", "(array.new_fixed $bytes 2 (i32.const 1) (i32.const 2))"), ("(mut anyref)", "(any.convert_extern (ref.null extern))"),
    // This one has no value without the code, so that its module has no skeleton.
    ("(mut (ref $point))", "(struct.new_default $point)"),
  ]

  private var random: SplitMix
  private var count = 0

  init(seed: UInt64) { random = SplitMix(state: seed) }

  /// A valid component, or one in which the last module imports an item as something that it is not.
  mutating func component(withMismatch: Bool) -> String {
    let first = items(0...6), own = items(1...6)
    let passed = first.filter { _ in Bool.random(using: &random) }
    var wanted = (passed + own).shuffled(using: &random)
    if withMismatch {
      let victim = wanted.indices.randomElement(using: &random)!
      wanted[victim] = mismatched(wanted[victim])
    }
    return """
      (component
        (core module $a \(Self.types) \(noise()) \(lines(first.map(\.defined))))
        (core instance $a (instantiate $a))
        (component (core module $inner \(noise())))
        (core module $b \(Self.types) \(lines(passed.map { $0.imported("$" + $0.name) })) \(noise()) \(lines(own.map(\.defined))) \(lines(passed.map(\.reexported))))
        (core instance $b (instantiate $b (with "i" (instance $a))))
        (core module $c \(Self.types) \(lines(wanted.map { $0.imported() })) \(noise()))
        (core instance (instantiate $c (with "i" (instance $b)))))
      """
  }

  private func lines(_ parts: [String]) -> String { parts.joined(separator: "\n") }

  private mutating func items(_ counts: ClosedRange<Int>) -> [Item] {
    (0..<Int.random(in: counts, using: &random)).map { _ in item() }
  }

  private mutating func item() -> Item {
    count += 1
    let name = "item\(count)"
    switch Int.random(in: 0..<8, using: &random) {
    case 0...2: return Item(name: name, kind: "func", type: signature(results: true), value: "unreachable")
    case 3: return Item(name: name, kind: "tag", type: signature(results: false), value: "")
    case 4: return Item(name: name, kind: "memory", type: ["1", "2 8", "1 3 shared", "0"].randomElement(using: &random)!, value: "")
    case 5: return Item(name: name, kind: "table", type: ["1 funcref", "2 9 externref", "0 (ref null $callback)", "3 anyref"].randomElement(using: &random)!, value: "")
    default:
      let global = Self.globals.randomElement(using: &random)!
      return Item(name: name, kind: "global", type: global.type, value: global.value)
    }
  }

  private mutating func signature(results: Bool) -> String {
    var text = ""
    for value in pick(0...3) { text += " (param \(value))" }
    if results { for value in pick(0...2) { text += " (result \(value))" } }
    return text
  }

  private mutating func pick(_ counts: ClosedRange<Int>) -> [String] {
    (0..<Int.random(in: counts, using: &random)).map { _ in Self.values.randomElement(using: &random)! }
  }

  private func mismatched(_ item: Item) -> Item {
    var other = item
    switch item.kind {
    case "func", "tag": other.type = "(param i32 i64) " + item.type
    case "global": other.type = item.type.hasPrefix("(mut ") ? String(item.type.dropFirst(5).dropLast()) : "(mut \(item.type))"
    default: return Item(name: item.name, kind: item.kind == "memory" ? "table" : "memory", type: item.kind == "memory" ? "0 funcref" : "0", value: "")
    }
    return other
  }

  /// What a module has besides its imports and exports.
  private mutating func noise() -> String {
    var parts = ["(func $plain)"]
    if Bool.random(using: &random) { parts.append("(func (param i32) (result i32) (i32.add (local.get 0) (i32.const 1)))") }
    if Bool.random(using: &random) { parts.append("(elem func $plain)") }
    if Bool.random(using: &random) { parts.append("(elem declare func $plain) (start $plain)") }
    if Bool.random(using: &random) { parts.append("(data \"\(String(repeating: "d", count: Int.random(in: 0...300, using: &random)))\")") }
    if Bool.random(using: &random) { parts.append("(@custom \"note\" \"text\")") }
    if Bool.random(using: &random) { parts.append("(global $hidden (mut i64) (i64.const 1)) (memory $hidden 1) (table $hidden 1 funcref)") }
    return lines(parts)
  }
}

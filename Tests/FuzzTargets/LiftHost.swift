import ComponentModel

/// A resource of the host's.
final class Counter: HostResource {
  static let resourceType = ResourceType(name: "counter")
}

/// The host of ``LiftTarget``'s guests: every `take` returns what it gets.
enum LiftHost {
  /// With `isTyped`, values are of Swift's types where there is one here, otherwise of run-time types.
  static func imports(_ functions: [(String, ComponentModel.FunctionType)], _ memory: [UInt8], isTyped: Bool) throws -> HostImports {
    var api = HostInterface(LiftGuest.api)
    api.resource("counter", Counter.self)
    try api.function("input") { memory }
    for (name, type) in functions where name.hasPrefix("take-") { api.function(name, type: type) { $0[0] } }
    // Resources of the host's have the type that their class has.
    try api.echo("own", Own<Counter>.self)
    try api.echo("owns", [Own<Counter>].self)
    try api.echo("maybe-own", Own<Counter>?.self)
    try api.function("take-borrow") { (_: Borrow<Counter>) in }
    try api.function("take-borrows") { (_: [Borrow<Counter>]) in }
    if isTyped {
      try api.echo("bool", Bool.self)
      try api.echo("s8", Int8.self)
      try api.echo("s16", Int16.self)
      try api.echo("u16", UInt16.self)
      try api.echo("f32", Float.self)
      try api.echo("f64", Double.self)
      try api.echo("char", Unicode.Scalar.self)
      try api.echo("string", String.self)
      try api.echo("bytes", GuestBytes.self)
      try api.echo("words", [UInt32].self)
      try api.echo("doubles", [Double].self)
      try api.echo("bools", [Bool].self)
      try api.echo("chars", [Unicode.Scalar].self)
      try api.echo("strings", [String].self)
      try api.echo("nested", [[[String]]].self)
      try api.echo("level", Level.self)
      try api.echo("point", Point.self)
      try api.echo("points", [Point].self)
      try api.echo("maybe-string", String?.self)
      try api.echo("maybe-number", UInt64?.self)
      try api.echo("numbers", [UInt64?].self)
      try api.echo("result", ComponentResult<UInt64, String>.self)
      try api.echo("nothing", ComponentResult<NoValue, NoValue>.self)
      try api.echo("pair", Pair<UInt8, String>.self)
      try api.echo("pairs", [Pair<String, [UInt8]>].self)
    }
    var imports = HostImports()
    imports.provide(api)
    return imports
  }

  /// Passes the guest a value of Swift's types, and passes back what it returns.
  static func give(_ name: String, _ instance: ComponentInstance) throws {
    switch name {
    case "string": try give(name, "text ü €", instance)
    case "bytes": try give(name, [UInt8](0...20), instance)
    case "words": try give(name, [UInt32](0...20), instance)
    case "strings": try give(name, ["", "a", "ü", "€"], instance)
    case "nested": try give(name, [[["a", "b"], []], []], instance)
    case "point": try give(name, Point(x: 1, y: -1, z: 3), instance)
    case "points": try give(name, [Point(x: 1, y: -1, z: 3)], instance)
    case "level": try give(name, Level.high, instance)
    case "maybe-string": try give(name, Optional("text"), instance)
    case "numbers": try give(name, [nil, 1, nil] as [UInt64?], instance)
    case "result": try give(name, ComponentResult<UInt64, String>.error("text"), instance)
    case "pair": try give(name, Pair(UInt8(1), "text"), instance)
    case "pairs": try give(name, [Pair("text", [UInt8]([1, 2, 3]))], instance)
    case "own": try give(name, Own(Counter()), instance)
    case "owns": try give(name, [Own(Counter()), Own(Counter())], instance)
    default: break
    }
  }

  private static func give<T: ComponentValue>(_ name: String, _ value: T, _ instance: ComponentInstance) throws {
    guard let function = instance.function("caller", "give-\(name)") else { return }
    _ = try function.call(function.call(value, returning: T.self), returning: T.self)
  }
}

extension HostInterface {
  fileprivate mutating func echo<T: ComponentValue>(_ name: String, _: T.Type) throws {
    try function("take-\(name)") { (x: T) -> T in x }
  }
}

private enum Level: Int, ComponentEnumeration {
  case low, middle, high
  static var type: ValueType { get throws(ComponentError) { try .enumeration(["low", "middle", "high"]) } }
}

private struct Point: ComponentRecord {
  let x: UInt8, y: Int64, z: UInt16

  static var type: ValueType { get throws(ComponentError) { try .record([("x", .u8), ("y", .s64), ("z", .u16)]) } }
  static var shape: ValueShape { ValueShape().field(UInt8.shape).field(Int64.shape).field(UInt16.shape).record }

  init(x: UInt8, y: Int64, z: UInt16) { (self.x, self.y, self.z) = (x, y, z) }
  init(fields reader: inout ValueReader) throws(ComponentError) {
    x = try reader.read()
    y = try reader.read()
    z = try reader.read()
  }
  func writeFields(to writer: inout ValueWriter) throws(ComponentError) {
    try writer.write(x)
    try writer.write(y)
    try writer.write(z)
  }
}

import OperatorKit

/// A JSON Schema, checked and ready for use: a list of nodes that refer to each other by their places, so that a schema may refer to itself.
struct CompiledSchema {
  /// The root is the first.
  private(set) var nodes: [SchemaNode]

  init(_ text: Bytes) throws(OperatorError) {
    guard text.count <= 1 << 20 else { throw OperatorError("It has \(text.count) bytes; the limit is \(1 << 20).") }
    do throws(JSON.ParseError) {
      var whole = JSONReader(text)
      try whole.skip()
      try whole.end()
    } catch {
      throw OperatorError(error.message)
    }
    var compiler = SchemaCompiler(JSONReader(text))
    try compiler.compile()
    nodes = compiler.nodes
  }
}

/// One schema, without those that it consists of.
struct SchemaNode {
  typealias Place = Int

  enum Items {
    case all(Place)
    case each([Place])
  }
  enum Dependency {
    case names([JSONText])
    case schema(Place)
  }

  /// A schema that is just `true` or `false`.
  var always: Bool?
  /// Nothing else counts beside a reference.
  var reference: Place?

  var types: TypeSet?
  /// `enum`, or the one value of `const`.
  var values: [[JSONReader]] = []

  var multipleOf: Double?
  var minimum: Double?
  var maximum: Double?
  var exclusiveMinimum: Double?
  var exclusiveMaximum: Double?

  var length = Bounds()
  var itemCount = Bounds()
  var propertyCount = Bounds()

  var items: Items?
  var additionalItems: Place?
  var contains: Place?
  var hasUniqueItems = false

  var properties: [(name: JSONText, place: Place)] = []
  var additionalProperties: Place?
  var propertyNames: Place?
  var required: [JSONText] = []
  var dependencies: [(name: JSONText, needs: Dependency)] = []

  var allOf: [Place] = []
  var anyOf: [Place]?
  var oneOf: [Place]?
  var not: Place?
  var condition: Place?
  var then: Place?
  var otherwise: Place?

  struct Bounds {
    var least: UInt64 = 0
    var most = UInt64.max
    func contains(_ count: Int) -> Bool { least <= UInt64(count) && UInt64(count) <= most }
  }

  struct TypeSet: OptionSet {
    var rawValue: UInt8
    static let null = TypeSet(rawValue: 1), boolean = TypeSet(rawValue: 2), integer = TypeSet(rawValue: 4), number = TypeSet(rawValue: 8)
    static let string = TypeSet(rawValue: 16), array = TypeSet(rawValue: 32), object = TypeSet(rawValue: 64)
  }
}

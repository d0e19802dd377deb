import OperatorKit

nonisolated(unsafe) private var filter: SchemaFilter?
private let requests = Counter("requests", labels: [Label("module", "filter")])

func setUpFilter(_ configuration: ModuleConfiguration) throws(OperatorError) {
  filter = try SchemaFilter(configuration)
}

/// Lets messages pass whose payload is JSON and valid by a JSON Schema of draft 7: the first schema that the operator is given.
///
/// These keywords are known: `type`, `enum`, `const`; `multipleOf`, `minimum`, `maximum`, `exclusiveMinimum`, `exclusiveMaximum`;
/// `minLength`, `maxLength`; `items`, `additionalItems`, `contains`, `minItems`, `maxItems`, `uniqueItems`; `properties`,
/// `additionalProperties`, `propertyNames`, `required`, `dependencies`, `minProperties`, `maxProperties`; `allOf`, `anyOf`, `oneOf`,
/// `not`, `if`, `then`, `else`; `definitions` and `$ref` within the schema; and those that only explain. With any other, such as
/// `pattern` or `format`, the operator does not start, and the log names the keyword: it would let pass what the schema forbids.
@FilterOperator(initialize: setUpFilter)
func isValid(_ input: DataModel) throws(OperatorError) -> Bool {
  requests.add()
  guard let filter else { throw OperatorError("The operator has not been initialised.") }
  return try filter.passes(input)
}

struct SchemaFilter {
  private static let logger = Logger("filter")
  private let schema: CompiledSchema

  init(_ configuration: ModuleConfiguration) throws(OperatorError) {
    guard let first = configuration.schemas.first else {
      throw OperatorError("The operator has been given no schema. Give the graph's input one.")
    }
    if configuration.schemas.count > 1 { Self.logger.warn("Of \(configuration.schemas.count) schemas only the first, '\(first.name)', is used.") }
    do throws(OperatorError) {
      schema = try CompiledSchema(Bytes(first.content))
    } catch {
      throw OperatorError("The schema '\(first.name)' cannot be used. \(error.message)")
    }
  }

  func passes(_ input: DataModel) throws(OperatorError) -> Bool {
    guard case .message(let message) = input else { throw .notAMessage }
    var validator = Validator(schema, message.payload.read())
    if let problem = try validator.problem() {
      Self.logger.info("A message is dropped: \(problem)")
      return false
    }
    return true
  }
}

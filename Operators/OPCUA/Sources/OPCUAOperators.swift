import OperatorKit

nonisolated(unsafe) private var flattening = Flattening()
private let requests = Counter("requests", labels: [Label("module", "module-opc/map")])

func setUpFlattening(_ configuration: ModuleConfiguration) throws(OperatorError) {
  flattening = Flattening(configuration)
}

/// Makes OPC UA telemetry rows for a database: `{"<tag>":{"Value":…,"SourceTimestamp":…},…}` becomes an array of
/// `{"tag":…,"timestamp":…,"value":…}`, ordered by tag, each row's members ordered by name. Parameters, all optional:
///
/// | name | meaning |
/// |---|---|
/// | `dataschema` | becomes the value of the user property `dataschema`, if a message has one |
/// | `headers` | `property=column;property2=column2`: user properties to copy into each row |
/// | `copy_all` | `true`: members without `Value` and `SourceTimestamp` are copied into each row instead of being left out |
///
/// Of columns with one name a header's wins over a copied member's, and that over the row's own.
@MapOperator(initialize: setUpFlattening)
func flatten(_ input: DataModel) throws(OperatorError) -> DataModel {
  requests.add()
  guard case .message(let message) = input else { throw .notAMessage }
  return .message(try flattening.apply(to: message))
}

import OperatorKit

nonisolated(unsafe) private var transform: Transform?
private let requests = Counter("requests", labels: [Label("module", "module-otel-transform/map")])

func setUpTransform(_ configuration: ModuleConfiguration) throws(OperatorError) {
  transform = try Transform(configuration)
}

/// Makes JSON messages metrics: `{"metrics":[{"name":…,"value":…,"metric_type":…,"unit":…,"timestamp":…,"attributes":…}]}`.
///
/// Attributes are the user properties whose names begin with `otel/`; without any they are null. A payload that is not JSON passes as
/// it is, with an error in the log. Paths are member names separated by points. Parameters:
///
/// | name | meaning | default |
/// |---|---|---|
/// | `metricValuePath` | where the value is; 0 if there is no number | must be given |
/// | `metricNamePath` | where the name is; `wasm-placeholder` if there is no string | |
/// | `metricName` | the name, unless there is a path for it | one of the two must be given |
/// | `metricType` | the type | `type-placeholder` |
/// | `metricUnits` | the unit | null |
/// | `metricTimestampPath` | where the time is, as RFC 3339; null if there is no string, 0 if it is no time | the present |
@MapOperator(initialize: setUpTransform)
func makeMetric(_ input: DataModel) throws(OperatorError) -> DataModel {
  requests.add()
  guard case .message(let message) = input else { throw .notAMessage }
  guard let transform else { throw OperatorError("The operator has not been initialised.") }
  return .message(transform.apply(to: message))
}

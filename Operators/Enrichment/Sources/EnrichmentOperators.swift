import Measurements
import OperatorKit

private let requests = Counter("requests", labels: [Label("module", "module-enrichment/map")])

/// Marks temperatures that are or were too high, and keeps in the state store what later windows must know.
///
/// `sensor_data` goes in; out comes its content, `{"temperature":[…],"humidity":[…],"object":[…]}`, on the topic `sensors` and without a
/// content type and a schema.
///
/// - A temperature above 100 sets the key `overtemp` to `true` and counts one more in `overtemp_count`, under a lock; one below 0 sets
///   `overtemp` to `false`; in between `overtemp` decides. A temperature's `value` is dropped.
/// - A humidity above 80 sets the key `wet_flag` to itself; one below 80 deletes it.
///
/// What the state store refuses is logged as an error; the data goes on.
@MapOperator
func enrich(_ input: DataModel) throws(OperatorError) -> DataModel {
  requests.add()
  guard case .message(var message) = input else { throw .notAMessage }
  guard case .sensorData(var data) = try Measurement(message.payload.read()) else { throw OperatorError("Unexpected measurement type: not sensor_data.") }
  for index in data.temperature.indices {
    checkTemperature(&data.temperature[index])
    data.temperature[index].statistics.value = nil
  }
  for humidity in data.humidity { checkHumidity(humidity) }
  var json = JSONWriter(capacity: 512)
  data.write(to: &json)
  message.payload = .bytes(json.bytes)
  message.topic = "sensors"
  message.contentType = nil
  message.schema = nil
  return .message(message)
}

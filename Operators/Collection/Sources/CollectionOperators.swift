import Measurements
import OperatorKit

private let requests = Counter("requests", labels: [Label("module", "module-collection/accumulate")])

/// Collects the temperatures, humidities and objects of a window, from messages' payloads and snapshots' frames, in one message:
/// `{"sensor_data":{"temperature":[…],"humidity":[…],"object":[…]}}`.
@AccumulateOperator
func collect(_ staged: DataModel, _ inputs: [DataModel]) throws(OperatorError) -> DataModel {
  requests.add()
  guard case .message(var result) = staged else { throw .notAMessage }
  var collected = SensorData()
  let before = result.payload.read()
  if !before.isEmpty {
    guard case .sensorData(let sensorData) = try Measurement(before) else { throw OperatorError("Unexpected staged value: not sensor_data.") }
    collected = sensorData
  }
  for input in inputs {
    let payload =
      switch input {
      case .message(let message): message.payload.read()
      case .snapshot(let snapshot): snapshot.frame.read()
      case .bufferOrBytes: throw OperatorError("Unexpected input type: neither a message nor a snapshot.")
      }
    switch try Measurement(payload) {
    case .temperature(let temperature): collected.temperature.append(temperature)
    case .humidity(let humidity): collected.humidity.append(humidity)
    case .object(let object): collected.object.append(object)
    case .sensorData: throw OperatorError("Unexpected measurement type: sensor_data has been collected already.")
    }
  }
  result.payload = .bytes(Measurement.sensorData(collected).payload)
  return .message(result)
}

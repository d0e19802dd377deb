import Measurements
import OperatorKit

private let requests = Counter("requests", labels: [Label("module", "module-humidity/accumulate")])

/// Puts out a window's count, maximum, minimum, average and last value, with the time of that value and the topic of the last message.
@AccumulateOperator
func summarise(_ staged: DataModel, _ inputs: [DataModel]) throws(OperatorError) -> DataModel {
  requests.add()
  guard case .message(var result) = staged else { throw .notAMessage }
  guard !inputs.isEmpty else { return staged }
  var aggregate = Aggregate()
  let before = result.payload.read()
  if !before.isEmpty {
    guard case .humidity(let humidity) = try Measurement(before) else { throw .notAHumidity }
    aggregate = Aggregate(humidity, at: result.timestamp.timestamp)
  }
  for input in inputs {
    guard case .message(let message) = input else { throw .notAMessage }
    guard case .humidity(let humidity) = try Measurement(message.payload.read()) else { throw .notAHumidity }
    guard let value = humidity.value else { throw OperatorError("The humidity has no value.") }
    aggregate.add(value, at: message.timestamp.timestamp)
    result.topic = message.topic
  }
  var json = JSONWriter()
  json.raw(#"{"humidity":{"#)
  try aggregate.writeMembers(to: &json)
  json.raw("}}")
  result.payload = .bytes(json.bytes)
  result.timestamp.timestamp = aggregate.time
  return .message(result)
}

extension OperatorError {
  fileprivate static var notAHumidity: OperatorError { OperatorError("Unexpected measurement type: not a humidity.") }
}

import Measurements
import OperatorKit

// MARK: Map

private let mapRequests = Counter("requests", labels: [Label("module", "module-temperature/map")])
private let mapFahrenheit = Counter("requests", labels: [Label("module", "module-temperature/map"), Label("unit", "Fahrenheit")])
private let mapCelsius = Counter("requests", labels: [Label("module", "module-temperature/map"), Label("unit", "Celsius")])

/// Converts temperatures from Fahrenheit to Celsius; everything else passes as it is.
///
/// The user property `test_property_key`, if there is one, becomes `new_value`.
@MapOperator
func convertToCelsius(_ input: DataModel) throws(OperatorError) -> DataModel {
  mapRequests.add()
  guard case .message(var message) = input else { throw .notAMessage }
  if case .temperature(var temperature) = try Measurement(message.payload.read()) {
    if temperature.unit == .fahrenheit {
      mapFahrenheit.add()
      guard let value = temperature.statistics.value else { throw .noValue }
      temperature.statistics.value = (value - 32) * 5 / 9
      temperature.unit = .celsius
      message.payload = .bytes(Measurement.temperature(temperature).payload)
    } else {
      mapCelsius.add()
    }
  }
  for index in message.userProperties.indices where message.userProperties[index].name == "test_property_key" {
    message.userProperties[index].value = "new_value"
  }
  return .message(message)
}

// MARK: Branch

private let branchRequests = Counter("requests", labels: [Label("module", "module-temperature/branch")])

/// True for temperatures.
@BranchOperator
func isTemperature(_ time: HybridLogicalClock, _ input: DataModel) throws(OperatorError) -> Bool {
  branchRequests.add()
  guard case .message(let message) = input else { throw .notAMessage }
  if case .temperature = try Measurement(message.payload.read()) { return true }
  return false
}

// MARK: Filter

nonisolated(unsafe) private var filter = TemperatureFilter()
private let filterRequests = Counter("requests", labels: [Label("module", "module-temperature/filter")])

func setUpFilter(_ configuration: ModuleConfiguration) throws(OperatorError) {
  filter = TemperatureFilter(configuration)
}

/// Lets temperatures pass that are in degrees Celsius and between two bounds, but not on them. Parameters:
///
/// | name | default |
/// |---|---|
/// | `temperature_lower_bound` | -40 |
/// | `temperature_upper_bound` | 3422, the melting point of tungsten |
///
/// A bound that is not a number is logged as an error, and the default counts.
@FilterOperator(initialize: setUpFilter)
func isInBounds(_ input: DataModel) throws(OperatorError) -> Bool {
  filterRequests.add()
  return try filter.passes(input)
}

// MARK: Accumulate

private let accumulateRequests = Counter("requests", labels: [Label("module", "module-temperature/accumulate")])

/// Puts out a window's count, maximum, minimum, average and last value, with the time of that value, and with the unit and topic of
/// the last message.
@AccumulateOperator
func summarise(_ staged: DataModel, _ inputs: [DataModel]) throws(OperatorError) -> DataModel {
  accumulateRequests.add()
  guard case .message(var result) = staged else { throw .notAMessage }
  guard !inputs.isEmpty else { return staged }
  var aggregate = Aggregate(), unit = Temperature.Unit.celsius
  let before = result.payload.read()
  if !before.isEmpty {
    guard case .temperature(let temperature) = try Measurement(before) else { throw .notATemperature }
    aggregate = Aggregate(temperature.statistics, at: result.timestamp.timestamp)
  }
  for input in inputs {
    guard case .message(let message) = input else { throw .notAMessage }
    guard case .temperature(let temperature) = try Measurement(message.payload.read()) else { throw .notATemperature }
    guard let value = temperature.statistics.value else { throw .noValue }
    aggregate.add(value, at: message.timestamp.timestamp)
    unit = temperature.unit
    result.topic = message.topic
  }
  var json = JSONWriter()
  json.raw(#"{"temperature":{"#)
  try aggregate.writeMembers(to: &json)
  json.key("unit")
  json.value(unit.symbol)
  json.raw("}}")
  result.payload = .bytes(json.bytes)
  result.timestamp.timestamp = aggregate.time
  return .message(result)
}

extension OperatorError {
  static var notATemperature: OperatorError { OperatorError("Unexpected measurement type: not a temperature.") }
  static var noValue: OperatorError { OperatorError("The temperature has no value.") }
}

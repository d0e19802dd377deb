import Measurements
import OperatorKit

/// The bounds of the filter operator.
struct TemperatureFilter {
  private var lower = -40.0
  private var upper = 3422.0

  init() {}

  init(_ configuration: ModuleConfiguration) {
    lower = configuration.bound("temperature_lower_bound", default: lower)
    upper = configuration.bound("temperature_upper_bound", default: upper)
    Logger("module-temperature/filter").info("Filter bounds: lower=\(String(plain: lower)), upper=\(String(plain: upper))")
  }

  func passes(_ input: DataModel) throws(OperatorError) -> Bool {
    guard case .message(let message) = input else { throw .notAMessage }
    guard case .temperature(let temperature) = try Measurement(message.payload.read()), temperature.unit == .celsius else { return false }
    guard let value = temperature.statistics.value else { throw .noValue }
    return lower < value && value < upper
  }
}

extension ModuleConfiguration {
  fileprivate func bound(_ name: String, default value: Double) -> Double {
    guard let text = self[name] else { return value }
    if let number = Double(text), !number.isNaN { return number }
    Logger("module-temperature/filter").error("Parameter '\(name)' is '\(text)', which is not a number; the default is used.")
    return value
  }
}

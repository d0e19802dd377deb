import Measurements
import OperatorKit

private let logger = Logger("module-enrichment/map")
private let overtemperature = "overtemp", overtemperatures = "overtemp_count", wetFlag = "wet_flag"

func checkTemperature(_ temperature: inout Temperature) {
  let (max, min) = (temperature.statistics.max, temperature.statistics.min)
  if max > 100 {
    temperature.isOvertemperature = true
    if attempt("set", overtemperature, { () throws(StateStore.Failure) in _ = try StateStore.set(Bytes(overtemperature), "true") }) {
      logger.warn("over-temperature recorded due to temperature of \(String(plain: max))")
    }
    countOvertemperature()
  } else if min < 0 {
    temperature.isOvertemperature = false
    if attempt("set", overtemperature, { () throws(StateStore.Failure) in _ = try StateStore.set(Bytes(overtemperature), "false") }) {
      logger.info("over-temperature cleared due to temperature of \(String(plain: min))")
    }
  } else {
    var recorded: Bytes?
    attempt("get", overtemperature) { () throws(StateStore.Failure) in recorded = try StateStore.get(Bytes(overtemperature)).value }
    guard let recorded else { return }
    if recorded.equals("true") {
      logger.warn("over-temperature was recorded earlier")
      temperature.isOvertemperature = true
    } else if !recorded.equals("false") {
      logger.warn("the key '\(overtemperature)' has the unexpected value '\(recorded.string)'")
    }
  }
}

func checkHumidity(_ humidity: Statistics) {
  if humidity.max > 80 {
    let value = String(plain: humidity.max)
    if attempt("set", wetFlag, { () throws(StateStore.Failure) in _ = try StateStore.set(Bytes(wetFlag), Bytes(value)) }) {
      logger.warn("wet flag recorded due to humidity of \(value)")
    }
  } else if humidity.min < 80 {
    attempt("delete", wetFlag) { () throws(StateStore.Failure) in
      if try StateStore.delete(Bytes(wetFlag)).value { logger.info("wet flag deleted") }
    }
  }
}

/// Adds one to the count of over-temperatures. A lock keeps other replicas from doing so at once; its version is the fencing token,
/// with which the store refuses a writer whose lock has expired meanwhile.
private func countOvertemperature() {
  for left in [2, 1, 0] {
    if let token = lock() {
      defer { unlock() }
      if addOne(token) { return }
    } else {
      logger.warn("failed to acquire the lock, retries left: \(left)")
    }
  }
  logger.error("the key '\(overtemperatures)' could not be updated in three attempts")
}

private let lockKey = "lock", lockValue = "module2"

private func lock() -> HybridLogicalClock? {
  var token: HybridLogicalClock?
  attempt("set", lockKey) { () throws(StateStore.Failure) in
    let response = try StateStore.set(Bytes(lockKey), Bytes(lockValue), if: .ifEqualOrAbsent, expires: .seconds(10))
    if response.value { token = response.version }
  }
  return token
}

private func unlock() {
  attempt("delete", lockKey) { () throws(StateStore.Failure) in _ = try StateStore.delete(Bytes(lockKey), ifValue: Bytes(lockValue)) }
}

/// True if there is nothing left to try.
private func addOne(_ token: HybridLogicalClock) -> Bool {
  var before: Bytes?
  guard attempt("get", overtemperatures, { () throws(StateStore.Failure) in before = try StateStore.get(Bytes(overtemperatures)).value }) else { return false }
  guard let count = UInt64(before?.string ?? "0"), count < .max else {
    logger.error("the key '\(overtemperatures)' has the value '\(before?.string ?? "")', which is no count")
    return true
  }
  var isSet = false
  attempt("set", overtemperatures) { () throws(StateStore.Failure) in
    isSet = try StateStore.set(Bytes(overtemperatures), Bytes("\(count + 1)"), token: token).value
  }
  if isSet { logger.info("over-temperature count updated to \(count + 1)") }
  return isSet
}

/// Runs a call of the state store; logs why it failed and returns false.
@discardableResult private func attempt(_ verb: StaticString, _ key: String, _ call: () throws(StateStore.Failure) -> Void) -> Bool {
  do throws(StateStore.Failure) {
    try call()
    return true
  } catch {
    logger.error("failed to \(verb.description) the key '\(key)': \(error.message)")
    return false
  }
}

internal import ComponentModel

/// `wasi:clocks/wall-clock.datetime`.
struct Datetime: ComponentRecord {
  let seconds: UInt64
  let nanoseconds: UInt32

  init(nanoseconds total: UInt64) {
    seconds = total / 1_000_000_000
    nanoseconds = UInt32(total % 1_000_000_000)
  }

  static var type: ValueType { get throws(ComponentError) { try .record([("seconds", .u64), ("nanoseconds", .u32)]) } }
  static var shape: ValueShape { ValueShape().field(UInt64.shape).field(UInt32.shape).record }

  init(fields reader: inout ValueReader) throws(ComponentError) {
    seconds = try reader.read()
    nanoseconds = try reader.read()
  }

  func writeFields(to writer: inout ValueWriter) throws(ComponentError) {
    try writer.write(seconds)
    try writer.write(nanoseconds)
  }
}

/// `wasi:clocks/timezone.timezone-display`.
private struct TimezoneDisplay: ComponentRecord {
  let offset: Int32, name: String, isDaylightSaving: Bool

  static let utc = TimezoneDisplay(offset: 0, name: "UTC", isDaylightSaving: false)

  private init(offset: Int32, name: String, isDaylightSaving: Bool) { (self.offset, self.name, self.isDaylightSaving) = (offset, name, isDaylightSaving) }

  static var type: ValueType {
    get throws(ComponentError) { try .record([("utc-offset", .s32), ("name", .string), ("in-daylight-saving-time", .bool)]) }
  }
  static var shape: ValueShape { ValueShape().field(Int32.shape).field(String.shape).field(Bool.shape).record }

  init(fields reader: inout ValueReader) throws(ComponentError) {
    (offset, name, isDaylightSaving) = (try reader.read(), try reader.read(), try reader.read())
  }

  func writeFields(to writer: inout ValueWriter) throws(ComponentError) {
    try writer.write(offset)
    try writer.write(name)
    try writer.write(isDaylightSaving)
  }
}

extension Preview2 {
  /// `wasi:clocks`: both clocks count in nanoseconds, and the time zone is UTC.
  func clocks() throws(ComponentError) -> [HostInterface] {
    let wallTime = configuration.wallClock
    var wall = Self.interface("clocks/wall-clock")
    try wall.function("now") { () -> Datetime in Datetime(nanoseconds: wallTime()) }
    try wall.function("resolution") { () -> Datetime in Datetime(nanoseconds: 1) }

    let now = configuration.monotonicClock.now
    var monotonic = Self.interface("clocks/monotonic-clock")
    try monotonic.function("now") { () -> UInt64 in now() }
    try monotonic.function("resolution") { () -> UInt64 in 1 }
    try monotonic.function("subscribe-instant", parameters: ["when"]) { (instant: UInt64) -> Own<Pollable> in Own(Pollable(readyAt: instant)) }
    try monotonic.function("subscribe-duration", parameters: ["when"]) { (duration: UInt64) -> Own<Pollable> in
      let (instant, overflow) = now().addingReportingOverflow(duration)
      return Own(Pollable(readyAt: overflow ? .max : instant))
    }

    var timezone = Self.interface("clocks/timezone")
    try timezone.function("display", parameters: ["when"]) { (_: Datetime) -> TimezoneDisplay in .utc }
    try timezone.function("utc-offset", parameters: ["when"]) { (_: Datetime) -> Int32 in 0 }
    return [wall, monotonic, timezone]
  }
}

/// How hard a message is delivered (MQTT 5.0 §4.3).
public enum MQTTQoS: UInt8, Hashable, Sendable, CaseIterable, Comparable {
  case atMostOnce = 0
  case atLeastOnce = 1
  case exactlyOnce = 2

  public static func < (one: Self, other: Self) -> Bool { one.rawValue < other.rawValue }
}

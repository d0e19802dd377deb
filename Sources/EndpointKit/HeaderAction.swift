public import Dataflow

/// What a destination does with a message's user properties before it is sent (resources.md §1, `headers`).
public enum HeaderAction: Hashable, Sendable {
  /// Adds a property unless there is one of this key.
  case addIfNotPresent(key: String, value: String)
  /// Puts a property in the place of the first one of this key, and removes its others; adds it if there is none.
  case addOrReplace(key: String, value: String)
  /// Removes all properties of this key.
  case remove(key: String)

  /// By the names that resources give them; nil for others, or where a value is missing.
  public init?(actionType: String, key: String, value: String?) {
    switch (actionType, value) {
    case ("AddIfNotPresent", let value?): self = .addIfNotPresent(key: key, value: value)
    case ("AddOrReplace", let value?): self = .addOrReplace(key: key, value: value)
    case ("Remove", _): self = .remove(key: key)
    default: return nil
    }
  }

  public func apply(to properties: inout [UserProperty]) {
    switch self {
    case .addIfNotPresent(let key, let value):
      if !properties.contains(where: { $0.key == key }) { properties.append(UserProperty(key: key, value: value)) }
    case .addOrReplace(let key, let value):
      guard let first = properties.firstIndex(where: { $0.key == key }) else { return properties.append(UserProperty(key: key, value: value)) }
      properties[first].value = value
      let rest = properties[(first + 1)...].filter { $0.key != key }
      properties.replaceSubrange((first + 1)..., with: rest)
    case .remove(let key):
      properties.removeAll { $0.key == key }
    }
  }
}

internal import JSONTree
internal import OrderedCollections

/// A place in an output message, as test files name it: `payload.temperature`, `properties.user-properties.otel/factoryId`.
///
/// Segments are separated by dots; one that has dots itself is put in double quotes: `payload."a.b"`. An array is entered by index.
public struct FieldPath: Hashable, Sendable, CustomStringConvertible {
  public let description: String
  private let segments: [String]

  /// Nil if a segment is empty or a quote does not end.
  public init?(_ text: String) {
    var segments: [String] = [], current = "", isQuoted = false, wasQuoted = false
    for character in text {
      switch character {
      case "\"" where current.isEmpty && !isQuoted: (isQuoted, wasQuoted) = (true, true)
      case "\"" where isQuoted: isQuoted = false
      case "." where !isQuoted:
        guard !current.isEmpty || wasQuoted else { return nil }
        segments.append(current)
        (current, wasQuoted) = ("", false)
      default: current.append(character)
      }
    }
    guard !isQuoted, !current.isEmpty || wasQuoted else { return nil }
    self.segments = segments + [current]
    description = text
  }

  /// The message with nothing but what the paths lead to; where one leads nowhere, nothing of it is there.
  static func select(_ paths: [FieldPath], from value: JSON) -> JSON {
    guard !paths.isEmpty else { return value }
    var result = JSON.object([:])
    for path in paths {
      if let part = path.value(in: value) { result = Self.put(part, at: path.segments[...], into: result) }
    }
    return result
  }

  static func remove(_ paths: [FieldPath], from value: JSON) -> JSON { paths.reduce(value) { $1.removed($1.segments[...], from: $0) } }

  private func value(in value: JSON) -> JSON? {
    segments.reduce(value as JSON?) { value, segment in
      switch value {
      case .object(let members)?: members[segment]
      case .array(let elements)?: Int(segment).flatMap { elements.indices.contains($0) ? elements[$0] : nil }
      default: nil
      }
    }
  }

  private static func put(_ value: JSON, at path: ArraySlice<String>, into whole: JSON) -> JSON {
    guard let segment = path.first else { return value }
    var members: OrderedDictionary<String, JSON> = [:]
    if case .object(let known) = whole { members = known }
    members[segment] = put(value, at: path.dropFirst(), into: members[segment] ?? .object([:]))
    return .object(members)
  }

  private func removed(_ path: ArraySlice<String>, from value: JSON) -> JSON {
    guard let segment = path.first else { return value }
    switch value {
    case .object(var members):
      members[segment] = path.count == 1 ? nil : members[segment].map { removed(path.dropFirst(), from: $0) }
      return .object(members)
    case .array(var elements):
      guard let index = Int(segment), elements.indices.contains(index) else { return value }
      if path.count == 1 { elements.remove(at: index) } else { elements[index] = removed(path.dropFirst(), from: elements[index]) }
      return .array(elements)
    default: return value
    }
  }
}

import OperatorKit

nonisolated(unsafe) private var enrichment = Enrichment()
private let requests = Counter("requests", labels: [Label("module", "module-otel-enrich/map")])

func setUpEnrichment(_ configuration: ModuleConfiguration) throws(OperatorError) {
  enrichment = Enrichment(configuration)
}

/// Adds values of the state store to messages: for each key that is there a user property `otel/<key>`. The topic becomes `sensors`.
/// Keys that are not there, or cannot be read, are skipped. Without the parameter messages pass as they are. Parameter:
///
/// | name | value |
/// |---|---|
/// | `enrichKeys` | keys, separated by commas |
@MapOperator(initialize: setUpEnrichment)
func enrich(_ input: DataModel) throws(OperatorError) -> DataModel {
  requests.add()
  guard case .message(let message) = input else { throw .notAMessage }
  return .message(enrichment.apply(to: message))
}

/// The keys to add.
struct Enrichment {
  private static let logger = Logger("module-otel-enrich/map")
  private var keys: [String]?

  init() {}

  init(_ configuration: ModuleConfiguration) {
    for parameter in configuration.parameters where !parameter.name.isSame(as: "enrichKeys") {
      Self.logger.warn("Unknown parameter '\(parameter.name)'.")
    }
    guard let list = configuration["enrichKeys"] else {
      Self.logger.error("Parameter 'enrichKeys' is not set: messages pass as they are.")
      return
    }
    var keys: [String] = []
    for part in list.parts(separatedBy: UInt8(ascii: ",")) where !part.trimmed.isEmpty { keys.append(String(part.trimmed)) }
    self.keys = keys
  }

  func apply(to message: Message) -> Message {
    guard let keys else { return message }
    var message = message
    for key in keys {
      do throws(StateStore.Failure) {
        if let value = try StateStore.get(Bytes(key)).value {
          message.userProperties.append(UserProperty(.string("otel/" + key), .string(value.string)))
        }
      } catch {
        Self.logger.error("failed to get the key '\(key)': \(error.message)")
      }
    }
    message.topic = "sensors"
    return message
  }
}

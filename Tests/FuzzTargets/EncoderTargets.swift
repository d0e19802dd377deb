import ComponentEncoder
import ComponentModel

enum EncoderTargets {
  static func parse(_ input: [UInt8]) {
    _ = try? WIT(packages: [[WIT.File(name: "input.wit", text: String(decoding: input, as: UTF8.self))]])
  }

  private static let encoder = Result { ComponentEncoder(wit: try .builtIn()) }

  /// What is encoded is a component, with types that resolve.
  static func encode(_ input: [UInt8]) {
    guard let encoder = try? encoder.get() else { preconditionFailure("the built-in WIT does not parse") }
    guard let encoded = try? encoder.encode(input) else { return }
    do throws(ComponentError) {
      _ = try ComponentInspection(ComponentFile(decoding: encoded.bytes)).text
    } catch {
      precondition(error.code == .limitExceeded, "an encoded component is not one: \(error)")
    }
  }
}

import ArgumentParser
import ComponentModel

struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Print what a component imports and exports, in WIT, and what it weighs.",
    discussion: "Example: millrace inspect modules/snapshot-1.0.0.wasm")

  @Argument(help: "A component (.wasm).") var file: String
  @Flag(help: "Print one JSON object.") var json = false

  func run() throws {
    do {
      let bytes = try readFile(file)
      let component = try ComponentFile(decoding: bytes)
      try component.validate()
      let inspection = try ComponentInspection(component)
      print(json ? jsonLine(inspection) : inspection.text)
    } catch {
      report("\(file): \(error)", code: (error as? ComponentError)?.code.rawValue ?? "file", json: json)
      throw ExitCode.invalidInput
    }
  }
}

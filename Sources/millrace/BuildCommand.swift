import ArgumentParser
import OperatorBuild

struct BuildCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "build",
    abstract: "Build operators written in Embedded Swift into components.",
    discussion: """
      Takes a guest package, or one module's folder in it, and needs nothing but the Swift toolchain. A model and its labels can be embedded instead \
      of those in the module's fixture folder, without a change to any code.

      Examples:
        millrace build Operators
        millrace build Operators/Snapshot --model mobilenet.onnx --labels imagenet.txt
        millrace build Operators --application Examples/sensors
      """)

  @Argument(help: "The package's folder, or the folder of one module in it.") var path: String
  @Option(help: ArgumentHelp("The ONNX model to embed.", valueName: "file")) var model: String?
  @Option(help: ArgumentHelp("The model's labels, one per line.", valueName: "file")) var labels: String?
  @Option(name: .shortAndLong, help: ArgumentHelp("Where <name>-<version>.wasm is written to. (default: modules)", valueName: "folder")) var output: String?
  @Option(help: ArgumentHelp("An application that operators/<name>/bin/<arch>/release/<name>.wasm is written to, instead of --output.", valueName: "folder"))
  var application: String?
  @Flag(help: "Print one JSON object for each module.") var json = false
  @Flag(name: .shortAndLong, help: "Show errors only.") var quiet = false
  @Flag(name: .shortAndLong, help: "Show what the compiler prints.") var verbose = false

  private struct Report: Encodable {
    let name: String, version: String, path: String, size: Int, imports: [String], exports: [String]
  }

  func validate() throws {
    if output != nil, application != nil { throw ValidationError("Give --output or --application, not both.") }
  }

  func run() throws {
    var builder = OperatorBuilder(path: path)
    builder.model = model
    builder.labels = labels
    builder.output = application.map { .application($0) } ?? .folder(output ?? "modules")
    builder.version = Millrace.version
    do throws(OperatorBuildError) {
      let modules = try builder.run { event in show(event) }
      Terminal.error.clearProgress()
      for module in modules {
        print(
          json
            ? jsonLine(Report(name: module.name, version: module.version, path: module.path, size: module.size, imports: module.imports, exports: module.exports))
            : "\(module.path): \(module.size) bytes, exports \(module.exports.joined(separator: ", "))")
      }
    } catch {
      Terminal.error.clearProgress()
      report("\(error)", code: "\(error.code)", json: json)
      throw error.code == .interrupted ? ExitCode(130) : ExitCode.invalidInput
    }
  }

  private func show(_ event: OperatorBuildEvent) {
    switch event {
    case .warning(let text): if !quiet { Terminal.error.line(Terminal.error.paint("warning: ", .yellow) + text) }
    case .compiling(let module): if !quiet, !json { Terminal.error.isTerminal ? Terminal.error.progress("compiling \(module)") : Terminal.error.line("compiling \(module)") }
    case .output(let line): if verbose { Terminal.error.line(line) }
    case .built: break
    }
  }
}

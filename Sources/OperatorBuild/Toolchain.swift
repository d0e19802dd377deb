/// The Swift toolchain on the PATH.
struct Toolchain {
  static let triple = "wasm32-unknown-none-wasm"

  let environment: [String: String]
  private let swift: String
  /// What `swift --version` says.
  let version: String

  init(environment: [String: String]) throws(OperatorBuildError) {
    let folders = (environment["PATH"] ?? "").split(separator: ":")
    guard let swift = folders.map({ $0 + "/swift" }).first(where: Files.isExecutable) else {
      throw OperatorBuildError(
        .noToolchain, "There is no 'swift' on the PATH. Operators are compiled with the Swift toolchain: install Swift 6.3 or later from swift.org, or add its 'usr/bin' to PATH.")
    }
    self.swift = swift
    self.environment = environment
    var lines: [String] = []
    let ending = try ChildProcess.run(swift, ["--version"], environment: environment) { lines.append($0) }
    try Self.check(ending, of: "swift --version", lines)
    version = lines.joined(separator: "\n")
  }

  /// Compiles and links a product; the path of its core module.
  func build(product: String, of package: GuestPackage, scratch: String, output: (String) -> Void) throws(OperatorBuildError) -> String {
    let arguments = [
      "build", "--package-path", package.root, "--configuration", "release", "--triple", Self.triple,
      "--toolset", package.root + "/toolset.json", "--scratch-path", scratch, "--product", product,
    ]
    var lines: [String] = []
    let ending = try ChildProcess.run(swift, arguments, environment: environment) { line in
      lines.append(line)
      output(line)
    }
    try Self.check(ending, of: "swift build --product \(product)", lines, in: package.root)
    let core = "\(scratch)/\(Self.triple)/release/\(product).wasm"
    guard Files.exists(core) else {
      throw OperatorBuildError(
        .buildFailed, "'swift build' succeeded but wrote no '\(core)'. Is '\(product)' an executable product of the package?", path: package.root)
    }
    return core
  }

  private static func check(
    _ ending: ChildProcess.Ending, of command: String, _ lines: [String], in path: String? = nil
  ) throws(OperatorBuildError) {
    switch ending {
    case .exited(0): return
    case .interrupted: throw OperatorBuildError(.interrupted, "The build was stopped.", path: path)
    case .exited(let status): throw OperatorBuildError(.buildFailed, "'\(command)' failed with status \(status):\n\(summary(of: lines))", path: path)
    case .killed(let signal): throw OperatorBuildError(.buildFailed, "'\(command)' was ended by signal \(signal):\n\(summary(of: lines))", path: path)
    }
  }

  /// The lines that say what is wrong; the last ones where none says so.
  private static func summary(of lines: [String]) -> String {
    let errors = lines.filter { $0.contains("error:") }
    return (errors.isEmpty ? lines.suffix(20) : errors.prefix(20)).joined(separator: "\n")
  }
}

import ComponentEncoder
import Foundation

/// An operator in C, compiled by the clang of the Swift toolchain and made into a component.
public struct COperator: Sendable {
  public let name: String

  /// Tests/COperators/average.c.
  public static let average = COperator(name: "average")

  public init(name: String) { self.name = name }

  public var bytes: [UInt8] {
    get throws {
      let folder = try TestFolder()
      let module = folder.path + "/module.wasm"
      let errors = Pipe()
      let compiler = Process()
      compiler.executableURL = try Self.clang()
      compiler.arguments = [
        "--target=wasm32-unknown-none-wasm", "-O2", "-Wall", "-Wextra", "-Werror", "-Wno-unused-parameter", "-nostdlib", "-fno-builtin", "-Wl,--no-entry",
        "-o", module, TestFolder.repository + "Tests/COperators/\(name).c",
      ]
      compiler.standardError = errors
      try compiler.run()
      let said = try errors.fileHandleForReading.readToEnd() ?? Data()
      compiler.waitUntilExit()
      guard compiler.terminationStatus == 0 else { throw Failure(text: String(decoding: said, as: UTF8.self)) }
      return try OperatorFixture.component(Array(Data(contentsOf: URL(filePath: module))))
    }
  }

  public struct Failure: Error { public let text: String }

  /// The toolchain's own, which can compile to WebAssembly and finds its linker.
  private static func clang() throws -> URL {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map { URL(filePath: String($0)) }
    let manager = FileManager.default
    guard let swift = folders.map({ $0.appending(path: "swift") }).first(where: { manager.isExecutableFile(atPath: $0.path()) }) else {
      throw Failure(text: "there is no swift on the PATH")
    }
    let candidates = [swift.resolvingSymlinksInPath(), swift].map { $0.deletingLastPathComponent().appending(path: "clang") }
    guard let clang = candidates.first(where: { manager.isExecutableFile(atPath: $0.path()) }) else { throw Failure(text: "there is no clang beside \(swift.path())") }
    return clang
  }
}

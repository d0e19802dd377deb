import Foundation
import Glibc
@testable import OperatorBuild

/// A folder that goes away with its owner.
final class TestFolder {
  let path: String

  init() throws {
    let template = FileManager.default.temporaryDirectory.path + "/operator-build-XXXXXX"
    var name = Array(template.utf8CString)
    guard mkdtemp(&name) != nil else { throw POSIXError(.EIO) }
    path = try FilePaths.real(String(decoding: name.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self))
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Writes a file, making the folders above it; its absolute path.
  @discardableResult
  func write(_ name: String, _ content: String) throws -> String { try write(name, Array(content.utf8)) }

  @discardableResult
  func write(_ name: String, _ content: [UInt8]) throws -> String {
    let file = path + "/" + name
    try FileManager.default.createDirectory(atPath: String(file[..<(file.lastIndex(of: "/") ?? file.endIndex)]), withIntermediateDirectories: true)
    try Data(content).write(to: URL(fileURLWithPath: file))
    return file
  }

  func read(_ name: String) throws -> String { try String(contentsOfFile: path + "/" + name, encoding: .utf8) }

  func list(_ name: String = "") throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: path + "/" + name).sorted() }

  func makeExecutable(_ name: String) throws {
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path + "/" + name)
  }
}

/// A guest package, and a stand-in for the Swift toolchain: a script that notes how it was called and "builds" a prepared core module.
struct TestPackage {
  let folder: TestFolder

  init(modules: [String] = ["snapshot", "format"]) throws {
    folder = try TestFolder()
    try folder.write("package/Package.swift", "// swift-tools-version: 6.2")
    try folder.write("package/toolset.json", "{}")
    for name in modules { try module(name, #"{"name": "\#(name)", "version": "1.2.0", "product": "\#(name)-product"}"#) }
    try folder.write("core.wasm", Self.core)
    try swift("""
      echo "$@" >> "$LOG"
      echo "$MILLRACE_MODEL|$MILLRACE_LABELS|$MILLRACE_FIXTURE_DIGEST" >> "$LOG"
      echo "[1/1] Compiling"
      while [ $# -gt 0 ]; do
        case "$1" in --scratch-path) scratch="$2";; --product) product="$2";; esac
        shift
      done
      mkdir -p "$scratch/wasm32-unknown-none-wasm/release"
      cp "$CORE" "$scratch/wasm32-unknown-none-wasm/release/$product.wasm"
      """)
  }

  var root: String { folder.path + "/package" }

  func module(_ name: String, _ manifest: String) throws { try folder.write("package/Modules/\(name)/module.json", manifest) }

  /// Sets what the stand-in does when it builds.
  func swift(_ script: String) throws {
    try folder.write("bin/swift", "#!/bin/bash\nif [ \"$1\" = --version ]; then echo \"Swift version 6.3.1\"; exit 0; fi\n" + script)
    try folder.makeExecutable("bin/swift")
  }

  func builder(at path: String? = nil) -> OperatorBuilder {
    var builder = OperatorBuilder(path: path ?? root)
    builder.output = .folder(folder.path + "/modules")
    builder.cache = folder.path + "/cache"
    builder.environment = [
      "PATH": "\(folder.path)/bin:/usr/bin:/bin", "LOG": folder.path + "/log", "CORE": folder.path + "/core.wasm", "MILLRACE_MODEL": "left over",
    ]
    return builder
  }

  /// The calls that the stand-in noted: its arguments, then model, labels and digest.
  func log() throws -> [String] { try folder.read("log").split(separator: "\n").map(String.init) }

  /// A core module that exports the interface of a map operator.
  static let core: [UInt8] = {
    func named(_ name: String) -> [UInt8] { [UInt8(name.utf8.count)] + Array(name.utf8) }
    func section(_ id: UInt8, _ content: [UInt8]) -> [UInt8] { [id, UInt8(content.count)] + content }
    let exports: [UInt8] = [4] + named("memory") + [2, 0] + named("cabi_realloc") + [0, 0]
      + named("wasm-graph:processor/map@1.1.0#process") + [0, 1] + named("wasm-graph:processor/map@1.1.0#init") + [0, 0]
    return [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00]
      + section(1, [2, 0x60, 4, 0x7f, 0x7f, 0x7f, 0x7f, 1, 0x7f, 0x60, 1, 0x7f, 1, 0x7f])
      + section(3, [2, 0, 1]) + section(5, [1, 0, 1]) + section(7, exports)
      + section(10, [2, 3, 0, 0, 0x0b, 3, 0, 0, 0x0b])
  }()
}

import Foundation
import Glibc
@testable import OperatorBuild
import Testing

/// One after the other: a script that one test is still writing must not be open in a process that another one starts.
@Suite(.serialized) enum OperatorBuildSuites {}

extension OperatorBuildSuites { struct OperatorBuilderTests {
  func error(_ builder: OperatorBuilder) throws -> OperatorBuildError {
    try #require(throws: OperatorBuildError.self) { try builder.run { _ in } }
  }

  // MARK: What is built

  @Test func `a package's modules are all built, by name, into components`() throws {
    let package = try TestPackage()
    var events: [OperatorBuildEvent] = []
    let built = try package.builder().run { events.append($0) }
    #expect(built.map(\.name) == ["format", "snapshot"])
    #expect(try package.folder.list("modules") == ["format-1.2.0.wasm", "snapshot-1.2.0.wasm"])
    for module in built {
      let bytes = try Data(contentsOf: URL(fileURLWithPath: module.path))
      #expect(bytes.starts(with: [0x00, 0x61, 0x73, 0x6d, 0x0d, 0x00, 0x01, 0x00]))
      #expect(module.size == bytes.count && module.coreModuleSize == TestPackage.core.count && module.size > module.coreModuleSize)
      #expect(module.path == "\(package.folder.path)/modules/\(module.name)-1.2.0.wasm" && module.version == "1.2.0")
      #expect(module.exports == ["wasm-graph:processor/map@1.1.0"])
      #expect(module.imports == ["wasm-graph:processor/hybrid-logical-clock@1.1.0", "wasm-graph:processor/types@1.1.0"])
    }
    #expect(events == [
      .compiling(module: "format"), .output("[1/1] Compiling"), .built(built[0]),
      .compiling(module: "snapshot"), .output("[1/1] Compiling"), .built(built[1]),
    ])
  }

  @Test func `a module's folder builds that module, with the package's options`() throws {
    let package = try TestPackage()
    let built = try package.builder(at: package.root + "/Modules/snapshot").run { _ in }
    #expect(built.map(\.name) == ["snapshot"])
    let scratch = "\(package.folder.path)/cache/" + (try #require(package.folder.list("cache").first))
    #expect(try package.log() == [
      "build --package-path \(package.root) --configuration release --triple wasm32-unknown-none-wasm --toolset \(package.root)/toolset.json "
        + "--scratch-path \(scratch) --product snapshot-product",
      "||",
    ])
  }

  @Test func `an application gets its operators where AIO's tools look for them`() throws {
    let package = try TestPackage(modules: ["one"])
    var builder = package.builder()
    builder.output = .application(package.folder.path + "/app")
    let built = try builder.run { _ in }[0]
    #if arch(arm64)
    let architecture = "arm64"
    #else
    let architecture = "x86_64"
    #endif
    #expect(built.path == "\(package.folder.path)/app/operators/one/bin/\(architecture)/release/one.wasm")
    #expect(FileManager.default.fileExists(atPath: built.path))
  }

  @Test func `the version of Millrace goes into the component`() throws {
    let package = try TestPackage(modules: ["one"])
    let plain = try package.builder().run { _ in }[0]
    var builder = package.builder()
    builder.version = "9.8.7"
    let marked = try builder.run { _ in }[0]
    #expect(marked.size > plain.size)
    #expect(try Data(contentsOf: URL(fileURLWithPath: marked.path)).range(of: Data("9.8.7".utf8)) != nil)
  }

  @Test func `packages inside the package and hidden folders are not searched`() throws {
    let package = try TestPackage(modules: ["one"])
    try package.folder.write("package/.build/x/module.json", "broken")
    try package.folder.write("package/Nested/Package.swift", "")
    try package.folder.write("package/Nested/module.json", "broken")
    #expect(try package.builder().run { _ in }.map(\.name) == ["one"])
  }

  @Test func `each package and toolchain has build products of its own`() throws {
    let package = try TestPackage(modules: ["one"]), other = try TestPackage(modules: ["one"])
    _ = try package.builder().run { _ in }
    var builder = other.builder()
    builder.cache = package.folder.path + "/cache"
    _ = try builder.run { _ in }
    #expect(try package.folder.list("cache").count == 2)
    _ = try package.builder().run { _ in }
    #expect(try package.folder.list("cache").count == 2)
  }

  @Test func `a build of the same package elsewhere is waited for`() throws {
    let package = try TestPackage(modules: ["one"])
    _ = try package.builder().run { _ in }
    let scratch = package.folder.path + "/cache/" + (try #require(package.folder.list("cache").first))
    let lock = try FolderLock(scratch) { Issue.record("nobody else holds this lock") }
    var events: [OperatorBuildEvent] = []
    _ = try package.builder().run { event in
      events.append(event)
      if events.count == 1 { lock.release() }
    }
    #expect(events.first == .warning("Another build of this package is running; waiting for it."))
    #expect(events.count == 4)
  }

  // MARK: Model and labels

  @Test func `model and labels reach the package as absolute paths, with a digest of both`() throws {
    let package = try TestPackage(modules: ["one"])
    var builder = package.builder()
    builder.model = try package.folder.write("in/../model.onnx", [0x08, 0x07, 0x3a, 0x00])
    builder.labels = try package.folder.write("labels.txt", "cat\ndog\n")
    func environment() throws -> [String] {
      _ = try builder.run { _ in }
      return try #require(package.log().last).split(separator: "|", omittingEmptySubsequences: false).map(String.init)
    }
    let first = try environment()
    #expect(first[..<2] == [package.folder.path + "/model.onnx", package.folder.path + "/labels.txt"])
    #expect(first[2].utf8.count == 64)
    #expect(try environment() == first)
    try package.folder.write("labels.txt", "cat\ncow\n")
    let second = try environment()
    try package.folder.write("model.onnx", [0x08, 0x08, 0x3a, 0x00])
    let third = try environment()
    #expect(Set([first[2], second[2], third[2]]).count == 3)
  }

  @Test func `a model without labels is a warning`() throws {
    let package = try TestPackage(modules: ["one"])
    var builder = package.builder()
    builder.model = try package.folder.write("model.onnx", [0x08, 0x07])
    var events: [OperatorBuildEvent] = []
    _ = try builder.run { events.append($0) }
    #expect(events.first == .warning("No labels were given with the model: the package's own stay. Give --labels if the model's classes differ."))
  }

  @Test func `a very large model is a warning`() throws {
    let package = try TestPackage(modules: ["one"])
    let model = try package.folder.write("model.onnx", [0x08, 0x07])
    #expect(truncate(model, 51_000_000) == 0)
    #expect(try Fixture(model: model, labels: nil).warnings.first
      == "The model '\(model)' has 51 MB, all of which travel inside the module. Quantise it if start-up or transfer is slow.")
  }

  @Test(arguments: [
    ([] as [UInt8], "The model is empty. Was its download or export cut short?"),
    (Array("version https://git-lfs.github.com/spec/v1".utf8), "The file is not an ONNX model. It is a Git LFS pointer, not the model: run 'git lfs pull' first."),
    (Array("PK\u{3}\u{4}".utf8), "The file is not an ONNX model. It looks like a zip archive, as PyTorch and Keras write: export the model to ONNX."),
    ([0x89, 0x48, 0x44, 0x46], "The file is not an ONNX model. It looks like HDF5, as Keras writes: export the model to ONNX."),
    ([0x1c, 0, 0, 0] + Array("TFL3".utf8), "The file is not an ONNX model. It looks like a TensorFlow Lite model: convert it to ONNX."),
    ([0x08, 0, 0, 0] + Array("ORTM".utf8), "The file is not an ONNX model. It is in ONNX Runtime's own format: give the .onnx file that it was made from."),
    ([0x7b, 0x7d], "The file is not an ONNX model. Its first byte is 0x7b, which no ONNX file starts with: give an .onnx file."),
  ])
  func `a file that is no model is refused before anything is built`(content: [UInt8], message: String) throws {
    let package = try TestPackage(modules: ["one"])
    var builder = package.builder()
    builder.model = try package.folder.write("model.onnx", content)
    let error = try error(builder)
    #expect(error.code == .invalidModel)
    #expect(error.description == "\(package.folder.path)/model.onnx: \(message)")
    #expect(throws: (any Error).self) { try package.log() }
  }

  @Test(arguments: [
    ([] as [UInt8], "The labels file is empty. Was its download or export cut short?"),
    (Array(" \n\t\n".utf8), "The labels file holds no label. Write one label per line, in the order of the model's classes."),
    ([0xff, 0xfe, 0x63], "The labels file is not UTF-8 text. Give a text file with one label per line."),
  ])
  func `a file that holds no labels is refused`(content: [UInt8], message: String) throws {
    let package = try TestPackage(modules: ["one"])
    var builder = package.builder()
    builder.labels = try package.folder.write("labels.txt", content)
    let error = try error(builder)
    #expect(error.code == .invalidLabels)
    #expect(error.message == message)
  }

  @Test func `a missing model and a folder in its place are told apart`() throws {
    let package = try TestPackage(modules: ["one"])
    var builder = package.builder()
    builder.model = "/nowhere/model.onnx"
    #expect(try error(builder).description == "/nowhere/model.onnx: There is no such model. Correct the path.")
    builder.model = package.root
    #expect(try error(builder).message == "This is a folder. Give the model itself.")
  }

  // MARK: Package and manifests

  @Test func `paths that lead to no package are refused`() throws {
    let package = try TestPackage(modules: ["one"]), elsewhere = try TestFolder()
    #expect(try error(package.builder(at: "/nowhere")).description
      == "/nowhere: There is no such folder. Give a guest package, or a module's folder inside one.")
    #expect(try error(package.builder(at: package.root + "/Package.swift")).message
      == "This is a file. Give the guest package's folder, or a module's folder inside one.")
    #expect(try error(package.builder(at: elsewhere.path)).message
      == "Neither this folder nor any above it holds a 'Package.swift'. Give a guest package, or a module's folder inside one.")
    #expect(try error(package.builder(at: package.root + "/Modules")).message
      == "This folder of the package at '\(package.root)' holds no 'module.json', so it is not a module's. "
      + "Give a module's folder, or the package to build all its modules.")
  }

  @Test func `a package needs modules and compiler options`() throws {
    let package = try TestPackage(modules: [])
    #expect(try error(package.builder()).message == "The package has no module: no folder in it holds a 'module.json'. "
      + #"Add one such as {"name": "snapshot", "version": "1.0.0", "product": "snapshot"}."#)
    try package.module("one", #"{"name": "one", "version": "1", "product": "one"}"#)
    try FileManager.default.removeItem(atPath: package.root + "/toolset.json")
    #expect(try error(package.builder()).message
      == "The package has no 'toolset.json' with the compiler's options for WebAssembly. Is it a guest package? Copy the file from one.")
  }

  @Test func `two modules cannot share a name`() throws {
    let package = try TestPackage(modules: ["one"])
    try package.module("two", #"{"name": "one", "version": "2", "product": "two"}"#)
    let error = try error(package.builder())
    #expect(error.code == .invalidModule)
    #expect(error.description == "\(package.root)/Modules/two/module.json: This module has the same name, 'one', as the one at "
      + "'\(package.root)/Modules/one/module.json'. Rename one.")
  }

  @Test(arguments: [
    ("", "The file is not valid JSON. Correct it."),
    ("{", "The file is not valid JSON. Correct it."),
    ("[]", "The file does not hold a JSON object. Write { … }."),
    (#"{"name": "a", "version": "1"}"#, #"The key "product" is missing. Write {"name": "snapshot", "version": "1.0.0", "product": "snapshot"}."#),
    (#"{"name": "a", "version": 1, "product": "p"}"#, #"The value of "version" is not a text. Put it in quotes."#),
    (#"{"name": null, "version": "1", "product": "p"}"#, #"The value of "name" is not a text. Put it in quotes."#),
    (#"{"name": "../a", "version": "1", "product": "p"}"#, "'../a' is not a module name. Use lower-case letters, digits, '.', '-' and '_', a letter or digit first."),
    (#"{"name": "A", "version": "1", "product": "p"}"#, "'A' is not a module name. Use lower-case letters, digits, '.', '-' and '_', a letter or digit first."),
    (#"{"name": "a", "version": "", "product": "p"}"#, "'' is not a version. Use letters, digits, '.', '-' and '_', a letter or digit first, as in '1.0.0'."),
    (#"{"name": "a", "version": "1/2", "product": "p"}"#, "'1/2' is not a version. Use letters, digits, '.', '-' and '_', a letter or digit first, as in '1.0.0'."),
    (#"{"name": "a", "version": "1", "product": "--help"}"#, "'--help' is not a product's name. Use the name of an executable product of the package."),
  ])
  func `a wrong module.json says what is wrong`(content: String, message: String) throws {
    let package = try TestPackage(modules: [])
    try package.module("one", content)
    let error = try error(package.builder())
    #expect(error.code == .invalidModule)
    #expect(error.description == "\(package.root)/Modules/one/module.json: \(message)")
  }

  // MARK: The compiler

  @Test func `without a toolchain nothing can be built`() throws {
    let package = try TestPackage(modules: ["one"])
    var builder = package.builder()
    builder.environment?["PATH"] = "/nowhere"
    let error = try error(builder)
    #expect(error.code == .noToolchain)
    #expect(error.message == "There is no 'swift' on the PATH. Operators are compiled with the Swift toolchain: "
      + "install Swift 6.3 or later from swift.org, or add its 'usr/bin' to PATH.")
  }

  @Test func `a failed build shows the compiler's errors`() throws {
    let package = try TestPackage(modules: ["one"])
    try package.swift("echo '[1/2] Compiling'; echo 'One.swift:3:5: error: cannot find it' >&2; echo 'error: fatalError'; exit 3")
    let error = try error(package.builder())
    #expect(error.code == .buildFailed)
    #expect(error.description == """
      \(package.root): 'swift build --product one-product' failed with status 3:
      One.swift:3:5: error: cannot find it
      error: fatalError
      """)
    try package.swift("echo 'something else'; kill -9 $$")
    #expect(try self.error(package.builder()).message == "'swift build --product one-product' was ended by signal 9:\nsomething else")
    try package.swift("exit 0")
    #expect(try self.error(package.builder()).message.hasSuffix("Is 'one-product' an executable product of the package?"))
  }

  @Test func `a request to stop is passed on to the compiler`() throws {
    let package = try TestPackage(modules: ["one"])
    // The stand-in stops this process, which passes it on; it would otherwise go on for a minute.
    try package.swift("sleep 60 > /dev/null 2>&1 & trap \"kill $!; echo stopped; exit 0\" INT; kill -INT $PPID; wait")
    var events: [OperatorBuildEvent] = []
    let error = try #require(throws: OperatorBuildError.self) { try package.builder().run { events.append($0) } }
    #expect(error.code == .interrupted && error.message == "The build was stopped.")
    #expect(events.last == .output("stopped"))
  }

  @Test func `a core module that is no component to be says why`() throws {
    let package = try TestPackage(modules: ["one"])
    try package.folder.write("core.wasm", Array(TestPackage.core.prefix(8)))
    let error = try error(package.builder())
    #expect(error.code == .notEncodable)
    #expect(error.message.hasPrefix("The module 'one' was compiled, but cannot be wrapped as a component. The core module exports no function of any interface"))
  }

  // MARK: Files

  @Test func `an output folder that cannot be is refused, and nothing half-written stays`() throws {
    let package = try TestPackage(modules: ["one"])
    var builder = package.builder()
    builder.output = .folder(try package.folder.write("occupied", "a file") + "/modules")
    #expect(try error(builder).code == .fileAccess)
    _ = try package.builder().run { _ in }
    _ = try package.builder().run { _ in }
    #expect(try package.folder.list("modules") == ["one-1.2.0.wasm"])
  }

  @Test func `build products go to the user's cache folder`() throws {
    #expect(try FilePaths.userCache(["HOME": "/home/me"]) == "/home/me/.cache/millrace/operators")
    #expect(try FilePaths.userCache(["HOME": "/home/me", "XDG_CACHE_HOME": "/var/cache/me"]) == "/var/cache/me/millrace/operators")
    let error = #expect(throws: OperatorBuildError.self) { try FilePaths.userCache([:]) }
    #expect(error?.message == "There is no place for build products: HOME is not set. Set it, or XDG_CACHE_HOME.")
  }
} }

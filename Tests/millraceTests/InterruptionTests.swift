import Foundation
import Glibc
import OperatorFixtures
import Testing

@Suite(.timeLimit(.minutes(10)))
struct InterruptionTests {
  @Test func `An interrupt ends a watching run in order, with 0`() throws {
    let run = try TestRun(files: [("a", "first")])
    let command = try run.start("--watch")
    #expect(command.line()?.contains("first") == true)
    try run.folder.write("second.part", "second")
    #expect(rename(run.folder.path + "/second.part", run.input + "/b") == 0)
    #expect(command.line()?.contains("second") == true)
    command.interrupt()
    #expect(command.line() == nil)
    #expect(command.wait() == 0)
    #expect(command.standardError.contains("ending after what has been read") && command.standardError.contains("2 items"))
  }

  @Test func `A second interrupt ends it at once, with 130`() throws {
    // Both files are read together; the second one keeps its operator busy until the run is ended.
    let run = try TestRun(files: [("a", "first"), ("b", "l")])
    let command = try run.start("--watch", "--timeout", "0")
    #expect(command.line()?.contains("first") == true)
    command.interrupt()
    while !command.standardError.contains("press Ctrl-C again") { usleep(1000) }
    command.interrupt()
    #expect(command.wait() == 130)
  }

  @Test func `A reader that goes away is an error of the output, not a signal`() throws {
    // More than a pipe holds.
    let large = String(repeating: "x", count: 100_000)
    let run = try TestRun(files: (0..<20).map { ("\($0)", large) })
    let command = try run.start()
    #expect(command.line() != nil)
    command.closeOutput()
    #expect(command.wait() == 1)
    #expect(command.standardError.contains("closed"), "\(command.standardError)")
  }

  /// Frames through the example's operators and model; the same file under many names.
  @Test func `Memory does not grow with the number of images`() throws {
    let folder = try TestFolder()
    let modules = URL(filePath: Command.executable).deletingLastPathComponent().path() + "test-modules/command"
    for module in ["Format", "Snapshot"] {
      let build = try Outcome("build", TestFolder.repository + "Operators/" + module, "--output", modules, "--quiet")
      try #require(build.code == 0, "\(build.errors)")
    }
    let frame = try folder.write("frame.raw", (0..<(224 * 224 * 3)).map { UInt8(truncatingIfNeeded: $0 / 7) })
    let count = 2000
    for index in 0..<count { try FileManager.default.linkItem(atPath: frame, toPath: folder.path + "/\(index).raw") }
    try FileManager.default.removeItem(atPath: frame)
    let graph = TestFolder.repository + "Examples/image-classification/graph.yaml"
    let command = try Command(["run", graph, "--modules", modules, "--input", folder.path, "--watch"])
    for _ in 0..<200 { try #require(command.line() != nil, "\(command.standardError)") }
    let early = command.residentSize
    for _ in 200..<count { try #require(command.line() != nil, "\(command.standardError)") }
    let late = command.residentSize
    command.interrupt()
    #expect(command.wait() == 0)
    #expect(early > 1 << 20 && late < early + early / 10, "\(early) bytes after 200 images, \(late) after \(count)")
  }
}

import Foundation
import Glibc
import OperatorFixtures
import Testing

@Suite(.timeLimit(.minutes(10)))
struct ReplayCommandTests {
  private static let files = (0..<30).map { ("\(100 + $0)", $0 == 7 ? "e" : "item \($0)") }

  @Test func `A recorded run is replayed from anywhere, to the same bytes`() throws {
    let run = try TestRun(.telling, files: Self.files)
    let recording = run.folder.path + "/day.recording"
    let first = try run.run("--record", recording, "--workers", "3", "--set", "nobody=1", "--quiet")
    #expect(first.code == 0 && first.lines.count == 30, "\(first.errors)")
    for workers in ["1", "4"] {
      let again = try Outcome("replay", recording, "--workers", workers, "--code-cache", "off", "--quiet")
      #expect(again.code == 0 && again.lines == first.lines, "\(again.errors)")
    }
    // Without a recording, operators see real clocks and random numbers.
    #expect(try run.run("--quiet").lines != first.lines)
    // To a file.
    #expect(try Outcome("replay", recording, "--output", run.folder.path + "/again.jsonl", "--code-cache", "off").code == 0)
    #expect(try run.folder.text(of: "again.jsonl") == first.lines.joined(separator: "\n") + "\n")
  }

  @Test func `A recorded run's settings hold for its replay, and can be changed`() throws {
    let run = try TestRun(files: Self.files)
    let recording = run.folder.path + "/day.recording", letters = run.folder.path + "/dead"
    let first = try run.run("--record", recording, "--on-error", "deadLetter", "--dead-letters", letters + "-1", "--quiet")
    #expect(first.code == 3 && first.lines.count == 29, "\(first.errors)")
    let without = try Outcome("replay", recording, "--code-cache", "off", "--quiet")
    #expect(without.code == 2 && without.errors.contains("dead letters"), "\(without.errors)")
    let again = try Outcome("replay", recording, "--dead-letters", letters + "-2", "--code-cache", "off", "--quiet")
    #expect(again.code == 3 && again.lines == first.lines)
    #expect(try run.folder.text(of: "dead-1") == run.folder.text(of: "dead-2"))
    let halted = try Outcome("replay", recording, "--code-cache", "off", "--quiet", "--", "--on-error", "halt")
    #expect(halted.code == 1 && halted.lines.count == 7 && halted.errors.contains("error policy ends the run"), "\(halted.errors)")
    let wrong = try Outcome("replay", recording, "--code-cache", "off", "--", "--no-such-option")
    #expect(wrong.code == 64 && wrong.errors.contains("--no-such-option"), "\(wrong.errors)")
  }

  @Test func `With --json, a replay says what it replayed, and what has changed`() throws {
    let run = try TestRun(.passingOn, files: Self.files)
    let recording = run.folder.path + "/day.recording"
    #expect(try run.run("--record", recording, "--quiet").code == 0)
    try run.folder.write("modules/work-1.0.0.wasm", OperatorFixture.moody)
    let outcome = try Outcome("replay", recording, "--json", "--code-cache", "off", "--workers", "2")
    #expect(outcome.code == 3 && outcome.lines.count == 29, "\(outcome.errors)")
    let events = try outcome.events()
    let change = try #require(events.first { $0["event"] as? String == "notice" })
    #expect((change["message"] as? String)?.hasPrefix("the module work:1.0.0 has changed since the recording") == true)
    let replay = try #require(events.first { $0["event"] as? String == "replay" })
    let size = try FileManager.default.attributesOfItem(atPath: recording)[.size] as? Int
    #expect(replay["items"] as? Int == 30 && replay["isComplete"] as? Bool == true && replay["bytes"] as? Int == size && replay["cutOffAt"] == nil)
    #expect(events.last?["event"] as? String == "summary")
  }

  @Test func `A recording whose process was killed replays what that had taken in`() throws {
    let run = try TestRun(.passingOn, files: [("a", "first")])
    let recording = run.folder.path + "/day.recording"
    let command = try run.start("--watch", "--record", recording)
    let line = try #require(command.line())
    try run.folder.write("second.part", "second")
    #expect(rename(run.folder.path + "/second.part", run.input + "/b") == 0)
    let second = try #require(command.line())
    kill(command.pid, SIGKILL)
    #expect(command.wait() == -SIGKILL)
    let replay = try Outcome("replay", recording, "--code-cache", "off")
    #expect(replay.code == 0 && replay.lines == [line, second])
    let size = try #require(try FileManager.default.attributesOfItem(atPath: recording)[.size] as? Int)
    #expect(replay.errors.contains("byte \(size): the recording is cut off here") && replay.errors.contains("2 items before that"), "\(replay.errors)")
  }

  @Test func `What is no recording, or a damaged one, ends with 1 and its place`() throws {
    let run = try TestRun(files: Self.files)
    let recording = run.folder.path + "/day.recording"
    let nothing = try Outcome("replay", recording)
    #expect(nothing.code == 1 && nothing.errors.contains("No such file"), "\(nothing.errors)")
    try run.folder.write("graph.recording", "metadata: {}")
    let other = try Outcome("replay", run.folder.path + "/graph.recording")
    #expect(other.code == 1 && other.errors.contains("byte 0: This is no recording"), "\(other.errors)")
    #expect(try run.run("--record", recording, "--quiet").code == 3)
    let there = try run.run("--record", recording, "--quiet")
    #expect(there.code == 1 && there.errors.contains("there already"), "\(there.errors)")
    var bytes = try Data(contentsOf: URL(filePath: recording))
    bytes[bytes.count - 300] ^= 1
    try bytes.write(to: URL(filePath: recording))
    let damaged = try Outcome("replay", recording, "--code-cache", "off", "--quiet")
    #expect(damaged.code == 1 && damaged.lines.count > 20 && damaged.errors.contains("The entry is damaged"), "\(damaged.errors)")
  }
}

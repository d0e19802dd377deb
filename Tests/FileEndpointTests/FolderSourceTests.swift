import Dataflow
import EndpointKit
import FileEndpoint
import Foundation
import Glibc
import Testing

@Test func aFolderGivesItsFilesSortedWithAIOsTopics() throws {
  let scratch = Scratch()
  scratch.write("b.raw", "picture")
  scratch.write("a.json", "{}")
  scratch.write("A.JSON", "[]")
  scratch.write("noextension", "x")
  scratch.write("empty.jpg", "")
  scratch.write(".hidden", "h")
  mkdir(scratch.path("folder"), 0o755)
  mkfifo(scratch.path("pipe"), 0o644)
  #expect(
    try drain(scratch.input().open()) == [
      .item(name: "A.JSON", topic: "probe/1", payload: "[]"),
      .item(name: "a.json", topic: "probe/1", payload: "{}"),
      .item(name: "b.raw", topic: "snapshot_simulation", payload: "picture"),
      .item(name: "empty.jpg", topic: "snapshot_simulation", payload: ""),
      .item(name: "noextension", topic: "snapshot_simulation", payload: "x"),
    ])
}

@Test func hiddenFilesAndAnotherTopicCanBeAskedFor() throws {
  let scratch = Scratch()
  scratch.write(".json", "{}")
  scratch.write("a", "1")
  var input = scratch.input()
  input.includesHidden = true
  input.topic = "my/topic"
  #expect(
    try drain(input.open()) == [
      .item(name: ".json", topic: "my/topic", payload: "{}"), .item(name: "a", topic: "my/topic", payload: "1"),
    ])
}

@Test func messagesAreStampedAndNumbered() throws {
  let scratch = Scratch()
  for name in ["1", "2"] { scratch.write(name, name) }
  let recorder = DeliveryRecorder()
  let source = try scratch.input().open(clock: stillClock(), observer: recorder)
  guard case .items(let items) = try source.next(atMost: 9) else { return #expect(Bool(false)) }
  #expect(items.map(\.time.text) == ["000000000001000:00000:test", "000000000001000:00001:test"])
  #expect(items.map(\.origin.receivedAt) == [5, 5])
  for item in items { item.delivery.complete(.delivered) }
  #expect(recorder.outcomes == [0: [.delivered], 1: [.delivered]])
}

@Test func anyFileNameIsRead() throws {
  let scratch = Scratch()
  let names: [[UInt8]] = [
    Array("with space & \"quotes\"\\".utf8), Array("line\nbreak".utf8), Array("\u{1B}[2J".utf8), [0xFF, 0xFE, 0x2E, 0x6A], Array("-rf".utf8),
    Array("日本語.json".utf8), Array(String(repeating: "n", count: 255).utf8), Array("...".utf8.map { $0 }) + [0x61], Array("%s%n".utf8),
    Array("*?".utf8),
  ]
  for name in names { scratch.write(name, [1]) }
  var input = scratch.input()
  input.includesHidden = true
  let said = try drain(input.open())
  let texts = names.sorted { $0.lexicographicallyPrecedes($1) }.map { String(decoding: $0, as: UTF8.self) }
  #expect(
    said.map { if case .item(let name, _, _) = $0 { name } else { "" } } == texts)
}

@Test func anEmptyFolderFinishesAtOnce() throws {
  let scratch = Scratch()
  #expect(try drain(scratch.input().open()).isEmpty)
  #expect(scratch.names.isEmpty)
}

@Test func oneBadFileIsRefusedAndTheRestIsRead() throws {
  let scratch = Scratch()
  for name in ["a", "c", "e", "g"] { scratch.write(name, name) }
  scratch.write("b-huge", "123456789")
  symlink("nowhere", scratch.path("d-dangling"))
  symlink("a", scratch.path("f-link"))
  symlink(".", scratch.path("h-folder-link"))
  var input = scratch.input()
  input.payloadLimit = 8
  let source = try input.open()
  unlink(scratch.path("e"))
  #expect(
    try drain(source) == [
      .item(name: "a", topic: "snapshot_simulation", payload: "a"),
      .refused(.tooLarge, "b-huge"),
      .item(name: "c", topic: "snapshot_simulation", payload: "c"),
      .refused(.notFound, "d-dangling"),
      .refused(.notFound, "e"),
      .item(name: "f-link", topic: "snapshot_simulation", payload: "a"),
      .item(name: "g", topic: "snapshot_simulation", payload: "g"),
    ])
}

@Test func aFileThatBecomesAPipeIsNotWaitedFor() throws {
  let scratch = Scratch()
  scratch.write("a", "a")
  let source = try scratch.input().open()
  unlink(scratch.path("a"))
  mkfifo(scratch.path("a"), 0o644)
  #expect(try drain(source).isEmpty)
}

@Test(.enabled(if: getuid() != 0, "root may read any file"))
func aFileWithoutPermissionIsRefused() throws {
  let scratch = Scratch()
  scratch.write("a", "a")
  chmod(scratch.path("a"), 0)
  #expect(try drain(scratch.input().open()) == [.refused(.unreadable, "a")])
}

@Test func aSparseGiantIsRefusedWithoutBeingRead() throws {
  let scratch = Scratch()
  scratch.write("giant", "")
  #expect(truncate(scratch.path("giant"), 1 << 40) == 0)
  #expect(try drain(scratch.input().open()) == [.refused(.tooLarge, "giant")])
}

@Test func aLimitIsTheLargestThatPasses() throws {
  let scratch = Scratch()
  scratch.write("a", "12345")
  var input = scratch.input()
  for (limit, passes) in [(0, false), (4, false), (5, true), (6, true)] {
    input.payloadLimit = limit
    let expected: Said = passes ? .item(name: "a", topic: "snapshot_simulation", payload: "12345") : .refused(.tooLarge, "a")
    #expect(try drain(input.open()) == [expected])
  }
}

@Test(.enabled(if: access("/proc/self/status", R_OK) == 0, "there is no /proc here"))
func aFileThatSaysItIsEmptyIsReadToItsEnd() throws {
  // Files in /proc have size 0.
  let said = try drain(FileInput(path: "/proc/self/status").open())
  guard case .item(_, _, let payload)? = said.first else { return #expect(Bool(false), "\(said)") }
  #expect(payload.hasPrefix("Name:") && payload.hasSuffix("\n"))
}

@Test func aMissingInputIsSaidAtOnce() {
  let error = failure { () throws(EndpointError) in try FileInput(path: "/no/such/folder").open() }
  #expect(error?.code == .notFound)
  #expect(error?.description == "The input cannot be opened: No such file or directory. (/no/such/folder)")
  #expect(failure { () throws(EndpointError) in try FileInput(path: "/dev/null").open() }?.code == .unreadable)
  #expect(failure { () throws(EndpointError) in try FileInput(path: "").open() }?.code == .notFound)
}

@Test func aStoppedFolderFinishes() throws {
  let scratch = Scratch()
  for name in ["a", "b"] { scratch.write(name, name) }
  let source = try scratch.input().open()
  #expect(try drain(source, atMost: 1, count: 1).count == 1)
  source.stop()
  #expect(try drain(source).isEmpty)
}

@Test func filesKeepTheRulesOfSources() throws {
  let scratch = Scratch()
  let payloads = (0..<9).map { [UInt8]("\($0)".utf8) }
  for payload in payloads { scratch.write(payload, payload) }
  scratch.write("lines.jsonl", "")
  unlink(scratch.path("lines.jsonl"))
  #expect(EndpointCompatibility.check(try scratch.input().open(), yields: payloads) == [])
  #expect(EndpointCompatibility.check(try scratch.input("3").open(), yields: [payloads[3]]) == [])
  var watching = scratch.input()
  watching.watch = true
  #expect(EndpointCompatibility.check(try watching.open(), yields: payloads, finishes: false) == [])
  #expect(EndpointCompatibility.checkStopping(try scratch.input("3").open()) == [])
  let lines = Scratch()
  lines.write("l.jsonl", "1\n2\n3")
  #expect(EndpointCompatibility.check(try lines.input("l.jsonl").open(), yields: ["1", "2", "3"].map { Array($0.utf8) }) == [])
  #expect(EndpointCompatibility.checkStopping(try lines.input("l.jsonl").open()) == [])
}

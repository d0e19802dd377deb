import EndpointKit
import Foundation
import Glibc
import Testing

@testable import FileEndpoint

private func watching(_ scratch: Scratch) throws -> any Source {
  var input = scratch.input()
  input.watch = true
  return try input.open()
}

private func said(_ name: String, _ payload: String) -> Said {
  .item(name: name, topic: "snapshot_simulation", payload: payload)
}

@Test(.timeLimit(.minutes(10)))
func aWatchedFolderGoesOnWithNewReplacedAndMovedFiles() throws {
  let scratch = Scratch()
  let elsewhere = Scratch()
  scratch.write("b", "1")
  let source = try watching(scratch)
  #expect(try drain(source, count: 1) == [said("b", "1")])
  scratch.write("a", "2")
  #expect(try drain(source, count: 1) == [said("a", "2")])
  scratch.write("b", "3")
  #expect(try drain(source, count: 1) == [said("b", "3")])
  elsewhere.write("c", "4")
  rename(elsewhere.path("c"), scratch.path("c"))
  #expect(try drain(source, count: 1) == [said("c", "4")])
  elsewhere.write("c", "5")
  rename(elsewhere.path("c"), scratch.path("c"))
  #expect(try drain(source, count: 1) == [said("c", "5")])
}

@Test(.timeLimit(.minutes(10)))
func whatIsWrittenTwiceBeforeItIsReadIsReadOnce() throws {
  let scratch = Scratch()
  scratch.write("a", "1")
  let source = try watching(scratch)
  scratch.write("a", "2")
  scratch.write("b", "3")
  scratch.write("b", "4")
  scratch.write("c", "5")
  #expect(try drain(source, atMost: 1, count: 3) == [said("a", "2"), said("b", "4"), said("c", "5")])
  source.stop()
  #expect(try drain(source).isEmpty)
}

@Test(.timeLimit(.minutes(10)))
func aWatchedFolderLeavesOutHiddenFilesFoldersAndPipes() throws {
  let scratch = Scratch()
  let elsewhere = Scratch()
  let source = try watching(scratch)
  scratch.write(".hidden", "no")
  mkdir(elsewhere.path("folder"), 0o755)
  rename(elsewhere.path("folder"), scratch.path("folder"))
  mkfifo(elsewhere.path("pipe"), 0o644)
  rename(elsewhere.path("pipe"), scratch.path("pipe"))
  scratch.write("gone", "no")
  unlink(scratch.path("gone"))
  scratch.write("z", "yes")
  #expect(try drain(source, count: 2) == [.refused(.notFound, "gone"), said("z", "yes")])
}

@Test(.timeLimit(.minutes(10)))
func stopWakesASourceThatWaits() throws {
  let scratch = Scratch()
  #expect(EndpointCompatibility.checkStopping(try watching(scratch)) == [])
}

@Test(.timeLimit(.minutes(10)))
func aSourceThatWaitsIsWokenByAFile() async throws {
  let scratch = Scratch()
  let elsewhere = Scratch()
  elsewhere.write("a", "1")
  let source = try watching(scratch)
  async let first = onThread { try? drain(source, count: 1) }
  rename(elsewhere.path("a"), scratch.path("a"))
  #expect(await first == [said("a", "1")])
}

@Test(.timeLimit(.minutes(10)))
func aRemovedFolderIsAnError() throws {
  let scratch = Scratch()
  let source = try watching(scratch)
  rmdir(scratch.path)
  let error = failure { () throws(EndpointError) in try source.next(atMost: 1) }
  #expect(error?.code == .notFound)
}

@Test(.timeLimit(.minutes(10)))
func noFileIsLostWhenTheSystemsEventQueueOverflows() throws {
  let limit = (try? String(contentsOfFile: "/proc/sys/fs/inotify/max_queued_events", encoding: .utf8)).flatMap { Int($0.dropLast()) } ?? .max
  guard limit <= 40_000 else { return }
  let scratch = Scratch()
  let elsewhere = Scratch()
  scratch.write("a", "1")
  elsewhere.write("late", "2")
  let source = try watching(scratch)
  #expect(try drain(source, count: 1) == [said("a", "1")])
  // Every second move is into the folder; none is the same as the one before.
  for _ in 0...limit {
    rename(scratch.path("a"), scratch.path("b"))
    rename(scratch.path("b"), scratch.path("a"))
  }
  rename(elsewhere.path("late"), scratch.path("late"))
  var found: [Said] = []
  while !found.contains(said("late", "2")) { found += try drain(source, count: 1) }
  // Of the names that came and went, at most one is still a file.
  #expect(found.count <= 4)
}

@Test func eventRecordsAreParsedWhateverTheyHold() {
  func record(_ mask: Int32, _ name: [UInt8], length: UInt32? = nil) -> [UInt8] {
    let padded = name + Array(repeating: 0, count: (16 - name.count % 16) % 16)
    let fields: [UInt32] = [1, UInt32(mask), 0, length ?? UInt32(padded.count)]
    return fields.flatMap { field in withUnsafeBytes(of: field) { Array($0) } } + padded
  }
  func events(_ records: [UInt8]) -> [FolderWatch.Event] {
    var events: [FolderWatch.Event] = []
    FolderWatch.parse(records[...], into: &events)
    return events
  }
  let name = Array("abc".utf8)
  let all = record(IN_CLOSE_WRITE, name) + record(IN_Q_OVERFLOW, []) + record(IN_MOVED_TO | IN_ISDIR, name) + record(IN_MOVED_TO, [0xFF])
  #expect(events(all) == [.file(FileName("abc")), .overflow, .file(FileName(bytes: [0xFF]))])
  #expect(events(record(IN_DELETE_SELF, []) + record(IN_IGNORED, [])) == [.folderRemoved])
  #expect(events(record(IN_CLOSE_WRITE, [])).isEmpty)
  #expect(events(record(IN_CLOSE_WRITE, name, length: .max)) == [.file(FileName("abc"))])
  for count in all.indices { _ = events(Array(all[..<count])) }
}

@Test func namesWaitOnceAndInOrder() {
  var queue = NameQueue([FileName("b"), FileName("a")])
  queue.push(FileName("a"))
  queue.push(FileName("c"))
  #expect(queue.pop()?.text == "b")
  queue.push(FileName("b"))
  #expect([queue.pop()?.text, queue.pop()?.text, queue.pop()?.text, queue.pop()?.text] == ["a", "c", "b", nil])
  for number in 0..<5000 { queue.push(FileName("\(number)")) }
  for number in 0..<5000 {
    #expect(queue.pop()?.text == "\(number)")
    if number.isMultiple(of: 2) { queue.push(FileName("\(number)")) }
  }
  #expect(queue.pop()?.text == "0")
}

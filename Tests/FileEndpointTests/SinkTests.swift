import Dataflow
import EndpointKit
import FileEndpoint
import Foundation
import Glibc
import Testing

private func payload(ofLine line: some StringProtocol) throws -> [UInt8] {
  let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
  let payload = try #require(object["payload"])
  if let text = payload as? String { return Array(text.utf8) }
  if let base64 = (payload as? [String: String])?["base64"] { return Array(try #require(Data(base64Encoded: base64))) }
  return Array(try JSONSerialization.data(withJSONObject: payload, options: [.fragmentsAllowed]))
}

private let mixed: [[UInt8]] = [Array(#"{"a":1}"#.utf8), [], [0xFF, 0x00], Array("text\n\"quoted\"".utf8), Array("[1,2]".utf8), [0]]

@Test func aLineHoldsSourceTopicTimestampAndPayload() throws {
  let scratch = Scratch()
  let sink = try FileOutput.lines(path: scratch.path("out")).open()
  let time = Timestamp(seconds: 1_696_374_425, nodeID: "n")
  let origin = Origin(name: "scratch-1.jpg", topic: Array("a/b".utf8))
  let snapshot = Snapshot(timestamp: time, format: "rgb24", width: 1, height: 1, frame: Array("{ \"object\" :\n [ 1 ] }".utf8))
  try sink.write([
    Item(time: .zero, data: .snapshot(snapshot), origin: origin, delivery: Delivery()),
    Item(time: time, data: .bytes([0xFF]), origin: origin, delivery: Delivery()),
    item(Array("not json\u{1B}".utf8), source: "a\"\\\n", topic: "t"),
  ])
  try sink.close()
  #expect(
    String(decoding: scratch.read("out"), as: UTF8.self) == #"""
      {"source":"scratch-1.jpg","topic":"a/b","timestamp":"001696374425000:00000:n","payload":{"object":[1]}}
      {"source":"scratch-1.jpg","topic":"a/b","timestamp":"001696374425000:00000:n","payload":{"base64":"/w=="}}
      {"source":"a\"\\\n","topic":"t","timestamp":"000000000001000:00000:test","payload":"not json\u001b"}

      """#)
}

@Test func aFileOfLinesKeepsTheRulesOfSinks() throws {
  let scratch = Scratch()
  let sink = try FileOutput.lines(path: scratch.path("out")).open()
  let violations = EndpointCompatibility.check(sink, payloads: mixed) {
    try String(decoding: scratch.read("out"), as: UTF8.self).split(separator: "\n").map { try payload(ofLine: $0) }
  }
  #expect(violations == [])
}

@Test func aFileOfLinesIsReplacedOrGoesOn() throws {
  let scratch = Scratch()
  for (appends, lines) in [(false, 1), (true, 2), (true, 3), (false, 1)] {
    let sink = try FileOutput.lines(path: scratch.path("out"), appends: appends).open()
    try sink.write([item([1])])
    try sink.close()
    #expect(scratch.read("out").count { $0 == UInt8(ascii: "\n") } == lines)
  }
}

@Test func anOutputThatCannotBeOpenedIsSaidAtOnce() {
  #expect(failure { () throws(EndpointError) in try FileOutput.lines(path: "/no/such/folder/out").open() }?.code == .notFound)
  #expect(failure { () throws(EndpointError) in try FileOutput.lines(path: "/tmp").open() }?.code == .unwritable)
  #expect(failure { () throws(EndpointError) in try FileOutput.folder(path: "/no/such/folder").open() }?.code == .notFound)
  #expect(failure { () throws(EndpointError) in try FileOutput.folder(path: "/dev/null").open() }?.code == .notFound)
}

@Test func aReaderThatHasGoneIsAnErrorAndNotASignal() throws {
  // A pipe with a name, whose only reader goes away.
  let scratch = Scratch()
  mkfifo(scratch.path("pipe"), 0o644)
  let reader = open(scratch.path("pipe"), O_RDONLY | O_NONBLOCK)
  let sink = try FileOutput.lines(path: scratch.path("pipe")).open()
  let recorder = DeliveryRecorder()
  try sink.write([item([1], id: 1, recorder)])
  close(reader)
  let error = failure { () throws(EndpointError) in try sink.write([item([2], id: 2, recorder), item([3], id: 3, recorder)]) }
  #expect(error?.code == .closed)
  #expect(error?.message == "Whoever read the output has closed it, so the run cannot go on: Broken pipe.")
  #expect(recorder.outcomes == [1: [.delivered], 2: [.abandoned], 3: [.abandoned]])
  #expect(failure { () throws(EndpointError) in try sink.write([item([4], id: 4, recorder)]) }?.code == .closed)
  #expect(recorder.outcomes[4] == [.abandoned])
  try sink.close()
}

@Test(.enabled(if: access("/dev/full", W_OK) == 0, "there is no /dev/full here"))
func aFullDiskIsAnError() throws {
  let sink = try FileOutput.lines(path: "/dev/full").open()
  let recorder = DeliveryRecorder()
  #expect(failure { () throws(EndpointError) in try sink.write([item([1], id: 1, recorder)]) }?.code == .unwritable)
  #expect(recorder.outcomes == [1: [.abandoned]])
}

@Test func linesThatAreOutAreDeliveredAndTheRestIsTakenBack() async throws {
  // In a process of its own, which may not write files of more than 3000 bytes.
  await #expect(processExitsWith: .success) {
    let scratch = Scratch()
    signal(SIGXFSZ, SIG_IGN)
    var limit = rlimit(rlim_cur: 3000, rlim_max: 3000)
    #expect(setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0)
    let sink = try FileOutput.lines(path: scratch.path("out")).open()
    let recorder = DeliveryRecorder()
    let items = (0..<4).map { item(Array(repeating: 0x61, count: 1000), id: $0, recorder) }
    let error = failure { () throws(EndpointError) in try sink.write(items) }
    #expect(error?.code == .unwritable)
    #expect(recorder.outcomes == [0: [.delivered], 1: [.delivered], 2: [.abandoned], 3: [.abandoned]])
    let text = scratch.read("out")
    #expect(text.count { $0 == UInt8(ascii: "\n") } == 2 && text.last == UInt8(ascii: "\n"))
  }
}

@Test func aFolderGetsAFilePerPayload() throws {
  let scratch = Scratch()
  let sink = try FileOutput.folder(path: scratch.path("out")).open()
  try sink.write([item(Array("{}".utf8), source: "a.jpg"), item([0xFF], source: "../../etc/passwd"), item([], source: "")])
  let out = FileManager.default
  #expect(
    try out.contentsOfDirectory(atPath: scratch.path("out")).sorted() == [
      "000001-a.jpg.json", "000002-.._.._etc_passwd.bin", "000003-.bin",
    ])
  #expect(scratch.read("out/000001-a.jpg.json") == Array("{}".utf8))
  #expect(scratch.read("out/000002-.._.._etc_passwd.bin") == [0xFF])
}

@Test func aFolderNeverLosesAFileThatIsThere() throws {
  let scratch = Scratch()
  scratch.write("000007-x.bin", "mine")
  scratch.write("99999999999999999999-x", "mine")
  scratch.write("notes-1.txt", "mine")
  let sink = try FileOutput.folder(path: scratch.path).open()
  // Somebody takes the next name in the meantime.
  scratch.write("000008-x.bin", "also mine")
  try sink.write([item([0xFF], source: "x")])
  #expect(scratch.names == ["000007-x.bin", "000008-x.bin", "000009-x.bin", "99999999999999999999-x", "notes-1.txt"])
  #expect(scratch.read("000008-x.bin") == Array("also mine".utf8))
  #expect(scratch.read("000009-x.bin") == [0xFF])
}

@Test func hostileOriginsGiveHarmlessFileNames() throws {
  let scratch = Scratch()
  let sink = try FileOutput.folder(path: scratch.path).open()
  let names = [String(repeating: "長", count: 300), "a\u{1B}[2J\n/\0b", "..", "e\u{301}\u{301}", String(repeating: "e\u{301}", count: 300)]
  try sink.write(names.map { item([1], source: $0) })
  #expect(scratch.names.count == names.count)
  #expect(scratch.names.allSatisfy { $0.utf8.count <= 255 })
  #expect(scratch.names.contains("000002-a_[2J___b.bin"))
}

@Test func aFolderKeepsTheRulesOfSinks() throws {
  let scratch = Scratch()
  let sink = try FileOutput.folder(path: scratch.path).open()
  #expect(EndpointCompatibility.check(sink, payloads: mixed) { scratch.names.map { scratch.read($0) } } == [])
}

@Test func aFolderThatIsGoneIsAnError() throws {
  let scratch = Scratch()
  let sink = try FileOutput.folder(path: scratch.path).open()
  rmdir(scratch.path)
  let recorder = DeliveryRecorder()
  #expect(failure { () throws(EndpointError) in try sink.write([item([1], id: 1, recorder)]) }?.code == .notFound)
  #expect(recorder.outcomes == [1: [.abandoned]])
  #expect(failure { () throws(EndpointError) in try sink.write([]) }?.code == .closed)
}

@Test func standardOutputTakesLines() async throws {
  let result = try await #require(
    processExitsWith: .success, observing: [\.standardOutputContent]
  ) {
    let sink = try FileOutput.standardOutput.open()
    try sink.write([item(Array("{}".utf8))])
    try sink.flush()
    try sink.close()
  }
  let output = String(decoding: result.standardOutputContent, as: UTF8.self)
  #expect(output.contains(#"{"source":"source","topic":"topic","timestamp":"000000000001000:00000:test","payload":{}}"# + "\n"))
}

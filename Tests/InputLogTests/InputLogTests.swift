import Dataflow
import Foundation
import InputLog
import Testing

struct InputLogTests {
  private let folder = URL(filePath: NSTemporaryDirectory()).appending(path: "millrace-\(UUID().uuidString)").path()
  private var path: String { folder + "/log" }

  private static let header = LogHeader(
    program: "millrace 0.0", startedAt: WallTime(seconds: 1_700_000_000, nanoseconds: 5), seed: 0x1234_5678_9ABC_DEF0,
    files: [LogHeader.File(name: "graph", path: "/graphs/é.yaml", digest: "00ff")], arguments: ["--set", "a=b"], sources: ["in", "other"])

  init() throws { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) }

  /// Items with everything that an item can have.
  private static let items: [Item] = {
    let time = Timestamp(seconds: 7, nanoseconds: 8_000_000, counter: 9, nodeID: "node")
    let full = Message(
      timestamp: time, topic: Array("a/b".utf8), contentType: "application/json", payload: Array(0...255), userProperties: [
        UserProperty(key: "key", value: "1"), UserProperty(key: "key", value: ""),
      ], schema: .inline(name: "s", content: [1, 2]))
    let data: [DataModel] = [
      .message(full), .message(Message(timestamp: time, topic: [0xFF], payload: [], schema: .reference("r:1"))),
      .snapshot(Snapshot(timestamp: time, format: "rgb24", width: 2, height: 3, frame: Array(repeating: 4, count: 18))), .bytes([1, 2, 3]),
    ]
    let envelope = Envelope(isRetained: true, isText: false, expiry: WallTime(seconds: 5, nanoseconds: 6), responseTopic: [7], correlationData: [])
    return data.enumerated().map { index, data in
      let origin = Origin(
        name: "item", number: index == 2 ? nil : UInt64(index), topic: [UInt8(index)], isStampedOnArrival: index == 1, partition: index == 1 ? 12 : nil,
        envelope: index == 0 ? envelope : index == 3 ? Envelope() : nil)
      return Item(time: time, data: data, origin: origin, delivery: Delivery())
    }
  }()

  private static let inputs: [(Int, Intake.Input)] = [(0, .items(items)), (1, .idle), (0, .makeRoom), (0, .assign([3, -1])), (1, .assign([])), (1, .items([items[0]])), (0, .close)]

  private func write(finishes: Bool = true) throws {
    var writer = try InputLogWriter(path: path, Self.header)
    for (index, (source, input)) in Self.inputs.enumerated() { try writer.append(input, of: source, at: WallTime(seconds: UInt64(index))) }
    if finishes { try writer.finish() }
  }

  /// What is in the file, as text, and how it ends.
  private func read() throws -> (entries: [String], end: InputLogReader.End?) {
    var reader = try InputLogReader(path: path) { 77 }
    #expect(reader.header == Self.header)
    var entries: [String] = []
    while let entry = try reader.next() { entries.append(Self.text(entry.source, entry.time, entry.input)) }
    return (entries, reader.end)
  }

  private static func text(_ source: Int, _ time: WallTime, _ input: Intake.Input) -> String {
    guard case .items(let items) = input else { return "\(source) \(time) \(input)" }
    return items.map { "\(source) \(time) \($0.time) \($0.data) \($0.origin.name) \($0.origin.topic) \($0.origin.isStampedOnArrival) \($0.origin.partition ?? -1) \(String(describing: $0.origin.envelope))" }.joined(separator: "\n")
  }

  /// One for each item, as they are read.
  private static let expected = inputs.enumerated().flatMap { index, input in
    if case .items(let items) = input.1 { return items.map { text(input.0, WallTime(seconds: UInt64(index)), .items([$0])) } }
    return [text(input.0, WallTime(seconds: UInt64(index)), input.1)]
  }

  private func bytes() throws -> [UInt8] { Array(try Data(contentsOf: URL(filePath: path))) }
  private func replace(_ bytes: some Sequence<UInt8>) throws { try Data(bytes).write(to: URL(filePath: path)) }

  @Test func `What is written is read back, in order, with everything that it has`() throws {
    try write()
    let (entries, end) = try read()
    #expect(entries == Self.expected && end == .complete)
  }

  @Test func `A recording whose writer was killed is good up to its last whole entry, wherever it was cut`() throws {
    try write(finishes: false)
    let whole = try bytes()
    #expect(try read().end == .cutOff(at: UInt64(whole.count)))
    var counts: Set<Int> = []
    for length in 0..<whole.count {
      try replace(whole.prefix(length))
      do {
        let (entries, end) = try read()
        #expect(Self.expected.starts(with: entries), "\(length)")
        guard case .cutOff(let offset) = end else { Issue.record("\(length): \(String(describing: end))"); continue }
        #expect(offset <= length)
        counts.insert(entries.count)
      } catch let error as InputLogError {
        // Within the signature or the header.
        #expect(error.code == .notARecording && counts.isEmpty, "\(length): \(error)")
      }
    }
    #expect(counts == Set(0..<Self.expected.count))
  }

  @Test func `Whatever byte is damaged, it is found, and what came before is good`() throws {
    try write()
    let whole = try bytes()
    for index in whole.indices {
      var bytes = whole
      bytes[index] ^= 0x55
      try replace(bytes)
      var reader: InputLogReader
      do { reader = try InputLogReader(path: path) } catch { continue }
      var entries: [String] = []
      var error: InputLogError?
      do {
        while let entry = try reader.next() { entries.append(Self.text(entry.source, entry.time, entry.input)) }
      } catch let found {
        error = found
      }
      #expect(Self.expected.starts(with: entries) && entries.count <= Self.expected.count)
      if let error {
        #expect(error.code == .damaged && error.offset.map { $0 <= index && $0 > 0 } == true, "\(error)")
      } else {
        // A length that leads beyond the end looks as if the file were cut off.
        guard case .cutOff(let offset) = reader.end else { Issue.record("byte \(index) went unnoticed"); continue }
        #expect(offset <= index)
      }
    }
  }

  @Test func `Random bytes are no recording, and harm nobody`() throws {
    var random = SystemRandomNumberGenerator()
    for _ in 0..<200 {
      let count = Int.random(in: 0...200, using: &random)
      try replace((0..<count).map { _ in UInt8.random(in: 0...255, using: &random) })
      #expect(throws: InputLogError.self) { _ = try InputLogReader(path: path) }
    }
  }

  @Test func `What is no recording is told`() throws {
    func message(_ path: String) throws -> String { try #require(throws: InputLogError.self) { _ = try InputLogReader(path: path) }.description }
    #expect(try message(folder + "/none").contains("No such file"))
    #expect(try message("/dev/null").contains("not a regular file"))
    try replace("MILLRACE INPUT 9........".utf8)
    #expect(try message(path).contains("version 9"))
    try replace("GIF89a".utf8)
    #expect(try message(path).contains("log, byte 0: This is no recording"))
  }

  @Test func `A file that is there is not written over`() throws {
    try replace("precious".utf8)
    let error = try #require(throws: InputLogError.self) { _ = try InputLogWriter(path: path, Self.header) }
    #expect(error.message.contains("there already"))
    #expect(try bytes() == Array("precious".utf8))
  }

  @Test func `A disk that is full ends the recording with an error, after its last whole entry`() async {
    await #expect(processExitsWith: .success) {
      let path = NSTemporaryDirectory() + "/millrace-\(UUID().uuidString)"
      defer { unlink(path) }
      signal(SIGXFSZ, SIG_IGN)
      var limit = rlimit(rlim_cur: 4096, rlim_max: 4096)
      try #require(setrlimit(__rlimit_resource_t(1), &limit) == 0)
      var writer = try InputLogWriter(path: path, LogHeader(program: "", startedAt: WallTime(seconds: 0), seed: 0, files: [], arguments: [], sources: ["in"]))
      let item = Item(time: .zero, data: .bytes(Array(repeating: 1, count: 300)), origin: Origin(name: "", topic: []), delivery: Delivery())
      var count = 0
      let error = #expect(throws: InputLogError.self) {
        for _ in 0..<100 {
          try writer.append(.items([item]), of: 0, at: WallTime(seconds: 0))
          count += 1
        }
      }
      #expect(error?.code == .unavailable && count > 5 && count < 14)
      #expect(throws: InputLogError.self) { try writer.append(.idle, of: 0, at: WallTime(seconds: 0)) }
      var reader = try InputLogReader(path: path)
      while try reader.next() != nil {}
      #expect(reader.itemCount == count && reader.end == .cutOff(at: reader.size))
    }
  }

  @Test func `Many and large items go through little memory, whole`() throws {
    var writer = try InputLogWriter(path: path, Self.header)
    let time = Timestamp(seconds: 1)
    for number in 0..<40 {
      let payload = Array(repeating: UInt8(number), count: number * 20_000)
      let item = Item(time: time, data: .bytes(payload), origin: Origin(name: "\(number)", topic: []), delivery: Delivery())
      try writer.append(.items([item, item]), of: 1, at: WallTime(seconds: 1))
    }
    try writer.finish()
    var reader = try InputLogReader(path: path)
    var sizes: [Int] = []
    while let entry = try reader.next() {
      if case .items(let items) = entry.input, case .bytes(let bytes)? = items.first?.data {
        #expect(bytes.allSatisfy { Int($0) == sizes.count / 2 })
        sizes.append(bytes.count)
      }
    }
    #expect(sizes == (0..<80).map { $0 / 2 * 20_000 } && reader.itemCount == 80 && reader.offset == reader.size)
  }
}

import Dataflow
import EndpointKit
import FileEndpoint
import Foundation
import Glibc
import Testing

/// A folder of its own, removed at the end.
final class Scratch {
  let path: String

  init() {
    path = NSTemporaryDirectory() + "millrace-\(UUID().uuidString)"
    mkdir(path, 0o755)
  }

  deinit {
    try? FileManager.default.removeItem(atPath: path)
  }

  func path(_ name: String) -> String { "\(path)/\(name)" }

  /// Writes a file; its name may be any bytes.
  func write(_ name: [UInt8], _ bytes: [UInt8]) {
    let full = Array(path.utf8) + [UInt8(ascii: "/")] + name
    let file = open(full.map { CChar(bitPattern: $0) } + [0], O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    #expect(file >= 0)
    #expect(Glibc.write(file, bytes, bytes.count) == bytes.count)
    close(file)
  }

  func write(_ name: String, _ text: String) {
    write(Array(name.utf8), Array(text.utf8))
  }

  func read(_ name: String) -> [UInt8] {
    FileManager.default.contents(atPath: path(name)).map { Array($0) } ?? []
  }

  /// The names of what is in the folder, sorted.
  var names: [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
  }

  func input(_ name: String? = nil) -> FileInput {
    FileInput(path: name.map { path($0) } ?? path)
  }
}

/// A clock that always shows the same time.
func stillClock() -> EndpointClock {
  EndpointClock(nodeID: "test", wallTime: { WallTime(seconds: 1) }, monotonic: { 5 })
}

extension FileInput {
  func open() throws(EndpointError) -> any Source {
    try open(clock: stillClock())
  }
}

/// What a source said, in short.
enum Said: Equatable {
  case item(name: String, topic: String, payload: String)
  case refused(EndpointError.Code, String)
}

/// Everything a source says until it finishes, or until it has said as much as `count`.
func drain(_ source: any Source, atMost limit: Int = 3, count: Int = .max) throws -> [Said] {
  var said: [Said] = []
  while said.count < count {
    switch try source.next(atMost: limit) {
    case .items(let items):
      #expect(items.count <= limit)
      for item in items {
        let message = item.outgoingMessage
        #expect(message.topic == item.origin.topic && message.timestamp == item.time)
        said.append(
          .item(
            name: item.origin.name, topic: String(decoding: message.topic, as: UTF8.self), payload: String(decoding: message.payload, as: UTF8.self)))
      }
    case .refused(let error): said.append(.refused(error.code, (error.subject as NSString).lastPathComponent))
    case .idle, .assigned: continue
    case .finished: return said
    }
  }
  return said
}

/// The error that a body throws.
func failure<Result>(_ body: () throws(EndpointError) -> Result) -> EndpointError? {
  do throws(EndpointError) {
    _ = try body()
    return nil
  } catch {
    return error
  }
}

func item(
  _ payload: [UInt8], source: String = "source", topic: String = "topic", id: UInt64 = 0, _ observer: (any DeliveryObserver)? = nil
) -> Item {
  let timestamp = Timestamp(seconds: 1, nodeID: "test")
  let topic = Array(topic.utf8)
  return Item(
    time: timestamp, data: .message(Message(timestamp: timestamp, topic: topic, payload: payload)), origin: Origin(name: source, topic: topic),
    delivery: Delivery(id: id, observer: observer))
}

/// Runs a body that may block on a thread of its own.
func onThread<Result: Sendable>(_ body: @escaping @Sendable () -> Result) async -> Result {
  await withCheckedContinuation { continuation in
    Thread { continuation.resume(returning: body()) }.start()
  }
}

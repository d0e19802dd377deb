import Foundation

/// The same pipeline in Python: a child process that works when it is told to.
final class Peer {
  let name: String
  private let process: ChildProcess

  init(python: String, script: String, model: String, frames: String, labels: String) throws {
    name = script.split(separator: "/").last.map { String($0.prefix { $0 != "." }) } ?? script
    process = try ChildProcess([python, "-u", script, model, frames, labels], environment: ["OMP_NUM_THREADS": "1"])
    guard process.readLine() == "ready" else { throw Failure("\(script) did not start") }
  }

  /// Has `count` frames processed; the seconds that the child says it took.
  func process(_ count: Int) throws -> Double {
    process.write("time \(count)")
    guard let answer = process.readLine(), let seconds = Double(answer) else { throw Failure("\(name) gave no time") }
    return seconds
  }

  /// The best labels of the first frames.
  func results(_ count: Int) throws -> [String] {
    process.write("results \(count)")
    guard let answer = process.readLine() else { throw Failure("\(name) gave no results") }
    return try JSONDecoder().decode([ClassifiedImage].self, from: Data(answer.utf8)).map(\.object.result)
  }
}

/// What the snapshot operator says of an image.
struct ClassifiedImage: Decodable {
  struct Object: Decodable { let result: String }
  let object: Object

  init(_ json: [UInt8]) throws { self = try JSONDecoder().decode(Self.self, from: Data(json)) }
}

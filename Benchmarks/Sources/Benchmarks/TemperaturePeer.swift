/// The temperature graph in Python: a child process that does it when it is told to.
final class TemperaturePeer {
  let name: String
  let output: String
  private let process: ChildProcess

  static let names = ["plain-json", "bytewax-json", "bytewax-json-fused", "plain-orjson", "bytewax-orjson-fused"]

  init(python: String, script: String, input: String, name: String) throws {
    self.name = name
    output = "\(temporaryFolder)/\(name).jsonl"
    process = try ChildProcess([python, "-u", script, input, output, name])
    guard process.readLine() == "ready" else { throw Failure("\(script) \(name) did not start") }
  }

  var target: Figure.Target? { name.contains("orjson") ? nil : .ratioAtLeast(3) }

  /// Seconds of processor time and of the clock's.
  func run() throws -> (processor: Double, wall: Double) {
    process.write("")
    let seconds = process.readLine()?.split(separator: " ").compactMap { Double($0) } ?? []
    guard seconds.count == 2 else { throw Failure("\(name) gave no times") }
    return (seconds[0], seconds[1])
  }
}

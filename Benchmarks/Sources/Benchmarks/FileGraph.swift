import Dataflow
import EndpointKit
import FileEndpoint
import Foundation
import Runtime

/// A graph that is run over a file of lines, into another one.
struct FileGraph {
  let input: String, output: String
  /// By the number of workers, from 1.
  private let plans: [RunPlan]

  init(graph: String, modules: [String], input: String, output: String) throws {
    plans = try (1...2).map { workers in
      var options = RunOptions(graph: graph)
      options.moduleFolders = modules
      options.workers = workers
      return try RunPlan(options)
    }
    (self.input, self.output) = (input, output)
  }

  /// From the file's first line to its last result.
  func run(workers: Int = 1) throws -> RunSummary {
    let clock = EndpointClock()
    let run = try GraphRun(
      plans[workers - 1], source: FileInput(path: input).open(clock: clock), sink: FileOutput.lines(path: output).open(), clock: clock
    ) { event in
      if case .failed(_, let item, let error) = event { standardError("\(item): \(error.message)") }
    }
    return try run.run()
  }

  /// How many results are those of a peer, in their order.
  func agreement(with peer: TemperaturePeer) throws -> String {
    _ = try run()
    _ = try peer.run()
    let own = try lines(output).map { line in
      guard let start = line.range(of: Data(#""payload":"#.utf8)) else { throw Failure("a result without payload") }
      return line[start.upperBound..<(line.endIndex - 1)]
    }
    let others = try lines(peer.output)
    return "\(zip(own, others).count { $0 == $1 }) of \(max(own.count, others.count))"
  }

  private func lines(_ path: String) throws -> [Data] { try Data(contentsOf: URL(fileURLWithPath: path)).split(separator: UInt8(ascii: "\n")) }
}

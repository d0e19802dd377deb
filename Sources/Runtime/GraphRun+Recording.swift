internal import Dataflow
internal import EndpointKit
internal import InputLog
internal import Synchronization

/// Where a run's input is recorded, and what the recording says besides.
public struct Recording: Sendable {
  public var path: String
  /// The program that runs, with its version.
  public var program: String
  /// The run's settings, for whoever replays it.
  public var arguments: [String]

  public init(path: String, program: String = "", arguments: [String] = []) {
    self.path = path
    self.program = program
    self.arguments = arguments
  }

  func header(of plan: RunPlan, startedAt: WallTime) -> LogHeader {
    LogHeader(
      program: program, startedAt: startedAt, seed: .random(in: .min ... .max), files: plan.files, arguments: arguments, sources: plan.graph.sources.map(\.name))
  }
}

extension GraphRun {
  /// Gives the workers what a recording says, in its order and with its times.
  func replay() {
    log.withLock { reader in
      do throws(InputLogError) {
        guard let sources = reader?.header.sources.map({ plan.graph.operation(named: $0)?.id }) else { return }
        while !state.read({ $0.isStopped || $0.failure != nil }), let entry = try reader?.next() {
          if case .items(let items) = entry.input { meter.itemsArrived(at: items.first?.origin.receivedAt ?? 0) }
          if let source = sources[entry.source] { push(take(entry.input, of: source, at: entry.time)) }
        }
      } catch {
        // What came before it is good, and comes out.
        state.change { $0.damage = RunError(.recording, error.description) }
      }
      if let items = reader?.itemCount, let bytes = reader?.offset {
        let replay = RunSummary.Replay(items: items, end: reader?.end, bytes: bytes)
        state.change { $0.replay = replay }
      }
    }
    exchange.change { $0.closeSource() }
  }

  func finishRecording() {
    do throws(InputLogError) {
      try recorder.withLock { (recorder) throws(InputLogError) in try recorder?.finish() }
    } catch {
      fail(RunError(.recording, error.description))
    }
  }
}

import Foundation
import Inference

/// What a reader of the figures has to know of the machine, and whether others were using it.
struct Machine {
  private let start = Machine.sample()

  /// Seconds of all cores together.
  private struct Sample { let busy: Double, stolen: Double, own: Double, time: Double }

  var text: String {
    let end = Machine.sample(), seconds = end.time - start.time
    let others = max(0, end.busy - start.busy - (end.own - start.own)) / seconds, stolen = (end.stolen - start.stolen) / seconds
    let model = Machine.lines("/proc/cpuinfo").first { $0.hasPrefix("model name") }?.split(separator: ":").last.map { $0.trimmingCharacters(in: .whitespaces) }
    let cores = ProcessInfo.processInfo.activeProcessorCount
    return """
      \(model ?? "unknown processor"), \(cores) cores; ONNX Runtime \(InferenceEnvironment.libraryVersion); \(number(seconds, 0)) s
      other processes used \(number(others, 2)) cores meanwhile, and the host took \(number(stolen, 2)): \
      \(others + stolen < 0.15 ? "quiet" : "NOT QUIET, figures are indicative only")
      """
  }

  private static func sample() -> Sample {
    // user, nice, system, idle, iowait, irq, softirq, steal: in hundredths of a second.
    let ticks = lines("/proc/stat").first?.split(separator: " ").dropFirst().compactMap { Double($0) } ?? []
    let busy = ticks.count < 8 ? 0 : ticks[0] + ticks[1] + ticks[2] + ticks[5] + ticks[6]
    return Sample(busy: busy / 100, stolen: ticks.count < 8 ? 0 : ticks[7] / 100, own: used(RUSAGE_SELF) + used(RUSAGE_CHILDREN), time: now())
  }

  private static func used(_ who: __rusage_who) -> Double {
    var usage = rusage()
    getrusage(who.rawValue, &usage)
    return Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) + Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6
  }

  private static func lines(_ path: String) -> [Substring] { (try? String(contentsOfFile: path, encoding: .utf8))?.split(separator: "\n") ?? [] }
}

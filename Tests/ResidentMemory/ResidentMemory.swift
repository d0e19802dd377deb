internal import Foundation

/// How much more memory the process had resident at any time during `body` than before it, in bytes. For processes that do nothing else.
public func peakGrowth(_ body: () throws -> Void) throws -> Int {
  // Sets the peak to what is resident now.
  try Data("5".utf8).write(to: URL(filePath: "/proc/self/clear_refs"))
  let before = try peakResidentBytes()
  try body()
  return try peakResidentBytes() - before
}

private func peakResidentBytes() throws -> Int {
  let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
  let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") } ?? ""
  return (line.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) << 10
}

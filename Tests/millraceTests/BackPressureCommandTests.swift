import Foundation
import OperatorFixtures
import Testing

/// Memory of the process, while its output is not read and after.
@Suite(.timeLimit(.minutes(10)))
struct BackPressureCommandTests {
  @Test func `An output that nobody reads stops the input, and memory stays flat`() throws {
    let run = try TestRun(.passingOn)
    let count = 20_000
    let line = String(repeating: "x", count: 3000) + "\n"
    // Sixty megabytes, of which a pipe takes 64 KiB.
    try run.folder.write("input.jsonl", String(repeating: line, count: count))
    let command = try Command(["run", run.graph, "--input", run.folder.path + "/input.jsonl", "--code-cache", "off", "--workers", "2", "--quiet"])
    try #require(command.line() != nil, "\(command.standardError)")
    // It has come to a halt when it reads no more.
    var read = -1, unchanged = 0
    while unchanged < 50 {
      let now = command.readBytes
      unchanged = now == read ? unchanged + 1 : 0
      read = now
      usleep(5000)
    }
    #expect(read < 20 << 20, "\(read) bytes of the input were read")
    let halted = command.residentSize
    var lines = 1
    while command.line() != nil {
      lines += 1
      if lines == count / 2 { #expect(command.residentSize - halted < 16 << 20, "\(halted) bytes, and then \(command.residentSize)") }
    }
    #expect(command.wait() == 0, "\(command.standardError)")
    #expect(lines == count)
  }
}

extension Command {
  /// How many bytes it has read so far, of files and otherwise.
  fileprivate var readBytes: Int {
    let line = (try? String(contentsOfFile: "/proc/\(pid)/io", encoding: .utf8))?.split(separator: "\n").first { $0.hasPrefix("rchar:") }
    return line.flatMap { Int($0.dropFirst(7)) } ?? 0
  }
}

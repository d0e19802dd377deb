import CFuzzer
import FuzzTargets
import Glibc

// Fuzz TARGET [libFuzzer's arguments]

/// libFuzzer's callback takes no context.
nonisolated(unsafe) private var target = FuzzTarget.decode

guard CommandLine.arguments.count > 1, let chosen = FuzzTarget(rawValue: CommandLine.arguments[1]) else {
  print("usage: Fuzz TARGET [FLAG | FILE | FOLDER]…\ntargets: \(FuzzTarget.allCases.map(\.rawValue).joined(separator: " "))")
  exit(64)
}
target = chosen
// What libFuzzer sees begins with the program's name and goes on behind the target's.
var count = CommandLine.argc - 1
var arguments = CommandLine.unsafeArgv + 1
arguments[0] = CommandLine.unsafeArgv[0]
exit(
  LLVMFuzzerRunDriver(&count, &arguments) { data, size in
    target.run([UInt8](UnsafeBufferPointer(start: data, count: size)))
    return 0
  })

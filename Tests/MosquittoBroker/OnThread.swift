internal import Foundation

/// Runs what blocks on a thread of its own: the threads of tasks must not wait for each other, and clients of brokers need one of them to connect.
public func onThread<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
  try await withCheckedThrowingContinuation { continuation in
    Thread { continuation.resume(with: Result(catching: body)) }.start()
  }
}

import EndpointKit

/// Runs what blocks on a thread of its own, as the endpoints' callers do: the threads of tasks must not wait for each other.
func onThread<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
  try await withCheckedThrowingContinuation { continuation in
    let thread = Thread { continuation.resume(with: Swift.Result(catching: body)) }
    if thread == nil { continuation.resume(throwing: EndpointError(.failed, "", "There is no thread for the test.")) }
  }
}

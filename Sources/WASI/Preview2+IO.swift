internal import ComponentModel

extension Preview2 {
  /// `wasi:io`: nothing of it blocks, but for waiting on the clock.
  func io() throws(ComponentError) -> [HostInterface] { try [error(), poll(), streams()] }

  private func error() throws(ComponentError) -> HostInterface {
    var error = Self.interface("io/error")
    error.resource("error", IOError.self)
    try error.function("[method]error.to-debug-string", parameters: ["self"]) { (_: Borrow<IOError>) -> String in "" }
    return error
  }

  private func poll() throws(ComponentError) -> HostInterface {
    let poller = Poller(clock: configuration.monotonicClock, timeLeft: timeLeft)
    var poll = Self.interface("io/poll")
    poll.resource("pollable", Pollable.self)
    try poll.function("[method]pollable.ready", parameters: ["self"]) { (pollable: Borrow<Pollable>) -> Bool in poller.isReady(pollable.resource) }
    try poll.function("[method]pollable.block", parameters: ["self"]) { (pollable: Borrow<Pollable>) in _ = try poller.wait(for: [pollable]) }
    try poll.function("poll", parameters: ["in"]) { (pollables: [Borrow<Pollable>]) -> [UInt32] in try poller.wait(for: pollables) }
    return poll
  }

  private func streams() throws(ComponentError) -> HostInterface {
    var streams = Self.interface("io/streams")
    streams.resource("input-stream", InputStream.self)
    streams.resource("output-stream", OutputStream.self)
    try addInput(to: &streams)
    try addOutput(to: &streams)
    return streams
  }

  private func addInput(to streams: inout HostInterface) throws(ComponentError) {
    for name in ["read", "blocking-read"] {
      try streams.function("[method]input-stream.\(name)", parameters: ["self", "len"]) {
        (_: Borrow<InputStream>, _: UInt64) -> ComponentResult<[UInt8], StreamError> in .error(.closed)
      }
    }
    for name in ["skip", "blocking-skip"] {
      try streams.function("[method]input-stream.\(name)", parameters: ["self", "len"]) {
        (_: Borrow<InputStream>, _: UInt64) -> ComponentResult<UInt64, StreamError> in .error(.closed)
      }
    }
    try streams.function("[method]input-stream.subscribe", parameters: ["self"]) { (_: Borrow<InputStream>) -> Own<Pollable> in Own(.ready) }
  }

  private func addOutput(to streams: inout HostInterface) throws(ComponentError) {
    typealias Done = ComponentResult<NoValue, StreamError>
    typealias Count = ComponentResult<UInt64, StreamError>
    try streams.function("[method]output-stream.check-write", parameters: ["self"]) { (_: Borrow<OutputStream>) -> Count in .ok(OutputStream.permit) }
    for name in ["write", "blocking-write-and-flush"] {
      try streams.function("[method]output-stream.\(name)", parameters: ["self", "contents"]) { (stream: Borrow<OutputStream>, contents: [UInt8]) -> Done in
        try stream.resource.write(contents)
        return .ok(NoValue())
      }
    }
    for name in ["write-zeroes", "blocking-write-zeroes-and-flush"] {
      try streams.function("[method]output-stream.\(name)", parameters: ["self", "len"]) { (stream: Borrow<OutputStream>, count: UInt64) -> Done in
        try stream.resource.writeZeroes(count)
        return .ok(NoValue())
      }
    }
    // Languages flush in the middle of a line, so this does not end one.
    for name in ["flush", "blocking-flush"] {
      try streams.function("[method]output-stream.\(name)", parameters: ["self"]) { (_: Borrow<OutputStream>) -> Done in .ok(NoValue()) }
    }
    try streams.function("[method]output-stream.subscribe", parameters: ["self"]) { (_: Borrow<OutputStream>) -> Own<Pollable> in Own(.ready) }
    for name in ["splice", "blocking-splice"] {
      try streams.function("[method]output-stream.\(name)", parameters: ["self", "src", "len"]) {
        (_: Borrow<OutputStream>, _: Borrow<InputStream>, _: UInt64) -> Count in .error(.closed)
      }
    }
  }
}

/// What a guest prints, put together to lines.
///
/// Whoever calls the guest flushes after each call, so that an unfinished line is not held back until the next one.
/// Belongs to the thread that runs the guest.
public final class GuestOutput {
  let standardOutput: OutputStream
  let standardError: OutputStream

  init(_ configuration: WASIConfiguration) {
    standardOutput = OutputStream(LineBuffer(.stdout, configuration))
    standardError = OutputStream(LineBuffer(.stderr, configuration))
  }

  /// Hands over what was printed without a line end, if anything was.
  public func flush() {
    standardOutput.lines.flush()
    standardError.lines.flush()
  }
}

/// Splits bytes into lines, no longer than a bound.
final class LineBuffer {
  private let kind: OutputKind
  private let limit: Int
  private let output: @Sendable (OutputKind, String) -> Void
  private var pending: [UInt8] = []
  /// Apart, because it is asked for after every call.
  private var isEmpty = true

  init(_ kind: OutputKind, _ configuration: WASIConfiguration) {
    self.kind = kind
    limit = max(4, configuration.maximumLineLength)
    output = configuration.output
  }

  func append(_ bytes: some Collection<UInt8>) {
    for byte in bytes {
      if byte == UInt8(ascii: "\n") {
        if pending.last == UInt8(ascii: "\r") { pending.removeLast() }
        emit(pending.count)
      } else {
        if pending.count == limit { emit(wholeCharacters()) }
        pending.append(byte)
        isEmpty = false
      }
    }
  }

  func flush() {
    if !isEmpty { emit(pending.count) }
  }

  /// Text that is not UTF-8 comes out with replacement characters.
  private func emit(_ count: Int) {
    output(kind, String(decoding: pending[..<count], as: UTF8.self))
    pending.removeFirst(count)
    isEmpty = pending.isEmpty
  }

  /// How many bytes may go out without cutting a UTF-8 sequence in two.
  private func wholeCharacters() -> Int {
    guard let start = pending.suffix(4).lastIndex(where: { !UTF8.isContinuation($0) }), start > 0 else { return pending.count }
    let length = max(1, (~pending[start]).leadingZeroBitCount)
    return start + length > pending.count ? start : pending.count
  }
}

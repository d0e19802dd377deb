import Crypto
import Synchronization

/// The sessions in use: one for each distinct model, shared by all who load the same bytes with the same options.
///
/// A session lives as long as somebody holds it, the cache does not. May be used from any thread.
public final class SessionCache: Sendable {
  /// Above this size, loading a model is reported to the log handler: embedded models are expected to be smaller.
  public static let advisedModelBytes = 50_000_000

  private struct Key: Hashable {
    var digest: String
    var options: SessionOptions
  }

  private struct Entry {
    weak var session: Session?
    /// Held by whoever loads the model; the others wait for it.
    let gate = Gate()
    /// The calls that are between looking up the entry and having a session.
    var pending = 0
  }

  private final class Gate: Sendable {
    let isLoading = Mutex(())
  }

  private let entries = Mutex<[Key: Entry]>([:])

  public init() {}

  /// How many sessions are alive.
  public var liveSessionCount: Int {
    entries.withLock { $0.values.count { $0.session != nil } }
  }

  /// The session of `model`, an ONNX file's bytes: the one that is there, or a new one.
  ///
  /// Calls for the same model at the same time load it once. After `deadline`, loading ends with ``InferenceError/Code/timeout`` as soon as
  /// the step is done that ONNX Runtime is at.
  public func session(
    for model: RawSpan, options: SessionOptions = SessionOptions(), deadline: ContinuousClock.Instant? = nil
  ) throws(InferenceError) -> Session {
    guard model.byteCount > 0 else {
      throw InferenceError(.invalidEncoding, "The model is empty: an ONNX file's bytes were expected.")
    }
    guard model.byteCount <= options.maximumModelBytes else {
      throw InferenceError(.tooLarge, "The model has \(model.byteCount) bytes, but at most \(options.maximumModelBytes) are allowed.")
    }
    let key = Key(digest: Self.digest(of: model), options: options)
    let (existing, gate) = entries.withLock { entries in
      entries[key, default: Entry()].pending += 1
      return (entries[key]?.session, entries[key, default: Entry()].gate)
    }
    defer { entries.withLock { Self.leave(key, &$0) } }
    if let existing { return existing }

    return try gate.isLoading.withLock { _ throws(InferenceError) in
      if let session = entries.withLock({ $0[key]?.session }) { return session }
      let session = try Session(model: model, digest: key.digest, options: options, deadline: deadline)
      entries.withLock { $0[key]?.session = session }
      return session
    }
  }

  /// The same for bytes that are in an array.
  public func session(
    for model: [UInt8], options: SessionOptions = SessionOptions(), deadline: ContinuousClock.Instant? = nil
  ) throws(InferenceError) -> Session {
    try session(for: model.span.bytes, options: options, deadline: deadline)
  }

  /// Ends a call, and forgets the models that nobody uses any more.
  private static func leave(_ key: Key, _ entries: inout [Key: Entry]) {
    entries[key]?.pending -= 1
    entries = entries.filter { $0.value.pending > 0 || $0.value.session != nil }
  }

  /// The SHA-256 of `model`, in hexadecimal digits.
  private static func digest(of model: RawSpan) -> String {
    var hash = SHA256()
    model.withUnsafeBytes { hash.update(bufferPointer: $0) }
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: hash.finalize().flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }
}

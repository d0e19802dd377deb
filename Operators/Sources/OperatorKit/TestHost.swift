#if !arch(wasm32)
/// Stands in for the host in native builds, so that unit tests see what operators log and count, and give them a state store.
///
///     let host = TestHost()
///     host.state["limit"] = "20"
///     try host.run { #expect(try isHot(item)) }
///     #expect(host.counters["requests{module=hot}"] == 1)
///
/// Outside `run`, logs go to standard output and metrics nowhere; the state store and the clock stop the process. Models are not
/// stood in for.
public final class TestHost: @unchecked Sendable {
  /// What has been logged.
  public var logs: [(level: Logger.Level, context: String, message: String)] = []
  /// By name and labels: `requests{module=hot,unit=C}`.
  public var counters: [String: UInt64] = [:]
  public var histograms: [String: [Double]] = [:]
  /// The clock's time, which stands still.
  public var now = Timespec(seconds: 1_767_225_600)
  /// If set, all calls of the state store fail with it.
  public var stateFailure: StateStore.Failure?
  /// The values of the state store; what is set here has no fencing token and does not expire.
  public var state: [String: String] {
    get { entries.mapValues { $0.value } }
    set { entries = newValue.mapValues { Entry(value: $0, version: nextVersion()) } }
  }
  /// How many calls of the state store there have been.
  public private(set) var stateCalls = 0

  private struct Entry {
    var value: String
    var version: HybridLogicalClock
    var token: HybridLogicalClock?
    var expiry: UInt64?
  }
  private var entries: [String: Entry] = [:]
  private var versions: UInt64 = 0

  @TaskLocal static var current: TestHost?

  public init() {}

  /// Runs code whose operators call this host.
  public func run<R>(_ body: () throws -> R) rethrows -> R { try TestHost.$current.withValue(self) { try body() } }

  static func present(_ what: StaticString) -> TestHost {
    guard let current else { fatalError("\(what) needs a host: run this within TestHost().run { … }") }
    return current
  }

  // MARK: Logs and metrics

  static func log(_ level: Logger.Level, _ context: String, _ message: String) {
    if let current { current.logs.append((level, context, message)) } else { print("\(level) [\(context)] \(message)") }
  }

  private func name(_ series: MetricSeries) -> String {
    series.labels.isEmpty ? series.name : "\(series.name){\(series.labels.map { "\($0.key)=\($0.value)" }.joined(separator: ","))}"
  }
  func add(_ amount: UInt64, to series: MetricSeries) { counters[name(series), default: 0] += amount }
  func record(_ value: Double, in series: MetricSeries) { histograms[name(series), default: []].append(value) }

  // MARK: State store

  private func nextVersion() -> HybridLogicalClock {
    versions += 1
    return HybridLogicalClock(timestamp: now, counter: versions, nodeID: "StateStore")
  }

  private func live(_ key: Bytes) throws(StateStore.Failure) -> Entry? {
    stateCalls += 1
    if let stateFailure { throw stateFailure }
    guard !key.isEmpty else { throw .request("the key length is zero") }
    return entries[key.string].flatMap { $0.expiry.map { $0 <= now.seconds } == true ? nil : $0 }
  }

  /// Writers must show a token that is not older than the one a key was last set with.
  private func check(_ token: HybridLogicalClock?, _ entry: Entry?) throws(StateStore.Failure) {
    guard let required = entry?.token else { return }
    guard let token else { throw .request("a fencing token is required for this request") }
    guard token.counter >= required.counter else {
      throw .request("the request fencing token is a lower version than the fencing token protecting the resource")
    }
  }

  func get(_ key: Bytes) throws(StateStore.Failure) -> StateStore.Response<Bytes?> {
    let entry = try live(key)
    return StateStore.Response(value: entry.map { Bytes($0.value) }, version: entry?.version)
  }

  func set(
    _ key: Bytes, _ value: Bytes, _ condition: StateStore.Condition, _ expires: StateStore.Duration?, _ token: HybridLogicalClock?
  ) throws(StateStore.Failure) -> StateStore.Response<Bool> {
    let entry = try live(key)
    try check(token, entry)
    if let entry, condition == .ifAbsent || condition == .ifEqualOrAbsent && entry.value != value.string {
      return StateStore.Response(value: false, version: entry.version)
    }
    let version = nextVersion()
    entries[key.string] = Entry(value: value.string, version: version, token: token ?? entry?.token, expiry: expires.map { now.seconds + $0.seconds })
    return StateStore.Response(value: true, version: version)
  }

  func delete(_ key: Bytes, _ expected: Bytes?, _ token: HybridLogicalClock?) throws(StateStore.Failure) -> StateStore.Response<StateStore.Deletion> {
    guard let entry = try live(key) else { return StateStore.Response(value: .absent, version: nil) }
    try check(token, entry)
    if let expected, expected.string != entry.value { return StateStore.Response(value: .differs, version: entry.version) }
    entries[key.string] = nil
    return StateStore.Response(value: .deleted, version: entry.version)
  }
}
#endif

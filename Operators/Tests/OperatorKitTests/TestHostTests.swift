import OperatorKit
import Testing

@Test func aTestHostSeesLogsAndMetrics() {
  let host = TestHost()
  host.run {
    Logger("module-x/map").warn("hm")
    let counter = Counter("requests", labels: [Label("module", "x"), Label("unit", "C")])
    counter.add()
    counter.add(2)
    Histogram("duration").record(0.5)
    Histogram("duration").record(UInt64(3))
  }
  #expect(host.logs.map { "\($0.level) \($0.context) \($0.message)" } == ["warn module-x/map hm"])
  #expect(host.counters == ["requests{module=x,unit=C}": 3])
  #expect(host.histograms == ["duration": [0.5, 3]])
}

@Test func aTestHostHasAStateStoreWithConditionsAndExpiry() throws {
  let host = TestHost()
  host.state["a"] = "1"
  try host.run { () throws in
    #expect(try StateStore.get("a").value?.string == "1" && StateStore.get("b").value == nil)
    #expect(try !StateStore.set("a", "2", if: .ifAbsent).value && !StateStore.set("a", "2", if: .ifEqualOrAbsent).value)
    #expect(try StateStore.set("a", "1", if: .ifEqualOrAbsent).value && StateStore.set("a", "2").value)
    #expect(try StateStore.set("lock", "me", if: .ifAbsent, expires: .seconds(10)).value)
    host.now.seconds += 10
    #expect(try StateStore.get("lock").value == nil)
    #expect(try StateStore.delete("a", ifValue: "1").value == .differs && StateStore.delete("a", ifValue: "2").value == .deleted)
    #expect(try StateStore.delete("a", ifValue: "2").value == .absent && !StateStore.delete("a").value)
    #expect(throws: StateStore.Failure.self) { try StateStore.get("") }
    host.stateFailure = .timeout
    #expect(throws: StateStore.Failure.self) { try StateStore.get("a") }
  }
}

@Test func aTestHostHonoursFencingTokens() throws {
  let host = TestHost()
  try host.run { () throws in
    let old = try StateStore.set("lock", "a").version, new = try StateStore.set("lock", "a").version
    _ = try StateStore.set("guarded", "1", token: new)
    for token in [nil, old] { #expect(throws: StateStore.Failure.self) { try StateStore.set("guarded", "2", token: token) } }
    #expect(try StateStore.set("guarded", "2", token: new).value && host.state["guarded"] == "2")
  }
}

@Test func aBufferCanBeMadeForTests() {
  #expect(BufferOrBytes.buffer(Buffer("frame")).read().string == "frame")
}

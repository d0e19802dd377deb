import StateStore
import StateStoreKit
import Testing

struct MemoryStateStoreTests {
  @Test(arguments: StoreRule.all)
  func `The store in memory follows every rule`(_ rule: StoreRule) throws {
    let clock = TestClock()
    try rule.check(MemoryStateStore { clock.now }, clock)
  }
}

import Inference
import ModelFixtures
import Testing

@Suite struct SessionCacheTests {
  @Test func `The same bytes and options have one session`() throws {
    let cache = SessionCache()
    let first = try cache.session(for: ModelFixture.addition.bytes)
    let second = try cache.session(for: ModelFixture.addition.bytes)
    #expect(first === second)
    #expect(cache.liveSessionCount == 1)
    withExtendedLifetime(first) {}
  }

  @Test func `Other bytes or other options have another session`() throws {
    let cache = SessionCache()
    let sessions = [
      try cache.session(for: ModelFixture.addition.bytes),
      try cache.session(for: ModelFixture.doubling.bytes),
      try cache.session(for: ModelFixture.addition.bytes, options: SessionOptions(optimization: .none)),
    ]
    #expect(cache.liveSessionCount == 3)
    #expect(sessions[0] !== sessions[2])
    #expect(sessions[0].digest == sessions[2].digest)
    #expect(sessions[0].digest != sessions[1].digest)
  }

  @Test func `A session is freed when the last reference to it goes, and made anew after that`() throws {
    let cache = SessionCache()
    var session: Session? = try cache.session(for: ModelFixture.addition.bytes)
    weak let watched = session
    #expect(cache.liveSessionCount == 1)
    session = nil
    #expect(watched == nil)
    #expect(cache.liveSessionCount == 0)
    session = try cache.session(for: ModelFixture.addition.bytes)
    #expect(cache.liveSessionCount == 1)
    #expect(session != nil)
  }

  @Test func `Loading the same bytes at the same time makes one session`() async throws {
    let cache = SessionCache()
    let bytes = ModelFixture.doubling.bytes
    let sessions = try await withThrowingTaskGroup(of: Session.self) { group in
      for _ in 0..<16 { group.addTask { try cache.session(for: bytes) } }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(sessions.count == 16)
    #expect(sessions.allSatisfy { $0 === sessions[0] })
    #expect(cache.liveSessionCount == 1)
  }

  @Test func `A failed load leaves nothing behind and can be tried again`() throws {
    let cache = SessionCache()
    for _ in 0..<2 {
      #expect(throws: InferenceError.self) { try cache.session(for: [1, 2, 3]) }
      #expect(cache.liveSessionCount == 0)
    }
  }
}

import Dataflow
import Testing

struct IntakeTests {
  private static func describe(_ events: [Event]) -> [String] {
    events.map { event in
      switch event {
      case .item(let item, _): "item \(item.time.seconds)"
      case .frontier(let frontier, _): "frontier \(frontier.lowerBound.map { "\($0.seconds)" } ?? "done")"
      case .deadLetter, .makeRoom, .clock, .halt: "?"
      }
    }
  }

  @Test func `Frontiers come between items where they move, and late items are dropped, counted and acknowledged`() throws {
    let line = try Line(.accumulate)
    let outcomes = Outcomes()
    var intake = Intake(line.graph) { _ in TimeSettings(allowedLateness: .seconds(2)) }
    let items = ([5, 4, 9, 6, 8] as [UInt64]).enumerated().map { message([], at: Timestamp(seconds: $1), id: UInt64($0), outcomes) }
    let events = intake.take(items, from: line.source, at: WallTime(seconds: 100))
    #expect(Self.describe(events) == ["item 5", "frontier 3", "item 4", "item 9", "frontier 7", "item 8"])
    #expect(outcomes.all == [3: [.dropped]] && intake.lateCounts == [line.source: 1])
    #expect(Self.describe([intake.close(line.source)]) == ["frontier done"])
  }

  @Test func `Without windows there are no frontiers, and nothing is late`() throws {
    let line = try Line(.map)
    var intake = Intake(line.graph) { _ in TimeSettings(allowedLateness: .zero) }
    let items = ([5, 4, 9, 6] as [UInt64]).map { message([], at: Timestamp(seconds: $0)) }
    #expect(Self.describe(intake.take(items, from: line.source, at: WallTime(seconds: 100))) == ["item 5", "item 4", "item 9", "item 6"])
    #expect(intake.idle(line.source, at: WallTime(seconds: 200)) == nil && intake.lateCounts.isEmpty)
  }

  @Test func `A source that is silent moves on, and says so only where it does`() throws {
    let line = try Line(.delay)
    var intake = Intake(line.graph) { _ in TimeSettings(allowedLateness: .zero) }
    _ = intake.take([message([], at: Timestamp(seconds: 5))], from: line.source, at: WallTime(seconds: 100))
    #expect(intake.idle(line.source, at: WallTime(seconds: 103)).map { Self.describe([$0]) } == ["frontier 8"])
    #expect(intake.idle(line.source, at: WallTime(seconds: 103)) == nil)
  }
}

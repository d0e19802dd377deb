import Testing

@testable import Dataflow

@Test func aFrontierTakesEffectOnceWhatWasPushedBeforeItIsPopped() {
  var channel = Channel(capacity: 8)
  channel.push(item([1], at: 5), at: 0)
  channel.push(item([2], at: 1), at: 0)
  channel.advance(to: Frontier(Timestamp(seconds: 2)))
  channel.push(item([3], at: 2), at: 0)
  channel.advance(to: .done)
  #expect(channel.promised == .done)
  #expect(channel.frontier == .initial)
  _ = channel.pop()
  #expect(channel.frontier == .initial)
  _ = channel.pop()
  #expect(channel.frontier == Frontier(Timestamp(seconds: 2)))
  _ = channel.pop()
  #expect(channel.frontier == .done)
}

@Test func aFrontierOnAnEmptyEdgeTakesEffectAtOnceAndNeverGoesBack() {
  var channel = Channel(capacity: 1)
  channel.advance(to: Frontier(Timestamp(seconds: 4)))
  channel.advance(to: Frontier(Timestamp(seconds: 3)))
  #expect(channel.frontier == Frontier(Timestamp(seconds: 4)))
}

@Test(arguments: 0..<50 as Range<UInt64>)
func theReadersFrontierIsTrueWhateverIsPushedAndPopped(seed: UInt64) {
  var random = Random(state: seed)
  var channel = Channel(capacity: 5)
  var pushed: [UInt8] = []
  var popped: [UInt8] = []
  var promise: UInt64 = 0
  for step in 0..<200 {
    switch Int.random(in: 0..<5, using: &random) {
    case 0, 1:
      if channel.room == 0 { continue }
      channel.push(item([UInt8(step)], at: promise + UInt64.random(in: 0...9, using: &random)), at: 0)
      pushed.append(UInt8(step))
    case 2:
      promise += UInt64.random(in: 0...3, using: &random)
      channel.advance(to: Frontier(Timestamp(seconds: promise)))
    default:
      let frontier = channel.frontier
      guard let entry = channel.pop() else {
        #expect(channel.frontier == channel.promised)
        continue
      }
      #expect(frontier.permits(entry.item.time))
      #expect(channel.frontier >= frontier)
      popped += bytes(entry.item.data)
    }
  }
  while let entry = channel.pop() { popped += bytes(entry.item.data) }
  #expect(popped == pushed)
  #expect(channel.frontier == channel.promised)
}

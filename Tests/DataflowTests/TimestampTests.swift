import Dataflow
import Testing

@Test func timestampsAreOrderedByTimeThenCounterThenNode() {
  var ascending: [Timestamp] = []
  for seconds in [0, 1, UInt64.max] {
    for nanoseconds in [0, 5, UInt32.max] {
      for counter in [0, 1, UInt64.max] {
        for node in ["", "a", "b", "ba"] {
          ascending.append(Timestamp(seconds: seconds, nanoseconds: nanoseconds, counter: counter, nodeID: node))
        }
      }
    }
  }
  for (i, left) in ascending.enumerated() {
    for (j, right) in ascending.enumerated() {
      #expect((left < right) == (i < j))
      #expect((left == right) == (i == j))
    }
  }
  #expect(ascending.min() == .zero)
}

@Test func timestampTextIsPaddedAndReadBack() throws {
  let timestamp = Timestamp(WallTime(milliseconds: 1_696_374_425_007), counter: 12, nodeID: "Client1")
  #expect(timestamp.text == "001696374425007:00012:Client1")
  #expect(Timestamp(text: timestamp.text) == timestamp)
  #expect(Timestamp(text: "1696374425000:0:Client1") == Timestamp(seconds: 1_696_374_425, nodeID: "Client1"))
  #expect(Timestamp(text: "0:123456789:knödel") == Timestamp(seconds: 0, counter: 123_456_789, nodeID: "knödel"))
  #expect(Timestamp(text: "18446744073709551615:18446744073709551615:")?.counter == .max)
}

@Test func timestampTextKeepsMillisecondsAlone() {
  #expect(Timestamp(seconds: 3, nanoseconds: 999_999_999, nodeID: "n").text == "000000000003999:00000:n")
}

@Test func hugeTimesArePrintedWithoutOverflow() {
  #expect(Timestamp(seconds: .max, nanoseconds: .max, counter: .max, nodeID: "n").text == "18446744073709551615:18446744073709551615:n")
}

@Test(arguments: [
  "", ":", "::", "1:2", "1:2:a:b", "a:2:n", "1:b:n", "-1:2:n", "+1:2:n", "1: 2:n", " 1:2:n", "1.5:2:n", "0x1:2:n", "1::n", ":1:n", "١:2:n",
  "18446744073709551616:0:n", "0:18446744073709551616:n", "99999999999999999999999999999999:0:n", "1;2;n",
])
func malformedTimestampTextIsRefused(_ text: String) {
  #expect(Timestamp(text: text) == nil)
}

@Test func frontiersAdvanceFromInitialToDone() {
  let ascending = [Frontier.initial, Frontier(Timestamp(seconds: 1)), Frontier(Timestamp(seconds: 1, counter: 1)), .done]
  for (i, left) in ascending.enumerated() {
    for (j, right) in ascending.enumerated() { #expect((left < right) == (i < j)) }
  }
  #expect(Frontier.initial.permits(.zero))
  #expect(Frontier(Timestamp(seconds: 2)).permits(Timestamp(seconds: 2)))
  #expect(!Frontier(Timestamp(seconds: 2)).permits(Timestamp(seconds: 1, nanoseconds: 999)))
  #expect(!Frontier.done.permits(Timestamp(seconds: .max, nanoseconds: .max, counter: .max, nodeID: "z")))
}

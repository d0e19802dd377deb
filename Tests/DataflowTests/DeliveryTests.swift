import Dataflow
import Synchronization
import Testing

#if canImport(Glibc)
import Glibc
#endif

private let rejected = Delivery.Outcome.failed(OperatorError(.rejected, "No."))
private let trapped = Delivery.Outcome.failed(OperatorError(.trapped, "Ouch."))

@Test func theCombinedOutcomeIsTheGravestInAnyOrder() {
  let ascending: [Delivery.Outcome] = [.dropped, .delivered, rejected, .abandoned]
  for first in ascending.indices {
    for second in ascending.indices {
      for third in ascending.indices {
        let outcomes = Outcomes()
        let delivery = Delivery(id: 7, observer: outcomes)
        delivery.split(into: 3)
        for outcome in [first, second] { delivery.complete(ascending[outcome]) }
        #expect(outcomes.all.isEmpty && delivery.pending == 1)
        delivery.complete(ascending[third])
        #expect(outcomes.all == [7: [ascending[max(first, second, third)]]])
      }
    }
  }
}

@Test func ofSeveralFailuresTheFirstIsReported() {
  let outcomes = Outcomes()
  let delivery = Delivery(id: 1, observer: outcomes)
  delivery.split(into: 2)
  delivery.complete(trapped)
  delivery.complete(rejected)
  #expect(outcomes.all == [1: [trapped]])
}

@Test func onlyWhatWasAbandonedIsNotAcknowledged() {
  #expect(Delivery.Outcome.dropped.isAcknowledged && Delivery.Outcome.delivered.isAcknowledged && rejected.isAcknowledged)
  #expect(!Delivery.Outcome.abandoned.isAcknowledged)
}

@Test func splittingIntoOneChangesNothing() {
  let delivery = Delivery()
  delivery.split(into: 1)
  #expect(delivery.pending == 1)
  delivery.complete(.delivered)
  #expect(delivery.pending == 0)
}

@Test func carriersMayCompleteOnSeveralThreadsAtOnce() async {
  let outcomes = Outcomes()
  let deliveries = (0..<200).map { Delivery(id: $0, observer: outcomes) }
  for delivery in deliveries { delivery.split(into: 4) }
  await withTaskGroup { group in
    for worker in 0..<4 {
      group.addTask {
        for delivery in deliveries {
          delivery.split(into: 2)
          delivery.complete(.dropped)
          delivery.complete(worker == 0 ? .delivered : .dropped)
        }
      }
    }
  }
  #expect(outcomes.all.count == 200)
  #expect(outcomes.all.values.allSatisfy { $0 == [.delivered] })
}

#if DEBUG
@Test func completingTwiceIsFoundInDebugBuilds() async {
  await #expect(processExitsWith: .failure) {
    let delivery = Delivery()
    delivery.complete(.delivered)
    delivery.complete(.delivered)
  }
}
#endif

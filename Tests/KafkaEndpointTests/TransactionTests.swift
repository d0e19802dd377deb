#if Kafka
  import Kafka
  @testable import KafkaEndpoint
  import Testing

  private let zero = KafkaPartition("t", 0), one = KafkaPartition("t", 1)

  struct `Transactions of results and positions` {
    private func machine(_ count: Int, metadataLimit: Int = 4096) -> TransactionMachine {
      var machine = TransactionMachine(metadataLimit: metadataLimit)
      machine.assign(KafkaPosition(zero))
      for offset in 0..<count { #expect(machine.take(zero, offset: Int64(offset)) == UInt64(offset)) }
      return machine
    }

    /// Carries the next transaction out: its results and positions; nil if there is none.
    private func transact(_ machine: inout TransactionMachine) -> (results: [UInt64], positions: [KafkaPosition])? {
      var results: [UInt64] = [], positions: [KafkaPosition] = []
      while true {
        let step = machine.next()
        switch step {
        case .wait, .abort, .end: return nil
        case .begin: break
        case .produce(let staged): results = staged
        case .sendPositions(let sent): positions = sent
        case .commit:
          #expect(machine.finish(.succeeded).results == results)
          return (results, positions)
        }
        _ = machine.finish(.succeeded)
      }
    }

    @Test func `a window's result waits for all its messages, and messages for all their results`() {
      var machine = machine(3)
      #expect(machine.next() == .wait)
      // Message 0 has a result of its own, and one together with 2.
      #expect(machine.stage(10, of: [0]) == true)
      #expect(machine.stage(11, of: [1]) == true)
      machine.complete(1)
      let first = transact(&machine)
      #expect(first?.results == [11] && first?.positions == [KafkaPosition(zero, offset: 0, metadata: Array("millrace:1-1".utf8))])
      #expect(machine.stage(12, of: [0, 2]) == true)
      machine.complete(0)
      #expect(machine.next() == .wait)
      machine.complete(2)
      let second = transact(&machine)
      #expect(second?.results == [10, 12] && second?.positions == [KafkaPosition(zero, offset: 3)])
      #expect(machine.next() == .wait)
    }

    @Test func `messages without results move the position`() {
      var machine = machine(2)
      machine.complete(0)
      let done = transact(&machine)
      #expect(done?.results == [] && done?.positions == [KafkaPosition(zero, offset: 1)])
    }

    @Test func `what is done behind the position is skipped when it is read again`() {
      var machine = TransactionMachine()
      machine.assign(KafkaPosition(zero, offset: 5, metadata: Array("millrace:1-2,4-4".utf8)))
      #expect((5...10).map { machine.take(zero, offset: $0) } == [0, nil, nil, 1, nil, 2])
      machine.complete(1)
      #expect(transact(&machine)?.positions == [KafkaPosition(zero, offset: 5, metadata: Array("millrace:1-4".utf8))])
      machine.complete(0)
      #expect(transact(&machine)?.positions == [KafkaPosition(zero, offset: 10)])
      // Also when only a part has been read again.
      machine.assign(KafkaPosition(zero, offset: 5, metadata: Array("millrace:2-2,4-4".utf8)))
      let id = machine.take(zero, offset: 5)
      if let id { machine.complete(id) }
      #expect(transact(&machine)?.positions == [KafkaPosition(zero, offset: 6, metadata: Array("millrace:1-1,3-3".utf8))])
    }

    @Test func `metadata of others, or damaged, is no reason to skip anything`() {
      for text in ["", "x", "millrace:", "millrace:3", "millrace:3-", "millrace:3-2", "millrace:-1-2", "millrace:a-b", "millrace:0-99999999999", "other:1-2"] {
        #expect(SkippedOffsets.decode(Array(text.utf8), from: 0) == [], "\(text)")
      }
      for offsets in [[1], [1, 2, 3], [1, 3, 5], [7, 8, 100]] as [[Int64]] {
        #expect(SkippedOffsets.decode(SkippedOffsets.encode(offsets.map { $0 + 40 }, from: 40), from: 40) == offsets.map { $0 + 40 })
      }
    }

    @Test func `what cannot be noted with the position waits until that moves on`() {
      var machine = machine(8, metadataLimit: 19)
      for id in [1, 3, 5, 7] as [UInt64] { machine.complete(id) }
      #expect(transact(&machine)?.positions == [KafkaPosition(zero, offset: 0, metadata: Array("millrace:1-1,3-3".utf8))])
      #expect(machine.next() == .wait)
      machine.complete(0)
      machine.complete(2)
      #expect(transact(&machine)?.positions == [KafkaPosition(zero, offset: 4, metadata: Array("millrace:1-1,3-3".utf8))])
    }

    @Test func `a transaction that is aborted is done again, with what has come since`() {
      var machine = machine(2)
      #expect(machine.stage(10, of: [0]) == true)
      machine.complete(0)
      for failing in 0..<4 {
        for _ in 0..<failing {
          _ = machine.next()
          _ = machine.finish(.retriable)
          _ = machine.next()
          _ = machine.finish(.succeeded)
        }
        _ = machine.next()
        _ = machine.finish(.requiresAbort)
        // What has not begun needs no end.
        #expect(machine.next() == (failing == 0 ? .begin : .abort))
        if failing > 0 { _ = machine.finish(.succeeded) }
      }
      #expect(machine.stage(11, of: [1]) == true)
      machine.complete(1)
      #expect(transact(&machine)?.results == [10, 11])
    }

    @Test func `a producer that was fenced never commits again`() {
      for step in 0..<4 {
        var machine = machine(1)
        machine.complete(0)
        for _ in 0..<step {
          _ = machine.next()
          _ = machine.finish(.succeeded)
        }
        _ = machine.next()
        _ = machine.finish(.fatal)
        #expect(machine.next() == .end(.fenced))
        _ = machine.finish(.succeeded)
        #expect(machine.next() == .end(.fenced) && !machine.isBusy)
      }
    }

    @Test func `results of revoked partitions are forgotten, and mixed ones end the run`() {
      var machine = machine(2)
      machine.assign(KafkaPosition(one))
      #expect(machine.take(one, offset: 0) == 2)
      #expect(machine.stage(10, of: [0]) == true)
      #expect(machine.stage(11, of: [2]) == true)
      #expect(machine.revoke([zero]) == [10])
      #expect(machine.stage(12, of: [1]) == false)
      machine.complete(0)
      machine.complete(1)
      machine.complete(2)
      #expect(transact(&machine)?.results == [11])
      #expect(machine.take(one, offset: 1) == 3)
      #expect(machine.stage(13, of: [1, 3]) == false)
      #expect(machine.next() == .end(.mixedResult))
    }
  }
#endif

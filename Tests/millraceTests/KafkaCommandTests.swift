#if Kafka
  import Foundation
  import Glibc
  import Kafka
  import KafkaTesting
  import OperatorFixtures
  import Testing

  /// Runs that read and write Kafka topics, with the built `millrace`.
  @Suite(.disabled("not proven yet: see the README"), .timeLimit(.minutes(10)))
  struct KafkaCommandTests {
    private let broker: Broker
    private let run: TestRun

    init() throws {
      broker = try Broker()
      run = try TestRun(.passingOn)
    }

    /// The mock's groups notice quickly when a member is gone.
    private func input(_ topic: String, _ settings: String = "") -> String {
      "kafka://\(broker.address)/\(topic)?group=g\(topic)&rdkafka.session.timeout.ms=1000&rdkafka.heartbeat.interval.ms=100&rdkafka.topic.metadata.refresh.interval.ms=500\(settings)"
    }

    private func start(_ input: String, _ output: String, _ options: String...) throws -> Command {
      try Command(["run", run.graph, "--code-cache", "off", "--workers", "2", "--input", input, "--output", output] + options)
    }

    @Test func `A topic goes through a graph into another, and its group moves on`() throws {
      let from = try broker.makeTopic(partitions: 2), to = try broker.makeTopic()
      let payloads = (0..<200).map { "message \($0)" }
      try broker.put(payloads.map { KafkaRecord(payload: Array($0.utf8), key: Array("k".utf8), headers: [KafkaHeader("h", Array("v".utf8))]) }, into: from)
      let outcome = try Outcome(start(input(from, "&until=end"), "kafka://\(broker.address)/\(to)"))
      #expect(outcome.code == 0, "\(outcome.errors)")
      let records = try broker.records(of: to, atLeast: 200)
      #expect(records.map(\.text) == payloads)
      #expect(records.allSatisfy { $0.record.key == Array("k".utf8) && $0.record.headers == [KafkaHeader("h", Array("v".utf8))] })
      #expect(try broker.committed("g" + from, from, partitions: 2).compactMap(\.self).reduce(0, +) == 200)
    }

    @Test func `An interrupt ends a run that waits for messages, and leaves nothing unacknowledged`() throws {
      let from = try broker.makeTopic()
      try broker.put(["a", "b"].map { KafkaRecord(payload: Array($0.utf8)) }, into: from)
      let command = try start(input(from), "-")
      for payload in ["a", "b"] { #expect(command.line()?.contains("\"payload\":\"\(payload)\"") == true, "\(command.standardError)") }
      command.interrupt()
      #expect(command.line() == nil)
      #expect(command.wait() == 0, "\(command.standardError)")
      #expect(try broker.committed("g" + from, from) == [2])
    }

    @Test func `Three processes share a topic while one is killed, one comes and one goes: every message comes through`() throws {
      let partitions = 6, count = 1200
      let from = try broker.makeTopic(partitions: partitions), to = try broker.makeTopic()
      let output = "kafka://\(broker.address)/\(to)"
      func put(_ range: Range<Int>) throws {
        try broker.put(range.map { KafkaRecord(payload: Array("\($0)".utf8), partition: Int32($0 % partitions)) }, into: from)
      }
      try put(0..<count / 4)
      let first = try start(input(from), output, "--json"), second = try start(input(from), output, "--json")
      var stored = try broker.records(of: to, atLeast: 10)
      // Killed while the group moves partitions to the third.
      let third = try start(input(from), output, "--json")
      kill(first.pid, SIGKILL)
      #expect(first.wait() == -SIGKILL)
      try put(count / 4..<count / 2)
      stored = try broker.records(of: to, atLeast: count / 4)
      second.interrupt()
      try put(count / 2..<count)
      #expect(second.wait() == 0, "\(second.standardError)")
      while Set(stored.map(\.text)).count < count {
        try #require(!third.hasEnded, "\(third.standardError)")
        stored = try broker.records(of: to, atLeast: stored.count + 1)
      }
      #expect(Set(stored.map(\.text)) == Set((0..<count).map(String.init)))
      third.interrupt()
      #expect(third.wait() == 0, "\(third.standardError)")
      // What was in flight when one was killed comes twice; not everything.
      #expect(stored.count < 2 * count)
      #expect(try broker.committed("g" + from, from, partitions: partitions) == Array(repeating: Int64(count / partitions), count: partitions))
    }

    @Test func `Poison records cost themselves: the rest comes through, and the group moves over them`() throws {
      let run = try TestRun(.moody)
      let from = try broker.makeTopic(), to = try broker.makeTopic(), dead = try broker.makeTopic()
      try broker.put(["fine", "t", "e", "good"].map { KafkaRecord(payload: Array($0.utf8)) } + [KafkaRecord(payload: nil)], into: from)
      let command = try Command([
        "run", run.graph, "--code-cache", "off", "--input", input(from, "&until=end"), "--output", "kafka://\(broker.address)/\(to)", "--on-error", "deadLetter",
        "--dead-letters", "kafka://\(broker.address)/\(dead)",
      ])
      let outcome = Outcome(command)
      #expect(outcome.code == 3, "\(outcome.errors)")
      #expect(try broker.records(of: to, atLeast: 3).map(\.text) == ["fine", "good", ""])
      let letters = try broker.records(of: dead, atLeast: 2)
      #expect(letters.map(\.text) == ["t", "e"])
      #expect(letters.allSatisfy { $0.record.headers.contains { $0.name == "deadLetter.error" } })
      #expect(try broker.committed("g" + from, from) == [5])
    }

    @Test func `With exactly-once delivery, all comes through and the run ends in order`() throws {
      let from = try broker.makeTopic(partitions: 2), to = try broker.makeTopic()
      let payloads = (0..<300).map { "message \($0)" }
      try broker.put(payloads.map { KafkaRecord(payload: Array($0.utf8)) }, into: from)
      let outcome = try Outcome(start(input(from, "&until=end&delivery=exactlyOnce"), "kafka://\(broker.address)/\(to)"))
      #expect(outcome.code == 0, "\(outcome.errors)")
      #expect(try broker.records(of: to, atLeast: 300).map(\.text).sorted() == payloads.sorted())
    }

    @Test func `Exactly-once delivery is refused where it cannot be`() throws {
      for (input, output) in [("kafka://127.0.0.1:1/t?group=g&delivery=exactlyOnce", "-"), ("kafka://127.0.0.1:1/t?group=g&delivery=exactlyOnce", "kafka://127.0.0.1:2/t")] {
        let outcome = try Outcome(start(input, output))
        #expect(outcome.code != 0 && outcome.errors.contains("Exactly-once delivery"), "\(outcome.errors)")
      }
    }

    /// The mock cluster accepts transactions, and does nothing about them.
    @Test(.enabled(if: Broker.isReal, "MILLRACE_KAFKA names no real broker"))
    func `With exactly-once delivery, each message is there once, however often the run is killed`() throws {
      let from = try broker.makeTopic(), to = try broker.makeTopic()
      let count = 20_000
      try broker.put((0..<count).map { KafkaRecord(payload: Array("\($0)".utf8)) }, into: from)
      let output = "kafka://\(broker.address)/\(to)"
      for part in 1...4 {
        let command = try start(input(from, "&delivery=exactlyOnce&rdkafka.session.timeout.ms=6000&rdkafka.transaction.timeout.ms=6000"), output)
        _ = try broker.records(of: to, atLeast: part * count / 5)
        kill(command.pid, SIGKILL)
        _ = command.wait()
      }
      let outcome = try Outcome(start(input(from, "&until=end&delivery=exactlyOnce&rdkafka.session.timeout.ms=6000"), output))
      #expect(outcome.code == 0, "\(outcome.errors)")
      #expect(try broker.records(of: to, atLeast: count).compactMap { Int($0.text) }.sorted() == Array(0..<count))
    }

    @Test(arguments: [
      ("kafka://127.0.0.1:1/t", "Kafka type source endpoints must have a consumerGroupId defined"), ("kafka://127.0.0.1:1/t?gruop=g", "Kafka has no setting gruop"),
      ("kafka://127.0.0.1:x/t?group=g", "The port is a number"), ("kafka://127.0.0.1:1/?group=g", "name at least one"),
      ("pigeon://h/t", "There is no endpoint for pigeon://"),
    ])
    func `An address that makes no sense is refused before the run starts`(address: String, part: String) throws {
      let outcome = try Outcome(start(address, "-"))
      #expect(outcome.code != 0 && outcome.errors.contains(part), "\(outcome.errors)")
    }
  }
#endif

import EndpointKit
import Foundation
import Glibc
import MQTT
import MosquittoBroker
import NIOCore
import OperatorFixtures
import Synchronization
import Testing

/// Runs that read and write MQTT topics, with the built `millrace` and a real broker.
@Suite(.enabled(if: MosquittoBroker.isInstalled, "\(MosquittoBroker.missing)"), .timeLimit(.minutes(10)))
struct MQTTCommandTests {
  private let broker: MosquittoBroker
  private let run: TestRun

  init() throws {
    let run = try TestRun(.passingOn)
    broker = try MosquittoBroker { $0.settings = ["persistence true", "persistence_location \(run.folder.path)/"] }
    self.run = run
  }

  private func address(_ topic: String) -> String { "mqtt://127.0.0.1:\(broker.port)/\(topic)" }

  private func start(_ input: String, _ output: String, _ options: String...) throws -> Command {
    try Command(["run", run.graph, "--code-cache", "off", "--workers", "2", "--source", input, "--sink", output] + options)
  }

  /// A client that keeps the payloads that come, and publishes.
  private final class Peer: Sendable {
    let payloads: ConditionLock<[String]>
    private let client: MQTTClient

    init(_ broker: MosquittoBroker, listening filter: String) throws {
      let payloads = ConditionLock<[String]>([]), box = ConditionLock<MQTTClient?>(nil), isSubscribed = ConditionLock(false)
      self.payloads = payloads
      client = try MQTTClient(MQTTConfiguration(url: "mqtt://127.0.0.1:\(broker.port)")) { received in
        payloads.change { $0.append(String(buffer: received.message.payload)) }
        box.read { $0 }?.acknowledge(received)
      }
      box.change { [client] in $0 = client }
      client.start()
      client.subscribe([MQTTSubscription(filter)]) { _ in isSubscribed.change { $0 = true } }
      _ = isSubscribed.wait { $0 ? () : nil }
    }

    /// Publishes and waits until the broker has all of them.
    func publish(_ texts: [String], to topic: String) throws {
      let acknowledged = ConditionLock(0)
      for text in texts { try client.publish(MQTTMessage(topic: MQTTTopic(topic), payload: text)) { _ in acknowledged.change { $0 += 1 } } }
      _ = acknowledged.wait { $0 == texts.count ? () : nil }
    }

    /// Publishes until somebody has subscribed.
    func knock(at topic: String, _ command: Command) throws {
      let isHeard = ConditionLock<Bool?>(nil)
      repeat {
        try #require(!command.hasEnded, "\(command.standardError)")
        isHeard.change { $0 = nil }
        try client.publish(MQTTMessage(topic: MQTTTopic(topic), payload: "knock")) { result in
          isHeard.change { $0 = result != .success(.noMatchingSubscribers) }
        }
      } while isHeard.wait { $0 } == false
    }

    /// Waits until so many have come, or for some seconds in vain.
    func wait(for count: Int) -> [String] {
      payloads.wait(atMost: .seconds(60)) { $0.count >= count ? $0 : nil } ?? payloads.read { $0 }
    }
  }

  @Test func `A topic goes through a graph into another, and Ctrl-C leaves nothing unacknowledged`() async throws {
    try await onThread {
      let peer = try Peer(broker, listening: "out/#")
      let command = try start(address("in/+?clientId=mill"), address("out/${inputTopic.2}"))
      try peer.knock(at: "in/a", command)
      let sent = (0..<200).map { "message \($0)" }
      try peer.publish(sent, to: "in/a")
      #expect(peer.wait(for: 201) == ["knock"] + sent, "\(command.standardError)")
      command.interrupt()
      #expect(command.wait() == 0, "\(command.standardError)")
      // The session is kept, and nothing of it is left.
      let again = try start(address("in/+?clientId=mill"), address("out/${inputTopic.2}"))
      try peer.publish(["after"], to: "in/b")
      #expect(peer.wait(for: 202).last == "after")
      again.interrupt()
      #expect(again.wait() == 0, "\(again.standardError)")
      #expect(peer.payloads.read { $0.count } == 202)
    }
  }

  @Test func `Killed again and again, it loses nothing and repeats only what was under way`() async throws {
    try await onThread {
      let rounds = 12, perRound = 40
      let peer = try Peer(broker, listening: "out")
      var random = SplitMix(state: 5), seen = 0
      for round in 0..<rounds {
        let command = try start(address("in?clientId=mill&maxInflightMessages=20"), address("out"))
        if round == 0 { try peer.knock(at: "in", command) }
        try peer.publish((0..<perRound).map { "\(round * perRound + $0)" }, to: "in")
        // Killed at any moment: before it has started, in the middle, or at the end.
        seen = peer.wait(for: seen + Int(random.next() % UInt64(perRound))).count
        kill(command.pid, SIGKILL)
        #expect(command.wait() == -SIGKILL)
      }
      let last = try start(address("in?clientId=mill&maxInflightMessages=20"), address("out"))
      let expected = Set((0..<rounds * perRound).map(String.init) + ["knock"])
      let found = peer.payloads.wait(atMost: .seconds(60)) { Set($0).count == expected.count ? $0 : nil } ?? peer.payloads.read { $0 }
      last.interrupt()
      #expect(last.wait() == 0, "\(last.standardError)")
      let lost = expected.subtracting(found), duplicates = found.count - Set(found).count
      print("killed \(rounds) times: sent \(expected.count), effects \(found.count), duplicates \(duplicates), lost \(lost.count)")
      #expect(lost.isEmpty)
      // At each kill, at most what may be in flight.
      #expect(duplicates <= rounds * 20)
    }
  }

  @Test func `A broker that restarts loses nothing`() async throws {
    try await onThread {
      let peer = try Peer(broker, listening: "elsewhere")
      let command = try start(address("in?clientId=mill"), address("out?clientId=mill"))
      try peer.knock(at: "in", command)
      try peer.publish((0..<50).map(String.init), to: "in")
      try broker.restart()
      let listener = try Peer(broker, listening: "out")
      try peer.publish((50..<100).map(String.init), to: "in")
      let found = listener.payloads.wait(atMost: .seconds(60)) { Set($0).isSuperset(of: (50..<100).map(String.init)) ? $0 : nil } ?? []
      #expect(Set(found).isSuperset(of: (50..<100).map(String.init)), "\(command.standardError)")
      command.interrupt()
      #expect(command.wait() == 0, "\(command.standardError)")
      #expect(command.standardError.contains("Trying again in"))
    }
  }

  @Test(arguments: [
    ("mqtt://127.0.0.1:1/in", "mqtt://127.0.0.1:1/in", "go round for ever"), ("mqtt://127.0.0.1:1/in?qos=7", "-", "`qos` is a number from 0 to 2"),
    ("mqtt://127.0.0.1:1/in?speed=7", "-", "`speed` is no setting"), ("mqtt://127.0.0.1:1", "-", "The topic is missing"),
    ("mqtt://127.0.0.1:1/in", "mqtt://127.0.0.1:1/${topic}", "${topic} is no variable"), ("mqtt://127.0.0.1:1/in", "mqtt://127.0.0.1:1/a/+", "no wildcards"),
  ])
  func `What cannot work is refused before anything runs`(_ input: String, _ output: String, _ message: String) async throws {
    try await onThread {
      let command = try start(input, output)
      #expect(command.wait() == 1)
      #expect(command.standardError.contains(message), "\(command.standardError)")
    }
  }

  @Test func `The state store on a broker is served, used and watched`() async throws {
    try await onThread {
      let at = ["--broker", "mqtt://127.0.0.1:\(broker.port)"]
      let folder = try TestFolder()
      try folder.write("seed.json", Array(#"[{"colour": "red"}, {"size": "7"}]"#.utf8))
      let server = try Command(["statestore", "serve", "--file", folder.path + "/state.sqlite"] + at)
      // Until it has subscribed, nobody answers.
      while try Outcome(Command(["statestore", "seed", folder.path + "/seed.json", "--timeout", "5"] + at)).code != 0 { try #require(!server.hasEnded, "\(server.standardError)") }
      #expect(try Outcome(Command(["statestore", "get", "colour"] + at)).lines == ["red"])
      let watch = try Command(["statestore", "watch", "colour", "size"] + at)
      #expect(try Outcome(Command(["statestore", "set", "colour", "blue", "--if-absent"] + at)).code == 1)
      var change: String?
      let changes = ConditionLock<[String]>([])
      // Its lines are read by nobody else.
      nonisolated(unsafe) let watched = watch
      let reader = EndpointKit.Thread { while let line = watched.line() { changes.change { $0.append(line) } } }
      // Until the watcher is heard of, changes are not told.
      repeat {
        #expect(try Outcome(Command(["statestore", "set", "colour", "blue"] + at)).code == 0)
        change = changes.wait(atMost: .milliseconds(300)) { $0.first }
      } while change == nil
      #expect(change == "colour = blue")
      #expect(try Outcome(Command(["statestore", "del", "colour", "--if-value", "red"] + at)).code == 1)
      #expect(try Outcome(Command(["statestore", "del", "colour"] + at)).code == 0)
      #expect(changes.wait(atMost: .seconds(30)) { $0.contains("colour is deleted") ? true : nil } == true)
      #expect(try Outcome(Command(["statestore", "get", "colour"] + at)).code == 1)
      watch.interrupt()
      #expect(watch.wait() == 0, "\(watch.standardError)")
      reader?.join()
      server.interrupt()
      #expect(server.wait() == 0, "\(server.standardError)")
      #expect(server.standardError.contains("requests"))
      // Nobody serves it now.
      let outcome = try Outcome(Command(["statestore", "get", "size", "--timeout", "2"] + at))
      #expect(outcome.code == 1 && outcome.errors.contains("statestore serve"), "\(outcome.errors)")
    }
  }

  @Test func `A run takes its state store from a broker`() async throws {
    try await onThread {
      let at = ["--broker", "mqtt://127.0.0.1:\(broker.port)"]
      let folder = try TestFolder()
      let graph = try folder.write("graph.yaml", #"""
        metadata: { name: Sites, version: 1.0.0 }
        moduleRequirements: { apiVersion: 1.1.0, runtimeVersion: 1.1.0 }
        operations:
          - { operationType: source, name: in }
          - { operationType: map, name: site, module: "azureiotoperations/graph-dataflow-map:1.0.0" }
          - { operationType: sink, name: out }
        connections:
          - { from: { name: in }, to: { name: site } }
          - { from: { name: site }, to: { name: out } }
        moduleConfigurations:
          - name: site
            parameters:
              rules:
                name: rules
                default: |
                  { "map": [{ "inputs": ["*"], "output": "*" }, { "inputs": ["$context(devices).site"], "output": "site" }],
                    "datasets": [{ "key": "devices", "inputs": ["$source.id", "$context.id"], "expression": "$1 == $2" }] }
        """#)
      _ = try folder.write("input/1.json", #"{"id":7}"#)
      let server = try Command(["statestore", "serve", "--seed", try folder.write("seed.json", #"[{"devices": "{\"id\":7,\"site\":\"north\"}"}]"#)] + at)
      while try Outcome(Command(["statestore", "get", "devices", "--timeout", "5"] + at)).code != 0 { try #require(!server.hasEnded, "\(server.standardError)") }
      let outcome = try Outcome(Command(["run", graph, "--input", folder.path + "/input"] + at))
      #expect(outcome.lines.count == 1 && outcome.lines[0].contains(#""payload":{"id":7,"site":"north"}"#), "\(outcome.lines) \(outcome.errors)")
      server.interrupt()
      #expect(server.wait() == 0, "\(server.standardError)")
    }
  }
}

/// Random numbers that are the same every time.
private struct SplitMix: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

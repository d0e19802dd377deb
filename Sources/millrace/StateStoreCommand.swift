import ArgumentParser
import ComponentModel
import Dataflow
import EndpointKit
import Glibc
import GraphTesting
import MQTTEndpoint
import RPC
import Runtime
import SQLiteStateStore
import StateStore


struct StateStoreCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "statestore",
    abstract: "Use AIO's state store on an MQTT broker, or serve one there.",
    discussion: """
      Operators, and every program that knows AIO's state store protocol, share what is in it. AIO's broker has a store of its own; on any other, \
      `serve` is one.

      Examples:
        millrace statestore serve --broker mqtt://localhost --file state.sqlite
        millrace statestore set factory/name north --broker mqtt://localhost
        millrace statestore get factory/name
        millrace statestore watch factory/name
      """,
    subcommands: [Serve.self, Get.self, Set.self, Delete.self, Watch.self, Seed.self])

  /// Which broker.
  struct Broker: ParsableArguments {
    @Option(help: "The broker: mqtt://host:1883, mqtts://, ws:// or wss://, with the settings of an MQTT endpoint.") var broker = "mqtt://localhost"
    @Option(help: ArgumentHelp("How long an answer may take.", valueName: "seconds")) var timeout = 10.0
    @Flag(help: "Print lines of JSON.") var json = false

    func validate() throws {
      guard timeout > 0, timeout <= 86_400 else { throw ValidationError("--timeout takes up to 86400 seconds, not \(timeout)") }
    }

    var settings: MQTTEndpointSettings {
      get throws(EndpointError) { try MQTTEndpointSettings(try EndpointAddress(broker)) }
    }

    /// Connects, and hands a store over; prints what goes wrong.
    func withStore(onMessage: @escaping @Sendable (String, [UInt8]) -> Void = { _, _ in }, _ body: (RemoteStateStore, MQTTRequestChannel) throws -> Void) throws {
      let lastWarning = ConditionLock("")
      let channel: MQTTRequestChannel
      do throws(EndpointError) {
        channel = try MQTTRequestChannel(try settings, onNotice: { notice in
          if notice.level == .warning { lastWarning.change { $0 = notice.message } }
        }, onMessage: onMessage)
      } catch {
        report(error.description, code: error.code.name, json: json)
        throw ExitCode.validationFailure
      }
      defer { channel.close() }
      do {
        try body(RemoteStateStore(RPCClient(channel) { wallClockNanoseconds() }), channel)
      } catch let error as StateStoreError {
        throw failed(error.text(lastWarning.read { $0 }))
      } catch let error as RPCError {
        throw failed(lastWarning.read { $0.isEmpty ? error.description : $0 })
      }
    }

    func failed(_ message: String) -> ExitCode {
      report(message, code: "state-store", json: json)
      return .runFailed
    }

    var nanoseconds: UInt64 { UInt64(timeout * 1e9) }
  }

  /// What is printed of a key.
  fileprivate struct Entry: Encodable {
    var key: String
    var value: String?
    var version: String?
  }
}

extension StateStoreError {
  fileprivate func text(_ connection: String) -> String {
    switch self {
    case .request(let text): "the store refused the request: \(text)"
    case .timeout: connection.isEmpty ? "no state store answered in time; is one served on this broker? (`millrace statestore serve`)" : connection
    case .protocol: "the store's answer makes no sense"
    case .internal(let text): text
    }
  }
}

extension StateStoreCommand {
  struct Serve: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Serve a state store on a broker, until Ctrl-C.")

    @OptionGroup var broker: Broker
    @Option(help: "A SQLite file that keeps the values; without one, they are gone when this ends.") var file: String?
    @Option(help: ArgumentHelp("What is in it at first: a JSON array of objects, {\"key\": \"value\"}.", valueName: "file")) var seed: String?

    func run() throws {
      let interruptions = Interruptions()
      let json = broker.json
      do {
        let store: any LocalStateStore =
          if let file { try SQLiteStateStore(path: file, now: { wallClockNanoseconds() }) } else { MemoryStateStore { wallClockNanoseconds() } }
        if let seed {
          for (key, value) in try seedValues(seed) { _ = try store.set(key, value, SetOptions(), timeout: nil) }
        }
        let server = try MQTTStateStoreServer(
          try broker.settings, store: store, clock: EndpointClock(), onNotice: { tell($0.message, json: json) }, log: { tell($0, json: json) })
        interruptions.onInterrupt { server.stop() }
        try server.run()
        let counts = server.counts
        tell("\(counts.requests) requests, \(counts.refused) of them refused; \(counts.notifications) notifications", json: json)
      } catch let StateStoreError.internal(reason) {
        throw broker.failed("the state store cannot be opened: \(reason)")
      } catch let error as EndpointError {
        report(error.description, code: error.code.name, json: json)
        throw error.code == .invalid ? ExitCode.validationFailure : ExitCode.runFailed
      }
    }
  }

  struct Get: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Print a value. Exit code 1 if there is none.")
    @Argument var key: String
    @OptionGroup var broker: Broker

    func run() throws {
      try broker.withStore { store, _ in
        let entry = try store.get(Array(key.utf8), timeout: broker.nanoseconds)
        if broker.json {
          print(jsonLine(Entry(key: key, value: entry.map { String(decoding: $0.value, as: UTF8.self) }, version: entry?.version.text)))
        } else if let entry {
          print(String(decoding: entry.value, as: UTF8.self))
        }
        if entry == nil { throw ExitCode.runFailed }
      }
    }
  }

  struct Set: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Set a value. Exit code 1 if a condition was not met.")
    @Argument var key: String
    @Argument var value: String
    @OptionGroup var broker: Broker
    @Flag(help: "Only if the key is absent.") var ifAbsent = false
    @Flag(help: "Only if the key is absent or has this value already: renews a lock.") var ifEqual = false
    @Option(help: ArgumentHelp("How long the key lives.", valueName: "seconds")) var expires: Double?

    func validate() throws {
      if ifAbsent && ifEqual { throw ValidationError("--if-absent and --if-equal exclude each other") }
      if let expires, !(0.001...31_536_000).contains(expires) { throw ValidationError("--expires takes 0.001 to 31536000 seconds, not \(expires)") }
    }

    func run() throws {
      let options = SetOptions(ifAbsent ? .ifAbsent : ifEqual ? .ifEqualOrAbsent : .always, expiresIn: expires.map { UInt64($0 * 1e9) })
      try broker.withStore { store, _ in
        let (isSet, version) = try store.set(Array(key.utf8), Array(value.utf8), options, timeout: broker.nanoseconds)
        if broker.json { print(jsonLine(Entry(key: key, value: isSet ? value : nil, version: version?.text))) }
        guard isSet else {
          if !broker.json { Terminal.error.line("\(key) is not set: it has \(ifAbsent ? "a value" : "another value") already") }
          throw ExitCode.runFailed
        }
      }
    }
  }

  struct Delete: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "del", abstract: "Delete a key. Exit code 1 if it was absent or had another value.")
    @Argument var key: String
    @OptionGroup var broker: Broker
    @Option(help: "Only if it has this value.") var ifValue: String?

    func run() throws {
      try broker.withStore { store, _ in
        let (count, version) = try store.delete(Array(key.utf8), expecting: ifValue.map { Array($0.utf8) }, fencingToken: nil, timeout: broker.nanoseconds)
        if broker.json { print(jsonLine(Entry(key: key, value: nil, version: version?.text))) }
        guard count == 1 else {
          if !broker.json { Terminal.error.line(count == 0 ? "\(key) is absent" : "\(key) has another value") }
          throw ExitCode.runFailed
        }
      }
    }
  }

  struct Watch: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Print changes of keys as they happen, until Ctrl-C.")
    @Argument var keys: [String]
    @OptionGroup var broker: Broker

    func run() throws {
      let interruptions = Interruptions()
      let changes = BoundedQueue<(topic: String, payload: [UInt8])>(capacity: .max)
      interruptions.onInterrupt { changes.close() }
      try broker.withStore(onMessage: { topic, payload in _ = changes.push([(topic, payload)]) }) { store, channel in
        try channel.listen(to: StateStoreTopics.notifications(clientID: channel.clientID), timeout: broker.nanoseconds)
        while true {
          // Said again and again: a store that was started anew knows nobody.
          for key in keys { try store.observe(Array(key.utf8), timeout: broker.nanoseconds) }
          switch changes.pop(atMost: 100, within: .seconds(10)) {
          case .finished: return
          case .timedOut: break
          case .elements(let elements):
            for (topic, payload) in elements { show(StateStoreTopics.key(ofNotification: topic, clientID: channel.clientID) ?? [], payload) }
          }
        }
      }
    }

    private func show(_ key: [UInt8], _ payload: [UInt8]) {
      let name = String(decoding: key, as: UTF8.self)
      let value: String? =
        switch try? StateStoreNotification(parsing: payload) {
        case .set(let value): String(decoding: value, as: UTF8.self)
        case .deleted, nil: nil
        }
      print(broker.json ? jsonLine(Entry(key: name, value: value, version: nil)) : value.map { "\(name) = \($0)" } ?? "\(name) is deleted")
      // At once, also into a pipe.
      fflush(nil)
    }
  }

  struct Seed: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Set the values of a file: a JSON array of objects, {\"key\": \"value\"}.")
    @Argument var file: String
    @OptionGroup var broker: Broker

    func run() throws {
      let values = try seedValues(file)
      try broker.withStore { store, _ in
        for (key, value) in values { _ = try store.set(key, value, SetOptions(), timeout: broker.nanoseconds) }
      }
      if !broker.json { print("\(values.count) values are set") }
    }
  }
}

/// The keys and values of a file like AIO's `statestore.json`.
private func seedValues(_ path: String) throws -> [(key: [UInt8], value: [UInt8])] {
  do {
    return try StateSeed.read(path).map { (Array($0.key.utf8), Array($0.value.utf8)) }
  } catch {
    throw ValidationError("\(error)")
  }
}

private func tell(_ message: String, json: Bool) {
  Terminal.error.line(json ? jsonLine(["event": "log", "message": message]) : message)
}

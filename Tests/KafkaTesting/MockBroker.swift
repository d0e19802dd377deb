#if Kafka
  import Foundation
  import Glibc
  public import Kafka
  import Synchronization

  /// A Kafka cluster for a test: the one that `MILLRACE_KAFKA=host:port` names, or a mock cluster in a process of its own, which ends with this object.
  public final class Broker: Sendable {
    /// `host:port`, for clients.
    public let address: String
    public let isMock: Bool
    private let process: Mutex<Child?>

    private struct Child: ~Copyable {
      let pid: pid_t
      let input: Int32
      let output: UnsafeMutablePointer<FILE>
    }

    public struct Failure: Error, CustomStringConvertible {
      public let description: String
    }

    private static let real = ProcessInfo.processInfo.environment["MILLRACE_KAFKA"]
    public static var isReal: Bool { real != nil }

    /// - Parameter needsMock: whether the test breaks the broker, or asks for what only the mock does.
    public init(brokers: Int = 1, needsMock: Bool = false) throws {
      if let real = Self.real, !needsMock {
        address = real
        isMock = false
        process = Mutex(nil)
        return
      }
      isMock = true
      let path = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent().path() + "kafka-mock-broker"
      var child: (pid: pid_t, input: Int32, output: UnsafeMutablePointer<FILE>)?
      try spawning.withLock { _ in
        var down: [Int32] = [0, 0], up: [Int32] = [0, 0]
        guard pipe(&down) == 0, pipe(&up) == 0 else { throw Failure(description: "no pipe") }
        for end in down + up { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, down[0], STDIN_FILENO)
        posix_spawn_file_actions_adddup2(&actions, up[1], STDOUT_FILENO)
        var words = [strdup(path), strdup("\(brokers)"), nil]
        defer { for word in words { free(word) } }
        var pid = pid_t()
        let status = posix_spawn(&pid, path, &actions, nil, &words, environ)
        Glibc.close(down[0])
        Glibc.close(up[1])
        guard status == 0, let file = fdopen(up[0], "r") else { throw Failure(description: "\(path) cannot be started: \(String(cString: strerror(status)))") }
        child = (pid, down[1], file)
      }
      guard let child, let line = Self.line(child.output) else { throw Failure(description: "the mock broker says nothing") }
      address = line
      process = Mutex(Child(pid: child.pid, input: child.input, output: child.output))
    }

    deinit { stop() }

    /// Ends the mock cluster.
    public func stop() {
      process.withLock { process in
        guard let child = process.take() else { return }
        Glibc.close(child.input)
        fclose(child.output)
        kill(child.pid, SIGKILL)
        var status: Int32 = 0
        while waitpid(child.pid, &status, 0) < 0, errno == EINTR {}
      }
    }

    /// Makes a topic with a name of its own; a real broker must make topics when they are first used.
    public func makeTopic(partitions: Int = 1) throws -> String {
      let name = "test-\(UUID().uuidString)"
      if isMock { try tell("topic \(name) \(partitions)") }
      return name
    }

    public func takeDown(_ broker: Int = 1) throws { try tell("down \(broker)") }
    public func bringUp(_ broker: Int = 1) throws { try tell("up \(broker)") }
    /// Has the next requests of a kind answered with an error.
    public func fail(api: Int, code: Int, count: Int) throws { try tell("fail \(api) \(code) \(count)") }

    public func tell(_ command: String) throws {
      let answer: String? = process.withLock { process in
        guard let child = process.take() else { return "there is no mock broker" }
        let bytes = Array((command + "\n").utf8)
        let answer = write(child.input, bytes, bytes.count) == bytes.count ? Self.line(child.output) : "it has gone"
        process = consume child
        return answer
      }
      if answer != "ok" { throw Failure(description: "\(command): \(answer ?? "no answer")") }
    }

    private static func line(_ file: UnsafeMutablePointer<FILE>) -> String? {
      var buffer = [CChar](repeating: 0, count: 1024)
      guard fgets(&buffer, Int32(buffer.count), file) != nil else { return nil }
      return String(decoding: buffer.prefix { $0 != 0 && $0 != 10 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
  }

  /// Held while a child is started, so that no other one gets its pipes.
  private let spawning = Mutex(())

  /// Puts records into a topic, and takes all that is in it, with plain clients.
  extension Broker {
    public func put(_ records: [KafkaRecord], into topic: String) throws {
      var configuration = KafkaConfiguration()
      configuration["bootstrap.servers"] = address
      configuration["linger.ms"] = "0"
      let producer = try KafkaProducer<Mark>(configuration, topic: topic)
      for record in records { try producer.send(record, Mark()) }
      var done = 0
      while done < records.count {
        if case .completed(let completed) = producer.poll(within: 100) {
          for (_, error) in completed { if let error { throw error } }
          done += completed.count
        }
      }
    }

    /// All that is in a topic, partition by partition, once there are at least `count` records.
    public func records(of topic: String, partitions: Int = 1, atLeast count: Int = 0) throws -> [StoredRecord] {
      var configuration = KafkaConfiguration()
      configuration["bootstrap.servers"] = address
      // Partitions are chosen by hand: the group is never joined.
      configuration["group.id"] = "reader-\(UUID().uuidString)"
      configuration["auto.offset.reset"] = "earliest"
      configuration["enable.auto.commit"] = "false"
      configuration["enable.partition.eof"] = "true"
      configuration["isolation.level"] = "read_committed"
      let consumer = try KafkaConsumer(configuration)
      try consumer.assign((0..<partitions).map { KafkaPartition(topic, Int32($0)) })
      var records: [StoredRecord] = []
      var ended: Set<KafkaPartition> = []
      while records.count < count || ended.count < partitions {
        switch consumer.poll(within: 100) {
        case .message(let message): records.append(StoredRecord(message))
        case .notice(.error(let error, let partition)):
          if error.code == .endOfPartition, let partition { ended.insert(partition) }
        case .assigned(let partitions): try consumer.assign(partitions)
        case .revoked(let partitions): try consumer.unassign(partitions)
        case .notice: break
        case .none: break
        }
      }
      return records.sorted { ($0.partition, $0.offset) < ($1.partition, $1.offset) }
    }

    /// Where a group is.
    public func committed(_ group: String, _ topic: String, partitions: Int = 1) throws -> [Int64?] {
      var configuration = KafkaConfiguration()
      configuration["bootstrap.servers"] = address
      configuration["group.id"] = group
      let consumer = try KafkaConsumer(configuration)
      return try consumer.committed((0..<partitions).map { KafkaPartition(topic, Int32($0)) }, within: 10_000).map(\.offset)
    }
  }

  /// A token without a meaning.
  public final class Mark: Sendable {
    public init() {}
  }

  public struct StoredRecord: Equatable, Sendable {
    public let partition: Int32
    public let offset: Int64
    public let timestamp: Int64?
    public let record: KafkaRecord

    init(_ message: borrowing KafkaMessage) {
      partition = message.partition
      offset = message.offset
      timestamp = message.timestamp
      record = KafkaRecord(payload: message.payload, key: message.key, headers: message.headers)
    }

    public var text: String { String(decoding: record.payload ?? [], as: UTF8.self) }
  }
#endif

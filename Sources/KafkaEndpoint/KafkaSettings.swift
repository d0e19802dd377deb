#if Kafka
  public import EndpointKit
  public import Kafka

  /// How to reach a Kafka cluster, and how to read and write there: `kafkaSettings` of AIO's DataflowEndpoint (resources.md §2.3), and what runs besides.
  public struct KafkaSettings: Sendable {
    public enum Compression: String, Sendable, CaseIterable {
      case none = "None", gzip = "Gzip", snappy = "Snappy", lz4 = "Lz4"
    }

    /// Messages wait for each other, until the first of the limits is reached.
    public struct Batching: Hashable, Sendable {
      public var isEnabled = true
      /// Milliseconds, 0 to 65535.
      public var latency = 5
      public var maxBytes = 1_000_000
      public var maxMessages = 100_000

      public init() {}
    }

    public enum PartitionStrategy: String, Sendable, CaseIterable {
      /// By the key of a message that has one, otherwise one partition after the other.
      case automatic = "Default"
      /// All to one, that the instance decides.
      case fixed = "Static"
      /// By the topic of the source message, which becomes the key.
      case topic = "Topic"
      /// By the value of a user property, which becomes the key.
      case property = "Property"
    }

    /// Who has to have a message before it counts as delivered.
    public enum Acks: String, Sendable, CaseIterable {
      /// Nobody: it may be lost.
      case zero = "Zero"
      /// The partition's leader: it may be lost with it.
      case one = "One"
      /// All replicas that are in sync. Each message is written once, in order, whatever is retried.
      case all = "All"
    }

    public enum Authentication: Sendable {
      case anonymous
      /// `plain`, `scramSHA256`, `scramSHA512`. For Event Hubs, the user is `$ConnectionString`.
      case sasl(SASLMechanism, username: String, password: String)
      /// PEM texts: the certificate with its intermediates, and its key.
      case x509(certificate: String, key: String)
      /// SASL's OAUTHBEARER, as with managed identities. Called when a token is wanted, on the endpoint's thread.
      case oauthBearer(@Sendable () throws(EndpointError) -> OAuthToken)
    }

    public enum SASLMechanism: String, Sendable, CaseIterable {
      case plain = "Plain", scramSHA256 = "ScramSha256", scramSHA512 = "ScramSha512"
    }

    public struct TLS: Hashable, Sendable {
      /// PEM text of the authorities to trust; nil for the system's.
      public var trustedAuthorities: String?

      public init(trustedAuthorities: String? = nil) {
        self.trustedAuthorities = trustedAuthorities
      }
    }

    public enum Delivery: String, Sendable, CaseIterable {
      /// After a failure, messages may count twice.
      case atLeastOnce
      /// With ``KafkaTransfer``: source and sink in one cluster.
      case exactlyOnce
    }

    /// Where a group starts that has no position yet.
    public enum Start: String, Sendable, CaseIterable {
      case earliest, latest
    }

    /// `host:port` of one or more brokers, separated by commas.
    public var host: String
    public var consumerGroupID: String?
    public var compression = Compression.none
    public var batching = Batching()
    public var partitionStrategy = PartitionStrategy.automatic
    public var partitionKeyProperty: String?
    public var acks = Acks.all
    /// Whether user properties and the content type become headers.
    public var copiesProperties = true
    public var cloudEventAttributes: CloudEvents.Mode?
    public var headerActions: [HeaderAction] = []
    /// Nil for none.
    public var tls: TLS?
    public var authentication = Authentication.anonymous

    /// What `Static` partitions by.
    public var instance = 0
    public var delivery = Delivery.atLeastOnce
    /// The graph's name, for CloudEvents.
    public var graph = "millrace"
    public var start = Start.earliest
    /// Whether a source finishes when it has read all that there is.
    public var stopsAtEnd = false
    /// Whether a message's time is the record's, where it carries none itself, instead of the time of its arrival.
    public var usesRecordTime = false
    /// How many messages a source reads ahead.
    public var readAhead = 1000
    /// How long partitions that go to another member may wait for their messages in flight.
    public var revocationPatience = Duration.seconds(3)
    /// How long a message may take to be written, brokers that are away included, before the run ends.
    public var deliveryTimeout = Duration.seconds(300)
    /// More of librdkafka's settings, which win.
    public var options: [String: String] = [:]

    public init(host: String) {
      self.host = host
    }
  }

  /// As librdkafka's settings.
  extension KafkaSettings {
    /// - Throws: `unreadable` if there is no consumer group.
    public func consumerConfiguration() throws(EndpointError) -> KafkaConfiguration {
      guard let consumerGroupID, !consumerGroupID.isEmpty else {
        throw EndpointError(.unreadable, host, "Kafka type source endpoints must have a consumerGroupId defined: name the group that shares the topic's messages.")
      }
      var configuration = common
      configuration["group.id"] = consumerGroupID
      configuration["partition.assignment.strategy"] = "cooperative-sticky"
      configuration["auto.offset.reset"] = start.rawValue
      // What is stored is committed, and stored is what was delivered.
      configuration["enable.auto.offset.store"] = "false"
      configuration["enable.auto.commit"] = "true"
      configuration["auto.commit.interval.ms"] = "1000"
      configuration["isolation.level"] = "read_committed"
      configuration["enable.partition.eof"] = stopsAtEnd ? "true" : "false"
      // Topics and partitions that are new are found soon.
      configuration["topic.metadata.refresh.interval.ms"] = "10000"
      configuration["allow.auto.create.topics"] = "false"
      // In librdkafka's own memory, besides `readAhead`.
      configuration["queued.min.messages"] = "10000"
      configuration["queued.max.messages.kbytes"] = "16384"
      add(options, to: &configuration)
      return configuration
    }

    /// - Throws: `unwritable` for settings that exclude each other.
    public func producerConfiguration() throws(EndpointError) -> KafkaConfiguration {
      guard (0...65535).contains(batching.latency) else {
        throw EndpointError(.unwritable, host, "The batching latency is \(batching.latency) ms: it is to be between 0 and 65535.")
      }
      if partitionStrategy == .property, partitionKeyProperty?.isEmpty ?? true {
        throw EndpointError(.unwritable, host, "The partition strategy Property needs a partitionKeyProperty: the user property whose value becomes the key.")
      }
      var configuration = common
      configuration["compression.codec"] = compression.rawValue.lowercased()
      configuration["acks"] = switch acks { case .zero: "0" case .one: "1" case .all: "all" }
      configuration["enable.idempotence"] = acks == .all ? "true" : "false"
      configuration["linger.ms"] = String(batching.isEnabled ? batching.latency : 0)
      configuration["batch.num.messages"] = String(batching.isEnabled ? min(1_000_000, max(1, batching.maxMessages)) : 1)
      configuration["batch.size"] = String(min(2_147_483_647, max(1, batching.maxBytes)))
      configuration["message.timeout.ms"] = String(max(1, deliveryTimeout.components.seconds * 1000))
      // A topic that is missing is waited for like a broker.
      configuration["topic.metadata.propagation.max.ms"] = String(min(3_600_000, max(1, deliveryTimeout.components.seconds * 1000)))
      // As Kafka's own clients do, so that a key's partition is the same for all.
      configuration["partitioner"] = "murmur2_random"
      configuration["sticky.partitioning.linger.ms"] = "0"
      configuration["queue.buffering.max.messages"] = "10000"
      configuration["queue.buffering.max.kbytes"] = "65536"
      add(options, to: &configuration)
      return configuration
    }

    /// A producer whose transactions nobody else has: the group's generation keeps those out that were replaced.
    func transactionalConfiguration() throws(EndpointError) -> KafkaConfiguration {
      var settings = self
      settings.acks = .all
      var configuration = try settings.producerConfiguration()
      if configuration["transactional.id"] == nil { configuration["transactional.id"] = "millrace-\(CloudEvents.randomID())" }
      // What a process that died has left open holds readers up for so long.
      if options["transaction.timeout.ms"] == nil { configuration["transaction.timeout.ms"] = "30000" }
      if options["message.timeout.ms"] == nil { configuration["message.timeout.ms"] = "30000" }
      return configuration
    }

    private var common: KafkaConfiguration {
      var configuration = KafkaConfiguration()
      configuration["bootstrap.servers"] = host
      configuration["client.id"] = "millrace"
      configuration["reconnect.backoff.max.ms"] = "2000"
      if let authorities = tls?.trustedAuthorities { configuration["ssl.ca.pem"] = authorities }
      var usesSASL = false
      switch authentication {
      case .anonymous: break
      case .x509(let certificate, let key):
        configuration["ssl.certificate.pem"] = certificate
        configuration["ssl.key.pem"] = key
      case .sasl(let mechanism, let username, let password):
        usesSASL = true
        configuration["sasl.mechanism"] = switch mechanism { case .plain: "PLAIN" case .scramSHA256: "SCRAM-SHA-256" case .scramSHA512: "SCRAM-SHA-512" }
        configuration["sasl.username"] = username
        configuration["sasl.password"] = password
      case .oauthBearer:
        usesSASL = true
        configuration["sasl.mechanism"] = "OAUTHBEARER"
      }
      configuration["security.protocol"] = usesSASL ? (tls == nil ? "sasl_plaintext" : "sasl_ssl") : (tls == nil ? "plaintext" : "ssl")
      return configuration
    }

    private func add(_ options: [String: String], to configuration: inout KafkaConfiguration) {
      for (name, value) in options { configuration[name] = value }
    }
  }
#endif

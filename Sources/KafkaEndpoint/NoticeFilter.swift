#if Kafka
  internal import EndpointKit
  internal import Kafka
  internal import Synchronization

  /// Tells people what happens, each trouble once as long as it lasts: librdkafka says it with every attempt.
  final class NoticeFilter: Sendable {
    private let subject: String
    private let onNotice: @Sendable (EndpointNotice) -> Void
    private let told = Mutex<Set<KafkaError.Code>>([])

    init(_ subject: String, _ onNotice: @escaping @Sendable (EndpointNotice) -> Void) {
      self.subject = subject
      self.onNotice = onNotice
    }

    func tell(_ text: String, _ level: EndpointNotice.Level = .warning) {
      onNotice(EndpointNotice(level, "Kafka at \(subject): \(text)"))
    }

    func tell(_ error: KafkaError, _ partition: KafkaPartition? = nil) {
      guard told.withLock({ $0.insert(error.code).inserted }) else { return }
      // The text names the partition or broker, where it is one's own.
      let place = partition.map { error.message.contains($0.topic) ? "" : "\($0.topic): " } ?? ""
      tell("\(place)\(error.message). It is tried again.")
    }

    /// Things work: if the same trouble comes again, it is news.
    func forget() {
      told.withLock { if !$0.isEmpty { $0 = [] } }
    }
  }

  extension KafkaError {
    func endpointError(_ code: EndpointError.Code, _ subject: String, _ sentence: String) -> EndpointError {
      EndpointError(code, subject, "\(sentence): \(message).")
    }
  }

  extension KafkaSettings {
    func answerToken(set: (OAuthToken) throws(KafkaError) -> Void, fail: (String) -> Void, _ notices: NoticeFilter) {
      guard case .oauthBearer(let makeToken) = authentication else { return fail("no token is configured") }
      do {
        try set(try makeToken())
      } catch {
        let reason = (error as? EndpointError)?.message ?? (error as? KafkaError)?.message ?? "\(error)"
        fail(reason)
        notices.tell("There is no token to log in with: \(reason)")
      }
    }
  }
#endif

internal import EndpointKit
internal import Synchronization

/// One file as one message.
final class FileSource: Source {
  private let name: FileName
  private let limit: Int
  /// What is still to be given; nil when it has been, or the source is stopped.
  private let messages: Mutex<MessageFactory?>

  init(_ input: FileInput, _ messages: MessageFactory) {
    name = FileName(input.path)
    limit = input.payloadLimit
    self.messages = Mutex(messages)
  }

  func next(atMost limit: Int) throws(EndpointError) -> SourceBatch {
    guard var messages = self.messages.withLock({ $0.take() }) else { return .finished }
    guard let payload = try FileReading.contents(of: name, limit: self.limit) else { return .finished }
    return .items([messages.item(payload, name: name.lastComponent.text, isJSON: name.pathExtension == "json", arrival: messages.arrival())])
  }

  func stop() {
    messages.withLock { $0 = nil }
  }
}

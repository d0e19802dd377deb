internal import EndpointKit
internal import Glibc
internal import Synchronization

/// A file with a message on each line.
final class LineSource: Source {
  private struct State: ~Copyable {
    let file: FileDescriptor
    var lines: LineSplitter
    var messages: MessageFactory
    var refusal: EndpointError?
  }

  private let name: String
  private let state: Mutex<State>
  private let isStopped = Atomic(false)

  init(_ input: FileInput, _ messages: MessageFactory) throws(SystemError) {
    name = FileName(input.path).lastComponent.text
    state = Mutex(
      State(
        file: try FileDescriptor.open(FileName(input.path), O_RDONLY), lines: LineSplitter(limit: input.payloadLimit), messages: messages))
  }

  func next(atMost limit: Int) throws(EndpointError) -> SourceBatch {
    try state.withLock { (state) throws(EndpointError) in try next(atMost: limit, &state) }
  }

  private func next(atMost limit: Int, _ state: inout State) throws(EndpointError) -> SourceBatch {
    if let refusal = state.refusal.take() { return .refused(refusal) }
    var batch = BatchBuilder(limit: limit)
    // All lines of a batch arrive together.
    var arrival: EndpointClock.Arrival?
    while !batch.isFull && !isStopped.load(ordering: .relaxed), let line = try nextLine(&state) {
      guard let payload = line.payload else {
        let refusal = EndpointError(.tooLarge, "\(name):\(line.number)", "The line is longer than the limit of \(state.lines.limit) bytes for one message: raise it.")
        if batch.items.isEmpty { return .refused(refusal) }
        state.refusal = refusal
        break
      }
      let time = arrival ?? state.messages.arrival()
      arrival = time
      batch.append(state.messages.item(payload, name: name, number: UInt64(line.number), isJSON: true, arrival: time), size: payload.count)
    }
    return batch.items.isEmpty ? .finished : .items(batch.items)
  }

  private func nextLine(_ state: inout State) throws(EndpointError) -> LineSplitter.Line? {
    while true {
      if let line = state.lines.next() { return line }
      if state.lines.isFinished { return nil }
      do throws(SystemError) {
        try state.lines.fill { (buffer) throws(SystemError) in try state.file.read(into: buffer) }
      } catch {
        throw error.endpointError(.unreadable, name, "The file cannot be read on")
      }
    }
  }

  func stop() {
    isStopped.store(true, ordering: .relaxed)
  }
}

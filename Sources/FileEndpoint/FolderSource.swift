internal import EndpointKit
internal import Glibc
internal import Synchronization

/// The files of a folder, and, if wanted, those that come later.
///
/// A name waits at most once: a file that is written again before it is read is read once. The watch is set up before the folder is
/// listed and asked before each file is read, so that no file is missed.
final class FolderSource: Source {
  private struct State: ~Copyable {
    var watch: FolderWatch?
    var waiting: NameQueue
    var messages: MessageFactory
    /// When the watch was last asked: files older than that are not lost when it overflows.
    var askedAt = timespec()
    /// Found after items that had to be handed on first.
    var refusal: EndpointError?
  }

  private let input: FileInput
  /// Files are found by their paths: while the folder were held open, the watch would not hear of its removal.
  private let folder: FileName
  private let stopSignal: StopSignal
  private let state: Mutex<State>

  init(_ input: FileInput, _ messages: MessageFactory) throws(SystemError) {
    let folder = FileName(input.path)
    var watch: FolderWatch?
    if input.watch { watch = try FolderWatch(folder) }
    let askedAt = Self.now()
    let waiting = NameQueue(try FolderListing.files(in: folder, hidden: input.includesHidden))
    self.input = input
    self.folder = folder
    stopSignal = try StopSignal()
    state = Mutex(State(watch: watch, waiting: waiting, messages: messages, askedAt: askedAt))
  }

  func stop() {
    stopSignal.stop()
  }

  func next(atMost limit: Int) throws(EndpointError) -> SourceBatch {
    try state.withLock { (state) throws(EndpointError) in try next(atMost: limit, &state) }
  }

  private func next(atMost limit: Int, _ state: inout State) throws(EndpointError) -> SourceBatch {
    if let refusal = state.refusal.take() { return .refused(refusal) }
    var batch = BatchBuilder(limit: limit)
    while !batch.isFull && !stopSignal.isStopped {
      try askWatch(&state)
      guard let name = state.waiting.pop() else {
        if !batch.items.isEmpty { break }
        guard let watched = state.watch?.descriptor else { return .finished }
        do throws(SystemError) { try stopSignal.wait(for: watched) } catch { throw failure(error) }
        continue
      }
      do throws(EndpointError) {
        guard let payload = try FileReading.contents(of: folder.appending(name), limit: input.payloadLimit) else { continue }
        let item = state.messages.item(payload, name: name.text, isJSON: name.pathExtension == "json", arrival: state.messages.arrival())
        batch.append(item, size: payload.count)
      } catch {
        if batch.items.isEmpty { return .refused(error) }
        state.refusal = error
        break
      }
    }
    return batch.items.isEmpty ? .finished : .items(batch.items)
  }

  /// Queues what has come to the folder.
  private func askWatch(_ state: inout State) throws(EndpointError) {
    guard state.watch != nil else { return }
    do throws(SystemError) {
      let now = Self.now()
      for event in try state.watch?.read() ?? [] {
        switch event {
        case .file(let name):
          if input.includesHidden || !name.isHidden { state.waiting.push(name) }
        case .overflow:
          for name in try FolderListing.files(in: folder, hidden: input.includesHidden, since: state.askedAt) { state.waiting.push(name) }
        case .folderRemoved:
          throw SystemError(ENOENT)
        }
      }
      state.askedAt = now
    } catch {
      throw failure(error)
    }
  }

  private func failure(_ error: SystemError) -> EndpointError {
    error.endpointError(.unreadable, input.path, "The folder can no longer be watched")
  }

  /// The clock that the system stamps files with.
  private static func now() -> timespec {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME_COARSE, &time)
    return time
  }
}

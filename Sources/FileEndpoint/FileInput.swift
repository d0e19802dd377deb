public import Dataflow
public import EndpointKit
internal import Glibc

/// Where a run reads from: a folder, a file, or a file of lines.
public struct FileInput: Sendable {
  /// A folder gives a message per regular file, in the order of their names' bytes; sub-folders are left out. A file gives one message, or,
  /// when its name ends in `.jsonl`, one per line that is not blank.
  public var path: String
  /// Whether a folder's source goes on when all files are read, and gives each file that is written to the folder, moved to it or replaced.
  /// Writers had better write elsewhere and move the file in: one that is being written when the run starts is read as it is then, and again
  /// when its writer closes it.
  public var watch = false
  /// Whether files whose names start with a dot are read.
  public var includesHidden = false
  /// The topic of every message. By default as in AIO's local runner (tooling.md §4): `.json` → `probe/1`, other names → `snapshot_simulation`.
  public var topic: String?
  /// The largest payload, in bytes; what is larger is refused.
  public var payloadLimit = 64 << 20

  public init(path: String) {
    self.path = path
  }

  /// Opens the input.
  ///
  /// - Parameter observer: hears how each message's delivery ends; messages are numbered from 0. Files have nothing to acknowledge themselves.
  public func open(clock: EndpointClock, observer: (any DeliveryObserver)? = nil) throws(EndpointError) -> any Source {
    let name = FileName(path)
    let messages = MessageFactory(topic: topic, clock: clock, observer: observer)
    do throws(SystemError) {
      var status = stat()
      if stat(name.terminated, &status) != 0 { throw SystemError() }
      if status.isFolder { return try FolderSource(self, messages) }
      if status.isRegularFile { return name.pathExtension == "jsonl" ? try LineSource(self, messages) : FileSource(self, messages) }
    } catch {
      throw error.endpointError(.unreadable, path, "The input cannot be opened")
    }
    throw EndpointError(.unreadable, path, "The input is neither a folder nor a regular file: name one of those.")
  }
}

internal import Dataflow
internal import EndpointKit
internal import Glibc
internal import Synchronization

/// Writes each item as a line of JSON (``JSONLine``).
///
/// An item is delivered once the system has taken its whole line; ``flush()`` has a file written to its disk. A line that
/// could be written only in part is taken back where that is possible, in a file of our own.
final class JSONLinesSink: Sink {
  private let name: String
  private let isOwnFile: Bool
  private let keepsBytes: Bool
  /// Nil once closed, or broken.
  private let file: Mutex<FileDescriptor?>
  /// The memory that lines are put together in, so that not every write wants a large piece anew.
  private let memory = Mutex<[UInt8]>([])

  /// - Parameters:
  ///   - isOwnFile: whether this is a regular file that we opened for appending.
  ///   - keepsBytes: whether payloads are written to the byte, as strings even if they are JSON.
  init(_ file: consuming FileDescriptor, name: String, isOwnFile: Bool, keepsBytes: Bool = false) {
    self.keepsBytes = keepsBytes
    self.name = name
    self.isOwnFile = isOwnFile
    self.file = Mutex(file)
  }

  func write(_ items: [Item]) throws(EndpointError) {
    var rest = items[...]
    do throws(EndpointError) {
      try withFile { (file) throws(EndpointError) in
        while !rest.isEmpty { try writePart(of: &rest, to: file) }
      }
    } catch {
      for item in rest { item.delivery.complete(.abandoned) }
      throw error
    }
  }

  func flush() throws(EndpointError) {
    if !isOwnFile { return }
    try withFile { (file) throws(EndpointError) in
      if fdatasync(file.raw) != 0 { throw failure(SystemError()) }
    }
  }

  func close() throws(EndpointError) {
    if file.withLock({ $0 == nil }) { return }
    try flush()
    file.withLock { $0 = nil }
  }

  /// Lends the open file; if `body` throws, it is closed for good.
  private func withFile(_ body: (borrowing FileDescriptor) throws(EndpointError) -> Void) throws(EndpointError) {
    try file.withLock { (slot) throws(EndpointError) in
      guard let file = slot.take() else { throw EndpointError(.closed, name, "The output is closed: nothing more can be written to it.") }
      try body(file)
      slot = consume file
    }
  }

  /// Writes as many items as make a good size for one write, and removes from `items` those that are out.
  private func writePart(of items: inout ArraySlice<Item>, to file: borrowing FileDescriptor) throws(EndpointError) {
    var text = memory.withLock { memory in
      defer { memory = [] }
      return memory
    }
    defer {
      text.removeAll(keepingCapacity: true)
      if text.capacity <= 2 << 20 { memory.withLock { $0 = text } }
    }
    var ends: [Int] = []
    ends.reserveCapacity(items.count)
    for item in items {
      JSONLine.append(item, keepsBytes: keepsBytes, to: &text)
      ends.append(text.count)
      if text.count >= 1 << 20 { break }
    }
    do throws(FileWriting.Failure) {
      try FileWriting.write(text, to: file)
      complete(&items, count: ends.count)
    } catch {
      let whole = ends.prefix { $0 <= error.written }
      complete(&items, count: whole.count)
      if isOwnFile { Self.takeBack(error.written - (whole.last ?? 0), from: file) }
      throw failure(error.error)
    }
  }

  private func complete(_ items: inout ArraySlice<Item>, count: Int) {
    for item in items.prefix(count) { item.delivery.complete(.delivered) }
    items = items.dropFirst(count)
  }

  /// Cuts the last bytes off the file.
  private static func takeBack(_ count: Int, from file: borrowing FileDescriptor) {
    guard count > 0, let size = try? file.status().st_size else { return }
    _ = ftruncate(file.raw, size - count)
  }

  private func failure(_ error: SystemError) -> EndpointError {
    let sentence =
      error.number == EPIPE ? "Whoever read the output has closed it, so the run cannot go on" : "The output cannot be written to"
    return error.endpointError(.unwritable, name, sentence)
  }
}

internal import Dataflow
internal import EndpointKit
internal import Glibc
internal import Synchronization

/// Writes each payload to a file of its own.
///
/// A file gets its name only once it is whole, and never takes one that is there. An item is delivered once its file has its name.
final class FolderSink: Sink {
  private struct State: ~Copyable {
    let folder: FileDescriptor
    var nextNumber: UInt64
    var isOpen = true
  }

  private let path: String
  private let state: Mutex<State>

  /// Opens the folder, or makes it.
  init(_ path: String) throws(SystemError) {
    self.path = path
    if mkdir(FileName(path).terminated, 0o755) != 0 && errno != EEXIST { throw SystemError() }
    let folder = try FileDescriptor.open(FileName(path), O_RDONLY | O_DIRECTORY)
    let numbers = try FolderListing.files(in: FileName(path), hidden: false).compactMap(\.leadingNumber)
    state = Mutex(State(folder: folder, nextNumber: (numbers.max() ?? 0) + 1))
  }

  func write(_ items: [Item]) throws(EndpointError) {
    var rest = items[...]
    do throws(EndpointError) {
      try state.withLock { (state) throws(EndpointError) in
        if !state.isOpen { throw EndpointError(.closed, path, "The output folder is closed: nothing more can be written to it.") }
        while let item = rest.first {
          try write(item, &state)
          item.delivery.complete(.delivered)
          rest = rest.dropFirst()
        }
      }
    } catch {
      state.withLock { $0.isOpen = false }
      for item in rest { item.delivery.complete(.abandoned) }
      throw error
    }
  }

  /// Does nothing: what is written is out.
  func flush() {}

  func close() {
    state.withLock { $0.isOpen = false }
  }

  private func write(_ item: Item, _ state: inout State) throws(EndpointError) {
    let payload = item.outgoingMessage.payload
    let suffix = item.origin.name.fileNamePart + (JSONText.isValid(payload) ? ".json" : ".bin")
    let temporary = FileName(".millrace-\(getpid())-\(state.nextNumber).part")
    do throws(SystemError) {
      try Self.create(temporary, payload, in: state.folder)
      while true {
        let name = FileName("\(state.nextNumber.padded)-\(suffix)")
        state.nextNumber += 1
        if try Self.rename(temporary, to: name, in: state.folder) { return }
      }
    } catch {
      unlinkat(state.folder.raw, temporary.terminated, 0)
      throw error.endpointError(.unwritable, "\(path)/\(suffix)", "The output file cannot be written")
    }
  }

  private static func create(_ name: FileName, _ payload: [UInt8], in folder: borrowing FileDescriptor) throws(SystemError) {
    let file = try FileDescriptor.open(name, in: folder.raw, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW)
    do throws(FileWriting.Failure) {
      try FileWriting.write(payload, to: file)
    } catch {
      throw error.error
    }
  }

  /// Gives a file its name; false if that is taken.
  private static func rename(_ old: FileName, to new: FileName, in folder: borrowing FileDescriptor) throws(SystemError) -> Bool {
    if linkat(folder.raw, old.terminated, folder.raw, new.terminated, 0) == 0 {
      unlinkat(folder.raw, old.terminated, 0)
      return true
    }
    if errno == EEXIST { return false }
    // File systems without hard links: look first, then move.
    guard errno == EPERM || errno == EOPNOTSUPP || errno == ENOSYS || errno == EMLINK else { throw SystemError() }
    if faccessat(folder.raw, new.terminated, F_OK, 0) == 0 { return false }
    if renameat(folder.raw, old.terminated, folder.raw, new.terminated) != 0 { throw SystemError() }
    return true
  }
}

extension FileName {
  /// The number that the sink put in front; nil for other files.
  fileprivate var leadingNumber: UInt64? {
    guard let dash = bytes.firstIndex(of: UInt8(ascii: "-")), let number = UInt64(String(decoding: bytes[..<dash], as: UTF8.self)) else {
      return nil
    }
    return number < 1 << 62 ? number : nil
  }
}

extension UInt64 {
  fileprivate var padded: String {
    let digits = String(self)
    return String(repeating: "0", count: Swift.max(0, 6 - digits.utf8.count)) + digits
  }
}

extension String {
  /// The text as a part of a file name: without what separates folders, controls terminals or is too long.
  var fileNamePart: String {
    var part = ""
    for scalar in unicodeScalars {
      let isControl = scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
      part.unicodeScalars.append(isControl || scalar == "/" ? "_" : scalar)
      // With the number and the extension it stays below the 255 bytes that file systems allow.
      if part.utf8.count > 200 { break }
    }
    return part
  }
}

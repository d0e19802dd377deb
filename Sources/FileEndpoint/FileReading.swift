internal import EndpointKit
internal import Glibc

/// Reading whole files, up to a limit.
enum FileReading {
  /// The file's bytes, read straight into the array; nil where the path is not, or no longer, a regular file's.
  ///
  /// Only regular files are opened at all: a pipe or a device would block, or notice.
  static func contents(of path: FileName, limit: Int) throws(EndpointError) -> [UInt8]? {
    do throws(SystemError) {
      var status = stat()
      if stat(path.terminated, &status) != 0 { throw SystemError() }
      if !status.isRegularFile { return nil }
      let file = try FileDescriptor.open(path, O_RDONLY | O_NONBLOCK)
      status = try file.status()
      if !status.isRegularFile { return nil }
      if status.st_size <= limit, let bytes = try contents(of: file, expected: Int(status.st_size), limit: limit) { return bytes }
    } catch {
      throw error.endpointError(.unreadable, path.text, "The file cannot be read")
    }
    let message = "The file is larger than the limit of \(limit) bytes for one message: raise the limit, or make the file smaller."
    throw EndpointError(.tooLarge, path.text, message)
  }

  /// Reads to the end, which the size is only a hint at. Nil if there are more bytes than the limit.
  private static func contents(of file: borrowing FileDescriptor, expected: Int, limit: Int) throws(SystemError) -> [UInt8]? {
    var capacity = expected
    var bytes: [UInt8] = []
    while true {
      let room = capacity - bytes.count
      if room > 0 {
        let more = try chunk(of: file, atMost: room)
        // The usual case takes over the only chunk, without copying.
        if bytes.isEmpty { bytes = more } else { bytes += more }
        if more.count < room { return bytes }
      }
      // As many bytes as announced: is there one more?
      let next = try chunk(of: file, atMost: 1)
      if next.isEmpty { return bytes }
      if bytes.count == limit { return nil }
      bytes += next
      capacity = min(limit, max(4096, 2 * bytes.count))
    }
  }

  /// The next bytes; fewer than `count` only at the end of the file.
  private static func chunk(of file: borrowing FileDescriptor, atMost count: Int) throws(SystemError) -> [UInt8] {
    var failure: SystemError?
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      do throws(SystemError) {
        while filled < count {
          let read = try file.read(into: UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[filled..<count]))
          if read == 0 { break }
          filled += read
        }
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return bytes
  }
}

public import EndpointKit
internal import Glibc

/// Where a run writes to.
public enum FileOutput: Hashable, Sendable {
  /// One JSON object per line, to standard output.
  case standardOutput
  /// One JSON object per line, to a file: a new one, or one whose content is replaced, or, with `appends`, kept.
  case lines(path: String, appends: Bool = false)
  /// What operators failed on, for people and for another try: as `lines`, after what the file has already, with payloads to the byte.
  case deadLetters(path: String)
  /// Each payload in a file of its own, in a folder that is made if need be: `000001-<source>.json`, or `.bin` for what is not JSON. Nothing
  /// is replaced: numbering goes on after the highest number found.
  case folder(path: String)

  public func open() throws(EndpointError) -> any Sink {
    switch self {
    case .standardOutput:
      return JSONLinesSink(FileDescriptor(borrowing: STDOUT_FILENO), name: "standard output", isOwnFile: false)
    case .lines(let path, let appends): return try Self.lines(path, appends: appends, keepsBytes: false)
    case .deadLetters(let path): return try Self.lines(path, appends: true, keepsBytes: true)
    case .folder(let path):
      do throws(SystemError) {
        return try FolderSink(path)
      } catch {
        throw error.endpointError(.unwritable, path, "The output folder cannot be opened")
      }
    }
  }

  private static func lines(_ path: String, appends: Bool, keepsBytes: Bool) throws(EndpointError) -> JSONLinesSink {
    do throws(SystemError) {
      let file = try FileDescriptor.open(FileName(path), O_WRONLY | O_CREAT | O_APPEND | (appends ? 0 : O_TRUNC))
      let isRegular = try file.status().isRegularFile
      return JSONLinesSink(file, name: path, isOwnFile: isRegular, keepsBytes: keepsBytes)
    } catch {
      throw error.endpointError(.unwritable, path, "The output file cannot be opened")
    }
  }
}

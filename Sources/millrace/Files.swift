import Glibc

/// Why a file named on the command line cannot be read.
struct FileError: Error, CustomStringConvertible {
  let description: String
}

/// The bytes of a regular file.
func readFile(_ path: String) throws(FileError) -> [UInt8] {
  let file = open(path, O_RDONLY | O_CLOEXEC)
  guard file >= 0 else { throw FileError(description: "the file cannot be read: \(String(cString: strerror(errno)))") }
  defer { close(file) }
  var status = stat()
  guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { throw FileError(description: "this is not a regular file") }
  let size = Int(status.st_size)
  guard size <= 2 << 30 else { throw FileError(description: "the file has \(size) bytes, which is more than any model or module") }
  return [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
    count = 0
    while count < size {
      let got = read(file, buffer.baseAddress! + count, size - count)
      if got <= 0 { break }
      count += got
    }
  }
}

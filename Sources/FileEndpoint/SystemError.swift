internal import EndpointKit
internal import Glibc

/// What the last system call on this thread complained of.
struct SystemError: Error, Hashable {
  let number: Int32

  init(_ number: Int32 = errno) {
    self.number = number
  }

  /// The error as an endpoint's, under `code` unless the number says something more precise.
  func endpointError(_ code: EndpointError.Code, _ subject: String, _ sentence: String) -> EndpointError {
    let code: EndpointError.Code =
      switch number {
      case ENOENT, ENOTDIR: .notFound
      case EPIPE: .closed
      default: code
      }
    return EndpointError(code, subject, "\(sentence): \(String(cString: strerror(number))).")
  }
}

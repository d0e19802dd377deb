/// Bytes → text, with a clear error for whatever is no text. Everything that reads text later can rely on it.
enum GraphText {
  /// Larger than any graph; schemas inside of it included.
  static let maximumBytes = 4 << 20

  /// The text without a byte order mark, or the error at its place.
  static func decode(_ bytes: some Sequence<UInt8>, file: String, kind: String = "graph") -> Result<String, GraphError> {
    var bytes = ArraySlice(bytes)
    func failure(_ code: Diagnostic.Code, _ message: String, at index: Int? = nil, fix: String? = nil) -> Result<String, GraphError> {
      let before = index.map { String(decoding: bytes[..<$0], as: UTF8.self) }
      let source = GraphSource(file: file, text: before ?? "")
      let location = before.map { $0.location(of: $0.endIndex) } ?? .file
      return .failure(GraphError(diagnostics: [source.diagnostic(.error, code, at: location, message, fix: fix)]))
    }

    guard bytes.count <= maximumBytes else {
      return failure(
        .limit, "the file is larger than \(maximumBytes >> 20) MiB, the most that a \(kind) may have",
        fix: "check that this is a \(kind) file, not a module")
    }
    if bytes.starts(with: [0x00, 0x61, 0x73, 0x6D]) {
      return failure(.encoding, "this is a WebAssembly module, expected a \(kind) in YAML or JSON")
    }
    if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
      return failure(.encoding, "the file is UTF-16, expected UTF-8", fix: "save the file as UTF-8")
    }
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes = bytes.dropFirst(3) }
    if let index = bytes.firstIndex(where: { ($0 < 0x20 && $0 != 0x09 && $0 != 0x0A && $0 != 0x0D) || $0 == 0x7F }) {
      return failure(
        .encoding, "the file contains the control character \(hexadecimal(bytes[index])), expected text", at: index,
        fix: "remove it; in a double-quoted string, write it as `\\x\(hexadecimal(bytes[index]).dropFirst(2))`")
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      let index = firstInvalid(bytes)
      return failure(
        .encoding, "the file is not UTF-8: the byte \(hexadecimal(bytes[index])) is part of no character", at: index, fix: "save the file as UTF-8")
    }
    return .success(text)
  }

  private static func firstInvalid(_ bytes: ArraySlice<UInt8>) -> Int {
    var parser = Unicode.UTF8.ForwardParser()
    var iterator = bytes.makeIterator()
    var index = bytes.startIndex
    while case .valid(let scalar) = parser.parseScalar(from: &iterator) { index += scalar.count }
    return min(index, bytes.endIndex - 1)
  }

  private static func hexadecimal(_ byte: UInt8) -> String {
    let digits = String(byte, radix: 16, uppercase: true)
    return "0x" + (digits.count < 2 ? "0" : "") + digits
  }
}

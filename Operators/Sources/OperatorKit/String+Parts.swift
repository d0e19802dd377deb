// By bytes, not characters: "\r\n" is one character, and does not contain "\n".

extension String {
  /// The parts between separators, empty ones too.
  public func parts(separatedBy separator: UInt8) -> [Substring] {
    utf8.split(separator: separator, omittingEmptySubsequences: false).map { Substring($0) }
  }
}

extension Substring {
  /// Without blanks, tabs and line ends around it.
  public var trimmed: Substring {
    func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D }
    var bytes = utf8
    while let first = bytes.first, isBlank(first) { bytes = bytes.dropFirst() }
    while let last = bytes.last, isBlank(last) { bytes = bytes.dropLast() }
    return Substring(bytes)
  }
}

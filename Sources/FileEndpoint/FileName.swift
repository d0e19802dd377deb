/// A file's name or path: any bytes, which need not be UTF-8, as the system has it.
struct FileName: Hashable, Comparable {
  let bytes: [UInt8]

  init(bytes: [UInt8]) {
    self.bytes = bytes
  }

  init(_ text: String) {
    bytes = Array(text.utf8)
  }

  /// For people; what is not UTF-8 is replaced.
  var text: String { String(decoding: bytes, as: UTF8.self) }
  /// For the system.
  var terminated: [CChar] { bytes.map { CChar(bitPattern: $0) } + [0] }

  var isHidden: Bool { bytes.first == UInt8(ascii: ".") }

  /// What follows the last dot, in lower case.
  var pathExtension: String {
    guard let dot = bytes.lastIndex(of: UInt8(ascii: ".")), dot > 0 else { return "" }
    return String(decoding: bytes[(dot + 1)...], as: UTF8.self).lowercased()
  }

  /// Without the folders.
  var lastComponent: FileName {
    FileName(bytes: Array(bytes.split(separator: UInt8(ascii: "/")).last ?? []))
  }

  /// The path of a file in the folder that this names.
  func appending(_ name: FileName) -> FileName {
    FileName(bytes: bytes + [UInt8(ascii: "/")] + name.bytes)
  }

  static func < (left: FileName, right: FileName) -> Bool {
    left.bytes.lexicographicallyPrecedes(right.bytes)
  }
}

import OperatorKit

/// The names of a model's classes, in order.
struct Labels {
  private let names: [String]

  var count: Int { names.count }

  /// The name of a class; a class beyond the list is named by its number.
  subscript(_ index: Int) -> String { names.indices.contains(index) ? names[index] : "class \(index)" }

  /// One label per line. A WordNet identifier in front (`n02133161 American black bear`) is dropped.
  init(lines text: UnsafeRawBufferPointer) {
    self.init(String(decoding: text, as: UTF8.self).parts(separatedBy: UInt8(ascii: "\n")))
  }

  /// Labels separated by commas or, if there are several lines, by line ends.
  init(list text: String) {
    let lines = text.parts(separatedBy: UInt8(ascii: "\n"))
    self.init(lines.count > 1 ? lines : text.parts(separatedBy: UInt8(ascii: ",")))
  }

  private init(_ entries: [Substring]) {
    var names = entries.map { String(Labels.withoutWordNetID($0.trimmed)) }
    while let last = names.last, last.isEmpty { names.removeLast() }
    self.names = names
  }

  private static func withoutWordNetID(_ entry: Substring) -> Substring {
    let text = entry.utf8
    let digits = text.dropFirst().prefix(8), rest = text.dropFirst(9)
    guard text.first == UInt8(ascii: "n"), digits.count == 8, digits.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }), rest.first == 0x20 else { return entry }
    return Substring(rest).trimmed
  }
}

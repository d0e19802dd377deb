import OperatorKit

/// The names of a model's classes, in order.
struct Labels {
  private let names: [String]

  var count: Int { names.count }

  /// The name of a class; a class beyond the list is named by its number.
  subscript(_ index: Int) -> String { names.indices.contains(index) ? names[index] : "class \(index)" }

  /// One label per line. A WordNet identifier in front (`n02133161 American black bear`) is dropped.
  init(lines text: UnsafeRawBufferPointer) {
    self.init(String(decoding: text, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false))
  }

  /// Labels separated by commas or, if there are several lines, by line ends.
  init(list text: String) {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    self.init(lines.count > 1 ? lines : text.split(separator: ",", omittingEmptySubsequences: false))
  }

  private init(_ entries: [Substring]) {
    var names = entries.map { String(Labels.withoutWordNetID($0.trimmed)) }
    while let last = names.last, last.isEmpty { names.removeLast() }
    self.names = names
  }

  private static func withoutWordNetID(_ entry: Substring) -> Substring {
    let text = entry.utf8
    guard text.count > 10, text.first == UInt8(ascii: "n"), let blank = text.firstIndex(of: 0x20),
      text.distance(from: text.startIndex, to: blank) == 9,
      text.dropFirst().prefix(8).allSatisfy({ $0 >= 0x30 && $0 <= 0x39 })
    else { return entry }
    return entry[text.index(after: blank)...].trimmed
  }
}

extension ComponentInspection {
  /// The WIT text, then a table of the core modules and their sizes.
  public var text: String { wit + "\n" + weights }

  /// One line for the file, then one for each core module, the largest first.
  public var weights: String {
    let custom = coreModules.reduce(0) { $0 + $1.customSize }
    var head = "\(Self.bytes(size)) in \(Self.count(coreModules.count, "core module"))"
    if custom > 0 { head += ", \(Self.bytes(custom)) of it debug information and other custom sections" }
    if coreModules.isEmpty { return head + "\n" }
    var rows = [["module", "size", "code", "data", "custom", "functions", "imports", "exports", "memory"]]
    for (index, module) in coreModules.enumerated().sorted(by: { ($1.element.size, $0.offset) < ($0.element.size, $1.offset) }) {
      rows.append([
        Self.label(module, index), Self.bytes(module.size), Self.bytes(module.codeSize), Self.bytes(module.dataSize), Self.bytes(module.customSize),
        "\(module.functionCount)", "\(module.importCount)", "\(module.exportCount)", Self.memory(module.memories),
      ])
    }
    return head + "\n\n" + Self.table(rows)
  }

  /// Names come from the file: control characters would garble a terminal.
  private static func label(_ module: CoreModule, _ index: Int) -> String {
    guard let name = module.name, !name.isEmpty else { return "#\(index)" }
    let visible = name.unicodeScalars.filter { $0.value >= 0x20 && !(0x7f...0x9f).contains($0.value) }
    return "#\(index) " + String(String.UnicodeScalarView(visible)).prefix(32)
  }

  private static func memory(_ memories: [Memory]) -> String {
    if memories.isEmpty { return "-" }
    return memories.map { memory in
      pages(memory.initialPages) + (memory.maximumPages.map { " to " + pages($0) } ?? "")
    }.joined(separator: ", ")
  }

  /// Memories come in pages of 64 KiB, hence binary units.
  private static func pages(_ count: UInt64) -> String {
    if count < 16 { return "\(count * 64) KiB" }
    let (tenths, isTooLarge) = count.multipliedReportingOverflow(by: 10)
    if isTooLarge { return "\(count) pages" }
    let rounded = tenths / 16 + (tenths % 16 < 8 ? 0 : 1)
    return "\(rounded / 10).\(rounded % 10) MiB"
  }

  /// "812 B", "4.2 KB", "18.4 MB": decimal units.
  private static func bytes(_ count: Int) -> String {
    if count < 1000 { return "\(count) B" }
    var tenths = (count + 50) / 100
    var unit = "KB"
    if tenths >= 10_000 { (tenths, unit) = ((count + 50_000) / 100_000, "MB") }
    if tenths >= 10_000 { (tenths, unit) = ((count + 50_000_000) / 100_000_000, "GB") }
    return "\(tenths / 10).\(tenths % 10) \(unit)"
  }

  private static func count(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }

  /// Columns as wide as their widest cell; all but the first and the last are aligned to the right.
  private static func table(_ rows: [[String]]) -> String {
    let columns = rows[0].indices
    let widths = columns.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      columns.map { column in
        let padding = String(repeating: " ", count: widths[column] - row[column].count)
        return column == columns.last ? row[column] : column == 0 ? row[column] + padding : padding + row[column]
      }.joined(separator: "  ") + "\n"
    }.joined()
  }
}

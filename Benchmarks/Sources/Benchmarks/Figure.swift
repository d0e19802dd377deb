import Foundation

/// One row of the report.
struct Figure {
  enum Target {
    case ratioAtMost(Double)
    case ratioAtLeast(Double)
    case secondsAtMost(Double)
  }

  let name: String
  /// What was measured, and what it is compared with.
  let measured: String, floor: String
  let ratio: Spread?
  let target: String
  let isMet: Bool?

  /// A time over the floor of the same rounds.
  init(_ name: String, _ comparison: Comparison, _ contender: Int = 1, over floor: Int = 0, of floorName: String, target: Target? = nil) {
    let time = comparison.time(contender)
    self.init(
      name, time: time, floor: "\(floorName) \(duration(comparison.time(floor).median))", ratio: comparison.ratio(contender, over: floor), target: target)
  }

  /// A rate over another one's of the same rounds.
  init(_ name: String, rate comparison: Comparison, _ contender: Int, over floor: Int, of floorName: String, target: Target? = nil) {
    self.init(
      name, measured: rate(comparison.time(contender)), floor: "\(floorName) \(rate(comparison.time(floor)))",
      ratio: comparison.ratio(floor, over: contender), time: comparison.time(contender), target: target)
  }

  init(_ name: String, time: Spread, floor: String, ratio: Spread? = nil, target: Target? = nil) {
    self.init(name, measured: duration(time.median), floor: floor, ratio: ratio, time: time, target: target)
  }

  private init(_ name: String, measured: String, floor: String, ratio: Spread?, time: Spread, target: Target?) {
    self.name = name
    self.measured = measured
    self.floor = floor
    self.ratio = ratio
    switch target {
    case .ratioAtMost(let limit)?: (self.target, isMet) = ("≤ \(limit)", ratio.map { $0.median <= limit })
    case .ratioAtLeast(let limit)?: (self.target, isMet) = ("≥ \(limit)", ratio.map { $0.median >= limit })
    case .secondsAtMost(let limit)?: (self.target, isMet) = ("≤ \(duration(limit))", time.median <= limit)
    case nil: (self.target, isMet) = ("", nil)
    }
  }

  /// A fact that is no time.
  init(_ name: String, _ value: String, target: String = "", isMet: Bool? = nil) {
    (self.name, measured, floor, ratio, self.target, self.isMet) = (name, value, "", nil, target, isMet)
  }

  var cells: [String] {
    let range = ratio.map { "\(number($0.least, 2))–\(number($0.greatest, 2))" } ?? ""
    return [name, measured, floor, ratio.map { number($0.median, $0.median < 10 ? 3 : 0) } ?? "", range, target, isMet.map { $0 ? "met" : "MISSED" } ?? ""]
  }
}

/// Prints figures as they come, and all of them at the end.
struct Report {
  private var sections: [(title: String, figures: [Figure], notes: [String])] = []

  mutating func add(_ title: String, _ figures: [Figure], notes: [String] = []) {
    sections.append((title, figures, notes))
  }

  /// One table; widths are counted in characters, as a terminal shows them.
  var text: String {
    let head = ["", "measured", "floor", "ratio", "min–max", "target", ""]
    let rows = [head] + sections.flatMap { $0.figures.map(\.cells) }
    let widths = head.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    func line(_ cells: [String]) -> String {
      let padded = zip(cells, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }
      return "  " + trimmed(padded.joined(separator: "  "))
    }
    var lines = [line(head)]
    for section in sections {
      lines += ["", section.title]
      lines += section.figures.map { line($0.cells) }
      lines += section.notes.map { "  " + $0 }
    }
    return lines.joined(separator: "\n")
  }

  var missed: [String] { sections.flatMap { section in section.figures.filter { $0.isMet == false }.map { "\(section.title): \($0.name)" } } }
}

func trimmed(_ line: String) -> String { String(line.prefix(line.count - line.reversed().prefix { $0 == " " }.count)) }

func number(_ value: Double, _ places: Int) -> String { String(format: "%.\(places)f", value) }

func duration(_ seconds: Double) -> String {
  switch seconds {
  case ..<1e-6: "\(number(seconds * 1e9, 1)) ns"
  case ..<1e-3: "\(number(seconds * 1e6, 1)) µs"
  case ..<1: "\(number(seconds * 1e3, 2)) ms"
  default: "\(number(seconds, 2)) s"
  }
}

/// A rate by the time of one item.
func rate(_ time: Spread) -> String { "\(number(1 / time.median, 1))/s" }

/// The candidate that a misspelt name most probably means, or `nil` where none is close.
///
/// Close is an edit distance of at most a third of the longer of the two, whatever the case; failing that, the only candidate that has the
/// name as one of the parts between its slashes and dashes (`format` for `module-format/map`).
package func suggestion(for name: String, among candidates: some Sequence<String>) -> String? {
  guard name.utf8.count <= 100 else { return nil }
  let wanted = Array(name.lowercased().utf8)
  var best: (candidate: String, distance: Int)?
  var containing: [String] = []
  for candidate in candidates.prefix(2000) where candidate != name {
    let other = Array(candidate.lowercased().utf8)
    let limit = min(3, max(wanted.count, other.count) / 3)
    if abs(other.count - wanted.count) <= limit {
      let distance = editDistance(wanted, other)
      if distance <= limit, distance < best?.distance ?? .max { best = (candidate, distance) }
    }
    if containing.count < 2, wanted.count >= 3, other.split(whereSeparator: { $0 == 0x2F || $0 == 0x2D }).contains(wanted[...]) {
      containing.append(candidate)
    }
  }
  return best?.candidate ?? (containing.count == 1 ? containing[0] : nil)
}

/// The number of insertions, deletions, replacements and swaps of neighbours that make one text the other.
func editDistance(_ a: [UInt8], _ b: [UInt8]) -> Int {
  var beforeLast: [Int] = []
  var last = Array(0...b.count)
  for i in a.indices {
    var row = [i + 1]
    row.reserveCapacity(b.count + 1)
    for j in b.indices {
      var cost = min(last[j + 1] + 1, row[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
      if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { cost = min(cost, beforeLast[j - 1] + 1) }
      row.append(cost)
    }
    (beforeLast, last) = (last, row)
  }
  return last[b.count]
}

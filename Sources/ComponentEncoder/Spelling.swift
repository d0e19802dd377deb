/// " Did you mean 'x'?" for the candidate nearest to `name`, or an empty string when none is near.
func suggestion(for name: String, among candidates: [String]) -> String {
  let tolerance = min(max(2, name.utf8.count / 5), name.utf8.count - 1)
  let nearest = candidates
    .filter { abs($0.utf8.count - name.utf8.count) <= tolerance }
    .map { (candidate: $0, distance: editDistance(name, $0)) }
    .min { ($0.distance, $0.candidate) < ($1.distance, $1.candidate) }
  guard let nearest, nearest.distance <= tolerance else { return "" }
  return " Did you mean '\(nearest.candidate)'?"
}

/// The Levenshtein distance of the first 256 bytes of two names (what a person can have mistyped).
private func editDistance(_ a: String, _ b: String) -> Int {
  let a = Array(a.utf8.prefix(256)), b = Array(b.utf8.prefix(256))
  var row = Array(0...b.count)
  for (i, x) in a.enumerated() {
    var diagonal = row[0]
    row[0] = i + 1
    for (j, y) in b.enumerated() {
      let substituted = diagonal + (x == y ? 0 : 1)
      diagonal = row[j + 1]
      row[j + 1] = min(substituted, row[j] + 1, diagonal + 1)
    }
  }
  return row[b.count]
}

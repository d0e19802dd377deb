/// `namespace:package/interface@major.minor.patch`.
struct InterfaceName {
  let base: Substring
  let major: Int, minor: Int
  let isPrerelease: Bool

  init?(_ name: String) {
    let parts = name.split(separator: "@", maxSplits: 1)
    guard parts.count == 2 else { return nil }
    let numbers = parts[1].split(separator: ".", maxSplits: 2)
    guard numbers.count == 3, let major = Int(numbers[0]), let minor = Int(numbers[1]) else { return nil }
    base = parts[0]
    (self.major, self.minor) = (major, minor)
    isPrerelease = numbers[2].contains("-")
  }

  /// Semantic versioning: same major, at least the wanted minor; below 1.0.0 the minor counts as the major. A pre-release serves only itself.
  /// The patch may be newer than ours: a function it added is then missing by name.
  func serves(_ wanted: InterfaceName) -> Bool {
    guard base == wanted.base, !isPrerelease, !wanted.isPrerelease, major == wanted.major else { return false }
    return major == 0 ? minor == wanted.minor : minor >= wanted.minor
  }
}

internal import ComponentModel

extension Preview2 {
  /// The most random bytes that a guest gets at once.
  static let maximumRandomCount: UInt64 = 1 << 20

  /// `wasi:random`. What is called insecure is as good as the rest.
  func randomness() throws(ComponentError) -> [HostInterface] {
    let random = configuration.random
    func bytes(_ count: UInt64) throws(ComponentError) -> [UInt8] {
      guard count <= Self.maximumRandomCount else {
        throw ComponentError(.limitExceeded, "the guest asked for \(count) random bytes at once; at most \(Self.maximumRandomCount) are given")
      }
      return random(Int(count))
    }
    func number() -> UInt64 { random(8).reduce(0) { $0 << 8 | UInt64($1) } }

    var secure = Self.interface("random/random")
    try secure.function("get-random-bytes", parameters: ["len"]) { (count: UInt64) -> [UInt8] in try bytes(count) }
    try secure.function("get-random-u64") { () -> UInt64 in number() }
    var insecure = Self.interface("random/insecure")
    try insecure.function("get-insecure-random-bytes", parameters: ["len"]) { (count: UInt64) -> [UInt8] in try bytes(count) }
    try insecure.function("get-insecure-random-u64") { () -> UInt64 in number() }
    var seed = Self.interface("random/insecure-seed")
    try seed.function("insecure-seed") { () -> Pair<UInt64, UInt64> in Pair(number(), number()) }
    return [secure, insecure, seed]
  }
}

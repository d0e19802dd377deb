import ComponentModel
import Testing

/// No bytes at all may crash or hang the decoder, the resolution of types, or inspection.
struct HostileComponentTests {
  /// Goes through everything that reads a file; errors are fine.
  @discardableResult
  private func readAll(_ bytes: [UInt8]) -> Bool {
    do throws(ComponentError) {
      _ = try ComponentInspection(try ComponentFile(decoding: bytes)).text
      return true
    } catch {
      #expect(!error.message.isEmpty)
      if let offset = error.byteOffset { #expect((0...bytes.count).contains(offset)) }
      return false
    }
  }

  @Test func `Every truncation is survived, and only those between sections decode`() throws {
    let bytes = try SampleComponent.bytes()
    var accepted = 0
    for length in 0..<bytes.count where readAll(Array(bytes[..<length])) { accepted += 1 }
    #expect(readAll(bytes))
    // The preamble alone, and after each of the sections.
    #expect(accepted > 0 && accepted < 40)
  }

  @Test(arguments: 0..<8 as Range<UInt64>)
  func `Changed bytes are survived`(seed: UInt64) throws {
    var random = SplitMix(state: seed)
    let bytes = try SampleComponent.bytes()
    for _ in 0..<200 {
      var changed = bytes
      for _ in 0...Int.random(in: 0..<3, using: &random) {
        changed[Int.random(in: 8..<changed.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      readAll(changed)
    }
  }

  @Test(arguments: 0..<4 as Range<UInt64>)
  func `Noise behind a preamble is survived`(seed: UInt64) {
    var random = SplitMix(state: seed)
    for _ in 0..<200 {
      let noise = (0..<Int.random(in: 0..<200, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
      readAll(Assembler.preamble + noise)
      readAll(Assembler.component(Assembler.section(UInt8.random(in: 0...12, using: &random), noise)))
    }
  }
}

/// A small seeded generator, so that failures can be repeated.
/// Random numbers that are the same in every run.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var value = state
    value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
    value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
    return value ^ (value >> 31)
  }
}

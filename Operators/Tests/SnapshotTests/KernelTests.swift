import CSnapshotKernels
import Testing

private let normalisation = Normalisation(scale: (0.017, 0.0175, 0.0174), offset: (-2.1, -2.0, -1.8))
private let scales: [Float] = [0.017, 0.0175, 0.0174], offsets: [Float] = [-2.1, -2.0, -1.8]

private func noise(_ count: Int) -> [UInt8] { (0..<count).map { _ in .random(in: 0...255) } }
private func expected(_ pixel: UInt8, _ channel: Int) -> Float { Float(pixel) * scales[channel] + offsets[channel] }

@Test(arguments: [false, true])
func normalisationIsTheSameAsByHandForAnyCount(_ reversed: Bool) {
  for count in Array(0...40) + [224 * 224] {
    let pixels = noise(count * 3)
    var n = normalisation
    var planar = [Float](repeating: 0, count: count * 3 + 1), interleaved = planar
    planar[count * 3] = 42
    normalise_planar(pixels, count, reversed, &n, &planar)
    normalise_interleaved(pixels, count, reversed, &n, &interleaved)
    var greatest: Float = 0
    for i in 0..<count {
      for c in 0..<3 {
        let value = expected(pixels[3 * i + (reversed ? 2 - c : c)], c)
        greatest = max(greatest, abs(planar[c * count + i] - value), abs(interleaved[3 * i + c] - value))
      }
    }
    #expect(greatest < 1e-6, "\(count) pixels")
    #expect(planar[count * 3] == 42, "nothing is written past the end")
  }
}

@Test func greyAndByteCopiesAreExact() {
  let pixels = noise(99)
  var grey = [Float](repeating: 0, count: 99)
  normalise_grey(pixels, 99, 0.5, 1, &grey)
  #expect(grey == pixels.map { Float($0) * 0.5 + 1 })
  var planes = [UInt8](repeating: 0, count: 99), swapped = planes
  copy_planar(pixels, 33, false, &planes)
  copy_interleaved(pixels, 33, true, &swapped)
  for pixel in 0..<33 {
    for channel in 0..<3 {
      #expect(planes[channel * 33 + pixel] == pixels[pixel * 3 + channel])
      #expect(swapped[pixel * 3 + channel] == pixels[pixel * 3 + 2 - channel])
    }
  }
}

private func exponential(_ x: Double) -> Double {
  // By halving the argument and squaring, from the series: no maths library needed.
  if x < -0.001 { let half = exponential(x / 2); return half * half }
  return 1 + x * (1 + x / 2 * (1 + x / 3 * (1 + x / 4)))
}

@Test func softmaxAgreesWithTheExactOne() {
  for count in [1, 2, 3, 4, 5, 7, 8, 1000, 1001] {
    var values = (0..<count).map { _ in Float.random(in: -30...30) }
    let greatest = Double(values.max() ?? 0)
    let powers = values.map { exponential(Double($0) - greatest) }
    let sum = powers.reduce(0, +)
    softmax(&values, count)
    for (value, power) in zip(values, powers) { #expect(abs(Double(value) - power / sum) < 1e-6) }
  }
}

@Test func softmaxOfHugeScoresDoesNotOverflow() {
  var values: [Float] = [1e30, -1e30, 1e30, 0, -3e38]
  softmax(&values, 5)
  #expect(values[0] == 0.5)
  #expect(values[2] == 0.5)
  #expect(values[1] < 1e-30)
  #expect(values.allSatisfy { $0.isFinite })
  softmax(&values, 0)
}

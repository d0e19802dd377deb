import CImage
import Testing

/// An image of any size with 1, 3 or 4 channels.
struct Pixels: Equatable {
  var width: Int
  var height: Int
  var channels = 3
  var bytes: [UInt8]

  init(_ width: Int, _ height: Int, channels: Int = 3, _ value: (_ x: Int, _ y: Int, _ channel: Int) -> UInt8) {
    (self.width, self.height, self.channels) = (width, height, channels)
    bytes = (0..<(width * height * channels)).map { value($0 / channels % width, $0 / channels / width, $0 % channels) }
  }

  subscript(_ x: Int, _ y: Int) -> [UInt8] { Array(bytes[((y * width + x) * channels)...].prefix(channels)) }

  static func noise(_ width: Int, _ height: Int, channels: Int = 3) -> Pixels { Pixels(width, height, channels: channels) { _, _, _ in .random(in: 0...255) } }

  func scaled(
    _ width: Int, _ height: Int, _ filter: ImageFilter = image_lanczos, format: ImageFormat = image_rgb24, fit: ImageFit = image_stretch, orientation: Int32 = 1
  ) -> Pixels {
    let scaler = image_scaler_create()
    defer { image_scaler_destroy(scaler) }
    var target = ImageTarget(width: Int32(width), height: Int32(height), format: format, fit: fit, filter: filter)
    var out = Pixels(width, height, channels: Int(image_channels(format))) { _, _, _ in 1 }
    let done = bytes.withUnsafeBufferPointer { bytes in
      var source = ImagePixels(base: bytes.baseAddress, width: Int32(self.width), height: Int32(self.height), channels: Int32(channels), blue_first: false)
      return image_scale(scaler, &source, orientation, &target, &out.bytes)
    }
    #expect(done)
    return out
  }

  /// Blue before red.
  var swapped: Pixels { Pixels(width, height) { x, y, c in self[x, y][2 - c] } }

  /// One channel of it, `channels` times.
  func plane(_ channel: Int, times channels: Int) -> Pixels { Pixels(width, height, channels: channels) { x, y, _ in self[x, y][channel] } }

  func greatestDifference(_ other: Pixels) -> Int {
    zip(bytes, other.bytes).map { abs(Int($0) - Int($1)) }.max() ?? 0
  }
}

/// The same with real numbers and no rounding between the passes: what a filter means.
private func reference(_ image: Pixels, _ width: Int, _ height: Int, _ filter: ImageFilter) -> Pixels {
  func sinc(_ x: Double) -> Double { x == 0 ? 1 : sine(.pi * x) / (.pi * x) }
  func sine(_ x: Double) -> Double {
    // Taylor's series converges fast enough within ±3 pi.
    var (term, sum, n) = (x, x, 1.0)
    while abs(term) > 1e-18 {
      term *= -x * x / ((2 * n) * (2 * n + 1))
      sum += term
      n += 1
    }
    return sum
  }
  func weights(_ source: Int, _ count: Int) -> [[Double]] {
    let step = Double(source) / Double(count), widening = max(step, 1)
    return (0..<count).map { i in
      let real = (0..<source).map { j in
        let x = abs(Double(j) + 0.5 - (Double(i) + 0.5) * step) / widening
        return switch filter {
        case image_lanczos: x < 3 ? sinc(x) * sinc(x / 3) : 0
        case image_bilinear: max(0, 1 - x)
        default: max(0, min(Double(j + 1), Double(i + 1) * step) - max(Double(j), Double(i) * step))
        }
      }
      let sum = real.reduce(0, +)
      return real.map { $0 / sum }
    }
  }
  let across = weights(image.width, width), down = weights(image.height, height)
  return Pixels(width, height, channels: image.channels) { x, y, c in
    var sum = 0.0
    for v in 0..<image.height where down[y][v] != 0 {
      for u in 0..<image.width { sum += down[y][v] * across[x][u] * Double(image.bytes[(v * image.width + u) * image.channels + c]) }
    }
    return UInt8(max(0, min(255, sum.rounded())))
  }
}

@Test(arguments: [image_lanczos, image_bilinear, image_area])
func scalingIsWithinOneOfTheExactFilter(_ filter: ImageFilter) {
  for (width, height, to, too) in [(40, 30, 13, 11), (13, 11, 40, 30), (37, 1, 5, 3), (1, 50, 4, 7), (64, 20, 64, 9), (33, 33, 32, 34)] {
    let image = Pixels.noise(width, height)
    #expect(image.scaled(to, too, filter).greatestDifference(reference(image, to, too, filter)) <= 1, "\(width) × \(height) → \(to) × \(too)")
  }
}

@Test func scalingToTheSameSizeChangesNothing() {
  let image = Pixels.noise(31, 17)
  #expect(image.scaled(31, 17) == image)
  #expect(image.scaled(31, 17, image_area) == image)
}

@Test(arguments: [image_lanczos, image_bilinear, image_area])
func flatColourStaysFlat(_ filter: ImageFilter) {
  for value in [0, 1, 127, 254, 255] as [UInt8] {
    let image = Pixels(53, 37) { _, _, _ in value }
    for size in [1, 7, 53, 200] { #expect(image.scaled(size, size, filter).bytes.allSatisfy { $0 == value }) }
  }
}

@Test func allChannelCountsGiveTheSame() {
  let image = Pixels.noise(45, 29), four = Pixels(45, 29, channels: 4) { x, y, c in c < 3 ? image[x, y][c] : 9 }
  let green = image.plane(1, times: 1), scaled = image.scaled(20, 50)
  #expect(four.scaled(20, 50) == scaled)
  #expect(green.scaled(20, 50, format: image_grayscale) == scaled.plane(1, times: 1))
  #expect(green.scaled(20, 50) == scaled.plane(1, times: 3))
  #expect(image.scaled(20, 50, format: image_bgr24) == scaled.swapped)
}

@Test func orientationsTurnTheImageUpright() {
  // 1 2     A letter for each corner: what is stored where, and where it must be seen.
  // 3 4
  let image = Pixels(2, 2) { x, y, _ in UInt8(1 + x + 2 * y) }
  let upright: [[UInt8]] = [[1, 2, 3, 4], [2, 1, 4, 3], [4, 3, 2, 1], [3, 4, 1, 2], [1, 3, 2, 4], [3, 1, 4, 2], [4, 2, 3, 1], [2, 4, 1, 3]]
  for (index, expected) in upright.enumerated() {
    let turned = image.scaled(2, 2, orientation: Int32(index + 1))
    #expect((0..<4).map { turned.bytes[$0 * 3] } == expected, "orientation \(index + 1)")
  }
  #expect(Pixels.noise(30, 20).scaled(10, 25, orientation: 6).bytes.count == 750)
  #expect(image.scaled(2, 2, orientation: 9) == image && image.scaled(2, 2, orientation: 0) == image)
}

@Test func containAddsBarsAndCoverCrops() {
  // Left half 100, right half 200.
  let image = Pixels(80, 40) { x, _, _ in x < 40 ? 100 : 200 }
  let contained = image.scaled(40, 40, image_area, fit: image_contain)
  #expect(contained[20, 9] == [0, 0, 0] && contained[5, 10] == [100, 100, 100] && contained[35, 29] == [200, 200, 200] && contained[20, 30] == [0, 0, 0])
  let covered = image.scaled(40, 40, image_area, fit: image_cover)
  #expect(covered[0, 0] == [100, 100, 100] && covered[19, 20] == [100, 100, 100] && covered[20, 20] == [200, 200, 200] && covered[39, 39] == [200, 200, 200])
  let upright = image.scaled(40, 40, image_area, fit: image_contain, orientation: 6)
  #expect(upright[9, 20] == [0, 0, 0] && upright[10, 5] == [100, 100, 100] && upright[29, 35] == [200, 200, 200] && upright[30, 20] == [0, 0, 0])
  #expect(Pixels.noise(1000, 1).scaled(5, 5, fit: image_contain).bytes.count == 75)
}

@Test func theScalerForgetsOldSizesAndStaysRight() {
  let scaler = image_scaler_create()
  defer { image_scaler_destroy(scaler) }
  let image = Pixels.noise(60, 50)
  for round in 0..<3 {
    for side in 1...12 {
      var target = ImageTarget(width: Int32(side), height: Int32(side + 3), format: image_rgb24, fit: image_stretch, filter: image_lanczos)
      var out = [UInt8](repeating: 0, count: side * (side + 3) * 3)
      image.bytes.withUnsafeBufferPointer { bytes in
        var source = ImagePixels(base: bytes.baseAddress, width: 60, height: 50, channels: 3, blue_first: false)
        #expect(image_scale(scaler, &source, 1, &target, &out))
      }
      #expect(out == image.scaled(side, side + 3).bytes, "round \(round)")
    }
  }
}

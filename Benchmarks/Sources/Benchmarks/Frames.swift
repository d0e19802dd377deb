import Glibc

/// RGB24 frames as a camera might send them: a gradient, a moving disc, noise. The same on every machine.
struct Frames {
  static let side = 224
  static let byteCount = side * side * 3

  let frames: [[UInt8]]

  init(count: Int = 16) { frames = (0..<count).map(Self.frame) }

  static func frame(_ number: Int) -> [UInt8] {
    var noise = UInt64(truncatingIfNeeded: number) &* 0x9E37_79B9_7F4A_7C15 | 1
    let centreX = 40 + number * 37 % 144, centreY = 40 + number * 53 % 144, radius = 16 + number * 7 % 48
    return [UInt8](unsafeUninitializedCapacity: byteCount) { bytes, count in
      for y in 0..<side {
        for x in 0..<side {
          noise ^= noise << 13
          noise ^= noise >> 7
          noise ^= noise << 17
          let inside = (x - centreX) * (x - centreX) + (y - centreY) * (y - centreY) < radius * radius
          let grain = Int(noise & 15)
          let at = (y * side + x) * 3
          bytes[at] = UInt8(truncatingIfNeeded: inside ? 200 + grain : x / 2 + grain)
          bytes[at + 1] = UInt8(truncatingIfNeeded: inside ? 60 + grain : y / 2 + grain)
          bytes[at + 2] = UInt8(truncatingIfNeeded: inside ? 30 + grain : (x + y) / 4 + number % 64 + grain)
        }
      }
      count = byteCount
    }
  }

  /// Normalised as ImageNet's models want it: planes of (value / 255 − mean) / deviation.
  func tensor(_ index: Int) -> [Float] {
    let mean: [Float] = [0.485, 0.456, 0.406], deviation: [Float] = [0.229, 0.224, 0.225]
    let frame = frames[index]
    return (0..<3).flatMap { channel in stride(from: channel, to: frame.count, by: 3).map { (Float(frame[$0]) / 255 - mean[channel]) / deviation[channel] } }
  }

  func write(to path: String) throws { try writeFile(path, frames.flatMap { $0 }) }
}

func readFile(_ path: String) throws -> [UInt8] {
  guard let file = fopen(path, "rb") else { throw Failure("\(path) cannot be read: \(String(cString: strerror(errno)))") }
  defer { fclose(file) }
  fseek(file, 0, SEEK_END)
  let size = ftell(file)
  rewind(file)
  return [UInt8](unsafeUninitializedCapacity: max(0, size)) { $1 = fread($0.baseAddress, 1, max(0, size), file) }
}

func writeFile(_ path: String, _ bytes: [UInt8]) throws {
  guard let file = fopen(path, "wb") else { throw Failure("\(path) cannot be written: \(String(cString: strerror(errno)))") }
  defer { fclose(file) }
  guard bytes.withUnsafeBytes({ fwrite($0.baseAddress, 1, $0.count, file) }) == bytes.count else { throw Failure("\(path) could not be written whole") }
}

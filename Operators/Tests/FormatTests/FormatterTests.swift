import CImage
import OperatorKit
import Testing

@testable import FormatOperators

private var timestamp: Timestamp { Timestamp(timestamp: Timespec(seconds: 7), counter: 3, nodeID: "n") }

private func formatter(_ parameters: (name: String, value: String)...) throws -> Formatter {
  Formatter(try FormatOptions(ModuleConfiguration(parameters: parameters)))
}

extension Formatter {
  func frame(of image: [UInt8]) throws -> [UInt8] {
    guard case .snapshot(let snapshot) = try format(.message(Message(timestamp: timestamp, topic: "camera", payload: .bytes(Bytes(image))))) else {
      throw OperatorError("not a snapshot")
    }
    return snapshot.frame.read().array
  }
  func failure(of image: [UInt8]) -> String? {
    #expect(throws: OperatorError.self) { _ = try self.frame(of: image) }?.message
  }
  func format(_ snapshot: Snapshot) throws -> Snapshot {
    guard case .snapshot(let result) = try format(.snapshot(snapshot)) else { throw OperatorError("not a snapshot") }
    return result
  }
}

/// The samples' picture at its own size.
private let picture = Pixels(24, 16) { x, y, c in
  x < 7 && y < 5 ? [250, 20, 30][c] : [UInt8(x * 10), UInt8(y * 15), UInt8((x + y) * 6)][c]
}
private func own() throws -> Formatter { try formatter(("width", "24"), ("height", "16")) }

@Test(arguments: [("png", Samples.png, 0), ("png with alpha", Samples.pngAlpha, 0), ("palette png", Samples.pngPalette, 60)])
func pngOfAllKindsIsDecoded(_ name: String, _ image: [UInt8], _ tolerance: Int) throws {
  var decoded = picture
  decoded.bytes = try own().frame(of: image)
  #expect(decoded.greatestDifference(picture) <= tolerance)
}

@Test func sixteenBitsPerChannelBecomeEight() throws {
  var frame = picture
  frame.bytes = try own().frame(of: Samples.pngGrey16)
  #expect(frame == frame.plane(0, times: 3))
  #expect(89...91 ~= frame[0, 0][0], "the grey of (250, 20, 30)")
}

@Test(arguments: [("baseline", Samples.baseline), ("progressive", Samples.progressive)])
func jpegIsDecoded(_ name: String, _ image: [UInt8]) throws {
  let frame = try own().frame(of: image)
  var difference = 0
  for (decoded, original) in zip(frame, picture.bytes) { difference += abs(Int(decoded) - Int(original)) }
  #expect(difference / frame.count < 12)
}

@Test func greyJPEGGivesThreeEqualChannelsOrOne() throws {
  var colour = picture
  colour.bytes = try own().frame(of: Samples.grey)
  #expect(colour == colour.plane(0, times: 3))
  let grey = try formatter(("width", "24"), ("height", "16"), ("pixel_format", "grayscale")).frame(of: Samples.grey)
  #expect(grey == colour.plane(0, times: 1).bytes)
}

@Test func bmpAndTheFirstFrameOfGIFAreDecoded() throws {
  #expect(try formatter(("width", "6"), ("height", "4")).frame(of: Samples.bmp).count == 72)
  let gif = try own().frame(of: Samples.gif)
  #expect(Set(gif).count > 8, "the second frame is of one colour")
}

@Test func exifOrientationIsHonoured() throws {
  // "Turn by 90° to the right": the red corner in the upper left must be seen in the upper right.
  let exif: [UInt8] = [0xFF, 0xE1, 0, 34] + Array("Exif\0\0".utf8)
    + [0x4D, 0x4D, 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0]
  var turned = Samples.baseline
  turned.insert(contentsOf: exif, at: 2)
  var frame = Pixels(16, 24) { _, _, _ in 0 }
  frame.bytes = try formatter(("width", "16"), ("height", "24")).frame(of: turned)
  #expect(frame[14, 1][0] > 200 && frame[14, 1][1] < 90)
  #expect(frame[1, 1][0] < 90)
}

@Test func pixelFormatsDifferInOrder() throws {
  let bgr = try formatter(("width", "24"), ("height", "16"), ("pixel_format", "bgr24")).frame(of: Samples.png)
  #expect(bgr == picture.swapped.bytes)
}

// MARK: Raw pixels and snapshots

@Test func rawPixelsOfTheRightSizeAreNotCopied() throws {
  let raw = Bytes(Pixels.noise(224, 224).bytes)
  guard case .snapshot(let snapshot) = try formatter().format(.message(Message(timestamp: timestamp, topic: "", payload: .bytes(raw)))),
    case .bytes(let frame) = snapshot.frame
  else { throw OperatorError("not bytes in a snapshot") }
  #expect(frame === raw)
  #expect(snapshot.format.read() == "rgb24" && snapshot.width == 224 && snapshot.height == 224)
  #expect(snapshot.timestamp.timestamp.seconds == 7 && snapshot.timestamp.counter == 3)
}

@Test func rawPixelsThatBeginLikeAFileAreStillPixels() throws {
  for magic in [[0xFF, 0xD8, 0xFF], Array("GIF89a".utf8), [0x89] + Array("PNG\r\n\u{1A}\n".utf8)] as [[UInt8]] {
    let raw = magic + [UInt8](repeating: 200, count: 24 * 16 * 3 - magic.count)
    #expect(try own().frame(of: raw) == raw)
  }
}

@Test func aSnapshotThatIsRightPassesAndOthersAreScaled() throws {
  let pixels = Pixels.noise(24, 16)
  let right = Snapshot(timestamp: timestamp, format: "rgb24", width: 24, height: 16, frame: .bytes(Bytes(pixels.bytes)))
  guard case .bytes(let before) = right.frame, case .bytes(let after) = try own().format(right).frame else { throw OperatorError("not bytes") }
  #expect(before === after)
  #expect(try formatter(("width", "10"), ("height", "5")).format(right).frame.read().array == pixels.scaled(10, 5).bytes)
  let swapped = try formatter(("width", "24"), ("height", "16"), ("pixel_format", "bgr24")).format(right)
  #expect(swapped.format.read() == "bgr24")
  #expect(try own().format(swapped).frame.read().array == pixels.bytes)
}

@Test(arguments: [(UInt32.max, UInt32.max), (1 << 31, 1 << 30), (0, 16), (24, 15)])
func aSnapshotThatLiesAboutItsSizeIsRefused(_ width: UInt32, _ height: UInt32) {
  let lie = Snapshot(timestamp: timestamp, format: "rgb24", width: width, height: height, frame: .bytes(Bytes([UInt8](repeating: 1, count: 24 * 16 * 3))))
  #expect(throws: OperatorError.self) { try formatter().format(lie) }
}

// MARK: Errors

@Test func whatIsNoImageIsRefusedWithWhatItIs() throws {
  let formatter = try formatter()
  let accepted = "Accepted are JPEG, PNG, BMP and GIF files, and 150528 bytes of raw RGB24 pixels (224 × 224)."
  #expect(formatter.failure(of: []) == "The image is empty (0 bytes). \(accepted)")
  #expect(
    formatter.failure(of: Array(#"{"a":1}"#.utf8))
      == "The 7 bytes are not an image that can be decoded: they begin with 7b 22 61 22 3a 31 7d, which looks like JSON. \(accepted)")
  #expect(formatter.failure(of: Array("RIFF0000WEBPVP8 ".utf8))?.contains(", which is WebP. ") == true)
}

@Test func cmykIsRefused() throws {
  #expect(
    try formatter().failure(of: Samples.cmyk)
      == "The JPEG image (24 × 16) has four colour components (CMYK or YCCK). Convert it to RGB or grey before it is sent.")
}

@Test func losslessJPEGIsRefused() throws {
  let frame: [UInt8] = [0xFF, 0xD8, 0xFF, 0xC3, 0, 11, 8, 0, 16, 0, 24, 1, 1, 0x11, 0]
  #expect(try formatter().failure(of: frame)?.contains("frame marker FF C3") == true)
}

@Test func aHeaderThatClaimsTooMuchIsRefusedBeforeAnythingIsDecoded() throws {
  let jpeg: [UInt8] = [0xFF, 0xD8, 0xFF, 0xC0, 0, 17, 8, 0x75, 0x30, 0x75, 0x30, 3, 1, 0x11, 0, 2, 0x11, 1, 3, 0x11, 1]
  #expect(try formatter().failure(of: jpeg) == "The JPEG image claims 30000 × 30000 pixels. The limit is 67108864 pixels in all and 65535 per side.")
  let png: [UInt8] = [0x89] + Array("PNG\r\n\u{1A}\n".utf8) + [0, 0, 0, 13] + Array("IHDR".utf8) + [0x7F, 0xFF, 0xFF, 0xFF, 0, 0, 0, 1, 8, 2, 0, 0, 0]
  #expect(try formatter().failure(of: png)?.contains("2147483647 × 1 pixels") == true)
}

@Test func cutImagesGiveAnErrorOrAPictureButNeverMore() throws {
  let formatter = try own()
  for image in [Samples.baseline, Samples.progressive, Samples.png, Samples.pngPalette, Samples.bmp, Samples.gif] {
    for length in 0..<image.count { _ = try? formatter.frame(of: Array(image.prefix(length))) }
  }
  #expect(formatter.failure(of: Array(Samples.png.prefix(60)))?.hasPrefix("The PNG image (60 bytes) cannot be decoded: ") == true)
  #expect(formatter.failure(of: Array(Samples.baseline.prefix(20)))?.hasPrefix("The JPEG image (20 bytes) cannot be decoded: ") == true)
}

@Test func damagedHeadersNeverTrap() {
  var generator = SystemRandomNumberGenerator()
  for image in [Samples.baseline, Samples.png, Samples.bmp, Samples.gif] {
    for _ in 0..<2000 {
      var damaged = image
      for _ in 0..<Int.random(in: 1...6, using: &generator) { damaged[Int.random(in: image.indices, using: &generator)] = UInt8.random(in: 0...255, using: &generator) }
      var header = ImageHeader()
      _ = image_read_header(damaged, damaged.count, &header)
      #expect(1...8 ~= header.orientation)
    }
  }
}

@Test func parametersAreChecked() {
  #expect(throws: OperatorError.self) { try formatter(("width", "0")) }
  #expect(throws: OperatorError.self) { try formatter(("height", "8193")) }
  #expect(throws: OperatorError.self) { try formatter(("pixel_format", "rgb")) }
  #expect(throws: OperatorError.self) { try formatter(("fit", "fill")) }
  #expect(throws: OperatorError.self) { try formatter(("filter", "nearest")) }
  #expect(throws: Never.self) { try formatter(("width", "1"), ("height", "8192"), ("fit", "cover"), ("filter", "area")) }
}

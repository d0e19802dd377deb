import CImage
import OperatorKit

/// Makes frames as its options say.
final class Formatter {
  private let options: FormatOptions
  private let scaler = image_scaler_create()

  init(_ options: FormatOptions) { self.options = options }
  deinit { image_scaler_destroy(scaler) }

  func format(_ input: DataModel) throws(OperatorError) -> DataModel {
    switch input {
    case .message(let message):
      return .snapshot(snapshot(try frame(of: message.payload), message.timestamp))
    case .snapshot(let input):
      let format = FormatOptions.PixelFormat(rawValue: input.format.read())
      if let format, format == options.pixelFormat, input.width == options.width, input.height == options.height { return .snapshot(input) }
      let raw = format.flatMap { Raw(format: $0, width: Int(clamping: input.width), height: Int(clamping: input.height)) }
      return .snapshot(snapshot(try frame(of: input.frame, raw: raw), input.timestamp))
    case .bufferOrBytes:
      throw OperatorError("Unexpected input: neither a message nor a snapshot.")
    }
  }

  private func snapshot(_ frame: BufferOrBytes, _ timestamp: Timestamp) -> Snapshot {
    Snapshot(
      timestamp: timestamp, format: .string(options.pixelFormat.rawValue), width: UInt32(options.width), height: UInt32(options.height), frame: frame)
  }

  /// Pixels that are not encoded.
  private struct Raw {
    let format: FormatOptions.PixelFormat
    let width: Int
    let height: Int

    /// Nil for sides that no image has: they are what the sender claims.
    init?(format: FormatOptions.PixelFormat, width: Int, height: Int) {
      guard 1...image_side_limit ~= width, 1...image_side_limit ~= height else { return nil }
      (self.format, self.width, self.height) = (format, width, height)
    }

    var size: Int64 { Int64(width) * Int64(height) * Int64(image_channels(format.image)) }
  }

  /// The frame of an encoded image or of raw pixels. Raw RGB24 of the right size stays where it is, in the host.
  private func frame(of content: BufferOrBytes, raw: Raw? = nil) throws(OperatorError) -> BufferOrBytes {
    let bytes = content.read()
    guard !bytes.isEmpty else { throw OperatorError("The image is empty (0 bytes). \(accepted)") }
    let outcome: Result<Bytes?, OperatorError> = bytes.withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return .success(nil) }
      var failure: OperatorError?
      if image_kind(base, bytes.count) != image_unknown {
        switch decode(base, bytes.count) {
        case .success(let frame): return .success(frame)
        case .failure(let error): failure = error
        }
      }
      // Pixels may look like the beginning of a file by chance: what cannot be decoded may still be raw.
      if let raw, raw.size == bytes.count { return scale(base, raw) }
      if bytes.count == options.rawSize {
        if options.pixelFormat == .rgb24 { return .success(nil) }
        if let raw = Raw(format: .rgb24, width: options.width, height: options.height) { return scale(base, raw) }
      }
      return .failure(failure ?? notRecognised(bytes))
    }
    return switch outcome {
    case .success(let frame?): .bytes(frame)
    case .success(nil): content
    case .failure(let error): throw error
    }
  }

  private func decode(_ data: UnsafePointer<UInt8>, _ count: Int) -> Result<Bytes, OperatorError> {
    var header = ImageHeader()
    var target = options.target
    var status = image_ok
    let frame = Bytes(count: options.frameSize) { out in
      status = image_decode_and_scale(scaler, data, count, &target, out.baseAddress?.assumingMemoryBound(to: UInt8.self), &header)
    }
    return status == image_ok ? .success(frame) : .failure(error(status, header, count))
  }

  private func scale(_ data: UnsafePointer<UInt8>, _ raw: Raw) -> Result<Bytes?, OperatorError> {
    var pixels = ImagePixels(
      base: data, width: Int32(raw.width), height: Int32(raw.height), channels: image_channels(raw.format.image), blue_first: raw.format == .bgr24)
    var target = options.target
    var isDone = false
    let frame = Bytes(count: options.frameSize) { out in
      isDone = image_scale(scaler, &pixels, 1, &target, out.baseAddress?.assumingMemoryBound(to: UInt8.self))
    }
    return isDone ? .success(frame) : .failure(OperatorError("There is not enough memory to scale \(raw.width) × \(raw.height) pixels."))
  }
}

// MARK: Errors

extension Formatter {
  private var accepted: String {
    "Accepted are JPEG, PNG, BMP and GIF files, and \(options.rawSize) bytes of raw RGB24 pixels (\(options.width) × \(options.height))."
  }

  private func notRecognised(_ bytes: UnsafeRawBufferPointer) -> OperatorError {
    let begins = bytes.prefix(8).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ")
    return OperatorError("The \(bytes.count) bytes are not an image that can be decoded: they begin with \(begins)\(hint(bytes)). \(accepted)")
  }

  /// What a file of another kind is, for the most likely ones.
  private func hint(_ bytes: UnsafeRawBufferPointer) -> String {
    func has(_ magic: StaticString, at offset: Int = 0) -> Bool {
      bytes.count >= offset + magic.utf8CodeUnitCount
        && magic.withUTF8Buffer { bytes[offset..<(offset + $0.count)].elementsEqual($0) }
    }
    if has("RIFF") && has("WEBP", at: 8) { return ", which is WebP" }
    if has("II*\0") || has("MM\0*") { return ", which is TIFF" }
    if has("ftypavif", at: 4) { return ", which is AVIF" }
    if has("ftyp", at: 4) { return ", which is HEIF or a video" }
    if has("%PDF") { return ", which is PDF" }
    if has("{") || has("[") { return ", which looks like JSON" }
    return ""
  }

  private func error(_ status: ImageStatus, _ header: ImageHeader, _ count: Int) -> OperatorError {
    let kind = switch header.kind {
    case image_jpeg: "JPEG"
    case image_png: "PNG"
    case image_bmp: "BMP"
    case image_gif: "GIF"
    default: "unknown"
    }
    let size = "\(header.width) × \(header.height)"
    return switch status {
    case image_cmyk:
      OperatorError("The JPEG image (\(size)) has four colour components (CMYK or YCCK). Convert it to RGB or grey before it is sent.")
    case image_coding_unsupported:
      OperatorError("The JPEG image (\(size)) is coded in a way that is not supported (frame marker FF \(String(header.frame_marker, radix: 16, uppercase: true))). Use baseline or progressive JPEG.")
    case image_too_large:
      OperatorError(
        "The \(kind) image claims \(size) pixels. The limit is \(image_pixel_limit) pixels in all and \(image_side_limit) per side.")
    case image_out_of_memory:
      OperatorError("There is not enough memory to decode the \(kind) image of \(size) pixels.")
    default:
      OperatorError("The \(kind) image (\(count) bytes) cannot be decoded: \(String(cString: image_failure_reason())). It is damaged or cut off.")
    }
  }
}

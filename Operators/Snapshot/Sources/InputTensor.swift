import CSnapshotKernels
import OperatorKit

/// Turns frames into the model's numbers, in memory that serves for every frame.
final class InputTensor {
  let input: ModelInput
  private let scale: [Float]
  private let offset: [Float]
  private var memory = UnsafeMutableRawBufferPointer(start: nil, count: 0)

  init(_ input: ModelInput, _ options: SnapshotOptions) throws(OperatorError) {
    if input.type == .u8, options.mean != nil || options.deviation != nil || options.scale != nil {
      throw OperatorError("The model takes bytes (u8), which are passed on as they are: leave out the parameters mean, std and scale.")
    }
    self.input = input
    (scale, offset) = try options.normalisation(channels: input.channels)
  }

  deinit { memory.deallocate() }

  /// Checks a frame against what the model takes, and hands over its dimensions and numbers.
  func withElements<R>(
    of frame: Bytes, format: String, width: Int, height: Int, _ body: ([UInt32], UnsafeRawBufferPointer) -> R
  ) throws(OperatorError) -> R {
    let colour: Bool
    switch format {
    case "rgb24", "bgr24": colour = true
    case "grayscale": colour = false
    default: throw OperatorError("The snapshot's format is '\(format)', but must be rgb24, bgr24 or grayscale. Put the format operator in front.")
    }
    guard colour == (input.channels == 3) else {
      throw OperatorError(
        "The snapshot's format is '\(format)', but the model takes \(input.channels) channels. Set pixel_format of the format operator to \(input.channels == 3 ? "rgb24" : "grayscale").")
    }
    guard width > 0, height > 0, input.width ?? width == width, input.height ?? height == height else {
      let wanted = "\(input.width.map { "\($0)" } ?? "any") × \(input.height.map { "\($0)" } ?? "any")"
      throw OperatorError("The snapshot is \(width) × \(height) pixels, but the model takes \(wanted). Set width and height of the format operator to that.")
    }
    let expected = Int64(width) * Int64(height) * Int64(input.channels)
    guard frame.count == expected else {
      throw OperatorError("The snapshot's frame has \(frame.count) bytes, but \(width) × \(height) pixels of \(format) are \(expected) bytes.")
    }
    let reversed = format == "bgr24"
    return frame.withUnsafeBytes { pixels in body(input.dimensions(width: width, height: height), elements(pixels, reversed: reversed)) }
  }

  private func elements(_ pixels: UnsafeRawBufferPointer, reversed: Bool) -> UnsafeRawBufferPointer {
    let isFloat = input.type == .fp32
    // Bytes that are already in the model's order need no work.
    if !isFloat, input.channels == 1 || input.layout == .nhwc && !reversed { return pixels }
    let size = pixels.count * (isFloat ? MemoryLayout<Float>.size : 1)
    if memory.count != size {
      memory.deallocate()
      memory = .allocate(byteCount: size, alignment: 16)
    }
    guard let from = pixels.baseAddress?.assumingMemoryBound(to: UInt8.self), let to = memory.baseAddress else { return pixels }
    let count = pixels.count / input.channels
    let floats = to.assumingMemoryBound(to: Float.self), bytes = to.assumingMemoryBound(to: UInt8.self)
    switch (isFloat, input.channels, input.layout) {
    case (true, 1, _): normalise_grey(from, count, scale[0], offset[0], floats)
    case (true, _, .nchw):
      var n = normalisation
      normalise_planar(from, count, reversed, &n, floats)
    case (true, _, .nhwc):
      var n = normalisation
      normalise_interleaved(from, count, reversed, &n, floats)
    case (false, _, .nchw): copy_planar(from, count, reversed, bytes)
    case (false, _, .nhwc): copy_interleaved(from, count, reversed, bytes)
    }
    return UnsafeRawBufferPointer(memory)
  }

  private var normalisation: Normalisation {
    Normalisation(scale: (scale[0], scale[1], scale[2]), offset: (offset[0], offset[1], offset[2]))
  }
}

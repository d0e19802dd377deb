import OperatorKit

/// How a model wants its image, by its signature.
struct ModelInput {
  enum Layout {
    /// One plane after the other.
    case nchw
    /// The channels of a pixel side by side.
    case nhwc
  }

  var name: String
  var layout: Layout
  /// 1 or 3.
  var channels: Int
  /// Nil where the model takes any size.
  var width: Int?
  var height: Int?
  /// `.fp32` or `.u8`.
  var type: WASINN.ElementType
  /// Whether the model's input has a batch dimension; some have none.
  var hasBatch: Bool

  init(_ port: ONNXSignature.Port) throws(OperatorError) {
    name = port.name
    switch port.elementType {
    case 1: type = .fp32
    case 2: type = .u8
    default: throw OperatorError("The model's input '\(port.description)' is neither f32 nor u8, the types that an image can be given as.")
    }
    hasBatch = port.dimensions.count == 4
    guard hasBatch || port.dimensions.count == 3 else {
      throw OperatorError("The model's input '\(port.description)' is not an image: an image has the dimensions [N, C, H, W] or [N, H, W, C], or the same without N.")
    }
    if hasBatch, let batch = port.dimensions[0], batch != 1 {
      throw OperatorError("The model's input '\(port.description)' is a batch of \(batch) images, but images come one at a time. Export the model with a batch of 1 or any.")
    }
    let sizes = Array(port.dimensions.suffix(3))
    let (first, last) = (sizes[0], sizes[2])
    if let first, first == 1 || first == 3 {
      (layout, channels, height, width) = (.nchw, first, sizes[1], last)
    } else if let last, last == 1 || last == 3 {
      (layout, channels, height, width) = (.nhwc, last, first, sizes[1])
    } else if first == nil, last == nil {
      (layout, channels, height, width) = (.nchw, 3, sizes[1], nil)
    } else {
      throw OperatorError("The model's input '\(port.description)' has neither 1 nor 3 channels.")
    }
  }

  /// The tensor's dimensions for an image.
  func dimensions(width: Int, height: Int) -> [UInt32] {
    let sizes = layout == .nchw ? [channels, height, width] : [height, width, channels]
    return ((hasBatch ? [1] : []) + sizes).map { UInt32($0) }
  }
}

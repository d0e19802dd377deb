import CImage
import OperatorKit

/// How frames are to look.
struct FormatOptions {
  enum PixelFormat: String, CaseIterable {
    case rgb24, bgr24, grayscale
  }
  enum Fit: String, CaseIterable {
    case stretch, cover, contain
  }
  enum Filter: String, CaseIterable {
    case lanczos, bilinear, area
  }
  static let sides = 1...8192

  var width = 224
  var height = 224
  var pixelFormat = PixelFormat.rgb24
  var fit = Fit.stretch
  var filter = Filter.lanczos

  init() {}

  init(_ configuration: ModuleConfiguration) throws(OperatorError) {
    width = try configuration.integer("width", in: Self.sides, default: width)
    height = try configuration.integer("height", in: Self.sides, default: height)
    pixelFormat = try configuration.choice("pixel_format", default: pixelFormat)
    fit = try configuration.choice("fit", default: fit)
    filter = try configuration.choice("filter", default: filter)
  }

  /// Bytes of a frame.
  var frameSize: Int { width * height * Int(image_channels(pixelFormat.image)) }
  /// Bytes of a frame that comes as raw RGB24.
  var rawSize: Int { width * height * 3 }

  var target: ImageTarget {
    ImageTarget(width: Int32(width), height: Int32(height), format: pixelFormat.image, fit: fit.image, filter: filter.image)
  }
}

extension FormatOptions.PixelFormat {
  var image: ImageFormat {
    switch self {
    case .rgb24: image_rgb24
    case .bgr24: image_bgr24
    case .grayscale: image_grayscale
    }
  }
}

extension FormatOptions.Fit {
  var image: ImageFit {
    switch self {
    case .stretch: image_stretch
    case .cover: image_cover
    case .contain: image_contain
    }
  }
}

extension FormatOptions.Filter {
  var image: ImageFilter {
    switch self {
    case .lanczos: image_lanczos
    case .bilinear: image_bilinear
    case .area: image_area
    }
  }
}

import OperatorKit

nonisolated(unsafe) private var formatter = Formatter(FormatOptions())
private let requests = Counter("requests", labels: [Label("module", "module-format/map")])

func setUpFormat(_ configuration: ModuleConfiguration) throws(OperatorError) {
  formatter = Formatter(try FormatOptions(configuration))
}

/// Turns images of any size and kind into frames of one size and pixel format.
///
/// A message's payload or a snapshot's frame goes in: a JPEG, PNG, BMP or GIF file (of an animation the first frame), or raw pixels.
/// A snapshot `{format: pixel_format, width, height, frame}` comes out, with the time of the input. Transparency is dropped: the
/// colours beneath it show. Parameters:
///
/// | name | values | default |
/// |---|---|---|
/// | `width`, `height` | 1 to 8192 | 224 |
/// | `pixel_format` | `rgb24`, `bgr24`, `grayscale` | `rgb24` |
/// | `fit` | `stretch` (ignores the aspect ratio), `cover` (crops), `contain` (black bars) | `stretch` |
/// | `filter` | `lanczos`, `bilinear`, `area`; all antialiased | `lanczos` |
@MapOperator(initialize: setUpFormat)
func format(_ input: DataModel) throws(OperatorError) -> DataModel {
  requests.add()
  return try formatter.format(input)
}

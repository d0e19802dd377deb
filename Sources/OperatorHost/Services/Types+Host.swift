internal import ComponentModel

extension HostImports {
  /// `types`: the buffer that fields may travel in.
  mutating func provideTypes() throws(ComponentError) {
    var types = HostInterface("wasm-graph:processor/types@1.1.0")
    types.resource("buffer", Buffer.self)
    try types.function("[method]buffer.read") { (buffer: Borrow<Buffer>) in buffer.resource.bytes }
    provide(types)
  }
}

internal import ComponentModel

extension HostImports {
  /// The interfaces that need an MQTT connection: they link, so that operators which import them run, and say so when they are called.
  mutating func provideUnavailable() throws(ComponentError) {
    provide(HostInterface("wasm-graph:processor/rpc-types@1.1.0"))
    var invoker = HostInterface("wasm-graph:processor/command-invoker@1.1.0")
    for name in ["command-request", "command-request-builder", "command-invoker-options", "command-invoker-options-builder", "command-invoker"] {
      invoker.uninhabitedResource(name)
    }
    invoker.denyUnknown("this run has no MQTT connection to send commands over")
    provide(invoker)
  }

  /// `types`: the buffer that fields may travel in.
  mutating func provideTypes() throws(ComponentError) {
    var types = HostInterface("wasm-graph:processor/types@1.1.0")
    types.resource("buffer", Buffer.self)
    try types.function("[method]buffer.read") { (buffer: Borrow<Buffer>) in buffer.resource.bytes }
    provide(types)
  }
}

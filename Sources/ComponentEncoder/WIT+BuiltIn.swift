extension WIT {
  /// The interfaces that this package carries: `wasm-graph:processor@1.1.0`, `wasi:nn@0.2.0-rc-2024-10-28` and of `wasi:clocks@0.2.0`
  /// the wall clock.
  public static func builtIn() throws(ComponentEncoderError) -> WIT { try WIT(packages: builtInPackages) }

  /// Their texts, to be read together with others.
  public static var builtInPackages: [[File]] {
    [
      [File(name: "processor.wit", text: String(decoding: PackageResources.processor_wit, as: UTF8.self))],
      [File(name: "nn.wit", text: String(decoding: PackageResources.nn_wit, as: UTF8.self))],
      [File(name: "clocks.wit", text: String(decoding: PackageResources.clocks_wit, as: UTF8.self))],
    ]
  }
}

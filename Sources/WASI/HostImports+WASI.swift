public import ComponentModel

extension HostImports {
  /// Provides all interfaces of WASI 0.2 (preview 2) that operators' languages import, with what `configuration` allows.
  ///
  /// They are offered as version 0.2.12 and serve every 0.2 version. Call this once per component instance; flush the output that
  /// comes back after each call into the guest.
  ///
  /// - Parameter timeLeft: how long the guest's current call may still take, in nanoseconds. A guest that waits for longer fails, because
  ///   deadlines are otherwise checked only while it runs.
  ///
  /// Source: the WIT of wasi:cli, wasi:clocks, wasi:filesystem, wasi:http, wasi:io, wasi:random and wasi:sockets.
  @discardableResult
  public mutating func provideWASI(
    _ configuration: WASIConfiguration, timeLeft: @escaping () -> UInt64 = { .max }
  ) throws(ComponentError) -> GuestOutput {
    let preview2 = Preview2(configuration: configuration, timeLeft: timeLeft, output: GuestOutput(configuration))
    for interface in try preview2.commandLine() { provide(interface) }
    for interface in try preview2.io() { provide(interface) }
    for interface in try preview2.clocks() { provide(interface) }
    for interface in try preview2.randomness() { provide(interface) }
    for interface in try preview2.filesystem() { provide(interface) }
    for interface in try preview2.sockets() { provide(interface) }
    for interface in try preview2.http() { provide(interface) }
    return preview2.output
  }
}

/// WASI 0.2, package by package.
struct Preview2 {
  let configuration: WASIConfiguration
  let timeLeft: () -> UInt64
  let output: GuestOutput

  /// An interface of a WASI package, such as `cli/stdin`.
  static func interface(_ name: String) -> HostInterface { HostInterface("wasi:\(name)@0.2.12") }
}

extension ComponentError.Code {
  /// The guest asked WASI to end the process.
  public static let exit = Self(rawValue: "exit")
}

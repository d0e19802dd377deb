internal import ComponentModel

/// An open file or folder; guests get none.
final class Descriptor: HostResource {
  static let resourceType = ResourceType(name: "descriptor")
  private init() {}
}

extension Preview2 {
  /// `wasi:filesystem`: no folder is shared, so no function on files can be reached with a valid handle.
  func filesystem() throws(ComponentError) -> [HostInterface] {
    var types = Self.interface("filesystem/types")
    types.resource("descriptor", Descriptor.self)
    types.uninhabitedResource("directory-entry-stream")
    types.denyUnknown("operators have no access to files")
    var preopens = Self.interface("filesystem/preopens")
    try preopens.function("get-directories") { () -> [Pair<Own<Descriptor>, String>] in [] }
    return [types, preopens]
  }
}

public import ComponentEncoder

/// What a component can import of WASI 0.2, as WIT.
public enum WASIInterfaces {
  /// The packages at `version`. `edit` changes the text.
  public static func packages(version: String, edit: (String) -> String = { $0 }) -> [[WIT.File]] {
    let texts: [(String, [UInt8])] = [
      ("cli", PackageResources.cli_wit), ("clocks", PackageResources.clocks_wit), ("filesystem", PackageResources.filesystem_wit),
      ("http", PackageResources.http_wit), ("io", PackageResources.io_wit), ("random", PackageResources.random_wit), ("sockets", PackageResources.sockets_wit),
    ]
    return texts.map { name, bytes in
      [WIT.File(name: name, text: edit(String(decoding: bytes, as: UTF8.self)).replacing("VERSION", with: version))]
    }
  }
}

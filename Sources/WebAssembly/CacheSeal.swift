internal import Crypto

/// The last bytes of a cached file: they show that the file is whole and stands under its own name.
///
/// It is the AES-GCM authentication tag of the content, under a key made from the file's name. As the key is no secret, this is a checksum, not a
/// signature: of 2¹²⁸ damaged files, one passes. GCM because processors compute it at the speed of memory (32 MB in under 2 ms, where SHA-256
/// takes 23 ms), so that checking code costs about as much as mapping it.
enum CacheSeal {
  static let byteCount = 16

  static func of(_ content: UnsafeRawBufferPointer, name: String) -> [UInt8]? {
    let key = SymmetricKey(data: SHA256.hash(data: Array("millrace code cache 1/\(name)".utf8)))
    // Each name has a key of its own, and nothing is secret: one nonce will do.
    guard let nonce = try? AES.GCM.Nonce(data: [UInt8](repeating: 0, count: 12)) else { return nil }
    return (try? AES.GCM.seal([UInt8](), using: key, nonce: nonce, authenticating: content)).map { Array($0.tag) }
  }

  /// The content of a file, if its seal fits.
  static func isWhole(_ file: UnsafeRawBufferPointer, name: String) -> Bool {
    guard file.count >= byteCount else { return false }
    let content = UnsafeRawBufferPointer(rebasing: file.dropLast(byteCount))
    guard let seal = of(content, name: name) else { return false }
    return file.suffix(byteCount).elementsEqual(seal)
  }
}

internal import Crypto

extension CodeCache {
  /// What a cached file is about: the SHA-256 of some bytes, and of what else it depends on.
  public struct Key: Sendable, Hashable, CustomStringConvertible {
    /// 64 hexadecimal digits.
    public let description: String

    /// The key of what an engine makes of `bytes`, which depends on its version, its configuration and the CPU.
    public init(_ bytes: borrowing RawSpan, engine: Engine) { self.init(bytes, engine.fingerprint) }

    /// The key of something about `bytes` that depends on nothing but `fingerprint`, such as ``ComponentValidator/fingerprint``.
    public init(_ bytes: borrowing RawSpan, fingerprint: String) { self.init(bytes, Array(fingerprint.utf8)) }

    private init(_ bytes: borrowing RawSpan, _ dependencies: [UInt8]) {
      var hash = SHA256()
      SHA256.hash(data: dependencies).withUnsafeBytes { hash.update(bufferPointer: $0) }
      bytes.withUnsafeBytes { hash.update(bufferPointer: $0) }
      description = hash.finalize().hexadecimal
    }
  }

  /// What a cached file holds; the ending of its name.
  public struct Kind: Sendable, Hashable {
    public let ending: String

    /// - Parameter ending: letters, digits and `-`. A kind whose meaning changes gets another name: files of the old one are never looked at again.
    public init(_ ending: String) { self.ending = ending }

    /// A core module's compiled code.
    public static let code = Kind("cwasm")

    func name(of key: Key) -> String { key.description + "." + ending }
  }

  /// Whether ``remember(_:_:)`` was called for this, by any process on this machine, and it has not been evicted since.
  public func knows(_ kind: Kind, _ key: Key) -> Bool {
    folder?.open(kind.name(of: key)) != nil
  }

  /// Keeps the fact `kind` of `key`, such as "these bytes are valid", so that it need not be found out again.
  public func remember(_ kind: Kind, _ key: Key) {
    guard let folder, let lock = folder.lock(kind.name(of: key), patience: .zero) else { return }
    folder.store(UnsafeRawBufferPointer(start: nil, count: 0), under: lock)
  }
}

extension SHA256.Digest {
  var hexadecimal: String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }
}

/// A function made by the canonical ABI. Source: Binary.md, `canon`.
///
/// The built-ins of WASI 0.3 (async, streams, futures, error contexts, threads) are refused by the decoder.
public enum CanonicalDefinition: Sendable {
  /// Makes a component function of type `type` from a core function.
  case lift(coreFunction: Int, options: CanonicalOptions, type: Int)
  /// Makes a core function from a component function.
  case lower(function: Int, options: CanonicalOptions)
  /// Core function `(rep: i32) -> (handle: i32)` for the component's own resource type.
  case resourceNew(type: Int)
  /// Core function `(handle: i32) -> ()`.
  case resourceDrop(type: Int)
  /// Core function `(handle: i32) -> (rep: i32)` for the component's own resource type.
  case resourceRep(type: Int)
}

/// How values travel in a lift or a lower; indices are into the core memory and core function index spaces.
public struct CanonicalOptions: Hashable, Sendable {
  public enum StringEncoding: UInt8, Hashable, Sendable {
    case utf8 = 0
    case utf16 = 1
    /// Latin-1, or UTF-16 where the top bit of the length is set.
    case latin1OrUTF16 = 2
  }

  public var stringEncoding: StringEncoding
  public var memory: Int?
  public var realloc: Int?
  public var postReturn: Int?

  public init(stringEncoding: StringEncoding = .utf8, memory: Int? = nil, realloc: Int? = nil, postReturn: Int? = nil) {
    self.stringEncoding = stringEncoding
    self.memory = memory
    self.realloc = realloc
    self.postReturn = postReturn
  }
}

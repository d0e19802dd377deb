/// How values of a type are laid out in linear memory and as core values.
///
/// Source: CanonicalABI.md, "Alignment", "Element Size" and "Flattening".
public struct TypeLayout: Hashable, Sendable {
  /// Bytes in memory, padding at the end included; less than 2^28.
  public let size: Int
  /// A power of two, at most 8.
  public let alignment: Int
  /// The core values that the type flattens to; nil where that takes more than 16, since such values only ever travel through memory.
  public let flat: [CoreValueType]?
  /// Whether a string or a list is inside, so that lowering allocates in the guest.
  public let containsPointers: Bool
  /// Whether an `own` or a `borrow` is inside.
  public let containsHandles: Bool
  /// Whether a `borrow` is inside, which results may not have.
  public let containsBorrows: Bool

  /// Nodes of the type as a tree; bounds the work of comparing, lifting and printing.
  let nodeCount: Int
  /// Levels of nesting; bounds recursion.
  let depth: Int

  /// The most core values that a type may flatten to (CanonicalABI.md, `MAX_FLAT_PARAMS`).
  public static let maximumFlatCount = 16
  static let maximumSize = 1 << 28
  static let maximumNodeCount = 100_000
  static let maximumDepth = 100

  /// The layout of a type that has no other types inside.
  init(leaf size: Int, alignment: Int, flat: [CoreValueType], pointers: Bool = false, handles: Bool = false, borrows: Bool = false) {
    self.size = size
    self.alignment = alignment
    self.flat = flat
    containsPointers = pointers
    containsHandles = handles
    containsBorrows = borrows
    nodeCount = 1
    depth = 1
  }

  /// The layout of a type around `parts`.
  init(size: Int, alignment: Int, flat: [CoreValueType]?, pointers: Bool = false, around parts: [TypeLayout], named what: String) throws(ComponentError) {
    self.size = size
    self.alignment = alignment
    self.flat = flat
    containsPointers = pointers || parts.contains { $0.containsPointers }
    containsHandles = parts.contains { $0.containsHandles }
    containsBorrows = parts.contains { $0.containsBorrows }
    nodeCount = parts.reduce(1) { $0 + $1.nodeCount }
    depth = 1 + (parts.lazy.map { $0.depth }.max() ?? 0)
    guard size < Self.maximumSize else {
      throw ComponentError(.limitExceeded, "a \(what) type takes \(size) bytes in memory; the component model allows less than \(Self.maximumSize)")
    }
    guard nodeCount <= Self.maximumNodeCount, depth <= Self.maximumDepth else {
      throw ComponentError(
        .limitExceeded,
        "a \(what) type is too large: at most \(Self.maximumNodeCount) types in one another, nested at most \(Self.maximumDepth) deep, are supported")
    }
  }
}

extension TypeLayout {
  static let pair = TypeLayout(leaf: 8, alignment: 4, flat: [.i32, .i32], pointers: true)

  static func aligned(_ offset: Int, to alignment: Int) -> Int { (offset + alignment - 1) & ~(alignment - 1) }

  /// Lays `parts` out one after the other, as records, tuples and spilled parameters are; returns where each one starts.
  static func sequence(_ parts: [TypeLayout], named what: String) throws(ComponentError) -> (layout: TypeLayout, offsets: [Int]) {
    var size = 0, alignment = 1
    var flat: [CoreValueType]? = []
    var offsets: [Int] = []
    offsets.reserveCapacity(parts.count)
    for part in parts {
      let offset = aligned(size, to: part.alignment)
      offsets.append(offset)
      size = offset + part.size
      alignment = max(alignment, part.alignment)
      if let values = part.flat, let before = flat, before.count + values.count <= maximumFlatCount {
        flat = before + values
      } else {
        flat = nil
      }
    }
    size = aligned(size, to: alignment)
    return (try TypeLayout(size: size, alignment: alignment, flat: flat, around: parts, named: what), offsets)
  }

  /// Lays out one of several cases behind a discriminant.
  static func alternatives(_ cases: [TypeLayout?], named what: String) throws(ComponentError) -> (layout: TypeLayout, variant: VariantLayout) {
    let payloads = cases.compactMap { $0 }
    let discriminantSize = cases.count <= 1 << 8 ? 1 : cases.count <= 1 << 16 ? 2 : 4
    let payloadAlignment = payloads.lazy.map(\.alignment).max() ?? 1
    let payloadOffset = aligned(discriminantSize, to: payloadAlignment)
    let alignment = max(discriminantSize, payloadAlignment)
    let size = aligned(payloadOffset + (payloads.lazy.map(\.size).max() ?? 0), to: alignment)
    let layout = try TypeLayout(size: size, alignment: alignment, flat: joinedFlat(payloads), around: payloads, named: what)
    return (layout, VariantLayout(discriminantSize: discriminantSize, payloadOffset: payloadOffset))
  }

  /// The discriminant, then values wide enough for every case.
  private static func joinedFlat(_ payloads: [TypeLayout]) -> [CoreValueType]? {
    var joined: [CoreValueType] = [.i32]
    for payload in payloads {
      guard let values = payload.flat, values.count < maximumFlatCount else { return nil }
      for (index, value) in values.enumerated() {
        if index + 1 == joined.count {
          joined.append(value)
        } else {
          joined[index + 1] = join(joined[index + 1], value)
        }
      }
    }
    return joined
  }

  private static func join(_ left: CoreValueType, _ right: CoreValueType) -> CoreValueType {
    if left == right { return left }
    if (left == .i32 && right == .f32) || (left == .f32 && right == .i32) { return .i32 }
    return .i64
  }
}

/// Where a variant, option, result or enumeration keeps its parts.
public struct VariantLayout: Hashable, Sendable {
  /// 1, 2 or 4 bytes at offset 0.
  public let discriminantSize: Int
  /// Where the payload starts, whatever the case.
  public let payloadOffset: Int
}

extension ValueType {
  /// Size, alignment and flat form; stored, never recomputed, for compound types.
  public var layout: TypeLayout {
    switch self {
    case .bool, .s8, .u8: Self.layout8
    case .s16, .u16: Self.layout16
    case .s32, .u32, .char: Self.layout32
    case .s64, .u64: Self.layout64
    case .f32: Self.layoutF32
    case .f64: Self.layoutF64
    case .string: TypeLayout.pair
    case .list(let type): type.layout
    case .fixedLengthList(let type): type.layout
    case .map(let type): type.layout
    case .record(let type): type.layout
    case .tuple(let type): type.layout
    case .variant(let type): type.layout
    case .flags(let type): type.layout
    case .enumeration(let type): type.layout
    case .option(let type): type.layout
    case .result(let type): type.layout
    case .own: Self.layoutOwn
    case .borrow: Self.layoutBorrow
    }
  }

  private static let layout8 = TypeLayout(leaf: 1, alignment: 1, flat: [.i32])
  private static let layout16 = TypeLayout(leaf: 2, alignment: 2, flat: [.i32])
  private static let layout32 = TypeLayout(leaf: 4, alignment: 4, flat: [.i32])
  private static let layout64 = TypeLayout(leaf: 8, alignment: 8, flat: [.i64])
  private static let layoutF32 = TypeLayout(leaf: 4, alignment: 4, flat: [.f32])
  private static let layoutF64 = TypeLayout(leaf: 8, alignment: 8, flat: [.f64])
  private static let layoutOwn = TypeLayout(leaf: 4, alignment: 4, flat: [.i32], handles: true)
  private static let layoutBorrow = TypeLayout(leaf: 4, alignment: 4, flat: [.i32], handles: true, borrows: true)
}

internal import WebAssembly

/// A resource type of a component, as one of its instances has it.
final class GuestResource {
  /// The instance that implements it, whose code knows resources by their representation.
  weak var instance: InstanceState?
  let destructor: Function?

  init(instance: InstanceState, destructor: Function?) {
    self.instance = instance
    self.destructor = destructor
  }
}

/// How many handles a component and those nested in it may hold together.
final class HandleQuota {
  /// CanonicalABI.md, `Table.MAX_LENGTH`, lowered: no operator needs more, and a leak is found sooner.
  static let maximumCount = 1 << 20

  private var remaining = maximumCount

  func take() throws(ComponentError) {
    guard remaining > 0 else { throw ComponentError(.canonicalABI, "the guest holds more than \(Self.maximumCount) handles") }
    remaining -= 1
  }
}

/// The handles of one component instance: one table for all its resource types, as the specification has it.
/// Source: CanonicalABI.md, "Table State" and "Resource State".
final class HandleTable {
  enum Content {
    case host(any HostResource)
    /// A resource of a guest's, by its representation.
    case guest(UInt32, GuestResource)
  }

  struct Entry {
    let type: ResourceType
    let content: Content
    let isOwn: Bool
    /// How often the handle is lent at the moment; it cannot be dropped or given away meanwhile.
    fileprivate(set) var lendCount: Int32 = 0
  }

  private let quota: HandleQuota
  /// Index 0 is never a handle.
  private var entries: [Entry?] = [nil]
  private var free: [UInt32] = []
  /// The handles that are lent to calls in progress, the latest last.
  private var lent: [UInt32] = []
  /// Borrows lowered for the current call that the guest has not dropped yet.
  private(set) var openBorrows = 0

  init(quota: HandleQuota) { self.quota = quota }

  var count: Int { entries.count - 1 - free.count }

  func insert(_ type: ResourceType, _ content: Content, isOwn: Bool) throws(ComponentError) -> UInt32 {
    let entry = Entry(type: type, content: content, isOwn: isOwn)
    if !isOwn { openBorrows += 1 }
    if let index = free.popLast() {
      entries[Int(index)] = entry
      return index
    }
    try quota.take()
    entries.append(entry)
    return UInt32(entries.count - 1)
  }

  func entry(_ handle: UInt32, _ type: ResourceType) throws(ComponentError) -> Entry {
    guard Int(handle) < entries.count, let entry = entries[Int(handle)] else {
      throw ComponentError(.canonicalABI, "the guest used the handle \(handle) for a \(type.name), but it holds no such handle")
    }
    guard entry.type === type else {
      throw ComponentError(.canonicalABI, "the guest used the handle \(handle) as a \(type.name), but it is a \(entry.type.name)")
    }
    return entry
  }

  /// Drops a handle of either kind.
  func remove(_ handle: UInt32, _ type: ResourceType) throws(ComponentError) -> Entry {
    let entry = try entry(handle, type)
    guard entry.lendCount == 0 else {
      throw ComponentError(.canonicalABI, "the guest dropped the \(type.name) of handle \(handle) or gave it away while it was lent to a call")
    }
    entries[Int(handle)] = nil
    free.append(handle)
    if !entry.isOwn { openBorrows -= 1 }
    return entry
  }

  /// Gives away the resource of an owning handle.
  func take(_ handle: UInt32, _ type: ResourceType) throws(ComponentError) -> Entry {
    guard try entry(handle, type).isOwn else {
      throw ComponentError(.canonicalABI, "the guest gave away the \(type.name) of handle \(handle), which it has only borrowed")
    }
    return try remove(handle, type)
  }

  /// Lends the resource of a handle until ``endLends(from:)``.
  func lend(_ handle: UInt32, _ type: ResourceType) throws(ComponentError) -> Entry {
    let entry = try entry(handle, type)
    entries[Int(handle)]?.lendCount += 1
    lent.append(handle)
    return entry
  }

  /// To be noted before a call's arguments are lifted.
  var lendMark: Int { lent.count }

  /// Ends the lends made since the mark: the call is over.
  func endLends(from mark: Int) {
    while lent.count > mark { entries[Int(lent.removeLast())]?.lendCount -= 1 }
  }
}

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

  private let quota: HandleQuota
  private var slots = HandleSlots()
  /// The handles that are lent to calls in progress, the latest last.
  private var lent: [UInt32] = []
  /// Borrows lowered for the current call that the guest has not dropped yet.
  private(set) var openBorrows = 0

  init(quota: HandleQuota) { self.quota = quota }

  var count: Int { slots.count }

  func insert(_ type: ResourceType, _ content: consuming Content, isOwn: Bool) throws(ComponentError) -> UInt32 {
    if !isOwn { openBorrows += 1 }
    return try slots.insert(type, content, isOwn: isOwn, quota)
  }

  func content(_ handle: UInt32, _ type: ResourceType) throws(ComponentError) -> Content {
    _ = try slots.check(handle, type)
    return slots.content(handle)
  }

  /// Drops a handle of either kind: what it owned, or nil if it was borrowed.
  func drop(_ handle: UInt32, _ type: ResourceType) throws(ComponentError) -> Content? {
    let (content, isOwn) = try slots.remove(handle, type)
    if isOwn { return content }
    openBorrows -= 1
    return nil
  }

  /// Gives away the resource of an owning handle.
  func take(_ handle: UInt32, _ type: ResourceType) throws(ComponentError) -> Content {
    guard try slots.check(handle, type).isOwn else {
      throw ComponentError(.canonicalABI, "the guest gave away the \(type.name) of handle \(handle), which it has only borrowed")
    }
    return try slots.remove(handle, type).content
  }

  /// Lends the resource of a handle until ``endLends(from:)``.
  func lend(_ handle: UInt32, _ type: ResourceType) throws(ComponentError) -> Content {
    _ = try slots.check(handle, type)
    slots.beginLend(handle)
    lent.append(handle)
    return slots.content(handle)
  }

  /// To be noted before a call's arguments are lifted.
  var lendMark: Int { lent.count }

  /// Ends the lends made since the mark: the call is over.
  func endLends(from mark: Int) {
    while lent.count > mark { slots.endLend(lent.removeLast()) }
  }
}

/// The places of a handle table.
private struct HandleSlots {
  struct Slot {
    /// Nil if the place is free.
    var type: ResourceType?
    var isOwn = false
    /// How often the handle is lent at the moment; it cannot be dropped or given away meanwhile.
    var lendCount: Int32 = 0
  }

  /// Index 0 is never a handle.
  private var slots = [Slot()]
  /// Apart from the slots, which are looked at more often and copied with less work.
  private var contents: [HandleTable.Content?] = [nil]
  private var free: [UInt32] = []

  var count: Int { slots.count - 1 - free.count }

  mutating func insert(_ type: ResourceType, _ content: consuming HandleTable.Content, isOwn: Bool, _ quota: HandleQuota) throws(ComponentError) -> UInt32 {
    if let handle = free.popLast() {
      slots[Int(handle)] = Slot(type: type, isOwn: isOwn)
      contents[Int(handle)] = content
      return handle
    }
    try quota.take()
    slots.append(Slot(type: type, isOwn: isOwn))
    contents.append(content)
    return UInt32(slots.count - 1)
  }

  /// Throws unless the handle is held, and is of the type.
  func check(_ handle: UInt32, _ type: ResourceType) throws(ComponentError) -> Slot {
    guard Int(handle) < slots.count, let held = slots[Int(handle)].type else {
      throw ComponentError(.canonicalABI, "the guest used the handle \(handle) for a \(type.name), but it holds no such handle")
    }
    guard held === type else {
      throw ComponentError(.canonicalABI, "the guest used the handle \(handle) as a \(type.name), but it is a \(held.name)")
    }
    return slots[Int(handle)]
  }

  /// What a handle that has been checked refers to.
  func content(_ handle: UInt32) -> HandleTable.Content { contents[Int(handle)]! }

  mutating func beginLend(_ handle: UInt32) { slots[Int(handle)].lendCount += 1 }
  mutating func endLend(_ handle: UInt32) { slots[Int(handle)].lendCount -= 1 }

  mutating func remove(_ handle: UInt32, _ type: ResourceType) throws(ComponentError) -> (content: HandleTable.Content, isOwn: Bool) {
    let slot = try check(handle, type)
    guard slot.lendCount == 0 else {
      throw ComponentError(.canonicalABI, "the guest dropped the \(type.name) of handle \(handle) or gave it away while it was lent to a call")
    }
    slots[Int(handle)] = Slot()
    free.append(handle)
    return (contents[Int(handle)].take()!, slot.isOwn)
  }
}

internal import WebAssembly

/// A resource type of a component, as one of its instances has it.
@usableFromInline
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
@usableFromInline
final class HandleTable {
  @usableFromInline enum Content {
    case host(any HostResource)
    /// A resource of a guest's, by its representation.
    case guest(UInt32, GuestResource)
  }

  private struct Slot {
    /// One of the table's types; nil if the place is free.
    var type: Unmanaged<ResourceType>?
    var isOwn = false
    /// How often the handle is lent at the moment; it cannot be dropped or given away meanwhile. Of a free place, the next one that is free.
    var lendCount: UInt32 = 0
  }

  private let quota: HandleQuota
  /// Places for handles; the first one is never used. A place has content if it is not free.
  ///
  /// Pointers, so that a resource is moved in and out without being copied, and the one moved last is not waited for.
  private var slots: UnsafeMutablePointer<Slot>
  private var contents: UnsafeMutablePointer<Content>
  private var capacity = 16
  private var placeCount: UInt32 = 1
  private var freeCount: UInt32 = 0
  /// 0 for none.
  private var firstFree: UInt32 = 0
  /// All types that there have been handles for, the latest apart.
  private var types: [ResourceType] = []
  private var latestType: Unmanaged<ResourceType>?
  /// The handles that are lent to calls in progress, the latest last.
  private var lent: [UInt32] = []
  private(set) var lentCount = 0
  /// Borrows lowered for the current call that the guest has not dropped yet.
  private(set) var openBorrows = 0

  init(quota: HandleQuota) {
    self.quota = quota
    slots = .allocate(capacity: capacity)
    contents = .allocate(capacity: capacity)
    slots.initialize(to: Slot())
  }

  deinit {
    for place in 1..<Int(placeCount) where slots[place].type != nil { (contents + place).deinitialize(count: 1) }
    slots.deallocate()
    contents.deallocate()
  }

  var count: Int { Int(placeCount - 1 - freeCount) }

  // MARK: Making handles

  func insert(_ type: ResourceType, _ content: consuming Content, isOwn: Bool) throws(ComponentError) -> UInt32 {
    let (handle, place) = try place(type, isOwn: isOwn)
    place.initialize(to: content)
    return handle
  }

  /// Makes a handle, and a place for its content, to which the caller puts that at once.
  func place(_ type: ResourceType, isOwn: Bool) throws(ComponentError) -> (handle: UInt32, content: UnsafeMutablePointer<Content>) {
    var handle = firstFree
    if handle == 0 {
      handle = try grow()
    } else {
      firstFree = slots[Int(handle)].lendCount
      freeCount -= 1
    }
    let type = Unmanaged.passUnretained(type)
    if latestType?.toOpaque() != type.toOpaque() { keep(type) }
    slots[Int(handle)] = Slot(type: type, isOwn: isOwn)
    if !isOwn { openBorrows += 1 }
    return (handle, contents + Int(handle))
  }

  private func grow() throws(ComponentError) -> UInt32 {
    try quota.take()
    if Int(placeCount) == capacity {
      let slots = UnsafeMutablePointer<Slot>.allocate(capacity: 2 * capacity), contents = UnsafeMutablePointer<Content>.allocate(capacity: 2 * capacity)
      slots.moveInitialize(from: self.slots, count: capacity)
      // No place is free, so that all have content.
      (contents + 1).moveInitialize(from: self.contents + 1, count: capacity - 1)
      self.slots.deallocate()
      self.contents.deallocate()
      (self.slots, self.contents, capacity) = (slots, contents, 2 * capacity)
    }
    defer { placeCount += 1 }
    return placeCount
  }

  private func keep(_ type: Unmanaged<ResourceType>) {
    latestType = type
    let type = type.takeUnretainedValue()
    if !types.contains(where: { $0 === type }) { types.append(type) }
  }

  // MARK: Using handles

  /// Throws unless the handle is held, and is of the type.
  private func check(_ handle: UInt32, _ type: ResourceType) throws(ComponentError) -> Slot {
    guard handle < placeCount, let held = slots[Int(handle)].type else {
      throw ComponentError(.canonicalABI, "the guest used the handle \(handle) for a \(type.name), but it holds no such handle")
    }
    guard held.toOpaque() == Unmanaged.passUnretained(type).toOpaque() else {
      throw ComponentError(.canonicalABI, "the guest used the handle \(handle) as a \(type.name), but it is a \(held.takeUnretainedValue().name)")
    }
    return slots[Int(handle)]
  }

  func content(_ handle: UInt32, _ type: ResourceType) throws(ComponentError) -> Content {
    _ = try check(handle, type)
    return contents[Int(handle)]
  }

  /// Drops a handle of either kind: the resource that it owned, if that is a guest's.
  func drop(_ handle: UInt32, _ type: ResourceType) throws(ComponentError) -> (representation: UInt32, resource: GuestResource)? {
    let isOwn = try free(handle, type)
    let content = (contents + Int(handle)).move()
    if !isOwn { openBorrows -= 1 }
    guard isOwn, case .guest(let representation, let resource) = consume content else { return nil }
    return (representation, resource)
  }

  /// Gives away the resource of an owning handle.
  func take(_ handle: UInt32, _ type: ResourceType) throws(ComponentError) -> Content {
    guard try check(handle, type).isOwn else {
      throw ComponentError(.canonicalABI, "the guest gave away the \(type.name) of handle \(handle), which it has only borrowed")
    }
    _ = try free(handle, type)
    return (contents + Int(handle)).move()
  }

  /// Frees the place of a handle, whose content remains to be taken away. Returns whether it owned that.
  private func free(_ handle: UInt32, _ type: ResourceType) throws(ComponentError) -> Bool {
    let slot = try check(handle, type)
    guard slot.lendCount == 0 else {
      throw ComponentError(.canonicalABI, "the guest dropped the \(type.name) of handle \(handle) or gave it away while it was lent to a call")
    }
    slots[Int(handle)] = Slot(lendCount: firstFree)
    firstFree = handle
    freeCount += 1
    return slot.isOwn
  }

  // MARK: Lending

  /// Lends the resource of a handle until ``endLends(from:)``.
  func lend(_ handle: UInt32, _ type: ResourceType) throws(ComponentError) -> Content {
    _ = try check(handle, type)
    slots[Int(handle)].lendCount += 1
    lent.append(handle)
    lentCount += 1
    return contents[Int(handle)]
  }

  /// Ends all lends but the first `count`, which is what ``lentCount`` was before a call's arguments were lifted: the call is over.
  @inline(__always)
  func endLends(from count: Int) {
    if lentCount != count { endLendsNow(from: count) }
  }

  @inline(never)
  private func endLendsNow(from count: Int) {
    for handle in lent[count...] { slots[Int(handle)].lendCount -= 1 }
    lent.removeSubrange(count...)
    lentCount = count
  }
}

/// A resource that the host implements: a final class whose instances guests hold by handle.
public protocol HostResource: AnyObject {
  /// One object per class: resource types are compared by identity.
  static var resourceType: ResourceType { get }
}

/// A handle that owns its resource. Passing it moves the ownership.
public struct Own<Resource: HostResource>: ComponentValue, ResultSide {
  public let resource: Resource
  @inlinable public init(_ resource: Resource) { self.resource = resource }

  public static var type: ValueType { .own(Resource.resourceType) }
  @inlinable public static var shape: ValueShape { UInt32.shape }

  public static func read(from reader: inout ValueReader) throws(ComponentError) -> Self {
    let handle = try reader.u32()
    return Self(try reader.context.instance.handles.take(handle, Resource.self))
  }

  public func write(to writer: inout ValueWriter) throws(ComponentError) {
    let instance = writer.context.instance
    try writer.u32(try instance.handles.insert(HandleTable.Entry(type: Resource.resourceType, content: .host(resource), isOwn: true)))
  }
}

/// A handle that lends its resource for the length of a call.
///
/// Host functions take borrows as arguments. The guest cannot drop the handle meanwhile, since it does not run, so no lend is counted.
public struct Borrow<Resource: HostResource>: ComponentValue {
  public let resource: Resource

  public static var type: ValueType { .borrow(Resource.resourceType) }
  @inlinable public static var shape: ValueShape { UInt32.shape }

  public static func read(from reader: inout ValueReader) throws(ComponentError) -> Self {
    let handle = try reader.u32()
    return Self(resource: try reader.context.instance.handles.resource(handle, Resource.self))
  }

  public func write(to writer: inout ValueWriter) throws(ComponentError) {
    let instance = writer.context.instance
    try writer.u32(try instance.handles.insert(HandleTable.Entry(type: Resource.resourceType, content: .host(resource), isOwn: false)))
    instance.handles.openBorrows += 1
  }
}

/// The handles of one component instance: one table for all its resource types, as the specification has it.
struct HandleTable {
  enum Content {
    case host(any HostResource)
    /// A resource of the guest's own, by its representation.
    case guest(UInt32)
  }

  struct Entry {
    let type: ResourceType
    let content: Content
    let isOwn: Bool
  }

  /// CanonicalABI.md, `Table.MAX_LENGTH`, lowered: no operator needs more, and a leak is found sooner.
  static let maximumCount = 1 << 20

  /// Index 0 is never a handle.
  private var entries: [Entry?] = [nil]
  private var free: [UInt32] = []
  /// Borrows lowered for the current call that the guest has not dropped yet.
  var openBorrows = 0

  var count: Int { entries.count - 1 - free.count }

  mutating func insert(_ entry: Entry) throws(ComponentError) -> UInt32 {
    if let index = free.popLast() {
      entries[Int(index)] = entry
      return index
    }
    guard entries.count <= Self.maximumCount else { throw ComponentError(.canonicalABI, "the guest holds more than \(Self.maximumCount) handles") }
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

  mutating func remove(_ handle: UInt32, _ type: ResourceType) throws(ComponentError) -> Entry {
    let entry = try entry(handle, type)
    entries[Int(handle)] = nil
    free.append(handle)
    return entry
  }

  func resource<R: HostResource>(_ handle: UInt32, _: R.Type) throws(ComponentError) -> R {
    guard case .host(let resource) = try entry(handle, R.resourceType).content, let resource = resource as? R else { throw Self.notHost(handle, R.resourceType) }
    return resource
  }

  mutating func take<R: HostResource>(_ handle: UInt32, _: R.Type) throws(ComponentError) -> R {
    let entry = try entry(handle, R.resourceType)
    guard entry.isOwn else { throw ComponentError(.canonicalABI, "the guest gave away the \(entry.type.name) of handle \(handle), which it has only borrowed") }
    let resource = try resource(handle, R.self)
    _ = try remove(handle, R.resourceType)
    return resource
  }

  private static func notHost(_ handle: UInt32, _ type: ResourceType) -> ComponentError {
    ComponentError(.canonicalABI, "the handle \(handle) names no \(type.name) of the host's")
  }
}

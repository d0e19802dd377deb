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
    let entry = try reader.context.instance.handles.take(handle, Resource.resourceType)
    return Self(try entry.host(handle, Resource.self))
  }

  public func write(to writer: inout ValueWriter) throws(ComponentError) {
    try writer.u32(try writer.context.instance.handles.insert(Resource.resourceType, .host(resource), isOwn: true))
  }
}

/// A handle that lends its resource for the length of a call.
public struct Borrow<Resource: HostResource>: ComponentValue {
  public let resource: Resource

  public static var type: ValueType { .borrow(Resource.resourceType) }
  @inlinable public static var shape: ValueShape { UInt32.shape }

  public static func read(from reader: inout ValueReader) throws(ComponentError) -> Self {
    let handle = try reader.u32()
    let entry = try reader.context.instance.handles.lend(handle, Resource.resourceType)
    return Self(resource: try entry.host(handle, Resource.self))
  }

  public func write(to writer: inout ValueWriter) throws(ComponentError) {
    try writer.u32(try writer.context.instance.handles.insert(Resource.resourceType, .host(resource), isOwn: false))
  }
}

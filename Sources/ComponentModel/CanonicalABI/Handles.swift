/// A resource that the host implements and guests hold by handle: a class or, where it is a value of no more than three words, a struct,
/// for which nothing is allocated.
public protocol HostResource {
  /// One object per class: resource types are compared by identity.
  static var resourceType: ResourceType { get }
}

/// A handle that owns its resource. Passing it moves the ownership.
public struct Own<Resource: HostResource>: ComponentValue, ResultSide {
  public let resource: Resource
  @inlinable public init(_ resource: Resource) { self.resource = resource }

  public static var type: ValueType { .own(Resource.resourceType) }
  @inlinable public static var shape: ValueShape { UInt32.shape }

  @inlinable public static func read(from reader: inout ValueReader) throws(ComponentError) -> Self {
    guard let resource = try reader.resource(Resource.resourceType, isOwn: true) as? Resource else { throw .notTheHosts(Resource.resourceType) }
    return Self(resource)
  }

  @inlinable public func write(to writer: inout ValueWriter) throws(ComponentError) {
    try writer.handle(resource, isOwn: true)
  }
}

/// A handle that lends its resource for the length of a call.
public struct Borrow<Resource: HostResource>: ComponentValue {
  public let resource: Resource
  @usableFromInline init(_ resource: Resource) { self.resource = resource }

  public static var type: ValueType { .borrow(Resource.resourceType) }
  @inlinable public static var shape: ValueShape { UInt32.shape }

  @inlinable public static func read(from reader: inout ValueReader) throws(ComponentError) -> Self {
    guard let resource = try reader.resource(Resource.resourceType, isOwn: false) as? Resource else { throw .notTheHosts(Resource.resourceType) }
    return Self(resource)
  }

  @inlinable public func write(to writer: inout ValueWriter) throws(ComponentError) {
    try writer.handle(resource, isOwn: false)
  }
}

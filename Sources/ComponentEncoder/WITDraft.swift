/// Interfaces as they are being read: a name gets its identity when it is first mentioned, and its meaning when its
/// declaration comes by, before or after.
struct WITDraft {
  struct DraftType {
    let name: String
    let interface: InterfaceID
    /// Where the name is declared, or, until then, first mentioned.
    var location: ComponentEncoderError.Location
    var definition: TypeDefinition?
  }

  struct DraftInterface {
    let name: String
    /// Where the interface is declared, or, until then, first mentioned.
    var location: ComponentEncoderError.Location
    var isDefined = false
    var types: [TypeID] = []
    var functions: [WIT.Function] = []
    var functionNames = NameSet()
    var dependencies: [InterfaceID] = []
  }

  private struct TypeKey: Hashable {
    let interface: InterfaceID
    let name: String
  }

  private(set) var types: [DraftType] = []
  private(set) var interfaces: [DraftInterface] = []
  /// What `own<…>` and `borrow<…>` name, and where: these must turn out to be resources.
  var handles: [(TypeID, ComponentEncoderError.Location)] = []
  private var typeIDs: [TypeKey: TypeID] = [:]
  private var interfaceIDs: [String: InterfaceID] = [:]

  subscript(interface: InterfaceID) -> DraftInterface {
    get { interfaces[interface.index] }
    _modify { yield &interfaces[interface.index] }
  }

  subscript(type: TypeID) -> DraftType { types[type.index] }

  mutating func interface(named name: String, at location: ComponentEncoderError.Location) -> InterfaceID {
    if let known = interfaceIDs[name] { return known }
    let id = InterfaceID(index: interfaces.count)
    interfaces.append(DraftInterface(name: name, location: location))
    interfaceIDs[name] = id
    return id
  }

  mutating func type(named name: String, in interface: InterfaceID, at location: ComponentEncoderError.Location) -> TypeID {
    let key = TypeKey(interface: interface, name: name)
    if let known = typeIDs[key] { return known }
    let id = TypeID(index: types.count)
    types.append(DraftType(name: name, interface: interface, location: location))
    typeIDs[key] = id
    return id
  }

  /// Gives a type its meaning; false if it has one.
  mutating func define(_ type: TypeID, as definition: TypeDefinition, at location: ComponentEncoderError.Location) -> Bool {
    guard types[type.index].definition == nil else { return false }
    types[type.index].definition = definition
    types[type.index].location = location
    self[self[type].interface].types.append(type)
    return true
  }
}

/// Names, of which no two may differ in case only: the component model's rule.
struct NameSet {
  private var names: Set<String> = []

  /// False if the name is there already.
  mutating func insert(_ name: String) -> Bool { names.insert(name.lowercased()).inserted }
}

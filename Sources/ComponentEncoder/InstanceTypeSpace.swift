/// The type of an imported interface: an instance type, with a type index space of its own.
final class InstanceTypeSpace: TypeSpace {
  let wit: WIT
  var anonymous: [WITType: UInt32] = [:]
  private let outer: (TypeID) -> UInt32
  private var declarations = ByteWriter()
  private var declarationCount = 0
  private var typeCount: UInt32 = 0
  private var indices: [TypeID: UInt32] = [:]

  /// - Parameter outer: the index, in the component around, of a type that another interface declares.
  init(_ wit: WIT, outer: @escaping (TypeID) -> UInt32) {
    self.wit = wit
    self.outer = outer
  }

  /// The instance type's bytes.
  var encoding: [UInt8] {
    var writer = ByteWriter()
    writer.byte(0x42)
    writer.count(declarationCount)
    writer.append(declarations.bytes)
    return writer.bytes
  }

  func define(_ encoding: [UInt8]) -> UInt32 {
    declare { writer in
      writer.byte(0x01)
      writer.append(encoding)
    }
    return addType()
  }

  /// Exports the type under its name; every later reference is to the exported index, as the component model demands.
  func index(of type: TypeID) -> UInt32 {
    if let known = indices[type] { return known }
    let declared = wit[type]
    let structure: UInt32?
    if case .used = declared.definition {
      let index = outer(wit.origin(of: type))
      declare { writer in
        writer.append([0x02, 0x03, 0x02, 0x01])  // alias a type of the component around, one level out
        writer.unsigned(index)
      }
      structure = addType()
    } else {
      structure = define(declared.definition)
    }
    declareExport(declared.name) { writer in
      writer.byte(0x03)
      writer.typeBound(structure)
    }
    let index = addType()
    indices[type] = index
    return index
  }

  func export(_ function: WIT.Function) {
    let type = define(function)
    declareExport(function.name) { writer in
      writer.byte(0x01)
      writer.unsigned(type)
    }
  }

  private func declareExport(_ name: String, _ write: (inout ByteWriter) -> Void) {
    declare { writer in
      writer.byte(0x04)
      writer.externalName(name)
      write(&writer)
    }
  }

  private func declare(_ write: (inout ByteWriter) -> Void) {
    declarationCount += 1
    write(&declarations)
  }

  private func addType() -> UInt32 {
    defer { typeCount += 1 }
    return typeCount
  }
}

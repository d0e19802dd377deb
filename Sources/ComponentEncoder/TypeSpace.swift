/// A type index space into which WIT types are written: an instance type's, a component's, or a nested component's.
protocol TypeSpace: AnyObject {
  var wit: WIT { get }
  /// The types without a name that are written already.
  var anonymous: [WITType: UInt32] { get set }
  /// Adds a type; its index.
  func define(_ encoding: [UInt8]) -> UInt32
  /// The index by which this space knows a declared type; brings it in if need be.
  func index(of type: TypeID) -> UInt32
}

extension TypeSpace {
  /// Writes a `valtype`: a primitive, or the index of a type, which is added if it is new.
  func write(_ type: WITType, to writer: inout ByteWriter) {
    switch type {
    case .primitive(let primitive):
      writer.byte(primitive.rawValue)
    case .named(let name) where !wit.isResource(name):
      writer.signed(index(of: name))
    case .named(let resource):
      write(.own(resource), to: &writer)
    default:
      let index = anonymous[type] ?? define(encoding(of: type))
      anonymous[type] = index
      writer.signed(index)
    }
  }

  private func write(_ type: WITType?, to writer: inout ByteWriter) {
    guard let type else { return writer.byte(0x00) }
    writer.byte(0x01)
    write(type, to: &writer)
  }

  /// A `defvaltype` for a type written in place.
  private func encoding(of type: WITType) -> [UInt8] {
    var writer = ByteWriter()
    switch type {
    case .primitive, .named:
      write(type, to: &writer)
    case .list(let element):
      writer.byte(0x70)
      write(element, to: &writer)
    case .option(let some):
      writer.byte(0x6b)
      write(some, to: &writer)
    case .tuple(let elements):
      writer.byte(0x6f)
      writer.vector(elements) { write($1, to: &$0) }
    case .result(let ok, let error):
      writer.byte(0x6a)
      write(ok, to: &writer)
      write(error, to: &writer)
    case .own(let resource):
      writer.byte(0x69)
      writer.unsigned(index(of: resource))
    case .borrow(let resource):
      writer.byte(0x68)
      writer.unsigned(index(of: resource))
    }
    return writer.bytes
  }

  /// The index of a definition's type, which is added; nil for a resource, which has no structure.
  func define(_ definition: TypeDefinition) -> UInt32? {
    var writer = ByteWriter()
    switch definition {
    case .resource:
      return nil
    case .used(let type), .alias(.named(let type)):
      return index(of: type)
    case .alias(let type):
      return define(encoding(of: type))
    case .record(let fields):
      writer.byte(0x72)
      writer.vector(fields) { writer, field in
        writer.name(field.name)
        write(field.type, to: &writer)
      }
    case .variant(let cases):
      writer.byte(0x71)
      writer.vector(cases) { writer, item in
        writer.name(item.name)
        write(item.type, to: &writer)
        writer.byte(0x00)
      }
    case .enumeration(let labels):
      writer.byte(0x6d)
      writer.vector(labels) { $0.name($1) }
    case .flags(let labels):
      writer.byte(0x6e)
      writer.vector(labels) { $0.name($1) }
    }
    return define(writer.bytes)
  }

  /// The index of a function's type, which is added.
  func define(_ function: WIT.Function) -> UInt32 {
    var writer = ByteWriter()
    writer.byte(0x40)
    writer.vector(function.parameters) { writer, parameter in
      writer.name(parameter.name)
      write(parameter.type, to: &writer)
    }
    if let result = function.result {
      writer.byte(0x00)
      write(result, to: &writer)
    } else {
      writer.append([0x01, 0x00])
    }
    return define(writer.bytes)
  }
}

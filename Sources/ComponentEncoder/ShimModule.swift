/// Two small core modules that let the main module be instantiated before the functions that it imports exist.
///
/// Lowering a function that passes strings or lists needs the main module's memory, so it can only be done when the main
/// module is there. Until then a *shim* stands in: a trampoline per function, each calling through a slot of a table.
/// The *fixup* module fills the table, and runs `_initialize` when the main module has one.
struct ShimModule {
  static let tableName = "$imports"
  static let initializerName = "_initialize"

  private let slots: [CoreFunctionType]
  private let initializes: Bool
  /// The different types of the slots, and for each slot which of them it has.
  private let types: [CoreFunctionType]
  private let slotTypes: [UInt32]

  init(slots: [CoreFunctionType], initializes: Bool) {
    self.slots = slots
    self.initializes = initializes
    var types: [CoreFunctionType] = []
    var indices: [CoreFunctionType: UInt32] = [:]
    slotTypes = slots.map { type in
      if let known = indices[type] { return known }
      let index = UInt32(types.count)
      indices[type] = index
      types.append(type)
      return index
    }
    self.types = types
  }

  /// The trampolines, exported as "0", "1", … and their table.
  var shim: [UInt8] {
    let count = UInt32(slots.count)
    return module { writer in
      writer.section(1) { $0.vector(types) { $0.functionType($1) } }
      writer.section(3) { $0.vector(slotTypes) { $0.unsigned($1) } }
      writer.section(4) { writer in
        writer.count(1)
        writer.append([0x70, 0x01])
        writer.unsigned(count)
        writer.unsigned(count)
      }
      writer.section(7) { writer in
        writer.unsigned(count + 1)
        for slot in 0..<count {
          writer.name("\(slot)")
          writer.byte(0x00)
          writer.unsigned(slot)
        }
        writer.name(Self.tableName)
        writer.append([0x01, 0x00])
      }
      writer.section(10) { writer in
        writer.unsigned(count)
        for slot in 0..<count { writer.sized(trampoline(slot)) }
      }
    }
  }

  /// `local.get` each parameter, `i32.const slot`, `call_indirect`.
  private func trampoline(_ slot: UInt32) -> [UInt8] {
    var body = ByteWriter()
    body.byte(0x00)
    for parameter in slots[Int(slot)].parameters.indices {
      body.byte(0x20)
      body.count(parameter)
    }
    body.byte(0x41)
    body.signed(slot)
    body.byte(0x11)
    body.unsigned(slotTypes[Int(slot)])
    body.append([0x00, 0x0b])
    return body.bytes
  }

  /// Imports the functions "0", "1", … and the table, and writes the ones into the other when it is instantiated.
  var fixup: [UInt8] {
    let count = UInt32(slots.count)
    return module { writer in
      let initializerType = UInt32(types.count)
      writer.section(1) { writer in
        writer.vector(types + (initializes ? [CoreFunctionType(parameters: [], results: [])] : [])) { $0.functionType($1) }
      }
      writer.section(2) { writer in
        writer.unsigned(count + (initializes ? 2 : 1))
        for slot in 0..<count { writer.functionImport("\(slot)", type: slotTypes[Int(slot)]) }
        if initializes { writer.functionImport(Self.initializerName, type: initializerType) }
        writer.name("")
        writer.name(Self.tableName)
        writer.append([0x01, 0x70, 0x01])
        writer.unsigned(count)
        writer.unsigned(count)
      }
      if initializes { writer.section(8) { $0.unsigned(count) } }
      writer.section(9) { writer in
        writer.count(1)
        writer.append([0x00, 0x41, 0x00, 0x0b])
        writer.vector(0..<count) { $0.unsigned($1) }
      }
    }
  }

  private func module(_ sections: (inout ByteWriter) -> Void) -> [UInt8] {
    var writer = ByteWriter()
    writer.append([0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00])
    sections(&writer)
    return writer.bytes
  }
}

extension ByteWriter {
  fileprivate mutating func section(_ id: UInt8, _ write: (inout ByteWriter) -> Void) {
    var content = ByteWriter()
    write(&content)
    byte(id)
    sized(content.bytes)
  }

  fileprivate mutating func functionType(_ type: CoreFunctionType) {
    byte(0x60)
    vector(type.parameters) { $0.byte($1.rawValue) }
    vector(type.results) { $0.byte($1.rawValue) }
  }

  fileprivate mutating func functionImport(_ name: String, type: UInt32) {
    self.name("")
    self.name(name)
    byte(0x00)
    unsigned(type)
  }
}

/// Appends a component's sections and counts its index spaces. Neighbouring items of one kind share a section.
///
/// Each method adds one item and returns its index in the space that it belongs to. Source: the component model's Binary.md.
final class ComponentBuilder {
  private enum Section: UInt8 {
    case custom = 0, coreModule = 1, coreInstance = 2, component = 4, instance = 5, alias = 6, type = 7, canon = 8, `import` = 10, export = 11
  }

  /// The index spaces in which this encoder makes items.
  private enum Space: Int, CaseIterable {
    case coreModule, coreInstance, coreFunction, coreTable, coreMemory, type, instance, function, component
  }

  private var output = ByteWriter()
  /// The section being collected; its items are written when an item of another kind comes.
  private var section: Section?
  private var items = ByteWriter()
  private var itemCount = 0
  private var counts = [UInt32](repeating: 0, count: Space.allCases.count)

  /// - Parameter size: roughly how many bytes the component will have.
  init(size: Int = 0) {
    output.reserve(size)
    output.append([0x00, 0x61, 0x73, 0x6d, 0x0d, 0x00, 0x01, 0x00])
  }

  /// The component's bytes.
  func finish() -> [UInt8] {
    flush()
    return output.bytes
  }

  private func flush() {
    guard let section else { return }
    var content = ByteWriter()
    content.count(itemCount)
    content.append(items.bytes)
    output.byte(section.rawValue)
    output.sized(content.bytes)
    self.section = nil
    items = ByteWriter()
    itemCount = 0
  }

  private func add(_ section: Section, _ write: (inout ByteWriter) -> Void) {
    if self.section != section { flush() }
    self.section = section
    itemCount += 1
    write(&items)
  }

  /// Adds a section that is one item, without a count.
  private func addWhole(_ section: Section, _ content: [UInt8]) {
    flush()
    output.byte(section.rawValue)
    output.sized(content)
  }

  private func allocate(_ space: Space) -> UInt32 {
    defer { counts[space.rawValue] += 1 }
    return counts[space.rawValue]
  }
}

// MARK: - Core modules and instances

extension ComponentBuilder {
  /// What a core instance can hold; the raw value is the binary's `core:sort`.
  enum CoreSort: UInt8 {
    case function = 0x00, table = 0x01, memory = 0x02
  }

  func coreModule(_ bytes: [UInt8]) -> UInt32 {
    addWhole(.coreModule, bytes)
    return allocate(.coreModule)
  }

  /// Instantiates a core module, each import module name being served by a core instance.
  func instantiate(coreModule: UInt32, with arguments: [(name: String, instance: UInt32)]) -> UInt32 {
    add(.coreInstance) { writer in
      writer.byte(0x00)
      writer.unsigned(coreModule)
      writer.vector(arguments) { writer, argument in
        writer.name(argument.name)
        writer.byte(0x12)
        writer.unsigned(argument.instance)
      }
    }
    return allocate(.coreInstance)
  }

  /// A core instance made of items at hand.
  func coreInstance(_ exports: [(name: String, sort: CoreSort, index: UInt32)]) -> UInt32 {
    add(.coreInstance) { writer in
      writer.byte(0x01)
      writer.vector(exports) { writer, export in
        writer.name(export.name)
        writer.byte(export.sort.rawValue)
        writer.unsigned(export.index)
      }
    }
    return allocate(.coreInstance)
  }

  /// Takes an export out of a core instance.
  func alias(core sort: CoreSort, _ name: String, of instance: UInt32) -> UInt32 {
    add(.alias) { writer in
      writer.append([0x00, sort.rawValue, 0x01])
      writer.unsigned(instance)
      writer.name(name)
    }
    return switch sort {
    case .function: allocate(.coreFunction)
    case .table: allocate(.coreTable)
    case .memory: allocate(.coreMemory)
    }
  }
}

// MARK: - Canonical functions

/// Options of `canon lift` and `canon lower`, with indices in the core spaces; strings are UTF-8 where there is a memory.
struct CanonicalOptions {
  var memory: UInt32?
  var realloc: UInt32?
  var postReturn: UInt32?

  fileprivate func write(to writer: inout ByteWriter) {
    let indices: [(UInt8, UInt32?)] = [(0x03, memory), (0x04, realloc)]
    let options = indices.filter { $0.1 != nil }
    writer.count(options.count + (memory == nil ? 0 : 1) + (postReturn == nil ? 0 : 1))
    for case (let kind, let index?) in options {
      writer.byte(kind)
      writer.unsigned(index)
    }
    if memory != nil { writer.byte(0x00) }
    if let postReturn {
      writer.byte(0x05)
      writer.unsigned(postReturn)
    }
  }
}

extension ComponentBuilder {
  /// A component function as a core function.
  func lower(_ function: UInt32, _ options: CanonicalOptions = CanonicalOptions()) -> UInt32 {
    add(.canon) { writer in
      writer.append([0x01, 0x00])
      writer.unsigned(function)
      options.write(to: &writer)
    }
    return allocate(.coreFunction)
  }

  /// A core function as a component function of the given type.
  func lift(_ coreFunction: UInt32, _ options: CanonicalOptions, type: UInt32) -> UInt32 {
    add(.canon) { writer in
      writer.append([0x00, 0x00])
      writer.unsigned(coreFunction)
      options.write(to: &writer)
      writer.unsigned(type)
    }
    return allocate(.function)
  }

  /// The core function that gives up a handle.
  func resourceDrop(_ resource: UInt32) -> UInt32 {
    add(.canon) { writer in
      writer.byte(0x03)
      writer.unsigned(resource)
    }
    return allocate(.coreFunction)
  }
}

// MARK: - Types, instances, components

extension ComponentBuilder {
  /// What an instance can hold; the raw value is the binary's `sort`.
  enum Sort: UInt8 {
    case function = 0x01, type = 0x03
  }

  func type(_ encoding: [UInt8]) -> UInt32 {
    add(.type) { $0.append(encoding) }
    return allocate(.type)
  }

  /// Takes an export out of an instance.
  func alias(_ sort: Sort, _ name: String, of instance: UInt32) -> UInt32 {
    add(.alias) { writer in
      writer.append([sort.rawValue, 0x00])
      writer.unsigned(instance)
      writer.name(name)
    }
    return switch sort {
    case .function: allocate(.function)
    case .type: allocate(.type)
    }
  }

  func component(_ component: ComponentBuilder) -> UInt32 {
    addWhole(.component, component.finish())
    return allocate(.component)
  }

  func instantiate(component: UInt32, with arguments: [(name: String, sort: Sort, index: UInt32)]) -> UInt32 {
    add(.instance) { writer in
      writer.byte(0x00)
      writer.unsigned(component)
      writer.vector(arguments) { writer, argument in
        writer.name(argument.name)
        writer.byte(argument.sort.rawValue)
        writer.unsigned(argument.index)
      }
    }
    return allocate(.instance)
  }

  /// An instance made of functions at hand.
  func instance(_ functions: [(name: String, function: UInt32)]) -> UInt32 {
    add(.instance) { writer in
      writer.byte(0x01)
      writer.vector(functions) { writer, export in
        writer.externalName(export.name)
        writer.byte(Sort.function.rawValue)
        writer.unsigned(export.function)
      }
    }
    return allocate(.instance)
  }

}

// MARK: - Imports, exports, custom sections

extension ComponentBuilder {
  func importInstance(_ name: String, type: UInt32) -> UInt32 {
    add(.import) { writer in
      writer.externalName(name)
      writer.byte(0x05)
      writer.unsigned(type)
    }
    return allocate(.instance)
  }

  func importFunction(_ name: String, type: UInt32) -> UInt32 {
    add(.import) { writer in
      writer.externalName(name)
      writer.byte(0x01)
      writer.unsigned(type)
    }
    return allocate(.function)
  }

  /// Imports a type that equals `type`, or, without one, a resource.
  func importType(_ name: String, equalTo type: UInt32?) -> UInt32 {
    add(.import) { writer in
      writer.externalName(name)
      writer.byte(0x03)
      writer.typeBound(type)
    }
    return allocate(.type)
  }

  func exportInstance(_ name: String, _ instance: UInt32) {
    add(.export) { writer in
      writer.externalName(name)
      writer.byte(0x05)
      writer.unsigned(instance)
      writer.byte(0x00)
    }
    _ = allocate(.instance)
  }

  func exportType(_ name: String, _ type: UInt32) -> UInt32 {
    add(.export) { writer in
      writer.externalName(name)
      writer.byte(0x03)
      writer.unsigned(type)
      writer.byte(0x00)
    }
    return allocate(.type)
  }

  /// Exports a function with an ascribed type, which names types by their exported indices.
  func exportFunction(_ name: String, _ function: UInt32, type: UInt32) {
    add(.export) { writer in
      writer.externalName(name)
      writer.byte(0x01)
      writer.unsigned(function)
      writer.append([0x01, 0x01])
      writer.unsigned(type)
    }
    _ = allocate(.function)
  }

  /// The `producers` section: which tool made the component.
  func producer(name: String, version: String) {
    var content = ByteWriter()
    content.name("producers")
    content.count(1)
    content.name("processed-by")
    content.count(1)
    content.name(name)
    content.name(version)
    addWhole(.custom, content.bytes)
  }
}

extension ByteWriter {
  /// A name on a component's outside: the discriminant of plain names, then the name.
  mutating func externalName(_ name: String) {
    byte(0x00)
    self.name(name)
  }

  /// A type bound: equal to a type, or any resource.
  mutating func typeBound(_ equal: UInt32?) {
    guard let equal else { return byte(0x01) }
    byte(0x00)
    unsigned(equal)
  }
}

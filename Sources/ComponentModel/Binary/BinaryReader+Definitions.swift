/// Instances, aliases, canonical functions, imports and exports. Source: Binary.md.
extension BinaryReader {
  mutating func coreSort() throws(ComponentError) -> CoreSort {
    let place = offset
    let code = try byte("a core sort")
    guard let sort = CoreSort(rawValue: code) else { throw malformed("\(hexadecimal(code)) is not a core sort", at: place) }
    return sort
  }

  mutating func sort() throws(ComponentError) -> Sort {
    let place = offset
    switch try byte("a sort") {
    case 0x00: return .core(try coreSort())
    case 0x01: return .function
    case 0x02: throw unsupported("values", at: place)
    case 0x03: return .type
    case 0x04: return .component
    case 0x05: return .instance
    case let other: throw malformed("\(hexadecimal(other)) is not a sort", at: place)
    }
  }

  // MARK: Instances

  mutating func coreInstance() throws(ComponentError) -> CoreInstance {
    let place = offset
    switch try byte("a core instance") {
    case 0x00:
      let module = try u32("a core module's index")
      let arguments = try vector("core instantiation arguments") { (reader) throws(ComponentError) in
        let name = try reader.name("an argument's name")
        try reader.expect(CoreSort.instance.rawValue, "the sort of a core instantiation argument")
        return CoreInstance.Argument(name: name, instance: try reader.u32("a core instance's index"))
      }
      return .instantiate(module: module, arguments: arguments)
    case 0x01:
      return .inline(
        try vector("core exports") { (reader) throws(ComponentError) in
          CoreInstance.Export(name: try reader.name("a core export's name"), sort: try reader.coreSort(), index: try reader.u32("a core item's index"))
        })
    case let other: throw malformed("a core instance must begin with 0 or 1, but begins with \(hexadecimal(other))", at: place)
    }
  }

  mutating func instance() throws(ComponentError) -> Instance {
    let place = offset
    switch try byte("an instance") {
    case 0x00:
      let component = try u32("a component's index")
      let arguments = try vector("instantiation arguments") { (reader) throws(ComponentError) in
        Instance.Item(name: try reader.name("an argument's name"), sort: try reader.sort(), index: try reader.u32("an argument's index"))
      }
      return .instantiate(component: component, arguments: arguments)
    case 0x01:
      return .inline(
        try vector("exports") { (reader) throws(ComponentError) in
          Instance.Item(name: try reader.externName(), sort: try reader.sort(), index: try reader.u32("an export's index"))
        })
    case let other: throw malformed("an instance must begin with 0 or 1, but begins with \(hexadecimal(other))", at: place)
    }
  }

  // MARK: Aliases

  mutating func alias() throws(ComponentError) -> Alias {
    let place = offset
    let sort = try sort()
    let kindPlace = offset
    switch try byte("an alias's target") {
    case 0x00: return .export(sort: sort, instance: try u32("an instance's index"), name: try name("an export's name"))
    case 0x01:
      guard case .core(let coreSort) = sort else { throw malformed("\(sort.withArticle) cannot be an export of a core instance", at: place) }
      return .coreExport(sort: coreSort, instance: try u32("a core instance's index"), name: try name("a core export's name"))
    case 0x02:
      switch sort {
      case .type, .component, .core(.type), .core(.module): break
      default: throw malformed("\(sort.withArticle) cannot be taken from an enclosing component", at: place)
      }
      return .outer(sort: sort, count: try u32("a scope count"), index: try u32("an item's index"))
    case let other: throw malformed("an alias's target must begin with 0, 1 or 2, but begins with \(hexadecimal(other))", at: kindPlace)
    }
  }

  // MARK: Imports and exports

  mutating func importDefinition() throws(ComponentError) -> Import {
    Import(name: try externName(), type: try externDescriptor())
  }

  mutating func exportDefinition() throws(ComponentError) -> Export {
    let name = try externName()
    let sort = try sort()
    let index = try u32("an export's index")
    let type = try optional("an export's ascribed type") { (reader) throws(ComponentError) in try reader.externDescriptor() }
    return Export(name: name, sort: sort, index: index, type: type)
  }

  // MARK: Canonical functions

  mutating func canonicalDefinition() throws(ComponentError) -> CanonicalDefinition {
    let place = offset
    switch try byte("a canonical function") {
    case 0x00:
      try expect(0x00, "the sort of a lifted function")
      return .lift(coreFunction: try u32("a core function's index"), options: try canonicalOptions(), type: try u32("a function type's index"))
    case 0x01:
      try expect(0x00, "the sort of a lowered function")
      return .lower(function: try u32("a function's index"), options: try canonicalOptions())
    case 0x02: return .resourceNew(type: try u32("a resource type's index"))
    case 0x03: return .resourceDrop(type: try u32("a resource type's index"))
    case 0x04: return .resourceRep(type: try u32("a resource type's index"))
    case let code:
      guard let name = Self.asynchronousBuiltIn(code) else { throw malformed("\(hexadecimal(code)) is not a canonical function", at: place) }
      throw unsupported("the built-in `\(name)`, which needs async (WASI 0.3)", at: place)
    }
  }

  private mutating func canonicalOptions() throws(ComponentError) -> CanonicalOptions {
    let count = try count("canonical options")
    var options = CanonicalOptions()
    var seen: Set<UInt8> = []
    for _ in 0..<count {
      let place = offset
      let code = try byte("a canonical option")
      // The three string encodings exclude one another.
      guard seen.insert(max(code, 2)).inserted else { throw malformed("a canonical option is given twice", at: place) }
      switch code {
      case 0x00: options.stringEncoding = .utf8
      case 0x01: options.stringEncoding = .utf16
      case 0x02: options.stringEncoding = .latin1OrUTF16
      case 0x03: options.memory = try u32("a core memory's index")
      case 0x04: options.realloc = try u32("the index of realloc")
      case 0x05: options.postReturn = try u32("the index of post-return")
      case 0x06: throw unsupported("the canonical option `async`, which needs async (WASI 0.3)", at: place)
      case 0x07: throw unsupported("the canonical option `callback`, which needs async (WASI 0.3)", at: place)
      case 0x08, 0x09: throw unsupported("canonical options of garbage collection", at: place)
      default: throw malformed("\(hexadecimal(code)) is not a canonical option", at: place)
      }
    }
    return options
  }

  /// The canonical built-ins that only asynchronous components use.
  private static func asynchronousBuiltIn(_ code: UInt8) -> String? {
    switch code {
    case 0x05: "task.cancel"
    case 0x06: "subtask.cancel"
    case 0x07: "resource.drop async"
    case 0x08: "backpressure.set"
    case 0x09: "task.return"
    case 0x0a: "context.get"
    case 0x0b: "context.set"
    case 0x0c: "thread.yield"
    case 0x0d: "subtask.drop"
    case 0x0e: "stream.new"
    case 0x0f: "stream.read"
    case 0x10: "stream.write"
    case 0x11: "stream.cancel-read"
    case 0x12: "stream.cancel-write"
    case 0x13: "stream.drop-readable"
    case 0x14: "stream.drop-writable"
    case 0x15: "future.new"
    case 0x16: "future.read"
    case 0x17: "future.write"
    case 0x18: "future.cancel-read"
    case 0x19: "future.cancel-write"
    case 0x1a: "future.drop-readable"
    case 0x1b: "future.drop-writable"
    case 0x1c: "error-context.new"
    case 0x1d: "error-context.debug-message"
    case 0x1e: "error-context.drop"
    case 0x1f: "waitable-set.new"
    case 0x20: "waitable-set.wait"
    case 0x21: "waitable-set.poll"
    case 0x22: "waitable-set.drop"
    case 0x23: "waitable.join"
    case 0x24: "backpressure.inc"
    case 0x25: "backpressure.dec"
    case 0x26: "thread.index"
    case 0x27: "thread.new-indirect"
    case 0x28: "thread.resume-later"
    case 0x29: "thread.suspend"
    case 0x2a: "thread.suspend-then-resume"
    case 0x2b: "thread.yield-then-resume"
    case 0x2c: "thread.suspend-then-promote"
    case 0x2d: "thread.yield-then-promote"
    case 0x40: "thread.spawn-ref"
    case 0x41: "thread.spawn-indirect"
    case 0x42: "thread.available-parallelism"
    default: nil
    }
  }
}

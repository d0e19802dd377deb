@testable import ComponentEncoder

/// Assembles a core module: imported functions, exported functions that trap, a memory, and whatever else a test needs.
struct TestModule {
  var imports: [(module: String, name: String, type: CoreFunctionType)] = []
  var functions: [(name: String, type: CoreFunctionType)] = []
  var exportsMemory = true
  /// Functions exported under this name have a correct type already.
  var exportsRealloc = true
  /// Raw import entries: (module, name, kind and description).
  var otherImports: [(module: String, name: String, description: [UInt8])] = []
  /// Names under which the memory is exported again.
  var memoryAliases: [String] = []

  static let preamble: [UInt8] = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00]

  var bytes: [UInt8] {
    var defined = functions
    if exportsRealloc { defined.append(("cabi_realloc", type("iiii", "i"))) }
    let types = imports.map(\.type) + defined.map(\.type)
    var module = Self.preamble
    module += section(1) { $0.vector(types) { writer, type in
      writer.byte(0x60)
      writer.vector(type.parameters) { $0.byte($1.rawValue) }
      writer.vector(type.results) { $0.byte($1.rawValue) }
    } }
    module += section(2) { writer in
      writer.count(imports.count + otherImports.count)
      for (index, item) in imports.enumerated() {
        writer.name(item.module)
        writer.name(item.name)
        writer.byte(0x00)
        writer.count(index)
      }
      for item in otherImports {
        writer.name(item.module)
        writer.name(item.name)
        writer.append(item.description)
      }
    }
    module += section(3) { $0.vector(defined.indices) { $0.count(imports.count + $1) } }
    module += section(5) { $0.append([0x01, 0x00, 0x01]) }
    module += section(7) { writer in
      let memories = (exportsMemory ? ["memory"] : []) + memoryAliases
      writer.count(defined.count + memories.count)
      for (index, function) in defined.enumerated() {
        writer.name(function.name)
        writer.byte(0x00)
        writer.count(imports.count + index)
      }
      for name in memories {
        writer.name(name)
        writer.append([0x02, 0x00])
      }
    }
    module += section(10) { $0.vector(defined) { writer, _ in writer.append([0x03, 0x00, 0x00, 0x0b]) } }
    return module
  }

  private func section(_ id: UInt8, _ write: (inout ByteWriter) -> Void) -> [UInt8] {
    var content = ByteWriter()
    write(&content)
    var section = ByteWriter()
    section.byte(id)
    section.sized(content.bytes)
    return section.bytes
  }
}

/// A core function's type in short: a letter per value, `i` i32, `I` i64, `f` f32, `F` f64.
func type(_ parameters: String, _ results: String = "") -> CoreFunctionType {
  let letters: [Character: CoreValueType] = ["i": .i32, "I": .i64, "f": .f32, "F": .f64]
  return CoreFunctionType(parameters: parameters.compactMap { letters[$0] }, results: results.compactMap { letters[$0] })
}

/// WIT from one text.
func wit(_ text: String) throws -> WIT { try WIT(packages: [[WIT.File(name: "test.wit", text: text)]]) }

/// Small random numbers, the same in every run.
struct TestRandom {
  private var state: UInt64
  init(seed: UInt64) { state = seed }

  mutating func next(below limit: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int(state >> 33) % limit
  }
}

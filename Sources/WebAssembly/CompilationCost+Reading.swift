extension CompilationCost {
  /// Throws `.limit` if a function of the module, or all of them together, would cost too much to compile.
  ///
  /// - Returns: false if the module has an instruction that is not known here, or is damaged, so that nothing can be said.
  static func check(_ module: UnsafeRawBufferPointer) throws(WebAssemblyError) -> Bool {
    var reader = CodeReader(bytes: module, offset: 8)
    var types: [ModuleType] = []
    var seconds = 0.0
    do throws(CodeReader.Failure) {
      while reader.offset < module.count {
        let identifier = try reader.byte(), length = try reader.number(), end = reader.offset + length
        guard end <= module.count else { return false }
        switch identifier {
        case 1: types = try reader.types()
        case 10:
          let arity = types.lazy.filter(\.isFunction).map(\.count).max() ?? 0
          let count = try reader.number()
          guard count <= maximumFunctions else {
            throw CodeReader.Failure.limit(WebAssemblyError(.limit, "the module has \(count) functions; at most \(maximumFunctions) are allowed: split it"))
          }
          for index in 0..<count {
            let size = try reader.number(), end = reader.offset + size
            guard end <= module.count else { return false }
            var body = FunctionReader(reader: CodeReader(bytes: UnsafeRawBufferPointer(rebasing: module[..<end]), offset: reader.offset), types: types)
            seconds += try body.cost(of: index, arity: arity).seconds
            reader.offset = end
          }
        default: break
        }
        reader.offset = end
      }
    } catch {
      switch error {
      case .unknown: return false
      case .limit(let error): throw error
      }
    }
    guard seconds <= Double(maximumModuleSeconds) else {
      throw WebAssemblyError(.limit, "the module would take about \(Int(min(seconds, 1e9))) s to compile; at most \(maximumModuleSeconds) s are allowed: split it")
    }
    return true
  }
}

/// Numbers and types in the bytes of a module, within their bounds.
struct CodeReader {
  enum Failure: Error {
    case unknown
    case limit(WebAssemblyError)
  }

  let bytes: UnsafeRawBufferPointer
  var offset: Int

  mutating func byte() throws(Failure) -> UInt8 {
    guard offset < bytes.count else { throw .unknown }
    defer { offset += 1 }
    return bytes[offset]
  }

  /// An unsigned LEB128 number of at most 64 bits, of which 32 are kept.
  mutating func number() throws(Failure) -> Int {
    var result = 0
    for shift in stride(from: 0, to: 70, by: 7) {
      let byte = try byte()
      if shift < 35 { result |= Int(byte & 0x7f) << shift }
      if byte & 0x80 == 0 { return result }
    }
    throw .unknown
  }

  mutating func skip(_ count: Int) throws(Failure) {
    guard count <= bytes.count - offset else { throw .unknown }
    offset += count
  }

  mutating func skipNumbers(_ count: Int) throws(Failure) {
    for _ in 0..<count { _ = try number() }
  }

  /// A value type, or the type of a field.
  mutating func skipType() throws(Failure) {
    switch try byte() {
    case 0x63, 0x64: _ = try number()
    case 0x40...0x7f: break
    default: throw .unknown
    }
  }

  /// The types of the type section.
  mutating func types() throws(Failure) -> [ModuleType] {
    var types: [ModuleType] = []
    for _ in 0..<(try number()) {
      guard offset < bytes.count else { throw .unknown }
      if bytes[offset] == 0x4e {
        offset += 1
        for _ in 0..<(try number()) { types.append(try type()) }
      } else {
        types.append(try type())
      }
    }
    return types
  }

  private mutating func type() throws(Failure) -> ModuleType {
    var code = try byte()
    if code == 0x50 || code == 0x4f {
      try skipNumbers(try number())
      code = try byte()
    }
    switch code {
    case 0x60:
      let parameters = try number()
      for _ in 0..<parameters { try skipType() }
      let results = try number()
      for _ in 0..<results { try skipType() }
      return ModuleType(isFunction: true, count: max(parameters, results))
    case 0x5f:
      let fields = try number()
      for _ in 0..<fields {
        try skipType()
        _ = try byte()
      }
      return ModuleType(isFunction: false, count: fields)
    case 0x5e:
      try skipType()
      _ = try byte()
      return ModuleType(isFunction: false, count: 0)
    default: throw .unknown
    }
  }
}

/// What a type of a module says about costs.
struct ModuleType {
  let isFunction: Bool
  /// The values that a function takes or returns, whichever are more; the fields of a structure.
  let count: Int
}

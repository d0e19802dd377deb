/// Reads the code of one function for ``CompilationCost``.
struct FunctionReader {
  /// A block, loop, if or try_table around the instruction being read, or the function itself.
  private struct Construct {
    /// How often a local has been set inside.
    var sets = 0
    /// How many values a branch hands over beside the locals.
    let values: Int
    /// Branches to it so far, which are counted when it ends: only then is it known what is set inside.
    var branches = 1
    /// The handlers that were in scope outside.
    let handlerCount: Int
  }

  var reader: CodeReader
  let types: [ModuleType]
  private var constructs: [Construct] = []
  /// The constructs, by their places in `constructs`, that exceptions of calls go to.
  private var handlers: [Int] = []
  private var cost = CompilationCost()

  init(reader: CodeReader, types: [ModuleType]) {
    self.reader = reader
    self.types = types
  }

  /// Of the function whose body begins where the reader is and ends at the end of its bytes.
  mutating func cost(of function: Int, arity: Int) throws(CodeReader.Failure) -> CompilationCost {
    var locals = arity
    for _ in 0..<(try reader.number()) {
      locals += try reader.number()
      try reader.skipType()
    }
    // Every use of a local takes two bytes, so that the rest are never in the way.
    cost = CompilationCost(locals: min(locals, (reader.bytes.count - reader.offset) / 2), declaredLocals: locals, arity: arity)
    constructs = [Construct(values: arity, handlerCount: 0)]
    while reader.offset < reader.bytes.count {
      guard !constructs.isEmpty else { throw .unknown }
      try instruction()
      // Every call visits its handlers: many calls with many handlers are too costly long before that takes long.
      if !handlers.isEmpty { try check(function) }
    }
    try check(function)
    return cost
  }

  private func check(_ function: Int) throws(CodeReader.Failure) {
    do throws(WebAssemblyError) { try cost.check(function: function) } catch { throw .limit(error) }
  }

  // MARK: Control flow

  private mutating func begin() throws(CodeReader.Failure) {
    var values = 0
    guard reader.offset < reader.bytes.count else { throw .unknown }
    switch reader.bytes[reader.offset] {
    case 0x40: reader.offset += 1
    case 0x41...0x7f, 0x63, 0x64: try reader.skipType()
    default:
      let index = try reader.number()
      guard index < types.count else { throw .unknown }
      values = types[index].count
    }
    constructs.append(Construct(values: values, handlerCount: handlers.count))
  }

  private mutating func end() throws(CodeReader.Failure) {
    guard let construct = constructs.popLast() else { throw .unknown }
    cost.countBranches(construct.branches, sets: construct.sets, values: construct.values)
    handlers.removeSubrange(construct.handlerCount...)
    if !constructs.isEmpty { constructs[constructs.count - 1].sets += construct.sets }
  }

  private mutating func branch(to depth: Int) throws(CodeReader.Failure) {
    guard depth < constructs.count else { throw .unknown }
    constructs[constructs.count - 1 - depth].branches += 1
  }

  private mutating func call() {
    cost.countCall(handlers: handlers.count)
    for handler in handlers { constructs[handler].branches += 1 }
  }

  private mutating func tryTable() throws(CodeReader.Failure) {
    try begin()
    for _ in 0..<(try reader.number()) {
      let kind = try reader.byte()
      if kind < 2 { _ = try reader.number() }
      // Counted from outside the construct.
      let depth = try reader.number() + 1
      guard depth < constructs.count else { throw .unknown }
      handlers.append(constructs.count - 1 - depth)
      try branch(to: depth)
    }
  }

  // MARK: Instructions

  private mutating func instruction() throws(CodeReader.Failure) {
    let code = try reader.byte()
    cost.countInstructions()
    switch code {
    case 0x20, 0x23...0x26, 0x3f, 0x40, 0x41, 0x42, 0xd0, 0xd2: _ = try reader.number()
    case 0x21, 0x22:
      _ = try reader.number()
      constructs[constructs.count - 1].sets += 1
    case 0x28...0x3e: try memoryArgument()
    case 0x43: try reader.skip(4)
    case 0x44: try reader.skip(8)
    case 0x00, 0x01, 0x0f, 0x1a, 0x1b, 0x45...0xc4, 0xd1, 0xd3, 0xd4: break
    case 0x02, 0x04: try begin()
    case 0x03:
      try begin()
      cost.countLoop()
    case 0x05: constructs[constructs.count - 1].branches += 1
    case 0x0b: try end()
    case 0x0c, 0x0d, 0xd5, 0xd6: try branch(to: try reader.number())
    case 0x0e:
      for _ in 0...(try reader.number()) {
        try branch(to: try reader.number())
        cost.countTarget()
      }
    case 0x1f: try tryTable()
    case 0x08, 0x10, 0x12, 0x14, 0x15:
      _ = try reader.number()
      call()
    case 0x0a: call()
    case 0x11, 0x13:
      try reader.skipNumbers(2)
      call()
    case 0x1c:
      for _ in 0..<(try reader.number()) { try reader.skipType() }
    case 0xfb: try garbageCollection()
    case 0xfc: try bulk()
    case 0xfd: try vector()
    case 0xfe: try atomic()
    default: throw .unknown
    }
  }

  private mutating func memoryArgument() throws(CodeReader.Failure) {
    if try reader.number() & 0x40 != 0 { _ = try reader.number() }
    _ = try reader.number()
  }

  private mutating func garbageCollection() throws(CodeReader.Failure) {
    cost.countCall()
    switch try reader.number() {
    case 0, 1:
      let type = try reader.number()
      guard type < types.count else { throw .unknown }
      cost.countInstructions(types[type].count)
    case 6, 7, 11, 12, 13, 14, 16, 20, 21, 22, 23: _ = try reader.number()
    case 2, 3, 4, 5, 9, 10, 17, 18, 19: try reader.skipNumbers(2)
    case 8:
      _ = try reader.number()
      cost.countInstructions(try reader.number())
    case 15, 26, 27, 28, 29, 30: break
    case 24, 25:
      _ = try reader.byte()
      try branch(to: try reader.number())
      try reader.skipNumbers(2)
    default: throw .unknown
    }
  }

  private mutating func bulk() throws(CodeReader.Failure) {
    let code = try reader.number()
    switch code {
    case 0...7: break
    case 8, 10, 12, 14: try reader.skipNumbers(2)
    case 9, 11, 13, 15, 16, 17: _ = try reader.number()
    default: throw .unknown
    }
    if code >= 8 { cost.countCall() }
  }

  private mutating func vector() throws(CodeReader.Failure) {
    switch try reader.number() {
    case 0...11, 92, 93: try memoryArgument()
    case 12, 13: try reader.skip(16)
    case 21...34: try reader.skip(1)
    case 84...91:
      try memoryArgument()
      try reader.skip(1)
    case 14...20, 35...83, 94...0x113: break
    default: throw .unknown
    }
  }

  private mutating func atomic() throws(CodeReader.Failure) {
    cost.countCall()
    switch try reader.number() {
    case 0...2, 0x10...0x4e: try memoryArgument()
    case 3: try reader.skip(1)
    default: throw .unknown
    }
  }
}

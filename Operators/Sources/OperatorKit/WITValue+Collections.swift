extension String: WITValue {
  static var abiSize: Int { 8 }
  static var abiAlignment: Int { 4 }

  static func lift(_ memory: UnsafeMutableRawPointer) -> String {
    let list = ListMemory(memory)
    defer { list.free(stride: 1) }
    return String(decoding: UnsafeRawBufferPointer(start: list.base, count: list.count), as: UTF8.self)
  }

  consuming func lower(_ memory: UnsafeMutableRawPointer) {
    var string = self
    let list = string.withUTF8 { text in
      let base = Outgoing.allocate(text.count)
      if let source = text.baseAddress { base.copyMemory(from: source, byteCount: text.count) }
      return ListMemory(base: base, count: text.count)
    }
    list.store(memory)
  }
}

extension Array: WITValue where Element: WITValue {
  static var abiSize: Int { 8 }
  static var abiAlignment: Int { 4 }

  static func lift(_ memory: UnsafeMutableRawPointer) -> [Element] { [Element](taking: ListMemory(memory)) }

  init(taking list: ListMemory) {
    self = []
    reserveCapacity(list.count)
    if let base = list.base {
      for index in 0..<list.count { append(Element.lift(base + index &* Element.abiSize)) }
    }
    list.free(stride: Element.abiSize)
  }

  consuming func lower(_ memory: UnsafeMutableRawPointer) {
    let base = Outgoing.allocate(count &* Element.abiSize)
    for index in indices { self[index].lower(base + index &* Element.abiSize) }
    ListMemory(base: base, count: count).store(memory)
  }
}

extension Optional: WITValue where Wrapped: WITValue {
  static var abiSize: Int { aligned(variantPayload(Wrapped.abiAlignment) &+ Wrapped.abiSize, Wrapped.abiAlignment) }
  static var abiAlignment: Int { Wrapped.abiAlignment }

  static func lift(_ memory: UnsafeMutableRawPointer) -> Wrapped? {
    UInt8.lift(memory) == 0 ? nil : Wrapped.lift(memory + variantPayload(Wrapped.abiAlignment))
  }

  consuming func lower(_ memory: UnsafeMutableRawPointer) {
    switch consume self {
    case .none:
      UInt8(0).lower(memory)
    case .some(let wrapped):
      UInt8(1).lower(memory)
      wrapped.lower(memory + variantPayload(Wrapped.abiAlignment))
    }
  }
}

/// `tuple<A, B>`.
struct Pair<A: WITValue, B: WITValue>: WITValue {
  var first: A
  var second: B

  init(_ first: A, _ second: B) { (self.first, self.second) = (first, second) }

  private static var layout: Layout { Layout().field(A.self).field(B.self).record }
  static var abiSize: Int { layout.size }
  static var abiAlignment: Int { layout.alignment }

  static func lift(_ memory: UnsafeMutableRawPointer) -> Self {
    var fields = Fields(memory)
    return Pair(fields.next(), fields.next())
  }
  consuming func lower(_ memory: UnsafeMutableRawPointer) {
    var fields = Fields(memory)
    fields.put(first)
    fields.put(second)
  }
}

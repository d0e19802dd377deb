internal import ComponentModel

/// `types.buffer`: bytes that stay with the host until the guest reads them.
///
/// A guest that hands its buffer back passes the bytes on without a copy.
struct Buffer: HostResource {
  static let resourceType = ResourceType(name: "buffer")
  /// Fields shorter than this travel as bytes: copying them costs less than a handle, the call that reads it and the one that drops it.
  static let threshold = 4096

  let bytes: [UInt8]
  init(_ bytes: [UInt8]) { self.bytes = bytes }
}

/// `types.buffer-or-bytes`.
struct BufferOrBytes: ComponentVariant {
  let bytes: [UInt8]
  init(_ bytes: [UInt8]) { self.bytes = bytes }

  static var type: ValueType {
    get throws(ComponentError) {
      try .variant([.init(name: "buffer", type: .own(Buffer.resourceType)), .init(name: "bytes", type: .list(of: .u8))])
    }
  }
  static var shape: ValueShape { .variant(caseCount: 2, Own<Buffer>.shape, [UInt8].shape) }
  static var caseCount: Int { 2 }
  static var payloadAlignment: Int { 4 }

  init(case index: Int, payload reader: inout ValueReader) throws(ComponentError) {
    bytes = index == 0 ? try reader.read(Own<Buffer>.self).resource.bytes : try reader.read([UInt8].self)
  }
  var caseIndex: Int { bytes.count >= Buffer.threshold ? 0 : 1 }
  func writePayload(to writer: inout ValueWriter) throws(ComponentError) {
    if caseIndex == 0 { try writer.write(Own(Buffer(bytes))) } else { try writer.write(bytes) }
  }
}

/// `types.buffer-or-string`. A guest's buffer that is not UTF-8 is repaired, since nothing says it must be.
struct BufferOrString: ComponentVariant {
  let string: String
  init(_ string: String) { self.string = string }

  static var type: ValueType {
    get throws(ComponentError) { try .variant([.init(name: "buffer", type: .own(Buffer.resourceType)), .init(name: "string", type: .string)]) }
  }
  static var shape: ValueShape { BufferOrBytes.shape }
  static var caseCount: Int { 2 }
  static var payloadAlignment: Int { 4 }

  init(case index: Int, payload reader: inout ValueReader) throws(ComponentError) {
    string = index == 0 ? String(decoding: try reader.read(Own<Buffer>.self).resource.bytes, as: UTF8.self) : try reader.read(String.self)
  }
  var caseIndex: Int { 1 }
  func writePayload(to writer: inout ValueWriter) throws(ComponentError) { try writer.write(string) }
}

/// A string in a guest's memory: where it lies and how it is encoded. In bounds, but not validated yet.
struct GuestString {
  enum Form { case utf8, utf16, latin1 }

  let bytes: UnsafeRawBufferPointer
  let form: Form
  /// The string encoding of the lift or lower that it comes through.
  let encoding: CanonicalOptions.StringEncoding

  /// Bytes, or pairs of bytes for UTF-16.
  var unitCount: Int { form == .utf16 ? bytes.count / 2 : bytes.count }

  /// Throws if the bytes are not of the form.
  func decoded() throws(ComponentError) -> String {
    let text: String?
    switch form {
    case .utf8:
      let bytes = bytes.bindMemory(to: UInt8.self)
      guard let valid = try? UTF8Span(validating: bytes.span) else { throw invalid }
      return String(copying: valid)
    case .utf16: text = String(validating: units, as: UTF16.self)
    case .latin1: text = String(decoding: bytes.lazy.map { UInt16($0) }, as: UTF16.self)
    }
    guard let text else { throw invalid }
    return text
  }

  /// Throws if the bytes are not of the form, which is UTF-8.
  func validate() throws(ComponentError) {
    let bytes = bytes.bindMemory(to: UInt8.self)
    guard (try? UTF8Span(validating: bytes.span)) != nil else { throw invalid }
  }

  private var units: some Sequence<UInt16> {
    (0..<unitCount).lazy.map { UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: 2 * $0, as: UInt16.self)) }
  }

  private var invalid: ComponentError {
    ComponentError(.canonicalABI, "the guest passed a string of \(bytes.count) bytes that is not valid \(form == .utf8 ? "UTF-8" : "UTF-16")")
  }
}

extension ValueReader {
  /// The top bit of a length in `latin1+utf16`: the string is in UTF-16. Source: CanonicalABI.md, `utf16_tag`.
  static var utf16Tag: UInt32 { 1 << 31 }

  @usableFromInline mutating func string() throws(ComponentError) -> String { try guestString().decoded() }

  /// Reads a pointer and a length. Source: CanonicalABI.md, `load_string_from_range`.
  mutating func guestString() throws(ComponentError) -> GuestString {
    let address = Int(try u32()), length = try u32()
    let form: GuestString.Form, units: Int
    switch context.stringEncoding {
    case .utf8: (form, units) = (.utf8, Int(length))
    case .utf16: (form, units) = (.utf16, Int(length))
    case .latin1OrUTF16: (form, units) = length & Self.utf16Tag == 0 ? (.latin1, Int(length)) : (.utf16, Int(length ^ Self.utf16Tag))
    }
    let count = form == .utf16 ? 2 * units : units
    guard count <= CanonicalContext.maximumByteCount else {
      throw ComponentError(.canonicalABI, "the guest passed a string of \(count) bytes, which is larger than the \(CanonicalContext.maximumByteCount) that a string may have")
    }
    guard context.stringEncoding == .utf8 || address % 2 == 0 else {
      throw ComponentError(.canonicalABI, "the guest passed a string at the address \(address), which is not aligned to 2")
    }
    let bytes = try slice(address, count)
    // In UTF-8, which Swift's strings have, most of the others take up to twice as much.
    try charge(form == .utf8 ? count : 2 * count)
    return GuestString(bytes: bytes, form: form, encoding: context.stringEncoding)
  }
}

// MARK: Storing

extension ValueWriter {
  @usableFromInline mutating func string(_ text: String) throws(ComponentError) {
    if context.stringEncoding == .utf8 {
      let utf8 = text.utf8Span
      try writeBytes(utf8.span.bytes)
    } else {
      try store(text, form: .utf8, encoding: .utf8, units: text.utf8.count)
    }
  }

  /// Writes a string of another instance's; `source` lies in memory that no code called here can change.
  mutating func string(_ source: GuestString) throws(ComponentError) {
    if source.form == .utf8, context.stringEncoding == .utf8 {
      try source.validate()
      try writeElements(source.bytes, count: source.bytes.count, alignment: 1)
    } else {
      try store(try source.decoded(), form: source.form, encoding: source.encoding, units: source.unitCount)
    }
  }

  /// Writes `text` in the context's encoding, with the calls to realloc that the specification prescribes: guests can see them.
  /// Source: CanonicalABI.md, `store_string_into_range`.
  private mutating func store(
    _ text: String, form: GuestString.Form, encoding: CanonicalOptions.StringEncoding, units: Int
  ) throws(ComponentError) {
    switch (context.stringEncoding, form) {
    case (.utf8, .utf8), (.utf8, .utf16), (.utf8, .latin1):
      let encoded = Array(text.utf8)
      let ascii = encoded.firstIndex { $0 >= 0x80 } ?? encoded.count
      let address = try place(encoded, guess: units, keeping: encoded[..<ascii], worst: units * (form == .utf16 ? 3 : 2), alignment: 1)
      try range(address: address, count: encoded.count)
    case (.utf16, .utf8):
      let encoded = text.utf16Bytes
      let address = try place(encoded, guess: 2 * units, alignment: 2)
      try range(address: address, count: encoded.count / 2)
    case (.utf16, .utf16), (.utf16, .latin1):
      let encoded = text.utf16Bytes
      try range(address: try place(encoded, guess: encoded.count, alignment: 2), count: encoded.count / 2)
    case (.latin1OrUTF16, .latin1):
      try range(address: try place(text.latin1Prefix, guess: units, alignment: 2), count: units)
    case (.latin1OrUTF16, .utf16) where encoding == .latin1OrUTF16:
      try storeProbablyUTF16(text)
    case (.latin1OrUTF16, .utf8), (.latin1OrUTF16, .utf16):
      let latin1 = text.latin1Prefix
      if latin1.count == text.unicodeScalars.count {
        try range(address: try place(latin1, guess: units, alignment: 2), count: latin1.count)
      } else {
        let encoded = text.utf16Bytes
        let address = try place(encoded, guess: units, keeping: latin1[...], worst: 2 * units, alignment: 2)
        try tagged(address, encoded)
      }
    }
  }

  /// A string that was in UTF-16 probably needs it again. Source: CanonicalABI.md, `store_probably_utf16_to_latin1_or_utf16`.
  private mutating func storeProbablyUTF16(_ text: String) throws(ComponentError) {
    let encoded = text.utf16Bytes, latin1 = text.latin1Prefix
    var address = try place(encoded, guess: encoded.count, alignment: 2)
    guard latin1.count == text.unicodeScalars.count else { return try tagged(address, encoded) }
    put(latin1[...], at: address)
    address = try reallocate(address, encoded.count, alignment: 1, to: latin1.count)
    try range(address: address, count: latin1.count)
  }

  private mutating func tagged(_ address: Int, _ encoded: [UInt8]) throws(ComponentError) {
    try u32(UInt32(truncatingIfNeeded: address))
    try u32(UInt32(encoded.count / 2) | ValueReader.utf16Tag)
  }

  /// Allocates `guess` bytes; if `encoded` is not what was `keeping` room for, grows to `worst`; writes; gives back what is not needed.
  private mutating func place(
    _ encoded: [UInt8], guess: Int, keeping prefix: ArraySlice<UInt8>? = nil, worst: Int = 0, alignment: Int
  ) throws(ComponentError) -> Int {
    var address = try allocate(guess, alignment: alignment)
    var room = guess
    if let prefix, prefix.count < encoded.count {
      put(prefix, at: address)
      address = try reallocate(address, guess, alignment: alignment, to: worst)
      room = worst
    }
    put(encoded[...], at: address)
    if encoded.count < room { address = try reallocate(address, room, alignment: alignment, to: encoded.count) }
    return address
  }

  /// Copies to a place that was checked to be large enough.
  private func put(_ bytes: ArraySlice<UInt8>, at address: Int) { bytes.withUnsafeBytes { put($0, at: address) } }
}

extension String {
  /// Little-endian UTF-16.
  fileprivate var utf16Bytes: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(2 * utf8.count)
    for unit in utf16 {
      bytes.append(UInt8(truncatingIfNeeded: unit))
      bytes.append(UInt8(unit >> 8))
    }
    return bytes
  }

  /// The longest prefix that Latin-1 can encode.
  fileprivate var latin1Prefix: [UInt8] { unicodeScalars.prefix { $0.value < 256 }.map { UInt8($0.value) } }
}

internal import ComponentModel

/// What a guest's requests and fields take in the host, together.
final class HTTPMemory {
  static let limit = 1 << 20
  private var byteCount = 0

  func change(by count: Int) throws(ComponentError) {
    guard byteCount + count <= Self.limit else {
      throw ComponentError(.limitExceeded, "the guest holds more than \(Self.limit >> 10) KiB of HTTP requests and fields")
    }
    byteCount += count
  }

  func release(_ count: Int) { byteCount -= count }
}

/// `wasi:http/types.fields`: headers or trailers, in the order in which they were added.
final class HTTPFields: HostResource {
  static let resourceType = ResourceType(name: "fields")
  typealias Entry = Pair<String, [UInt8]>
  typealias Change = ComponentResult<NoValue, HTTPHeaderError>

  private(set) var entries: [Entry] = []
  /// A request's own cannot be changed.
  private let isImmutable: Bool
  private let memory: HTTPMemory
  private var byteCount = 0

  init(_ entries: [Entry], isImmutable: Bool = false, _ memory: HTTPMemory) throws(ComponentError) {
    self.isImmutable = isImmutable
    self.memory = memory
    try store(entries)
  }

  deinit { memory.release(byteCount) }

  func copy(isImmutable: Bool) throws(ComponentError) -> HTTPFields { try HTTPFields(entries, isImmutable: isImmutable, memory) }

  /// The entries of a name, whatever its case.
  func values(_ name: String) -> [[UInt8]] { entries.filter { Self.isSame($0.first, name) }.map(\.second) }

  func append(_ name: String, _ value: [UInt8]) throws(ComponentError) -> Change {
    try change([Pair(name, value)]) { $0 + [Pair(name, value)] }
  }

  /// Puts `values` in place of those that the name has.
  func set(_ name: String, _ values: [[UInt8]]) throws(ComponentError) -> Change {
    let new = values.map { Pair(name, $0) }
    return try change(new.isEmpty ? [Pair(name, [])] : new) { entries in entries.filter { !Self.isSame($0.first, name) } + new }
  }

  private func change(_ new: [Entry], _ body: ([Entry]) -> [Entry]) throws(ComponentError) -> Change {
    if isImmutable { return .error(.immutable) }
    guard new.allSatisfy(Self.isValid) else { return .error(.invalidSyntax) }
    try store(body(entries))
    return .ok(NoValue())
  }

  private func store(_ entries: [Entry]) throws(ComponentError) {
    let count = entries.reduce(0) { $0 + $1.first.utf8.count + $1.second.count + 64 }
    try memory.change(by: count - byteCount)
    (byteCount, self.entries) = (count, entries)
  }

  /// Source: RFC 9110, 5.1 and 5.5.
  static func isValid(_ entry: Entry) -> Bool {
    isToken(entry.first) && entry.second.allSatisfy { $0 >= 0x20 && $0 != 0x7f || $0 == 0x09 }
  }

  static func isToken(_ text: String) -> Bool {
    !text.isEmpty
      && text.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
      }
  }

  private static func isSame(_ left: String, _ right: String) -> Bool { left.utf8.elementsEqual(right.utf8) { lower($0) == lower($1) } }
  private static func lower(_ byte: UInt8) -> UInt8 { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte + 32 : byte }
}

/// `wasi:http/types.outgoing-request`: to be filled in, and refused.
final class HTTPRequest: HostResource {
  static let resourceType = ResourceType(name: "outgoing-request")
  let headers: HTTPFields
  var method = HTTPMethod(caseIndex: 0, other: "")
  var scheme: HTTPScheme?
  private(set) var path: String?, authority: String?
  /// Whether the guest has asked for the body, which it gets once.
  var hasBody = false
  private let memory: HTTPMemory
  private var byteCount = 0

  init(headers: HTTPFields, _ memory: HTTPMemory) {
    self.headers = headers
    self.memory = memory
  }

  deinit { memory.release(byteCount) }

  /// Sets a part of the address; false for what cannot be one.
  func set(_ part: ReferenceWritableKeyPath<HTTPRequest, String?>, to text: String?) throws(ComponentError) -> Bool {
    guard text?.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) != false else { return false }
    try account(self[keyPath: part], text)
    self[keyPath: part] = text
    return true
  }

  func set(method: HTTPMethod) throws(ComponentError) -> Bool {
    guard !method.isOther || HTTPFields.isToken(method.other) else { return false }
    try account(self.method.other, method.other)
    self.method = method
    return true
  }

  func set(scheme: HTTPScheme?) throws(ComponentError) -> Bool {
    guard scheme.map({ !$0.isOther || HTTPFields.isToken($0.other) }) != false else { return false }
    try account(self.scheme?.other, scheme?.other)
    self.scheme = scheme
    return true
  }

  private func account(_ old: String?, _ new: String?) throws(ComponentError) {
    let growth = (new?.utf8.count ?? 0) - (old?.utf8.count ?? 0)
    try memory.change(by: growth)
    byteCount += growth
  }

  static var pathPart: ReferenceWritableKeyPath<HTTPRequest, String?> { \.path }
  static var authorityPart: ReferenceWritableKeyPath<HTTPRequest, String?> { \.authority }
}

/// `wasi:http/types.request-options`, in nanoseconds.
final class HTTPRequestOptions: HostResource {
  static let resourceType = ResourceType(name: "request-options")
  var connectTimeout: UInt64?, firstByteTimeout: UInt64?, betweenBytesTimeout: UInt64?
}

/// `wasi:http/types.outgoing-body`: what is written to it goes nowhere.
final class HTTPBody: HostResource {
  static let resourceType = ResourceType(name: "outgoing-body")
  var hasStream = false
}

/// The answer to a request; guests get none.
final class HTTPFutureResponse: HostResource {
  static let resourceType = ResourceType(name: "future-incoming-response")
  private init() {}
}

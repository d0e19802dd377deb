import COperatorKit

/// The state store: values that outlive the operator and are shared by all replicas.
///
/// Every call is a round trip that the operator waits for; the host's timeout is 10 seconds unless one is given.
public enum StateStore {
  /// When a value is set.
  public enum Condition: UInt8 {
    case ifAbsent, ifEqualOrAbsent, always
  }

  /// A length of time.
  public struct Duration {
    public var seconds: UInt64
    public var nanoseconds: UInt32
    public init(seconds: UInt64, nanoseconds: UInt32 = 0) { (self.seconds, self.nanoseconds) = (seconds, nanoseconds) }
    public static func seconds(_ seconds: UInt64) -> Duration { Duration(seconds: seconds) }
    public static func milliseconds(_ milliseconds: UInt64) -> Duration {
      Duration(seconds: milliseconds / 1000, nanoseconds: UInt32(milliseconds % 1000) * 1_000_000)
    }
  }

  public enum Failure: Error {
    /// The store refused the request, and says why.
    case request(String)
    case timeout, `protocol`, `internal`

    public var message: String {
      switch self {
      case .request(let text): text
      case .timeout: "the state store did not answer in time"
      case .protocol: "the state store's answer is malformed"
      case .internal: "the state store cannot be reached"
      }
    }
  }

  /// What a call found or did, and the version of the key's value.
  public struct Response<Value> {
    public var value: Value
    public var version: HybridLogicalClock?
  }

  /// The value of a key, nil if it has none.
  public static func get(_ key: Bytes, timeout: Duration? = nil) throws(Failure) -> Response<Bytes?> {
    #if arch(wasm32)
    try call(Bytes?.self) { result in
      key.withUnsafeBytes { key in
        host_state_get(key.baseAddress, key.count, timeout.flag, timeout.seconds, timeout.nanoseconds, result)
      }
    }
    #else
    try TestHost.present("the state store").get(key)
    #endif
  }

  /// Sets the value of a key. False if the condition was not met.
  /// - Parameter token: proves that the caller still holds the lock: the version that setting the lock returned.
  public static func set(
    _ key: Bytes, _ value: Bytes, if condition: Condition = .always, expires: Duration? = nil,
    token: HybridLogicalClock? = nil, timeout: Duration? = nil
  ) throws(Failure) -> Response<Bool> {
    #if arch(wasm32)
    try call(Bool.self) { result in
      // More than sixteen flat parameters: they go in memory.
      Outgoing.during {
        withResult(of: 112) { arguments in
          var fields = Fields(arguments)
          fields.put(key)
          fields.put(value)
          fields.put(timeout)
          fields.put(token)
          fields.put(SetOptions(condition: condition, expires: expires))
          host_state_set(arguments, result)
        }
      }
    }
    #else
    try TestHost.present("the state store").set(key, value, condition, expires, token)
    #endif
  }

  /// Deletes a key. True if it was there.
  public static func delete(_ key: Bytes, token: HybridLogicalClock? = nil, timeout: Duration? = nil) throws(Failure) -> Response<Bool> {
    #if arch(wasm32)
    let response = try call(Int64.self) { result in
      var node = token?.nodeID ?? ""
      key.withUnsafeBytes { key in
        node.withUTF8 { node in
          host_state_del(
            key.baseAddress, key.count,
            token == nil ? 0 : 1, token?.timestamp.seconds ?? 0, token?.timestamp.nanoseconds ?? 0, token?.counter ?? 0, node.baseAddress, node.count,
            timeout.flag, timeout.seconds, timeout.nanoseconds, result)
        }
      }
    }
    return Response(value: response.value > 0, version: response.version)
    #else
    let response = try TestHost.present("the state store").delete(key, nil, token)
    return Response(value: response.value == .deleted, version: response.version)
    #endif
  }

  /// What `delete(_:ifValue:)` did.
  public enum Deletion {
    case deleted, absent, differs
  }

  /// Deletes a key if it has this value, as one does with a lock.
  public static func delete(_ key: Bytes, ifValue value: Bytes, token: HybridLogicalClock? = nil, timeout: Duration? = nil)
    throws(Failure) -> Response<Deletion> {
    #if arch(wasm32)
    let response = try call(Int64.self) { result in
      var node = token?.nodeID ?? ""
      key.withUnsafeBytes { key in
        value.withUnsafeBytes { value in
          node.withUTF8 { node in
            host_state_vdel(
              key.baseAddress, key.count, value.baseAddress, value.count,
              token == nil ? 0 : 1, token?.timestamp.seconds ?? 0, token?.timestamp.nanoseconds ?? 0, token?.counter ?? 0, node.baseAddress, node.count,
              timeout.flag, timeout.seconds, timeout.nanoseconds, result)
          }
        }
      }
    }
    return Response(value: response.value > 0 ? .deleted : response.value == 0 ? .absent : .differs, version: response.version)
    #else
    try TestHost.present("the state store").delete(key, value, token)
    #endif
  }

  #if arch(wasm32)
  /// Calls the host and lifts `result<record { response, version }, state-store-error>`.
  private static func call<Value: WITValue>(_: Value.Type, _ body: (UnsafeMutableRawPointer) -> Void) throws(Failure) -> Response<Value> {
    let outcome: Result<Response<Value>, Failure> = withResult(of: 72) { result in
      body(result)
      let payload = result + 8
      if Bool.lift(result) {
        return switch UInt8.lift(payload) {
        case 0: .failure(.request(.lift(payload + 4)))
        case 1: .failure(.timeout)
        case 2: .failure(.protocol)
        default: .failure(.internal)
        }
      }
      var fields = Fields(payload)
      return .success(Response(value: fields.next(), version: fields.next()))
    }
    return try outcome.get()
  }
  #endif
}

extension StateStore.Duration: WITValue {
  static var abiSize: Int { 16 }
  static var abiAlignment: Int { 8 }
  static func lift(_ memory: UnsafeMutableRawPointer) -> Self {
    var fields = Fields(memory)
    return Self(seconds: fields.next(), nanoseconds: fields.next())
  }
  consuming func lower(_ memory: UnsafeMutableRawPointer) {
    var fields = Fields(memory)
    fields.put(seconds)
    fields.put(nanoseconds)
  }
}

/// `set-options`.
private struct SetOptions: WITValue {
  var condition: StateStore.Condition
  var expires: StateStore.Duration?

  static var abiSize: Int { 32 }
  static var abiAlignment: Int { 8 }
  static func lift(_ memory: UnsafeMutableRawPointer) -> Self {
    var fields = Fields(memory)
    return SetOptions(condition: StateStore.Condition(rawValue: fields.next()) ?? .always, expires: fields.next())
  }
  consuming func lower(_ memory: UnsafeMutableRawPointer) {
    var fields = Fields(memory)
    fields.put(condition.rawValue)
    fields.put(expires)
  }
}

#if arch(wasm32)
extension StateStore.Duration? {
  fileprivate var flag: UInt32 { self == nil ? 0 : 1 }
  fileprivate var seconds: UInt64 { self?.seconds ?? 0 }
  fileprivate var nanoseconds: UInt32 { self?.nanoseconds ?? 0 }
}
#endif

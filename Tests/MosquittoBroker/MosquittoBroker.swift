internal import Foundation
internal import Dispatch
internal import Synchronization

/// A mosquitto of its own on free ports of this machine, gone when it is released.
///
/// It takes anyone unless there are users, keeps as many messages as come, and writes everything that it does into ``log``.
public final class MosquittoBroker: Sendable {
  public struct Options: Sendable {
    /// One port each; the first is ``MosquittoBroker/port``.
    public var listeners = [Listener()]
    /// Names and passwords; if there are any, nobody else is let in.
    public var users: [String: String] = [:]
    /// Further lines of its configuration.
    public var settings: [String] = []

    public init() {}
  }

  public struct Listener: Sendable {
    public var isWebSocket = false
    public var certificates: TestCertificates?
    /// Whether clients must have a certificate.
    public var requiresClientCertificate = false

    public init() {}
  }

  public static let isInstalled = executable("mosquitto") != nil
  /// Why tests are skipped without it.
  public static let missing = "mosquitto is not installed: run `make setup`"

  private let allPorts: Mutex<[Int]>
  private let folder: URL
  private let options: Options
  private let process = Mutex<ChildProcess?>(nil)
  private let lines = Lines()

  public init(_ configure: (inout Options) -> Void = { _ in }) throws {
    var options = Options()
    configure(&options)
    self.options = options
    folder = FileManager.default.temporaryDirectory.appending(path: "mosquitto-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    allPorts = Mutex(try freePorts(options.listeners.count))
    try setUsers(options.users)
    do {
      try start()
    } catch {
      // Somebody else took a port meanwhile.
      let others = try freePorts(options.listeners.count)
      allPorts.withLock { $0 = others }
      try start()
    }
  }

  deinit {
    end(SIGKILL)
    try? FileManager.default.removeItem(at: folder)
  }

  /// Of the listeners, in their order.
  public var ports: [Int] { allPorts.withLock { $0 } }
  public var port: Int { ports[0] }
  /// What the broker has said.
  public var log: [String] { lines.all }

  /// Replaces the users; takes effect at the next ``start()``.
  public func setUsers(_ users: [String: String]) throws {
    guard !users.isEmpty else { return }
    let file = folder.appending(path: "users")
    try Data().write(to: file)
    for (name, password) in users { try ChildProcess.run("mosquitto_passwd", ["-b", file.path, name, password]) }
  }

  /// Starts it on the same ports again, and returns once it listens.
  public func start() throws {
    var text = ["user root", "log_dest stderr", "log_type all", "connection_messages true", "max_queued_messages 0", "allow_anonymous \(options.users.isEmpty)"]
    if !options.users.isEmpty { text.append("password_file \(folder.path)/users") }
    text.append("persistence false")
    text += options.settings
    for (listener, port) in zip(options.listeners, ports) {
      text.append("listener \(port) 127.0.0.1")
      if listener.isWebSocket { text.append("protocol websockets") }
      if let certificates = listener.certificates {
        text += ["cafile \(certificates.authority)", "certfile \(certificates.server.certificate)", "keyfile \(certificates.server.key)"]
        if listener.requiresClientCertificate { text.append("require_certificate true") }
      }
    }
    let file = folder.appending(path: "mosquitto.conf")
    try Data((text.joined(separator: "\n") + "\n").utf8).write(to: file)
    let started = DispatchSemaphore(value: 0)
    let earlier = log.count
    let process = try ChildProcess("mosquitto", ["-c", file.path]) { [lines] line in
      lines.append(line)
      if line?.hasSuffix(" running") ?? true { started.signal() }
    }
    self.process.withLock { $0 = process }
    started.wait()
    guard log.dropFirst(earlier).contains(where: { $0.hasSuffix(" running") }) else {
      throw CommandFailure(description: "mosquitto did not start: \(log.suffix(5).joined(separator: "; "))")
    }
  }

  /// Stops it in order, and returns once it is gone.
  public func stop() { end(SIGTERM) }

  /// Ends it at once, as a power failure would.
  public func crash() { end(SIGKILL) }

  /// Stops and starts it.
  public func restart() throws {
    stop()
    try start()
  }

  private func end(_ signal: Int32) {
    process.withLock { $0.take() }?.wait(signal: signal)
  }
}

/// Ports of 127.0.0.1 that nobody listens on.
public func freePorts(_ count: Int) throws -> [Int] {
  var sockets: [Int32] = []
  defer { for socket in sockets { close(socket) } }
  return try (0..<count).map { _ in
    let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    sockets.append(socket)
    var address = sockaddr_in(), length = socklen_t(MemoryLayout<sockaddr_in>.size)
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    let isBound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(socket, $0, length) == 0 && getsockname(socket, $0, &length) == 0 }
    }
    guard isBound else { throw CommandFailure(description: "there is no free port") }
    return Int(UInt16(bigEndian: address.sin_port))
  }
}

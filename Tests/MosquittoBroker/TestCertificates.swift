internal import Foundation

/// A certificate authority, and certificates of a server (`localhost`) and a client by it: paths of PEM files. Made by `openssl`, and deleted when
/// this is released.
public final class TestCertificates: Sendable {
  public struct Pair: Sendable {
    public let certificate: String
    public let key: String
  }

  public let authority: String
  public let server: Pair
  public let client: Pair
  private let folder: URL

  /// - Parameter names: of the server, as `openssl` takes alternative names.
  public init(names: String = "DNS:localhost,IP:127.0.0.1") throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "certificates-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    func path(_ name: String) -> String { folder.appending(path: name).path }
    let newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    try ChildProcess.run(
      "openssl",
      ["req", "-x509"] + newKey + [
        "-keyout", path("ca.key"), "-out", path("ca.pem"), "-days", "2", "-subj", "/CN=Test authority", "-addext", "keyUsage=critical,keyCertSign",
      ])
    func issue(_ name: String, _ subject: String, _ extensions: String) throws -> Pair {
      try ChildProcess.run("openssl", ["req"] + newKey + ["-keyout", path("\(name).key"), "-out", path("\(name).csr"), "-subj", subject])
      try Data(extensions.utf8).write(to: folder.appending(path: "\(name).ext"))
      try ChildProcess.run(
        "openssl",
        [
          "x509", "-req", "-in", path("\(name).csr"), "-CA", path("ca.pem"), "-CAkey", path("ca.key"), "-CAcreateserial", "-days", "2", "-extfile",
          path("\(name).ext"), "-out", path("\(name).pem"),
        ])
      return Pair(certificate: path("\(name).pem"), key: path("\(name).key"))
    }
    self.folder = folder
    authority = path("ca.pem")
    server = try issue("server", "/CN=localhost", "subjectAltName=\(names)\n")
    client = try issue("client", "/CN=client", "extendedKeyUsage=clientAuth\n")
  }

  deinit {
    try? FileManager.default.removeItem(at: folder)
  }
}

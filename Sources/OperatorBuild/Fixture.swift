internal import Crypto

/// The model and labels to embed instead of a package's own.
///
/// The package finds them through the environment: `MILLRACE_MODEL` and `MILLRACE_LABELS` (absolute paths), and
/// `MILLRACE_FIXTURE_DIGEST`, which changes when the content of any file that may be embedded does: the compiler does not see those files.
struct Fixture {
  /// From here on a module is slow to ship and to load.
  static let largeModel = 50_000_000
  static let variables = ["MILLRACE_MODEL", "MILLRACE_LABELS", "MILLRACE_FIXTURE_DIGEST"]

  private let values: [String: String]
  let warnings: [String]

  /// - Parameter modules: whose `fixture` folders hold what is embedded where nothing else is given.
  init(model: String?, labels: String?, modules: [ModuleManifest] = []) throws(OperatorBuildError) {
    var values: [String: String] = [:]
    var warnings: [String] = []
    var content = ""
    if let model {
      let size = try Self.checkModel(model)
      if size > Self.largeModel {
        warnings.append("The model '\(model)' has \(size / 1_000_000) MB, all of which travel inside the module. Quantise it if start-up or transfer is slow.")
      }
      values["MILLRACE_MODEL"] = try FilePaths.real(model)
      content += "model \(try Files.hexSHA256(of: model))\n"
      if labels == nil { warnings.append("No labels were given with the model: the package's own stay. Give --labels if the model's classes differ.") }
    }
    if let labels {
      try Self.checkLabels(labels)
      values["MILLRACE_LABELS"] = try FilePaths.real(labels)
      content += "labels \(try Files.hexSHA256(of: labels))\n"
    }
    for module in modules { content += try Self.content(of: module.folder + "/fixture") }
    if !content.isEmpty { values["MILLRACE_FIXTURE_DIGEST"] = hexSHA256(of: content) }
    self.values = values
    self.warnings = warnings
  }

  /// Names and digests of the files in a folder and in those in it.
  private static func content(of folder: String, depth: Int = 2) throws(OperatorBuildError) -> String {
    guard depth > 0, Files.isFolder(folder) else { return "" }
    var content = ""
    for name in try Files.list(folder).sorted() {
      let path = "\(folder)/\(name)"
      content += Files.isFolder(path) ? try Self.content(of: path, depth: depth - 1) : "\(name) \(try Files.hexSHA256(of: path))\n"
    }
    return content
  }

  /// `environment` with this fixture's variables, and no others of the kind.
  func apply(to environment: [String: String]) -> [String: String] {
    environment.filter { !Self.variables.contains($0.key) }.merging(values) { $1 }
  }

  /// The model's size. An ONNX file is a protobuf message: its first byte is the tag of one of the model's fields.
  private static func checkModel(_ path: String) throws(OperatorBuildError) -> Int {
    let size = try checkFile(path, what: "model", .invalidModel)
    let start = try Files.read(path, prefix: 16)
    let tags: Set<UInt8> = [0x08, 0x12, 0x1a, 0x22, 0x28, 0x32, 0x3a, 0x42, 0x72, 0xa2, 0xca]
    guard let first = start.first, !tags.contains(first) || isOtherFormat(start) else { return size }
    let format = switch start {
    case _ where start.starts(with: "version https:".utf8): "It is a Git LFS pointer, not the model: run 'git lfs pull' first."
    case _ where start.starts(with: "PK".utf8): "It looks like a zip archive, as PyTorch and Keras write: export the model to ONNX."
    case _ where start.starts(with: [0x89, 0x48, 0x44, 0x46]): "It looks like HDF5, as Keras writes: export the model to ONNX."
    case _ where start.dropFirst(4).starts(with: "TFL3".utf8): "It looks like a TensorFlow Lite model: convert it to ONNX."
    case _ where start.dropFirst(4).starts(with: "ORTM".utf8): "It is in ONNX Runtime's own format: give the .onnx file that it was made from."
    default: "Its first byte is 0x\(String(start[0], radix: 16)), which no ONNX file starts with: give an .onnx file."
    }
    throw OperatorBuildError(.invalidModel, "The file is not an ONNX model. \(format)", path: path)
  }

  /// Formats whose first bytes happen to be possible in ONNX as well.
  private static func isOtherFormat(_ start: [UInt8]) -> Bool {
    ["TFL3", "ORTM"].contains { start.dropFirst(4).starts(with: $0.utf8) }
  }

  private static func checkLabels(_ path: String) throws(OperatorBuildError) {
    _ = try checkFile(path, what: "labels file", .invalidLabels)
    let content = try Files.read(path, limit: 16 << 20)
    guard let text = String(validating: content, as: UTF8.self) else {
      throw OperatorBuildError(.invalidLabels, "The labels file is not UTF-8 text. Give a text file with one label per line.", path: path)
    }
    guard text.contains(where: { !$0.isWhitespace }) else {
      throw OperatorBuildError(.invalidLabels, "The labels file holds no label. Write one label per line, in the order of the model's classes.", path: path)
    }
  }

  private static func checkFile(_ path: String, what: String, _ code: OperatorBuildError.Code) throws(OperatorBuildError) -> Int {
    guard Files.exists(path) else { throw OperatorBuildError(code, "There is no such \(what). Correct the path.", path: path) }
    guard !Files.isFolder(path) else { throw OperatorBuildError(code, "This is a folder. Give the \(what) itself.", path: path) }
    let size = try Files.size(path)
    guard size > 0 else { throw OperatorBuildError(code, "The \(what) is empty. Was its download or export cut short?", path: path) }
    return size
  }
}

import Foundation

/// The models and images that lie beside the repository, where there are any.
public enum SharedData {
  public static let missing = "there is no ../shared folder with models and images beside the repository"
  public static let isPresent = FileManager.default.fileExists(atPath: folder + "/models/README.md")

  /// The content of a file, as in `models/mnist-opt.onnx`.
  public static func bytes(of path: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(filePath: folder + "/" + path)))
  }

  private static let folder: String = {
    let file = URL(filePath: #filePath).resolvingSymlinksInPath()
    let repository = file.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    return repository.deletingLastPathComponent().appending(path: "shared").path()
  }()
}

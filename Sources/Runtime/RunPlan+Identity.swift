internal import ComponentModel
internal import Crypto
internal import Dataflow
internal import Glibc
internal import GraphDefinition
public import InputLog
internal import OperatorHost

/// What a recording says of the plan that was run.
extension RunPlan {
  /// The graph, the configuration and the modules, with what their bytes were.
  var files: [LogHeader.File] {
    var files = [LogHeader.File(name: "graph", path: absolutePath(options.graph), digest: Self.digest(Array(definition.source.text.utf8)))]
    if let source = options.configuration?.file {
      files.append(LogHeader.File(name: "configuration", path: absolutePath(source.file), digest: Self.digest(Array(source.text.utf8))))
    }
    for planned in operators {
      guard let module = planned.module else { continue }
      let path = absolutePath(module.path)
      let reference = definition.operations.first { $0.name == planned.name }?.module?.description ?? planned.name
      guard !files.contains(where: { $0.name == reference && $0.path == path }) else { continue }
      files.append(LogHeader.File(name: reference, path: path, digest: Self.digest(module.component.file.bytes)))
    }
    return files
  }

  /// What is not as it was when a recording was made, in full sentences.
  public func changes(since header: LogHeader) -> [String] {
    let now = files
    return header.files.compactMap { old in
      let what = old.name == "graph" || old.name == "configuration" ? "the \(old.name)" : "the module \(old.name)"
      guard let new = now.first(where: { $0.name == old.name }) else { return "\(what) of the recorded run (\(old.path)) is not used any more" }
      return new.digest == old.digest ? nil : "\(what) has changed since the recording: \(new.path)"
    } + now.filter { new in !header.files.contains { $0.name == new.name } }.map { "\($0.name) was not part of the recorded run: \($0.path)" }
  }

  private static func digest(_ bytes: [UInt8]) -> String {
    SHA256.hash(data: bytes).reduce(into: "") { text, byte in text += (byte < 16 ? "0" : "") + String(byte, radix: 16) }
  }
}

/// A path that leads to the same from any folder; itself if it leads nowhere.
package func absolutePath(_ path: String) -> String {
  guard let resolved = realpath(path, nil) else { return path }
  defer { free(resolved) }
  return String(cString: resolved)
}

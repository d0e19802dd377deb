public import ComponentModel
internal import Glibc
internal import Inference
internal import WASINN
public import WebAssembly

/// A module file, decoded, checked and compiled once, from which every operation and worker makes its own instance.
public final class OperatorModule: Sendable {
  public let path: String
  public let component: CompiledComponent
  public let signature: ComponentSignature
  /// The bytes of the file.
  public var byteCount: Int { component.file.bytes.count }

  /// Reads, decodes and compiles the component at `path`. Throws `.unreadable` or `.invalidModule`.
  ///
  /// - Parameter progress: hears of the core modules that are not in the cache; called from several threads.
  public init(
    path: String, engine: Engine, cache: CodeCache, progress: @escaping @Sendable (CompilationEvent) -> Void = { _ in }
  ) throws(OperatorHostError) {
    self.path = path
    let bytes = try Self.read(path)
    do {
      let file = try ComponentFile(decoding: bytes)
      signature = try ComponentSignature(file.component)
      component = try CompiledComponent(file, engine: engine, cache: cache, progress: progress)
    } catch {
      throw OperatorHostError(.invalidModule, "\(path): \(error)")
    }
  }

  /// The kinds of operator that the component exports.
  public var kinds: [OperatorKind] {
    OperatorKind.allCases.filter { kind in signature.exports.contains { $0.name == kind.interface } }
  }

  /// Whether the component runs models.
  public var usesNeuralNetworks: Bool { signature.imports.contains { $0.name.hasPrefix("wasi:nn/") } }

  /// Everything that keeps the component from serving as a `kind` operator, found without running it.
  public func problems(as kind: OperatorKind) -> [OperatorHostError] {
    var problems: [OperatorHostError] = []
    if !kinds.contains(kind) { problems.append(missingExport(kind)) }
    do throws(ComponentError) {
      let services = OperatorServices(neuralNetworks: NeuralNetwork.Configuration(sessions: SessionCache()))
      let (imports, _) = try services.imports(operation: "", network: NeuralNetwork(services.neuralNetworks))
      for problem in imports.problems(with: component.file.component) { problems.append(OperatorHostError(.missingImport, "\(path): \(problem)")) }
    } catch {
      problems.append(OperatorHostError(.invalidModule, "\(path): \(error)"))
    }
    return problems
  }

  private func missingExport(_ kind: OperatorKind) -> OperatorHostError {
    let other = signature.exports.map(\.name).first { $0.hasPrefix("wasm-graph:processor/\(kind)@") || $0.hasPrefix("tinykube-graph:processor/\(kind)@") }
    let found =
      if let other { "it exports `\(other)`, of another version: rebuild it against wasm-graph:processor@\(OperatorKind.packageVersion)" }
      else if kinds.isEmpty { "it exports no operator at all" }
      else { "it exports \(kinds.map(\.rawValue).joined(separator: ", ")) only" }
    return OperatorHostError(.missingExport, "\(path): the operation needs the export `\(kind.interface)`, but \(found)")
  }

  private static func read(_ path: String) throws(OperatorHostError) -> [UInt8] {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw OperatorHostError(.unreadable, "\(path): the module cannot be read: \(String(cString: strerror(errno)))") }
    defer { close(file) }
    var status = stat()
    guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { throw OperatorHostError(.unreadable, "\(path): the module is not a regular file") }
    let size = Int(status.st_size)
    guard size <= maximumByteCount else {
      throw OperatorHostError(.invalidModule, "\(path): the module has \(size) bytes; at most \(maximumByteCount) are supported")
    }
    var complete = true
    let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      count = 0
      while count < size {
        let got = Glibc.read(file, buffer.baseAddress! + count, size - count)
        if got <= 0 { complete = false; return }
        count += got
      }
    }
    guard complete else { throw OperatorHostError(.unreadable, "\(path): the module became shorter while it was read") }
    return bytes
  }

  /// Far above the 36 MB of a Python operator with a model inside.
  static let maximumByteCount = 1 << 30
}

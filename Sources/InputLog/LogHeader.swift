public import Dataflow

/// What a recording says of the run that it is of.
public struct LogHeader: Hashable, Sendable {
  /// A file that the run used.
  public struct File: Hashable, Sendable {
    /// How the run calls it: `graph`, `configuration`, or a module's reference.
    public var name: String
    public var path: String
    /// SHA-256, in hexadecimal.
    public var digest: String

    public init(name: String, path: String, digest: String) {
      self.name = name
      self.path = path
      self.digest = digest
    }
  }

  /// The program that wrote it, with its version.
  public var program: String
  /// When the run started.
  public var startedAt: WallTime
  /// What the random numbers of its operators are made from.
  public var seed: UInt64
  /// The graph file first.
  public var files: [File]
  /// The run's settings, as on a command line.
  public var arguments: [String]
  /// The names of the graph's sources; entries name them by their place here.
  public var sources: [String]

  public init(program: String, startedAt: WallTime, seed: UInt64, files: [File], arguments: [String], sources: [String]) {
    self.program = program
    self.startedAt = startedAt
    self.seed = seed
    self.files = files
    self.arguments = arguments
    self.sources = sources
  }
}

extension LogHeader {
  func encode(to encoder: inout Encoder) {
    encoder.write(program)
    encoder.write(startedAt)
    encoder.write(seed)
    encoder.write(files) { file, encoder in
      encoder.write(file.name)
      encoder.write(file.path)
      encoder.write(file.digest)
    }
    encoder.write(arguments) { $1.write($0) }
    encoder.write(sources) { $1.write($0) }
  }

  init(from decoder: inout Decoder) throws(DecodingFailure) {
    program = try decoder.readString()
    startedAt = try decoder.readWallTime()
    seed = try decoder.read(UInt64.self)
    files = try decoder.readArray { (decoder) throws(DecodingFailure) in
      File(name: try decoder.readString(), path: try decoder.readString(), digest: try decoder.readString())
    }
    arguments = try decoder.readArray { (decoder) throws(DecodingFailure) in try decoder.readString() }
    sources = try decoder.readArray { (decoder) throws(DecodingFailure) in try decoder.readString() }
  }
}

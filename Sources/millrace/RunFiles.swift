import Dataflow
import EndpointKit
import FileEndpoint
import Glibc
import Runtime
import Telemetry

/// The files and other endpoints that a run reads and writes: for all sources or sinks, `path` or an address, or for one, `name=path`.
struct RunFiles {
  let inputs: [String]
  let outputs: [String]
  let watch: Bool
  let topic: String?

  var usesStandardOutput: Bool { outputs.isEmpty || outputs.contains { $0 == "-" || $0.hasSuffix("=-") } }

  /// Source and sinks of a run whose input asks for exactly-once delivery; nil for others.
  private func openTransfer(_ graph: Graph, clock: EndpointClock, onEvent: @escaping @Sendable (RunEvent) -> Void) throws(RunError) -> (any Source, any Sink)? {
    guard inputs.count == 1, graph.sources.count == 1, let input = try assign(inputs, to: graph.sources, "--input", isShared: false).first, EndpointAddress.isAddress(input.path) else {
      return nil
    }
    let transfer: (any Source, any Sink)?? = try open(input.path) { address throws(EndpointError) -> (any Source, any Sink)? in
      guard address.settings.contains(where: { $0.name == "delivery" && $0.value.lowercased() == "exactlyonce" }) else { return nil }
      let message = "Exactly-once delivery is from topic to topic: all results go to one --output \(address.scheme)://…, with nothing beside it."
      guard outputs.count == 1, EndpointAddress.isAddress(outputs[0]) else { throw EndpointError(.invalid, address.description, message) }
      let output = try EndpointAddress(outputs[0])
      guard output.scheme == address.scheme else { throw EndpointError(.invalid, address.description, message) }
      return try EndpointScheme.of(address).openTransfer(address, output, clock) { onEvent(RunEvent($0, of: input.name)) }
    }
    return transfer ?? nil
  }

  /// What a run reads and writes, by the names of the graph's sources and sinks.
  func open(
    _ graph: Graph, clock: EndpointClock, onEvent: @escaping @Sendable (RunEvent) -> Void
  ) throws(RunError) -> (sources: [String: any Source], sinks: [String: any Sink]) {
    if let (source, sink) = try openTransfer(graph, clock: clock, onEvent: onEvent) {
      return ([graph.sources[0].name: source], Dictionary(uniqueKeysWithValues: graph.sinks.map { ($0.name, sink) }))
    }
    do throws(EndpointError) {
      try EndpointScheme.checkLoops(from: try addresses(inputs), to: try addresses(outputs)) { onEvent(RunEvent($0, of: graph.sinks.first?.name ?? "")) }
    } catch {
      throw RunError(.endpoint, error.description)
    }
    return (try openSources(of: graph, clock: clock, onEvent: onEvent), try openSinks(of: graph, clock: clock, onEvent: onEvent))
  }

  private func openSources(of graph: Graph, clock: EndpointClock, onEvent: @escaping @Sendable (RunEvent) -> Void) throws(RunError) -> [String: any Source] {
    var sources: [String: any Source] = [:]
    for (name, path) in try assign(inputs, to: graph.sources, "--input", isShared: false) {
      if let source = try open(path, { address throws(EndpointError) in
        try EndpointScheme.of(address).openSource(address, clock) { onEvent(RunEvent($0, of: name)) }
      }) {
        sources[name] = source
        continue
      }
      if watch, outputs.contains(where: { isSameFolder(path, $0) }) {
        throw RunError(.usage, "--input and --output are the same folder, which --watch would feed with its own results; name another output folder")
      }
      var file = FileInput(path: path)
      file.watch = watch
      file.topic = topic
      do {
        sources[name] = try file.open(clock: clock)
      } catch {
        throw RunError(.endpoint, error.description)
      }
    }
    return sources
  }

  func openSinks(of graph: Graph, clock: EndpointClock, onEvent: @escaping @Sendable (RunEvent) -> Void) throws(RunError) -> [String: any Sink] {
    var sinks: [String: any Sink] = [:]
    var opened: [String: any Sink] = [:]
    for (name, path) in try assign(outputs.isEmpty ? ["-"] : outputs, to: graph.sinks, "--output", isShared: true) {
      let sink: any Sink
      if let known = opened[path] {
        sink = known
      } else {
        let endpoint = try open(path) { address throws(EndpointError) in
          try EndpointScheme.of(address).openSink(address, clock) { onEvent(RunEvent($0, of: name)) }
        }
        if let endpoint { sink = endpoint } else { sink = try open(path) }
      }
      opened[path] = sink
      sinks[name] = sink
    }
    return sinks
  }

  func openDeadLetters(_ path: String?, clock: EndpointClock, onEvent: @escaping @Sendable (RunEvent) -> Void) throws(RunError) -> (any Sink)? {
    guard let path else { return nil }
    let endpoint = try open(path) { address throws(EndpointError) in
      try EndpointScheme.of(address).openSink(address, clock) { onEvent(RunEvent($0, of: "dead letters")) }
    }
    if let endpoint { return endpoint }
    do { return try FileOutput.deadLetters(path: path).open() } catch { throw RunError(.endpoint, error.description) }
  }

  /// Which operation reads or writes which path.
  private func assign(_ arguments: [String], to operations: [Graph.Operation], _ option: String, isShared: Bool) throws(RunError) -> [(name: String, path: String)] {
    var paths: [String: String] = [:]
    var common: String?
    for argument in arguments {
      let name = operations.map(\.name).first { argument.hasPrefix($0 + "=") }
      let taken = name.map { paths[$0] != nil } ?? (common != nil)
      if taken { throw RunError(.usage, "\(option) \(argument): \(name.map { "`\($0)` has one already" } ?? "there is one already; for one of several write name=path")") }
      if let name { paths[name] = String(argument.dropFirst(name.utf8.count + 1)) } else { common = argument }
    }
    let rest = operations.map(\.name).filter { paths[$0] == nil }
    if let common {
      guard isShared || rest.count <= 1 else {
        throw RunError(.usage, "the graph has several sources, \(operations.map(\.name).joined(separator: ", ")): give each its own, \(option) \(rest[0])=\(common)")
      }
      if rest.isEmpty { throw RunError(.usage, "\(option) \(common): there is nothing left that it could be for") }
      for name in rest { paths[name] = common }
    } else if let first = rest.first {
      throw RunError(.usage, "`\(first)` has no \(option.dropFirst(2)): write \(option) \(first)=path")
    }
    return operations.map { ($0.name, paths[$0.name] ?? "") }
  }

  /// Those of the arguments that are addresses, with or without a name in front.
  private func addresses(_ arguments: [String]) throws(EndpointError) -> [EndpointAddress] {
    var addresses: [EndpointAddress] = []
    for argument in arguments {
      let text = EndpointAddress.isAddress(argument) ? argument : argument.firstIndex(of: "=").map { String(argument[argument.index(after: $0)...]) } ?? ""
      if EndpointAddress.isAddress(text) { addresses.append(try EndpointAddress(text)) }
    }
    return addresses
  }

  /// Opens what an address names; nil if it is a path.
  private func open<Endpoint>(_ text: String, _ body: (EndpointAddress) throws(EndpointError) -> Endpoint) throws(RunError) -> Endpoint? {
    guard EndpointAddress.isAddress(text) else { return nil }
    do throws(EndpointError) { return try body(try EndpointAddress(text)) } catch { throw RunError(.endpoint, error.description) }
  }

  private func open(_ path: String) throws(RunError) -> any Sink {
    var status = stat()
    let isFolder = path.hasSuffix("/") || stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    do {
      return try (path == "-" ? FileOutput.standardOutput : isFolder ? .folder(path: path) : .lines(path: path)).open()
    } catch {
      throw RunError(.endpoint, error.description)
    }
  }

  private func isSameFolder(_ first: String, _ second: String) -> Bool {
    var one = stat(), other = stat()
    return stat(first, &one) == 0 && stat(second, &other) == 0 && one.st_dev == other.st_dev && one.st_ino == other.st_ino
  }
}

extension RunEvent {
  init(_ notice: EndpointNotice, of operation: String) {
    switch notice.level {
    case .warning: self = .notice(operation: operation, message: notice.message)
    case .info: self = .log(LogRecord(operation: operation, level: .info, context: "", message: notice.message))
    }
  }
}

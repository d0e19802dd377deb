import ComponentModel
import ComponentOracle
import Foundation
import Testing
import WebAssembly

/// Random components run here and in wasmtime's own component layer: the same values come out, or both fail.
///
/// Every run of the tests tries the same few; `MILLRACE_SEEDS=20000` tries as many of each kind.
struct DifferentialTests {
  static let seeds: Range<UInt64> = 0..<(ProcessInfo.processInfo.environment["MILLRACE_SEEDS"].flatMap { UInt64($0) } ?? 60)

  private static let engine = Result { try Engine() }

  /// What a call gave: a value or the reason why there is none.
  private enum Outcome: CustomStringConvertible {
    case value(Value?)
    case failure(String)

    var description: String {
      switch self {
      case .value(let value): value.map { "the value \($0)" } ?? "nothing"
      case .failure(let reason): "the failure `\(reason)`"
      }
    }
  }

  // MARK: What all kinds share

  private func run(_ text: String, _ interface: String?, _ arguments: [Value], _ type: ComponentModel.FunctionType) throws -> (ours: Outcome, wasmtime: Outcome) {
    let bytes = try parseText(text)
    return (outcome { try ours(bytes, interface, arguments, type) }, outcome { try ComponentOracle(bytes).call(interface, "f", arguments, type: type) })
  }

  private func ours(_ bytes: [UInt8], _ interface: String?, _ arguments: [Value], _ type: ComponentModel.FunctionType) throws -> Value? {
    let engine = try Self.engine.get()
    let component = try CompiledComponent(ComponentFile(decoding: bytes), engine: engine, cache: CodeCache(directory: nil))
    let instance = try component.instantiate(imports: HostImports(), in: Store(engine: engine))
    let function = try #require(interface.map { instance.function($0, "f") } ?? instance.function("f"))
    #expect(function.type == type)
    return try function.call(arguments)
  }

  private func outcome(_ body: () throws -> Value?) -> Outcome {
    do { return .value(try body()) } catch { return .failure("\(error)") }
  }

  private func compare(_ text: @autoclosure () -> String, _ outcomes: (ours: Outcome, wasmtime: Outcome), _ seed: UInt64) {
    switch outcomes {
    case (.value(let one), .value(let other)) where same(one, other): break
    case (.failure, .failure): break
    default: Issue.record("seed \(seed): Millrace gave \(outcomes.ours), wasmtime \(outcomes.wasmtime) for\n\(text())")
    }
  }

  /// Equality, with all NaNs equal: which one a guest gets is not determined.
  private func same(_ one: Value?, _ other: Value?) -> Bool {
    switch (one, other) {
    case (.f32(let one), .f32(let other)): one.bitPattern == other.bitPattern || one.isNaN && other.isNaN
    case (.f64(let one), .f64(let other)): one.bitPattern == other.bitPattern || one.isNaN && other.isNaN
    case (.list(let one), .list(let other)), (.record(let one), .record(let other)), (.tuple(let one), .tuple(let other)):
      one.count == other.count && zip(one, other).allSatisfy { same($0, $1) }
    case (.variant(let index, let one), .variant(let otherIndex, let other)): index == otherIndex && same(one, other)
    case (.option(let one), .option(let other)), (.ok(let one), .ok(let other)), (.error(let one), .error(let other)): same(one, other)
    default: one == other
    }
  }

  private func side(_ random: inout SplitMix, hostile: Bool = false) -> Guest.Side {
    Guest.Side(
      encoding: [.utf8, .utf16, .latin1OrUTF16].randomElement(using: &random)!,
      realloc: hostile ? CoreCode.Realloc.allCases.randomElement(using: &random)! : .bump, hasPostReturn: random.chance(0.3))
  }

  private func arguments(_ value: Value, _ guest: Guest) -> [Value] { [value] + guest.echo.parameters.dropFirst().map { _ in .u8(7) } }

  /// A value in a guest's memory and in flat form, damaged more often than not.
  private func image(_ type: ValueType, _ encoding: CanonicalOptions.StringEncoding, _ random: inout SplitMix) -> (Guest.Source, damaged: Bool) {
    var image = MemoryImage(encoding: encoding)
    let value = random.value(type)
    var address = image.add(value, type), flat = image.flatten(value, type)
    let damaged = random.chance(0.7)
    if damaged {
      image.damage(using: &random)
      if let slot = flat.indices.randomElement(using: &random) { flat[slot] = random.chance(0.5) ? random.integer() : UInt64(random.count(0...400)) }
      if random.chance(0.1) { address = [1025, 65535, 65536 * 4, -1, 0].randomElement(using: &random)! }
    }
    return (.image(image, address: address, flat: flat), damaged)
  }

  // MARK: Kinds

  @Test(arguments: seeds)
  func `What is passed to a guest comes back, through memory and in flat form`(seed: UInt64) throws {
    var random = SplitMix(state: seed)
    let type = try random.type(), value = random.value(type)
    let guest = Guest(type, parametersInMemory: random.chance(0.5))
    let text = try guest.direct(side(&random), .parameter)
    let outcomes = try run(text, nil, arguments(value, guest), guest.echo)
    compare(text, outcomes, seed)
    if case .value(let result) = outcomes.ours { #expect(same(result, value), "\(text)") } else { Issue.record("seed \(seed): \(outcomes) for\n\(text)") }
  }

  @Test(arguments: seeds)
  func `What is passed through two components comes back, whatever their string encodings`(seed: UInt64) throws {
    var random = SplitMix(state: seed ^ 0x1000_0000)
    let type = try random.type(), value = random.value(type)
    let guest = Guest(type, parametersInMemory: random.chance(0.5))
    let text = try guest.nested(side(&random), side(&random), outerSource: .parameter, innerSource: .parameter)
    let outcomes = try run(text, "api", arguments(value, guest), guest.echo)
    compare(text, outcomes, seed)
    if case .value(let result) = outcomes.ours { #expect(same(result, value), "\(text)") } else { Issue.record("seed \(seed): \(outcomes) for\n\(text)") }
  }

  @Test(arguments: seeds)
  func `What a guest has in its memory comes out, or is refused`(seed: UInt64) throws {
    var random = SplitMix(state: seed ^ 0x2000_0000)
    let guest = Guest(try random.type(), parametersInMemory: false)
    let side = side(&random)
    let (source, damaged) = image(guest.type, side.encoding, &random)
    let text = try guest.direct(side, source)
    let outcomes = try run(text, nil, [], guest.constant)
    compare(text, outcomes, seed)
    if !damaged, case .failure(let reason) = outcomes.ours { Issue.record("seed \(seed): \(reason) for\n\(text)") }
  }

  @Test(arguments: seeds)
  func `What one component returns to another comes out, or is refused`(seed: UInt64) throws {
    var random = SplitMix(state: seed ^ 0x3000_0000)
    let guest = Guest(try random.type(), parametersInMemory: false)
    let outer = side(&random), inner = side(&random)
    let (source, damaged) = image(guest.type, inner.encoding, &random)
    let text = try guest.nested(outer, inner, outerSource: .parameter, innerSource: source)
    let outcomes = try run(text, "api", [], guest.constant)
    compare(text, outcomes, seed)
    if !damaged, case .failure(let reason) = outcomes.ours { Issue.record("seed \(seed): \(reason) for\n\(text)") }
  }

  @Test(arguments: seeds)
  func `What one component passes to another comes back, or is refused`(seed: UInt64) throws {
    var random = SplitMix(state: seed ^ 0x4000_0000)
    let guest = Guest(try random.type(), parametersInMemory: false)
    let outer = side(&random), inner = side(&random)
    let (source, damaged) = image(guest.type, outer.encoding, &random)
    let text = try guest.nested(outer, inner, outerSource: source, innerSource: .parameter)
    let outcomes = try run(text, "api", [], guest.constant)
    compare(text, outcomes, seed)
    if !damaged, case .failure(let reason) = outcomes.ours { Issue.record("seed \(seed): \(reason) for\n\(text)") }
  }

  @Test(arguments: seeds)
  func `An allocator that lies is found out`(seed: UInt64) throws {
    var random = SplitMix(state: seed ^ 0x5000_0000)
    let type = try random.type(), value = random.value(type)
    let guest = Guest(type, parametersInMemory: random.chance(0.5))
    if random.chance(0.5) {
      let text = try guest.direct(side(&random, hostile: true), .parameter)
      compare(text, try run(text, nil, arguments(value, guest), guest.echo), seed)
    } else {
      let text = try guest.nested(side(&random, hostile: true), side(&random, hostile: true), outerSource: .parameter, innerSource: .parameter)
      compare(text, try run(text, "api", arguments(value, guest), guest.echo), seed)
    }
  }
}

import CBoundary
import ComponentModel
import Dataflow
import OperatorHost

/// Calls with Swift values, over C that is written for the functions' types and calls the same guest through wasmtime's core functions.
struct TypedCalls {
  let rounds: Int

  func figures() throws -> [Figure] { try nothing() + list() + message() }

  private func nothing() throws -> [Figure] {
    let guest = try CallProbe("nothing"), function = guest.function
    let comparison = try Comparison(
      [
        Contender("C") { try check(boundary_core_nothing(guest.core, $0)) },
        Contender("typed") { for _ in 0..<$0 { try function.call() } },
        Contender("values") { for _ in 0..<$0 { _ = try function.call([]) } },
        Contender("component API") { try check(boundary_component_nothing(guest.component, $0)) },
      ], rounds: rounds, count: 20_000)
    return Self.figures("function without arguments", comparison, target: 1.5)
  }

  private func list() throws -> [Figure] {
    let size = Frames.byteCount, bytes = [UInt8](repeating: 7, count: size), value = Value.bytes(bytes)
    let target = UnsafeMutablePointer<UInt8>.allocate(capacity: size)
    defer { target.deallocate() }
    let taking = try CallProbe("take"), giving = try CallProbe("give"), take = taking.function, give = giving.function
    let comparison = try Comparison(
      [
        Contender("C") { try check(boundary_core_take(taking.core, bytes, size, $0)) },
        Contender("typed") { for _ in 0..<$0 { try take.call(bytes) } },
        Contender("values") { for _ in 0..<$0 { _ = try take.call([value]) } },
        Contender("component API", every: 100) { try check(boundary_component_take(taking.component, bytes, size, $0)) },
        Contender("C") { try check(boundary_core_give(giving.core, target, size, $0)) },
        Contender("typed") { for _ in 0..<$0 { _ = try give.call(UInt32(size), returning: [UInt8].self) } },
        Contender("values") { for _ in 0..<$0 { _ = try give.call([.u32(UInt32(size))]) } },
        Contender("component API", every: 100) { try check(boundary_component_give(giving.component, target, size, $0)) },
      ], rounds: rounds, count: 200)
    return Self.figures("list of 150,528 bytes in", comparison, target: 1.2) + Self.figures("list of 150,528 bytes out", comparison, from: 4, target: 1.2)
  }

  private func message() throws -> [Figure] {
    let probe = try FilterProbe(), data = DataModel.message(FilterProbe.message), time = FilterProbe.message.timestamp
    let comparison = try FilterProbe.withRawMessage { raw in
      try Comparison(
        [
          Contender("C") { try check(boundary_core_filter(probe.core, raw, $0)) },
          Contender("typed") { count in
            probe.instance.isTimed = false
            for _ in 0..<count { try check(probe.instance.isIncluded(data, at: time)) }
          },
          Contender("values") { for _ in 0..<$0 { try check(probe.function.call([FilterProbe.value()]) == .ok(.bool(true))) } },
          Contender("component API") { try check(boundary_component_filter(probe.component, raw, $0)) },
          Contender("timed") { count in
            probe.instance.isTimed = true
            for _ in 0..<count { try check(probe.instance.isIncluded(data, at: time)) }
          },
        ], rounds: rounds, count: 2_000)
    }
    return Self.figures("filter, message and buffer", comparison, target: 1.5) + [Figure("  with its time measured", comparison, 4, over: 0, of: "C")]
  }

  /// Of four contenders: C, typed, values, component API.
  private static func figures(_ name: String, _ comparison: Comparison, from floor: Int = 0, target: Double) -> [Figure] {
    [
      Figure(name, comparison, floor + 1, over: floor, of: "C", target: .ratioAtMost(target)),
      Figure("  with values of run-time types", comparison, floor + 2, over: floor, of: "C"),
      Figure("  wasmtime's component API", comparison, floor + 3, over: floor, of: "C"),
    ]
  }
}

private func check(_ succeeded: Bool) throws {
  guard succeeded else { throw Failure("a call of a probe failed") }
}

import Testing
@testable import WebAssembly

/// Code that would take minutes or gigabytes to compile is refused before it is compiled; anything that compilers make is not.
struct CompilationCostTests {
  private static let header: [UInt8] = [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0]
  private static let unary: [UInt8] = [0x60, 1, 0x7f, 1, 0x7f]
  private static let get: [UInt8] = [0x20, 0]
  private static let repeatLoop: [UInt8] = [0x20, 0, 0x0d, 0, 0x0b]

  /// A module with one function of the first type, and an exception of the last one.
  private static func module(_ code: [UInt8], locals: Int = 0, types: [[UInt8]] = [unary]) -> [UInt8] {
    let declarations: [UInt8] = locals == 0 ? [0] : join([1], leb(locals), [0x7f])
    let body = join(declarations, code, [0x0b])
    return join(
      header, section(1, join(leb(types.count), join(types))), section(3, [1, 0]), section(5, [1, 0, 1]), section(13, join([1, 0], leb(types.count - 1))),
      section(10, join([1], leb(body.count), body)))
  }

  /// A module of many functions with the same body, which have a type of their own.
  private static func module(_ count: Int, of body: [UInt8], type: [UInt8]) -> [UInt8] {
    let types = section(1, join([1], type)), functions = section(3, join(leb(count), times(count, [0])))
    return join(header, types, functions, section(10, join(leb(count), times(count, join(leb(body.count), body)))))
  }

  private static func join(_ parts: [UInt8]...) -> [UInt8] { join(parts) }
  private static func join(_ parts: [[UInt8]]) -> [UInt8] { parts.reduce(into: []) { $0 += $1 } }
  private static func times(_ count: Int, _ code: [UInt8]) -> [UInt8] {
    guard count > 1 else { return count == 0 ? [] : code }
    let half = times(count / 2, code)
    return join(half, half, count % 2 == 0 ? [] : code)
  }
  private static func section(_ identifier: UInt8, _ contents: [UInt8]) -> [UInt8] { join([identifier], leb(contents.count), contents) }

  private static func leb(_ number: Int) -> [UInt8] {
    number < 0x80 ? [UInt8(number)] : join([UInt8(number & 0x7f) | 0x80], leb(number >> 7))
  }

  /// `local = local + 1`.
  private static func increment(_ local: Int) -> [UInt8] { join([0x20], leb(local), [0x41, 1, 0x6a, 0x21], leb(local)) }

  private static func bomb(_ name: String) -> [UInt8] {
    switch name {
    case "fourteen thousand nested loops": return module(join(times(14_000, [0x03, 0x40]), times(14_000, repeatLoop), get))
    case "twenty thousand loops": return module(join(times(20_000, join([0x03, 0x40], repeatLoop)), get))
    case "a hundred thousand ifs": return module(join(times(110_000, join(get, [0x04, 0x40, 0x0b])), get))
    case "ifs that each set one of many locals":
      let ifs = (0..<40_000).map { join(get, [0x04, 0x40], increment(1 + $0 % 2000), [0x0b]) }
      return module(join(join(ifs), get), locals: 2000)
    case "loops in loops around many locals":
      let nest = join(times(20, [0x03, 0x40]), join((1...1600).map(increment)), times(20, repeatLoop))
      return module(join(times(10, nest), get), locals: 1600)
    case "half a million calls": return module(join(get, times(500_000, [0x10, 0])))
    case "a million instructions": return module(join(get, times(1_300_000, [0x45])))
    case "branches that hand over a thousand values":
      let branches = join([0x02, 1], times(1000, [0x41, 0]), times(20_000, join(get, [0x0d, 0])), [0x0b], times(1000, [0x1a]))
      return module(join(branches, get), types: [unary, join([0x60, 0], leb(1000), times(1000, [0x7f]))])
    default:
      let handlers = join([0x02, 0x40, 0x1f, 0x40], leb(1000), times(1000, [0, 0, 0]))
      return module(join(handlers, times(20_000, join(get, [0x10, 0, 0x1a])), [0x0b, 0x0b], get), types: [unary, [0x60, 0, 0]])
    }
  }

  @Test(arguments: [
    "fourteen thousand nested loops", "twenty thousand loops", "a hundred thousand ifs", "ifs that each set one of many locals",
    "loops in loops around many locals", "half a million calls", "a million instructions",
    "branches that hand over a thousand values", "calls with a thousand handlers",
  ]) func `Code that costs too much is refused before it is compiled`(name: String) throws {
    let module = Self.bomb(name)
    let engine = try Engine()
    let error = try #require(throws: WebAssemblyError.self, "\(name)") { try Module(engine: engine, bytes: module.span.bytes) }
    #expect(error.code == .limit && error.message.contains("to compile; at most"), "\(name): \(error)")
  }

  @Test(arguments: ["functions that are empty", "functions that return many values"])
  func `Small files that are large modules are refused`(name: String) throws {
    let module =
      name == "functions that are empty"
      ? Self.module(200_001, of: [0, 0x0b], type: [0x60, 0, 0])
      : Self.module(12_000, of: [0, 0x10, 0, 0x0b], type: Self.join([0x60, 0], Self.leb(1000), Self.times(1000, [0x7f])))
    let engine = try Engine()
    let error = try #require(throws: WebAssemblyError.self) { try Module(engine: engine, bytes: module.span.bytes) }
    #expect(error.code == .limit && error.message.contains("split it"), "\(name): \(error)")
  }

  @Test func `Instructions of every kind are known`() throws {
    let text = """
      (module
        (type $f (func (param i32) (result i32))) (type $s (struct (field (mut i32)) (field i8))) (type $a (array (mut i16)))
        (rec (type $r1 (sub (struct (field (ref null $r2))))) (type $r2 (sub final $r1 (struct (field (ref null $r2)) (field v128)))))
        (import "i" "f" (func $import (param i32) (result i32)))
        (memory $m 1) (memory $n 1) (table $t 10 funcref) (table $u 10 externref) (global $g (mut i64) (i64.const 1)) (tag $e (param i32))
        (elem $el func $f) (data $d "abc") (elem declare func $f)
        (func $f (type $f)
          (local $v v128) (local $x f64) (local $s (ref null $s)) (local $a (ref null $a)) (local $p (ref null $f)) (local $q externref)
          (block $b (loop $l (br_if $b (local.get 0)) (br_table $b $l $b (i32.const 1))))
          (drop (if (result i32) (local.get 0) (then (i32.const 1)) (else (call $f (i32.const -70000)))))
          (drop (block $h (result i32) (try_table (catch $e $h) (throw $e (i32.const 1))) (i32.const 2)))
          (drop (block $h (result exnref) (try_table (catch_all_ref $h) (drop (call_indirect $t (type $f) (i32.const 1) (i32.const 2)))) unreachable))
          (block $out (block $h (result i32 exnref) (try_table (catch_ref $e $h) (catch_all $out)) (br $out)) throw_ref)
          (drop (select (result i32) (i32.const 1) (i32.const 2) (i32.const 3))) (drop (select (i64.const 1) (global.get $g) (i32.const 3)))
          (i32.store $n offset=70000 (i32.const 0) (i32.load8_u $m offset=4 (i32.const 0)))
          (memory.copy $m $n (i32.const 0) (i32.const 0) (i32.const 1)) (memory.fill $n (i32.const 0) (i32.const 0) (i32.const 1))
          (memory.init $n $d (i32.const 0) (i32.const 0) (i32.const 1)) (data.drop $d) (drop (memory.grow $n (memory.size $n)))
          (table.init $t $el (i32.const 0) (i32.const 0) (i32.const 1)) (elem.drop $el) (table.copy $t $t (i32.const 0) (i32.const 0) (i32.const 0))
          (drop (table.grow $u (ref.null extern) (table.size $u))) (table.fill $u (i32.const 0) (table.get $u (i32.const 1)) (i32.const 0))
          (table.set $t (i32.const 0) (ref.func $f)) (drop (i32.trunc_sat_f64_s (local.get $x))) (drop (f32.const 1)) (drop (f64.const 1)) (drop (i64.extend8_s (i64.const 1)))
          (local.set $v (v128.load64_lane $n offset=8 1 (i32.const 0) (i8x16.shuffle 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 (local.get $v) (v128.const i64x2 1 2))))
          (v128.store (i32.const 0) (f32x4.relaxed_madd (local.get $v) (v128.load8_splat (i32.const 1)) (i16x8.relaxed_q15mulr_s (local.get $v) (local.get $v))))
          (drop (i8x16.extract_lane_s 3 (i32x4.add (v128.load32_zero (i32.const 0)) (local.get $v)))) (drop (f64x2.replace_lane 1 (local.get $v) (local.get $x)))
          (drop (i32.atomic.rmw8.cmpxchg_u (i32.const 0) (i32.const 0) (i32.const 0))) (atomic.fence) (drop (memory.atomic.notify $n (i32.const 0) (i32.const 1)))
          (local.set $s (struct.new $s (i32.const 1) (i32.const 2))) (struct.set $s 0 (local.get $s) (struct.get_u $s 1 (local.get $s)))
          (local.set $a (array.new_fixed $a 2 (i32.const 1) (i32.const 2))) (array.set $a (local.get $a) (i32.const 0) (array.get_s $a (local.get $a) (array.len (local.get $a))))
          (array.copy $a $a (local.get $a) (i32.const 0) (array.new_data $a $d (i32.const 0) (i32.const 1)) (i32.const 0) (i32.const 1))
          (array.fill $a (local.get $a) (i32.const 0) (i32.const 0) (i32.const 0)) (drop (ref.test (ref null $r2) (struct.new_default $r1))) (drop (ref.cast (ref $s) (local.get $s)))
          (drop (block $c (result (ref $s)) (drop (br_on_cast $c anyref (ref $s) (local.get $s))) (struct.new_default $s)))
          (drop (i31.get_u (ref.i31 (i32.const 1)))) (drop (any.convert_extern (local.get $q))) (drop (extern.convert_any (ref.null any)))
          (drop (call_ref $f (i32.const 1) (ref.as_non_null (local.get $p)))) (drop (ref.eq (local.get $s) (local.get $a))) (drop (ref.is_null (local.get $p)))
          (block $o (drop (br_on_null $o (local.get $p)))) (drop (block $o (result (ref $f)) (br_on_non_null $o (local.get $p)) unreachable))
          (block (result i32 i32) (i32.const 1) (i32.const 2)) drop drop
          nop (if (local.get 0) (then (return_call_indirect $t (type $f) (i32.const 1) (i32.const 1)))) (if (local.get 0) (then (return_call_ref $f (i32.const 1) (ref.func $f))))
          (return_call $import (i32.const 3))))
      """
    let engine = try Engine()
    let bytes = try parseText(text)
    #expect(try bytes.withUnsafeBytes { try CompilationCost.check($0) })
    _ = try Module(engine: engine, bytes: bytes.span.bytes)
  }

  @Test func `What is wrong with a damaged module, wasmtime says`() throws {
    var module = Self.module(Self.get)
    // An instruction that there is not.
    module[module.count - 2] = 0xff
    module[module.count - 3] = 0xff
    let engine = try Engine()
    let error = try #require(throws: WebAssemblyError.self) { try Module(engine: engine, bytes: module.span.bytes) }
    #expect(error.code == .invalidModule && error.rejection?.byteOffset != nil, "\(error)")
    for missing in 1...6 {
      let cut = Array(Self.module(Self.get).dropLast(missing))
      let error = #expect(throws: WebAssemblyError.self) { try Module(engine: engine, bytes: cut.span.bytes) }
      #expect(error?.code == .invalidModule, "\(missing)")
    }
  }
}

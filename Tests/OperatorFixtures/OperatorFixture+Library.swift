extension OperatorFixture {
  /// A map that gives back what it gets, its buffer included.
  public static let passingOn = OperatorFixture(process: "(call $passOn (local.get $data))")

  /// A map that logs "started" when it starts, and then does what the first byte of a short payload says: `t` traps, `l` loops for ever,
  /// `m` takes memory until there is none, `e` refuses the item; all others pass on.
  public static let moody = OperatorFixture(
    definitions: """
      (data (i32.const 16) "starteddislikes this item")
      (func $misbehave (param $mood i32)
        (if (i32.eq (local.get $mood) (i32.const 116)) (then (unreachable)))
        (if (i32.eq (local.get $mood) (i32.const 108)) (then (loop $forever (br $forever))))
        (if (i32.eq (local.get $mood) (i32.const 109))
          (then (loop $more (br_if $more (i32.ne (memory.grow (i32.const 16)) (i32.const -1)))) (unreachable))))
      """,
    initialize: "(call $log (i32.const 2) (i32.const 0) (i32.const 0) (i32.const 16) (i32.const 7)) (i32.const 1)",
    process: """
      (call $misbehave (call $byte (local.get $data)))
      (if (result i32) (i32.eq (call $byte (local.get $data)) (i32.const 101))
        (then (call $refuse (i32.const 23) (i32.const 18))) (else (call $passOn (local.get $data))))
      """)

  /// A map that logs each property it is configured with: the name as context, the value as message.
  public static let loggingConfiguration = OperatorFixture(
    initialize: """
      (block $done (loop $next
        (br_if $done (i32.eqz (local.get $count)))
        (call $log (i32.const 2) (i32.load (local.get $properties)) (i32.load offset=4 (local.get $properties))
          (i32.load offset=8 (local.get $properties)) (i32.load offset=12 (local.get $properties)))
        (local.set $properties (i32.add (local.get $properties) (i32.const 16)))
        (local.set $count (i32.sub (local.get $count) (i32.const 1)))
        (br $next)))
      (i32.const 1)
      """, process: "(call $passOn (local.get $data))")

  /// A filter that keeps items whose short payload starts with `y`.
  public static let keepingYes = OperatorFixture("filter", process: "(call $answer (i32.eq (call $byte (local.get $data)) (i32.const 121)))")

  /// A branch that sends an item to the true arm when the seconds of its logical time are odd.
  public static let branchingOddSeconds = OperatorFixture(
    "branch", process: "(call $answer (i32.wrap_i64 (i64.and (i64.load (local.get $data)) (i64.const 1))))")

  /// A delay to the next multiple of ten seconds.
  public static let delayingToTenSeconds = OperatorFixture(
    "delay",
    process: """
      (i32.store (i32.const 1024) (i32.const 0))
      (memory.copy (i32.const 1032) (i32.add (local.get $data) (i32.const 128)) (i32.const 32))
      (i64.store (i32.const 1032) (i64.mul (i64.const 10) (i64.div_u
        (i64.add (i64.load offset=128 (local.get $data))
          (select (i64.const 10) (i64.const 9) (i32.ne (i32.load offset=136 (local.get $data)) (i32.const 0))))
        (i64.const 10))))
      (i32.store (i32.const 1040) (i32.const 0))
      (i64.store (i32.const 1048) (i64.const 0))
      (i32.const 1024)
      """)

  /// An accumulate that joins short payloads, in the envelope that it starts with. Of payloads, `t…` makes it trap, `e…` makes it refuse.
  public static let joining = OperatorFixture(
    "accumulate",
    definitions: """
      (data (i32.const 16) "starteddislikes this item")
      (func $append (param $data i32) (param $length i32) (result i32)
        (if (i32.ne (i32.load8_u offset=76 (local.get $data)) (i32.const 1)) (then (unreachable)))
        (memory.copy (i32.add (i32.const 131072) (local.get $length)) (i32.load offset=80 (local.get $data)) (i32.load offset=84 (local.get $data)))
        (i32.add (local.get $length) (i32.load offset=84 (local.get $data))))
      (func $join (param $data i32) (result i32)
        (local $length i32) (local $item i32) (local $count i32)
        (local.set $length (call $append (local.get $data) (i32.const 0)))
        (local.set $item (i32.load offset=128 (local.get $data)))
        (local.set $count (i32.load offset=132 (local.get $data)))
        (block $done (loop $next
          (br_if $done (i32.eqz (local.get $count)))
          (if (i32.eq (call $byte (local.get $item)) (i32.const 116)) (then (unreachable)))
          (if (i32.eq (call $byte (local.get $item)) (i32.const 101)) (then (return (call $refuse (i32.const 23) (i32.const 18)))))
          (local.set $length (call $append (local.get $item) (local.get $length)))
          (local.set $item (i32.add (local.get $item) (i32.const 128)))
          (local.set $count (i32.sub (local.get $count) (i32.const 1)))
          (br $next)))
        (drop (call $passOn (local.get $data)))
        (i32.store8 (i32.const 1108) (i32.const 1))
        (i32.store (i32.const 1112) (i32.const 131072))
        (i32.store (i32.const 1116) (local.get $length))
        (i32.const 1024))
      """,
    initialize: """
      (drop (memory.grow (i32.const 1)))
      (call $log (i32.const 2) (i32.const 0) (i32.const 0) (i32.const 16) (i32.const 7)) (i32.const 1)
      """, process: "(call $join (local.get $data))")

  /// A map that gives back what it sees of time and chance: 32 bytes, the wall clock (seconds, nanoseconds), the monotonic clock and a random number.
  public static let telling = OperatorFixture(
    imports: """
      (import "wasi:clocks/wall-clock@0.2.9" "now" (func $wall (param i32)))
      (import "wasi:clocks/monotonic-clock@0.2.9" "now" (func $monotonic (result i64)))
      (import "wasi:random/random@0.2.9" "get-random-u64" (func $random (result i64)))
      """,
    process: """
      (if (i32.eq (call $byte (local.get $data)) (i32.const 116)) (then (unreachable)))
      (drop (call $passOn (local.get $data)))
      (call $wall (i32.const 2048))
      (i64.store (i32.const 2064) (call $monotonic))
      (i64.store (i32.const 2072) (call $random))
      (i32.store8 (i32.const 1108) (i32.const 1))
      (i32.store (i32.const 1112) (i32.const 2048))
      (i32.store (i32.const 1116) (i32.const 32))
      (i32.const 1024)
      """)

  /// A map that loads a model when it starts, and keeps it.
  public static func loading(model: [UInt8]) -> OperatorFixture {
    OperatorFixture(
      imports: #"(import "wasi:nn/graph@0.2.0-rc-2024-10-28" "load" (func $load (param i32 i32 i32 i32 i32)))"#,
      definitions: """
        (data (i32.const 100) "\(model.asTextLiteral)")
        (data (i32.const 32) "\(UInt32(100).asTextLiteral)\(UInt32(model.count).asTextLiteral)")
        """,
      initialize: """
        (call $load (i32.const 32) (i32.const 1) (i32.const 1) (i32.const 0) (i32.const 48))
        (i32.eqz (i32.load8_u (i32.const 48)))
        """, process: "(call $passOn (local.get $data))")
  }
}

extension Sequence<UInt8> {
  /// The bytes as a string of WebAssembly text, without quotes.
  public var asTextLiteral: String {
    map { "\\" + ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}

extension UInt32 {
  public var asTextLiteral: String { withUnsafeBytes(of: littleEndian) { Array($0).asTextLiteral } }
}

;; What ends a call, and what is left of an instance afterwards. CanonicalABI.md, "Component Instance State", `may_enter`.

(component definition $failures
  (core module $m
    (memory 1)
    (table 1 funcref)
    (func (export "fine") (result i32) (i32.const 1))
    (func (export "unreachable") unreachable)
    (func (export "divide") (param i32) (result i32) (i32.div_s (i32.const 1) (local.get 0)))
    (func (export "overflow") (param i32) (result i32) (i32.div_s (i32.const 0x8000_0000) (local.get 0)))
    (func (export "load") (param i32) (result i32) (i32.load (local.get 0)))
    (func (export "indirect") (param i32) (call_indirect (local.get 0)))
    (func (export "convert") (param f64) (result i32) (i32.trunc_f64_s (local.get 0)))
    (func $deep (export "deep") (param i64) (result i64) (i64.add (i64.const 1) (call $deep (i64.add (local.get 0) (i64.const 1))))))
  (core instance $i (instantiate $m))
  (func (export "fine") (result u32) (canon lift (core func $i "fine")))
  (func (export "unreachable") (canon lift (core func $i "unreachable")))
  (func (export "divide") (param "x" s32) (result s32) (canon lift (core func $i "divide")))
  (func (export "overflow") (param "x" s32) (result s32) (canon lift (core func $i "overflow")))
  (func (export "load") (param "at" u32) (result u32) (canon lift (core func $i "load")))
  (func (export "indirect") (param "i" u32) (canon lift (core func $i "indirect")))
  (func (export "convert") (param "x" f64) (result s32) (canon lift (core func $i "convert")))
  (func (export "deep") (param "x" u64) (result u64) (canon lift (core func $i "deep"))))

(component instance $a $failures)
(assert_return (invoke "fine") (u32.const 1))
(assert_trap (invoke "unreachable") "unreachable")
(assert_trap (invoke "fine") "cannot enter component instance")
(component instance $b $failures)
(assert_return (invoke "divide" (s32.const -1)) (s32.const -1))
(assert_trap (invoke "divide" (s32.const 0)) "integer divide by zero")
(component instance $c $failures)
(assert_trap (invoke "overflow" (s32.const -1)) "integer overflow")
(component instance $d $failures)
(assert_return (invoke "load" (u32.const 65532)) (u32.const 0))
(assert_trap (invoke "load" (u32.const 65533)) "out of bounds memory access")
(component instance $e $failures)
(assert_trap (invoke "indirect" (u32.const 0)) "uninitialized element")
(component instance $f $failures)
(assert_trap (invoke "indirect" (u32.const 1)) "undefined element")
(component instance $g $failures)
(assert_return (invoke "convert" (f64.const -3.9)) (s32.const -3))
(assert_trap (invoke "convert" (f64.const nan)) "invalid conversion to integer")
(component instance $h $failures)
(assert_exhaustion (invoke "deep" (u64.const 0)) "call stack exhausted")
(assert_trap (invoke "fine") "cannot enter component instance")

;; While a component is made, its start functions may trap.
(assert_trap (component (core module $m (func $s unreachable) (start $s)) (core instance (instantiate $m))) "unreachable")
(assert_trap
  (component (core module $m (memory 1) (data (i32.const 65533) "four")) (core instance (instantiate $m)))
  "out of bounds memory access")
(assert_trap
  (component (core module $m (table 1 funcref) (func $f) (elem (i32.const 1) $f)) (core instance (instantiate $m)))
  "out of bounds table access")
(assert_trap
  (component
    (component $inner (core module $m (func $s (drop (i32.div_u (i32.const 1) (i32.const 0)))) (start $s)) (core instance (instantiate $m)))
    (instance (instantiate $inner)))
  "integer divide by zero")

;; A component cannot be called from without while it is being made, nor call itself through its own lowering.
(assert_trap
  (component
    (core module $f (func (export "f")))
    (core instance $f (instantiate $f))
    (func $lifted (canon lift (core func $f "f")))
    (core func $lowered (canon lower (func $lifted)))
    (core module $m (import "" "f" (func $f)) (func $s (call $f)) (start $s))
    (core instance (instantiate $m (with "" (instance (export "f" (func $lowered)))))))
  "cannot enter component instance")

;; Nor may a call come back into an instance that is waiting for its result.
(component definition $loop
  (component $inner
    (import "out" (func $out))
    (core func $out (canon lower (func $out)))
    (func (export "in") (canon lift (core func $out))))
  (core module $table
    (table (export "t") 1 funcref)
    (func (export "f") (call_indirect (i32.const 0))))
  (core instance $table (instantiate $table))
  (func $f (canon lift (core func $table "f")))
  (instance $inner (instantiate $inner (with "out" (func $f))))
  (core func $in (canon lower (func $inner "in")))
  (core module $fill (import "" "t" (table 1 funcref)) (import "" "in" (func $in)) (elem (i32.const 0) $in))
  (core instance (instantiate $fill (with "" (instance (export "t" (table $table "t")) (export "in" (func $in))))))
  (export "f" (func $f)))
(component instance $i $loop)
(assert_trap (invoke "f") "cannot enter component instance")
(component instance $j $loop)
(assert_trap (invoke "f") "cannot enter component instance")

;; A component and those within it do not call one another, so far: the reference tests have it so.
(component
  (core module $m (func (export "f") (result i32) (i32.const 1)))
  (core instance $i (instantiate $m))
  (func $f (result u32) (canon lift (core func $i "f")))
  (component $child
    (import "f" (func $f (result u32)))
    (core func $f (canon lower (func $f)))
    (func (export "f") (result u32) (canon lift (core func $f))))
  (instance $child (instantiate $child (with "f" (func $f))))
  (func (export "call") (alias export $child "f"))
  (export "direct" (func $f)))
(assert_return (invoke "direct") (u32.const 1))
(assert_trap (invoke "call") "cannot enter component instance")

;; A trap in an instance within another ends both, and the others around them.
(component
  (component $child
    (core module $m (func (export "fail") unreachable) (func (export "fine")))
    (core instance $i (instantiate $m))
    (func (export "fail") (canon lift (core func $i "fail")))
    (func (export "fine") (canon lift (core func $i "fine"))))
  (instance $one (instantiate $child))
  (instance $two (instantiate $child))
  (func (export "fail") (alias export $one "fail"))
  (func (export "fine") (alias export $two "fine")))
(assert_return (invoke "fine"))
(assert_trap (invoke "fail") "unreachable")
(assert_trap (invoke "fine") "cannot enter component instance")

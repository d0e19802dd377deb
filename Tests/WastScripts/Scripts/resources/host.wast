;; Resources of the host's: the instance `host` has two types, one of which goes by two names; it counts drops.

(component definition $uses
  (import "host" (instance $host
    (export "resource1" (type $r (sub resource)))
    (export "[constructor]resource1" (func (param "rep" u32) (result (own $r))))
    (export "[static]resource1.assert" (func (param "r" (own $r)) (param "rep" u32)))
    (export "[static]resource1.last-drop" (func (result u32)))
    (export "[static]resource1.drops" (func (result u32)))
    (export "[method]resource1.simple" (func (param "self" (borrow $r)) (param "rep" u32)))
    (export "[method]resource1.take-borrow" (func (param "self" (borrow $r)) (param "b" (borrow $r))))
    (export "[method]resource1.take-own" (func (param "self" (borrow $r)) (param "b" (own $r))))))
  (alias export $host "resource1" (type $r))
  (core func $new (canon lower (func $host "[constructor]resource1")))
  (core func $assert (canon lower (func $host "[static]resource1.assert")))
  (core func $last-drop (canon lower (func $host "[static]resource1.last-drop")))
  (core func $drops (canon lower (func $host "[static]resource1.drops")))
  (core func $simple (canon lower (func $host "[method]resource1.simple")))
  (core func $take-borrow (canon lower (func $host "[method]resource1.take-borrow")))
  (core func $take-own (canon lower (func $host "[method]resource1.take-own")))
  (core func $drop (canon resource.drop $r))
  (core module $m
    (import "" "new" (func $new (param i32) (result i32)))
    (import "" "assert" (func $assert (param i32 i32)))
    (import "" "last-drop" (func $last-drop (result i32)))
    (import "" "drops" (func $drops (result i32)))
    (import "" "simple" (func $simple (param i32 i32)))
    (import "" "take-borrow" (func $take-borrow (param i32 i32)))
    (import "" "take-own" (func $take-own (param i32 i32)))
    (import "" "drop" (func $drop (param i32)))
    (func $equal (param i32 i32) (if (i32.ne (local.get 0) (local.get 1)) (then unreachable)))
    (func (export "lend") (local $h i32)
      (local.set $h (call $new (i32.const 100)))
      (call $equal (local.get $h) (i32.const 1))
      (call $simple (local.get $h) (i32.const 100))
      (call $take-borrow (local.get $h) (local.get $h))
      (call $simple (local.get $h) (i32.const 100))
      (call $drop (local.get $h))
      (call $equal (call $last-drop) (i32.const 100)))
    (func (export "give") (local $drops i32)
      (local.set $drops (call $drops))
      (call $assert (call $new (i32.const 200)) (i32.const 200))
      (call $equal (call $drops) (i32.add (local.get $drops) (i32.const 1)))
      (call $equal (call $last-drop) (i32.const 200)))
    (func (export "both") (local $h i32)
      (local.set $h (call $new (i32.const 300)))
      (call $take-own (local.get $h) (call $new (i32.const 301)))
      (call $simple (local.get $h) (i32.const 300))
      (call $drop (local.get $h)))
    (func (export "given-and-lent") (local $h i32)
      (local.set $h (call $new (i32.const 1)))
      (call $take-own (local.get $h) (local.get $h)))
    (func (export "use-given") (local $h i32)
      (local.set $h (call $new (i32.const 1)))
      (call $assert (local.get $h) (i32.const 1))
      (call $simple (local.get $h) (i32.const 1)))
    (func (export "unknown") (call $simple (i32.const 7) (i32.const 1))))
  (core instance $i (instantiate $m (with "" (instance (export "new" (func $new)) (export "assert" (func $assert)) (export "last-drop" (func $last-drop))
    (export "drops" (func $drops)) (export "simple" (func $simple)) (export "take-borrow" (func $take-borrow)) (export "take-own" (func $take-own))
    (export "drop" (func $drop))))))
  (func (export "lend") (canon lift (core func $i "lend")))
  (func (export "give") (canon lift (core func $i "give")))
  (func (export "both") (canon lift (core func $i "both")))
  (func (export "given-and-lent") (canon lift (core func $i "given-and-lent")))
  (func (export "use-given") (canon lift (core func $i "use-given")))
  (func (export "unknown") (canon lift (core func $i "unknown"))))

(component instance $a $uses)
(assert_return (invoke "lend"))
(assert_return (invoke "give"))
(assert_return (invoke "both"))
(assert_return (invoke "lend"))
(assert_trap (invoke "given-and-lent") "while borrowed")
(component instance $b $uses)
(assert_trap (invoke "use-given") "unknown handle index")
(component instance $c $uses)
(assert_trap (invoke "unknown") "unknown handle index")

;; Names of one type are one type; those of two are not.
(component
  (import "host" (instance $host
    (export "resource1" (type $a (sub resource)))
    (export "resource1-again" (type (eq $a)))
    (export "resource2" (type (sub resource))))))
(assert_unlinkable
  (component
    (import "host" (instance $host
      (export "resource1" (type $a (sub resource)))
      (export "resource2" (type (eq $a))))))
  "mismatched resource types")
(assert_unlinkable
  (component (import "host" (instance (export "resource3" (type (sub resource))))))
  "was not found")
(assert_unlinkable
  (component (import "host" (instance (export "return-three" (type (sub resource))))))
  "expected resource found func")
(assert_unlinkable
  (component
    (import "host" (instance
      (export "resource2" (type $r (sub resource)))
      (export "[constructor]resource2" (func (param "rep" u32) (result (own $r)))))))
  "was not found")
(assert_unlinkable
  (component
    (import "host" (instance
      (export "resource1" (type $r (sub resource)))
      (export "[method]resource1.simple" (func (param "self" (borrow $r)) (param "rep" u64))))))
  "type mismatch")

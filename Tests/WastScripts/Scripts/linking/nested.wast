;; Components within components: instantiated once or more, with functions, instances and types as arguments. Explainer.md, "Instance Definitions".

;; Two instances of one component have two states.
(component $counters
  (component $counter
    (core module $m
      (global $n (mut i32) (i32.const 0))
      (func (export "next") (result i32) (global.set $n (i32.add (global.get $n) (i32.const 1))) (global.get $n)))
    (core instance $i (instantiate $m))
    (func (export "next") (result u32) (canon lift (core func $i "next"))))
  (instance $a (instantiate $counter))
  (instance $b (instantiate $counter))
  (func (export "a") (alias export $a "next"))
  (func (export "b") (alias export $b "next"))
  ;; The same function under another name.
  (func (export "a-again") (alias export $a "next")))
(assert_return (invoke "a") (u32.const 1))
(assert_return (invoke "a") (u32.const 2))
(assert_return (invoke "b") (u32.const 1))
(assert_return (invoke "a-again") (u32.const 3))
(assert_return (invoke "b") (u32.const 2))

;; A chain: each link adds its own, and calls the next.
(component
  (component $link
    (import "next" (func $next (param "x" u32) (result u32)))
    (import "add" (func $add (result u32)))
    (core func $next (canon lower (func $next)))
    (core func $add (canon lower (func $add)))
    (core module $m
      (import "" "next" (func $next (param i32) (result i32)))
      (import "" "add" (func $add (result i32)))
      (func (export "call") (param i32) (result i32) (i32.add (call $next (local.get 0)) (call $add))))
    (core instance $i (instantiate $m (with "" (instance (export "next" (func $next)) (export "add" (func $add))))))
    (func (export "call") (param "x" u32) (result u32) (canon lift (core func $i "call"))))
  (component $end
    (core module $m (func (export "call") (param i32) (result i32) (local.get 0)))
    (core instance $i (instantiate $m))
    (func (export "call") (param "x" u32) (result u32) (canon lift (core func $i "call"))))
  (component $number
    (core module $m (func (export "one") (result i32) (i32.const 1)) (func (export "ten") (result i32) (i32.const 10)))
    (core instance $i (instantiate $m))
    (func (export "one") (result u32) (canon lift (core func $i "one")))
    (func (export "ten") (result u32) (canon lift (core func $i "ten"))))
  (instance $number (instantiate $number))
  (instance $end (instantiate $end))
  (instance $l1 (instantiate $link (with "next" (func $end "call")) (with "add" (func $number "one"))))
  (instance $l2 (instantiate $link (with "next" (func $l1 "call")) (with "add" (func $number "ten"))))
  (instance $l3 (instantiate $link (with "next" (func $l2 "call")) (with "add" (func $number "one"))))
  (func (export "end") (alias export $end "call"))
  (func (export "one") (alias export $l1 "call"))
  (func (export "three") (alias export $l3 "call")))
(assert_return (invoke "end" (u32.const 100)) (u32.const 100))
(assert_return (invoke "one" (u32.const 100)) (u32.const 101))
(assert_return (invoke "three" (u32.const 100)) (u32.const 112))

;; Instances as arguments: whole ones, bundles, and parts of others; what is not asked for does no harm.
(component
  (component $numbers
    (core module $m
      (func (export "one") (result i32) (i32.const 1))
      (func (export "two") (result i32) (i32.const 2))
      (func (export "three") (result i32) (i32.const 3)))
    (core instance $i (instantiate $m))
    (func $one (result u32) (canon lift (core func $i "one")))
    (func $two (result u32) (canon lift (core func $i "two")))
    (instance $inner (export "two" (func $two)) (export "one" (func $one)))
    (export "one" (func $one))
    (export "two" (func $two))
    (func (export "three") (result u32) (canon lift (core func $i "three")))
    (export "inner" (instance $inner)))
  (instance $n (instantiate $numbers))
  (component $use
    (import "in" (instance $in (export "one" (func (result u32))) (export "two" (func (result u32)))))
    (core func $one (canon lower (func $in "one")))
    (core func $two (canon lower (func $in "two")))
    (core module $m
      (import "" "one" (func $one (result i32)))
      (import "" "two" (func $two (result i32)))
      (func (export "both") (result i32) (i32.add (i32.mul (call $one) (i32.const 10)) (call $two))))
    (core instance $i (instantiate $m (with "" (instance (export "one" (func $one)) (export "two" (func $two))))))
    (func (export "both") (result u32) (canon lift (core func $i "both"))))
  (alias export $n "inner" (instance $inner))
  (instance $bundle (export "one" (func $n "three")) (export "two" (func $inner "one")) (export "zero" (func $n "one")))
  (instance $whole (instantiate $use (with "in" (instance $n))))
  (instance $part (instantiate $use (with "in" (instance $n "inner"))))
  (instance $made (instantiate $use (with "in" (instance $bundle))))
  (instance $here (instantiate $use (with "in" (instance (export "one" (func $inner "two")) (export "two" (func $n "two"))))))
  (func (export "whole") (alias export $whole "both"))
  (func (export "part") (alias export $part "both"))
  (func (export "made") (alias export $made "both"))
  (func (export "here") (alias export $here "both")))
(assert_return (invoke "whole") (u32.const 12))
(assert_return (invoke "part") (u32.const 12))
(assert_return (invoke "made") (u32.const 31))
(assert_return (invoke "here") (u32.const 22))

;; Deep: each level wraps the one within.
(component
  (component $a
    (component $b
      (component $c
        (component $d
          (core module $m (func (export "f") (result i32) (i32.const 7)))
          (core instance $i (instantiate $m))
          (func (export "f") (result u32) (canon lift (core func $i "f"))))
        (instance $d (instantiate $d))
        (export "d" (instance $d)))
      (instance $c (instantiate $c))
      (export "c" (instance $c)))
    (instance $b (instantiate $b))
    (export "b" (instance $b)))
  (instance $a (instantiate $a))
  (alias export $a "b" (instance $b))
  (alias export $b "c" (instance $c))
  (alias export $c "d" (instance $d))
  (func (export "f") (alias export $d "f")))
(assert_return (invoke "f") (u32.const 7))

;; The order of what happens is the order of the file: a start function sees what those before it have left.
(component
  (component $log
    (core module $m
      (global $n (mut i32) (i32.const 0))
      (func (export "note") (param i32) (global.set $n (i32.add (i32.mul (global.get $n) (i32.const 10)) (local.get 0))))
      (func (export "notes") (result i32) (global.get $n)))
    (core instance $i (instantiate $m))
    (func (export "note") (param "n" u32) (canon lift (core func $i "note")))
    (func (export "notes") (result u32) (canon lift (core func $i "notes"))))
  (instance $log (instantiate $log))
  (component $noter
    (import "note" (func $note (param "n" u32)))
    (import "number" (func $number (result u32)))
    (core func $note (canon lower (func $note)))
    (core func $number (canon lower (func $number)))
    (core module $m
      (import "" "note" (func $note (param i32)))
      (import "" "number" (func $number (result i32)))
      (func $start (call $note (call $number)))
      (start $start))
    (core instance (instantiate $m (with "" (instance (export "note" (func $note)) (export "number" (func $number)))))))
  (component $numbers
    (core module $m (func (export "f") (result i32) (i32.const 1)) (func (export "g") (result i32) (i32.const 2)))
    (core instance $i (instantiate $m))
    (func (export "f") (result u32) (canon lift (core func $i "f")))
    (func (export "g") (result u32) (canon lift (core func $i "g"))))
  (instance $numbers (instantiate $numbers))
  (instance (instantiate $noter (with "note" (func $log "note")) (with "number" (func $numbers "g"))))
  (instance (instantiate $noter (with "note" (func $log "note")) (with "number" (func $numbers "f"))))
  (instance (instantiate $noter (with "note" (func $log "note")) (with "number" (func $numbers "g"))))
  (func (export "notes") (alias export $log "notes")))
(assert_return (invoke "notes") (u32.const 212))

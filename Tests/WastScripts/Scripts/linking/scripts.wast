;; Instances of earlier directives as imports of later ones: a name `$a` is imported as "a", and `register` gives another name.

(component $counter
  (core module $m
    (global $n (mut i32) (i32.const 0))
    (func (export "next") (result i32) (global.set $n (i32.add (global.get $n) (i32.const 1))) (global.get $n))
    (func (export "fail") unreachable))
  (core instance $i (instantiate $m))
  (func $next (result u32) (canon lift (core func $i "next")))
  (export "next" (func $next))
  (func (export "fail") (canon lift (core func $i "fail")))
  (instance $inner (export "next" (func $next)))
  (export "inner" (instance $inner))
  (type $t' (record (field "x" u32)))
  (export "t" (type $t')))

(component definition $user
  (import "counter" (instance $c
    (export "next" (func (result u32)))
    (export "inner" (instance (export "next" (func (result u32)))))))
  (alias export $c "inner" (instance $inner))
  (core func $next (canon lower (func $c "next")))
  (core func $inner-next (canon lower (func $inner "next")))
  (core module $m
    (import "" "next" (func $next (result i32)))
    (import "" "inner-next" (func $inner-next (result i32)))
    (func (export "both") (result i32) (i32.add (i32.mul (call $next) (i32.const 100)) (call $inner-next))))
  (core instance $i (instantiate $m (with "" (instance (export "next" (func $next)) (export "inner-next" (func $inner-next))))))
  (func (export "both") (result u32) (canon lift (core func $i "both"))))
(component instance $u $user)
(assert_return (invoke "both") (u32.const 102))
(assert_return (invoke $counter "next") (u32.const 3))
(assert_return (invoke $u "both") (u32.const 405))
;; Every instance of the definition shares what it imports.
(component instance $v $user)
(assert_return (invoke $v "both") (u32.const 607))
(assert_return (invoke $u "both") (u32.const 809))

;; Another name, for an instance that has one and for the latest.
(register "another-counter" $counter)
(component
  (import "another-counter" (instance $c (export "next" (func (result u32)))))
  (core func $next (canon lower (func $c "next")))
  (func (export "next") (result u32) (canon lift (core func $next))))
(assert_return (invoke "next") (u32.const 10))
(register "latest")
(component
  (import "latest" (instance $c (export "next" (func (result u32)))))
  (core func $next (canon lower (func $c "next")))
  (func (export "next") (result u32) (canon lift (core func $next))))
(assert_return (invoke "next") (u32.const 11))

;; What is imported must be there, and of the type.
(assert_unlinkable (component (import "counter" (instance (export "previous" (func (result u32)))))) "was not found")
(assert_unlinkable (component (import "counter" (instance (export "next" (func))))) "type mismatch")
(assert_unlinkable (component (import "counter" (instance (export "next" (func (result u64)))))) "type mismatch")
(assert_unlinkable (component (import "counter" (instance (export "next" (func (param "x" u8) (result u32)))))) "type mismatch")
(assert_unlinkable (component (import "counter" (instance (export "next" (instance))))) "expected instance found func")
(assert_unlinkable (component (import "counter" (instance (export "inner" (func))))) "expected func found instance")
(assert_unlinkable (component (import "counter" (instance (export "inner" (instance (export "last" (func))))))) "was not found")
(assert_unlinkable (component (import "counter" (func))) "expected func found instance")
(assert_unlinkable
  (component (import "counter" (instance (type $t' (record (field "x" u64))) (export "t" (type (eq $t'))))))
  "type mismatch")
(assert_unlinkable (component (import "nobody" (func))) "was not found")
(assert_unlinkable (component (import "nobody:here/at@1.0.0" (instance (export "f" (func))))) "was not found")
(assert_unlinkable (component (import "host-return-two" (func (result u64)))) "type mismatch")
;; None of this was heard of while guest code ran.
(assert_unlinkable
  (component
    (core module $m (func $s unreachable) (start $s))
    (core instance (instantiate $m))
    (import "nobody" (func)))
  "was not found")
;; The same type, and less than there is: both are fine.
(component (import "counter" (instance (type $t' (record (field "x" u32))) (export "t" (type (eq $t'))))))
(component (import "counter" (instance)))
(component (import "host-return-two" (func (result u32))))
;; What needs nobody to provide it.
(component
  (type $u u8)
  (import "nobody" (instance (export "inner" (instance)) (export "t" (type (eq $u)))))
  (import "also-nobody" (type (eq $u))))

;; The host's functions, on both levels.
(component
  (import "host-return-two" (func $two (result u32)))
  (import "host" (instance $host
    (export "return-three" (func (result u32)))
    (export "nested" (instance (export "return-four" (func (result u32)))))))
  (alias export $host "nested" (instance $nested))
  (core func $two (canon lower (func $two)))
  (core func $three (canon lower (func $host "return-three")))
  (core func $four (canon lower (func $nested "return-four")))
  (core module $m
    (import "" "two" (func $two (result i32)))
    (import "" "three" (func $three (result i32)))
    (import "" "four" (func $four (result i32)))
    (func (export "all") (result i32) (i32.add (i32.mul (i32.add (i32.mul (call $two) (i32.const 10)) (call $three)) (i32.const 10)) (call $four))))
  (core instance $i (instantiate $m (with "" (instance (export "two" (func $two)) (export "three" (func $three)) (export "four" (func $four))))))
  (func (export "all") (result u32) (canon lift (core func $i "all"))))
(assert_return (invoke "all") (u32.const 234))

;; A trap in one instance ends those that called it, and itself.
(component $breaker
  (import "counter" (instance $c (export "fail" (func)) (export "next" (func (result u32)))))
  (core func $fail (canon lower (func $c "fail")))
  (core func $next (canon lower (func $c "next")))
  (func (export "fail") (canon lift (core func $fail)))
  (func (export "next") (result u32) (canon lift (core func $next))))
(assert_return (invoke "next") (u32.const 12))
(assert_trap (invoke "fail") "unreachable")
(assert_trap (invoke "next") "cannot enter component instance")
(assert_trap (invoke $counter "next") "cannot enter component instance")

;; Core instances: modules that get items from others, bundles, and aliases of every sort of core export. Explainer.md, "Core Instance Definitions".

;; A memory, a table, a global and a function of one instance, used by another.
(component $shared
  (core module $owner
    (memory (export "mem") 1)
    (table (export "table") 2 funcref)
    (global (export "global") (mut i32) (i32.const 5))
    (func $f (export "f") (result i32) (i32.load (i32.const 0)))
    (elem (i32.const 0) $f))
  (core instance $owner (instantiate $owner))
  (core module $user
    (import "o" "mem" (memory 1))
    (import "o" "table" (table 2 funcref))
    (import "o" "global" (global $g (mut i32)))
    (import "o" "f" (func $f (result i32)))
    (type $t (func (result i32)))
    (func $own (result i32) (i32.const 99))
    (elem (i32.const 1) $own)
    (func (export "store") (param i32) (i32.store (i32.const 0) (local.get 0)))
    (func (export "load") (result i32) (call $f))
    (func (export "through-table") (param i32) (result i32) (call_indirect (type $t) (local.get 0)))
    (func (export "bump") (result i32) (global.set $g (i32.add (global.get $g) (i32.const 1))) (global.get $g)))
  (core instance $user (instantiate $user (with "o" (instance $owner))))
  ;; A second user, through a bundle of aliases under other names.
  (alias core export $owner "mem" (core memory $mem))
  (alias core export $owner "global" (core global $global))
  (alias core export $owner "table" (core table $table))
  (alias core export $owner "f" (core func $f))
  (core instance $bundle (export "mem" (memory $mem)) (export "global" (global $global)) (export "table" (table $table)) (export "f" (func $f)))
  (core instance $second (instantiate $user (with "o" (instance $bundle))))
  (func (export "store") (param "x" u32) (canon lift (core func $user "store")))
  (func (export "load") (result u32) (canon lift (core func $user "load")))
  (func (export "second-load") (result u32) (canon lift (core func $second "load")))
  (func (export "through-table") (param "i" u32) (result u32) (canon lift (core func $user "through-table")))
  (func (export "bump") (result u32) (canon lift (core func $user "bump")))
  (func (export "second-bump") (result u32) (canon lift (core func $second "bump"))))
(assert_return (invoke "load") (u32.const 0))
(assert_return (invoke "store" (u32.const 42)))
(assert_return (invoke "load") (u32.const 42))
(assert_return (invoke "second-load") (u32.const 42))
(assert_return (invoke "through-table" (u32.const 0)) (u32.const 42))
(assert_return (invoke "through-table" (u32.const 1)) (u32.const 99))
(assert_return (invoke "bump") (u32.const 6))
(assert_return (invoke "second-bump") (u32.const 7))
(assert_trap (invoke "through-table" (u32.const 2)) "undefined element")

;; The canonical ABI's memory and realloc need not be the callee's own.
(component
  (core module $libc
    (memory (export "mem") 1)
    (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 4096)))
  (core instance $libc (instantiate $libc))
  (core module $m
    (import "libc" "mem" (memory 1))
    (memory $own 1)
    (func (export "length") (param i32 i32) (result i32) (i32.add (local.get 1) (i32.load8_u (local.get 0)))))
  (core instance $i (instantiate $m (with "libc" (instance $libc))))
  (func (export "length") (param "s" string) (result u32)
    (canon lift (core func $i "length") (memory (core memory $libc "mem")) (realloc (core func $libc "realloc")))))
(assert_return (invoke "length" (str.const "abc")) (u32.const 100))

;; Modules with more than one memory, of which the canonical ABI uses the one that is named.
(component
  (core module $m
    (memory $a (export "a") 1)
    (memory $b (export "b") 1)
    (data (memory $a) (i32.const 8) "first")
    (data (memory $b) (i32.const 8) "other")
    (func (export "text") (result i32)
      (i32.store $a (i32.const 0) (i32.const 8)) (i32.store $a (i32.const 4) (i32.const 5))
      (i32.store $b (i32.const 0) (i32.const 8)) (i32.store $b (i32.const 4) (i32.const 5))
      (i32.const 0)))
  (core instance $i (instantiate $m))
  (func (export "a") (result string) (canon lift (core func $i "text") (memory (core memory $i "a"))))
  (func (export "b") (result string) (canon lift (core func $i "text") (memory (core memory $i "b")))))
(assert_return (invoke "a") (str.const "first"))
(assert_return (invoke "b") (str.const "other"))

;; Core functions made by lowering may be lifted at once, and may be exports of a bundle.
(component
  (component $c
    (core module $m (func (export "f") (param i32) (result i32) (i32.add (local.get 0) (i32.const 1))))
    (core instance $i (instantiate $m))
    (func (export "f") (param "x" u8) (result u8) (canon lift (core func $i "f"))))
  (component $d
    (import "f" (func $f (param "x" u8) (result u8)))
    (core func $lowered (canon lower (func $f)))
    (core instance $bundle (export "g" (func $lowered)))
    (func (export "direct") (param "x" u8) (result u8) (canon lift (core func $lowered)))
    (func (export "wide") (param "x" u32) (result u32) (canon lift (core func $bundle "g"))))
  (instance $c (instantiate $c))
  (instance $d (instantiate $d (with "f" (func $c "f"))))
  (func (export "direct") (alias export $d "direct"))
  (func (export "wide") (alias export $d "wide")))
(assert_return (invoke "direct" (u8.const 255)) (u8.const 0))
(assert_return (invoke "wide" (u32.const 0x1ff)) (u32.const 0))
(assert_return (invoke "wide" (u32.const 0x1fe)) (u32.const 255))

;; An exception that a guest catches stays within it; one that nobody catches is a trap.
(component definition $tags
  (core module $thrower
    (tag $t (export "t") (param i32))
    (func (export "throw") (param i32) (throw $t (local.get 0))))
  (core instance $thrower (instantiate $thrower))
  (alias core export $thrower "t" (core tag $t))
  (core module $catcher
    (import "" "t" (tag $t (param i32)))
    (import "" "throw" (func $throw (param i32)))
    (func (export "catch") (param i32) (result i32)
      (block $caught (result i32)
        (try_table (catch $t $caught) (call $throw (local.get 0)))
        (i32.const -1)))
    (func (export "leave") (param i32) (call $throw (local.get 0))))
  (core instance $i (instantiate $catcher (with "" (instance (export "t" (tag $t)) (export "throw" (func $thrower "throw"))))))
  (func (export "catch") (param "x" u32) (result u32) (canon lift (core func $i "catch")))
  (func (export "leave") (param "x" u32) (canon lift (core func $i "leave"))))
(component instance $a $tags)
(assert_return (invoke "catch" (u32.const 17)) (u32.const 17))
(assert_trap (invoke "leave" (u32.const 1)) "uncaught exception")

;; Lists of a fixed length: the elements one after the other, without pointer and length, in memory as in core values. CanonicalABI.md, "Flattening".

(component definition $lists
  (core module $m
    (memory (export "mem") 1)
    (func (export "number") (param i32 i32 i32) (result i32)
      (i32.add (i32.mul (local.get 0) (i32.const 100)) (i32.add (i32.mul (local.get 1) (i32.const 10)) (local.get 2))))
    (func (export "second") (param i64 f32 i64 f32) (result f32) (f32.add (local.get 3) (f32.convert_i64_u (local.get 2))))
    (func (export "same") (param i32) (result i32) (local.get 0))
    (func (export "load") (param i32) (result i64) (i64.load (local.get 0)))
    (func (export "load-at") (param i32) (result i32) (i32.load8_u (i32.add (local.get 0) (i32.load (i32.add (local.get 0) (i32.const 300))))))
    (func (export "load-list") (param i32 i32) (result i64) (i64.load (local.get 0)))
    (func (export "bits") (param i64) (result i32) (i64.store (i32.const 32) (local.get 0)) (i32.const 32))
    (func (export "address") (param i32) (result i32) (local.get 0))
    (func (export "reverse") (param i32 i32 i32 i32 i32 i32) (result i32)
      (i32.store8 (i32.const 8) (local.get 5)) (i32.store8 (i32.const 9) (local.get 4)) (i32.store8 (i32.const 10) (local.get 3))
      (i32.store8 (i32.const 11) (local.get 2)) (i32.store8 (i32.const 12) (local.get 1)) (i32.store8 (i32.const 13) (local.get 0))
      (i32.const 8))
    (func (export "swap") (param i32 i32 i32 i32) (result i32)
      (i32.store (i32.const 32) (local.get 2)) (i32.store (i32.const 36) (local.get 3))
      (i32.store (i32.const 40) (local.get 0)) (i32.store (i32.const 44) (local.get 1))
      (i32.const 32))
    (global $next (mut i32) (i32.const 256))
    (func (export "realloc") (param i32 i32 i32 i32) (result i32)
      (local $place i32)
      (local.set $place (i32.and (i32.add (global.get $next) (i32.const 7)) (i32.const -8)))
      (global.set $next (i32.add (local.get $place) (local.get 3)))
      (local.get $place)))
  (core instance $i (instantiate $m))
  (alias core export $i "mem" (core memory $mem))
  (alias core export $i "realloc" (core func $realloc))
  (type $r' (record (field "a" u64) (field "b" f32)))
  (export $r "r" (type $r'))
  (func (export "number") (param "l" (list u8 3)) (result u32) (canon lift (core func $i "number")))
  (func (export "second") (param "l" (list $r 2)) (result f32) (canon lift (core func $i "second")))
  (func (export "one") (param "l" (list u16 1)) (result (list u16 1)) (canon lift (core func $i "same")))
  (func (export "reverse") (param "l" (list (list u8 2) 3)) (result (list (list u8 2) 3)) (canon lift (core func $i "reverse") (memory $mem)))
  (func (export "load17") (param "l" (list u16 17)) (result u64) (canon lift (core func $i "load") (memory $mem) (realloc (core func $realloc))))
  (func (export "load-at") (param "l" (list u8 300)) (param "i" u32) (result u8) (canon lift (core func $i "load-at") (memory $mem) (realloc (core func $realloc))))
  (func (export "load-pairs") (param "l" (list (list u16 2))) (result u64) (canon lift (core func $i "load-list") (memory $mem) (realloc (core func $realloc))))
  (func (export "bits") (param "bits" u64) (result (list s16 4)) (canon lift (core func $i "bits") (memory $mem)))
  (func (export "some") (param "bits" u64) (result (option (list char 1))) (canon lift (core func $i "bits") (memory $mem)))
  (func (export "swap") (param "l" (list string 2)) (result (list string 2)) (canon lift (core func $i "swap") (memory $mem) (realloc (core func $realloc))))
  (func (export "three-at") (param "address" u32) (result (list u8 3)) (canon lift (core func $i "address") (memory $mem)))
  (func (export "pair-at") (param "address" u32) (result (list u16 2)) (canon lift (core func $i "address") (memory $mem)))
  (func (export "most-at") (param "address" u32) (result (list u8 0x0fff_ffff)) (canon lift (core func $i "address") (memory $mem))))

;; Up to 16 core values they travel as these.
(component instance $a $lists)
(assert_return (invoke "number" (list.const (u8.const 1) (u8.const 2) (u8.const 3))) (u32.const 123))
(assert_return
  (invoke "second" (list.const
    (record.const (field "a" u64.const 1) (field "b" f32.const 2)) (record.const (field "a" u64.const 40) (field "b" f32.const 0.5))))
  (f32.const 40.5))
;; A list of one is its element, as a result too.
(assert_return (invoke "one" (list.const (u16.const 0xfffe))) (list.const (u16.const 0xfffe)))
(assert_return
  (invoke "reverse" (list.const (list.const (u8.const 1) (u8.const 2)) (list.const (u8.const 3) (u8.const 4)) (list.const (u8.const 5) (u8.const 6))))
  (list.const (list.const (u8.const 6) (u8.const 5)) (list.const (u8.const 4) (u8.const 3)) (list.const (u8.const 2) (u8.const 1))))

;; Beyond, through memory.
(assert_return
  (invoke "load17" (list.const
    (u16.const 1) (u16.const 2) (u16.const 3) (u16.const 4) (u16.const 5) (u16.const 6) (u16.const 7) (u16.const 8) (u16.const 9)
    (u16.const 10) (u16.const 11) (u16.const 12) (u16.const 13) (u16.const 14) (u16.const 15) (u16.const 16) (u16.const 17)))
  (u64.const 0x0004_0003_0002_0001))
(assert_return (invoke "bits" (u64.const 0xffff_0002_8000_0001)) (list.const (s16.const 1) (s16.const -32768) (s16.const 2) (s16.const -1)))
(assert_return (invoke "load-pairs" (list.const (list.const (u16.const 1) (u16.const 2)) (list.const (u16.const 3) (u16.const 4)))) (u64.const 0x0004_0003_0002_0001))
(assert_return (invoke "some" (u64.const 0x41_0000_0001)) (option.some (list.const (char.const "A"))))
(assert_return (invoke "some" (u64.const 0x41_0000_0000)) (option.none))
(assert_return (invoke "swap" (list.const (str.const "one") (str.const "zwei"))) (list.const (str.const "zwei") (str.const "one")))

;; All of it lies in the memory, and is aligned.
(assert_return (invoke "three-at" (u32.const 65533)) (list.const (u8.const 0) (u8.const 0) (u8.const 0)))
(component instance $b $lists)
(assert_trap (invoke "three-at" (u32.const 65534)) "pointer/length out of bounds")
(component instance $c $lists)
(assert_trap (invoke "most-at" (u32.const 0)) "pointer/length out of bounds")
(component instance $d $lists)
(assert_trap (invoke "pair-at" (u32.const 65)) "not aligned")
(component instance $e $lists)
(assert_trap (invoke "some" (u64.const 0xd800_0000_0001)) "`char` bit pattern")

;; From one component to another, which do not share a memory.
(component
  (component $callee
    (core module $m
      (memory (export "mem") 1)
      (global $next (mut i32) (i32.const 256))
      (func (export "realloc") (param i32 i32 i32 i32) (result i32) (global.set $next (i32.add (global.get $next) (i32.const 128))) (global.get $next))
      ;; The strings' lengths, and the last of the numbers.
      (func (export "f") (param i32 i32 i32 i32 i32) (result i32)
        (i32.store (i32.const 0) (local.get 1)) (i32.store (i32.const 4) (local.get 3)) (i32.store (i32.const 8) (local.get 4)) (i32.const 0))
      (func (export "g") (param i32) (result i32) (i32.load8_s (i32.add (local.get 0) (i32.const 19)))))
    (core instance $i (instantiate $m))
    (alias core export $i "mem" (core memory $mem))
    (alias core export $i "realloc" (core func $realloc))
    (func (export "f") (param "l" (list string 2)) (param "n" (list u32 1)) (result (list u32 3))
      (canon lift (core func $i "f") (memory $mem) (realloc (core func $realloc))))
    (func (export "g") (param "l" (list s8 20)) (result s8) (canon lift (core func $i "g") (memory $mem) (realloc (core func $realloc)))))
  (instance $callee (instantiate $callee))
  (component $caller
    (import "i" (instance $i
      (export "f" (func (param "l" (list string 2)) (param "n" (list u32 1)) (result (list u32 3))))
      (export "g" (func (param "l" (list s8 20)) (result s8)))))
    (core module $libc
      (memory (export "mem") 1)
      (data (i32.const 16) "abcdefgh") (data (i32.const 119) "\fe"))
    (core instance $libc (instantiate $libc))
    (alias core export $libc "mem" (core memory $mem))
    (core func $f (canon lower (func $i "f") (memory $mem)))
    (core func $g (canon lower (func $i "g") (memory $mem)))
    (core module $m
      (import "" "mem" (memory 1))
      (import "" "f" (func $f (param i32 i32 i32 i32 i32 i32)))
      (import "" "g" (func $g (param i32) (result i32)))
      (func (export "f") (result i32)
        (call $f (i32.const 16) (i32.const 3) (i32.const 19) (i32.const 5) (i32.const 42) (i32.const 64))
        (i32.const 64))
      (func (export "g") (result i32) (call $g (i32.const 100))))
    (core instance $i (instantiate $m (with "" (instance (export "mem" (memory $mem)) (export "f" (func $f)) (export "g" (func $g))))))
    (func (export "f") (result (list u32 3)) (canon lift (core func $i "f") (memory $mem)))
    (func (export "g") (result s8) (canon lift (core func $i "g"))))
  (instance $caller (instantiate $caller (with "i" (instance $callee))))
  (func (export "f") (alias export $caller "f"))
  (func (export "g") (alias export $caller "g")))
(assert_return (invoke "f") (list.const (u32.const 3) (u32.const 5) (u32.const 42)))
(assert_return (invoke "g") (s8.const -2))

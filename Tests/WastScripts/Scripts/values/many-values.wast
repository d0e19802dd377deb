;; Up to 16 flat values are passed as parameters; more are stored in memory and passed by a pointer. More than one flat result is returned by a
;; pointer: from a callee's memory, and into a caller's. CanonicalABI.md, "Flattening", `MAX_FLAT_PARAMS` and `MAX_FLAT_RESULTS`.

(component $host
  (core module $m
    (memory (export "mem") 1)
    ;; Where the arguments are put, for `spilled`; asked for by one call with their size and alignment.
    (func (export "realloc") (param i32 i32 i32 i32) (result i32)
      (i32.store (i32.const 0) (local.get 2))
      (i32.store (i32.const 4) (local.get 3))
      (i32.const 256))
    (func (export "sixteen") (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)
      (i32.add (i32.add (i32.add (i32.add (i32.add (i32.add (i32.add (i32.add (i32.add (i32.add (i32.add (i32.add (i32.add (i32.add (i32.add (local.get 0) (local.get 1)) (local.get 2)) (local.get 3)) (local.get 4)) (local.get 5)) (local.get 6)) (local.get 7)) (local.get 8)) (local.get 9)) (local.get 10)) (local.get 11)) (local.get 12)) (local.get 13)) (local.get 14)) (local.get 15)))
    (func (export "seventeen") (param $at i32) (result i32)
      (local $i i32) (local $sum i32)
      (loop $again
        (local.set $sum (i32.add (local.get $sum) (i32.load8_u (i32.add (local.get $at) (local.get $i)))))
        (br_if $again (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 17))))
      (local.get $sum))
    (func (export "request") (param i32) (result i64) (i64.load (i32.const 0)))
    (func (export "last-of-mixed") (param i32) (result i64) (i64.load offset=96 (local.get 0))))
  (core instance $i (instantiate $m))
  (alias core export $i "mem" (core memory $mem))
  (alias core export $i "realloc" (core func $realloc))
  (func (export "sixteen") (param "p0" u8) (param "p1" u8) (param "p2" u8) (param "p3" u8) (param "p4" u8) (param "p5" u8) (param "p6" u8) (param "p7" u8) (param "p8" u8) (param "p9" u8) (param "p10" u8) (param "p11" u8) (param "p12" u8) (param "p13" u8) (param "p14" u8) (param "p15" u8) (result u32) (canon lift (core func $i "sixteen")))
  (func (export "seventeen") (param "p0" u8) (param "p1" u8) (param "p2" u8) (param "p3" u8) (param "p4" u8) (param "p5" u8) (param "p6" u8) (param "p7" u8) (param "p8" u8) (param "p9" u8) (param "p10" u8) (param "p11" u8) (param "p12" u8) (param "p13" u8) (param "p14" u8) (param "p15" u8) (param "p16" u8) (result u32) (canon lift (core func $i "seventeen") (memory $mem) (realloc (core func $realloc))))
  ;; What counts are the flat values: fifteen and a string are seventeen.
  (func (export "strings") (param "p0" u8) (param "p1" u8) (param "p2" u8) (param "p3" u8) (param "p4" u8) (param "p5" u8) (param "p6" u8) (param "p7" u8) (param "p8" u8) (param "p9" u8) (param "p10" u8) (param "p11" u8) (param "p12" u8) (param "p13" u8) (param "p14" u8) (param "s" string) (result u64) (canon lift (core func $i "request") (memory $mem) (realloc (core func $realloc))))
  ;; Seven bytes from 0 on, ten words of eight bytes from 8 on, two bytes at 88, a word at 96: 104 bytes.
  (func (export "request") (param "p0" u8) (param "p1" u8) (param "p2" u8) (param "p3" u8) (param "p4" u8) (param "p5" u8) (param "p6" u8) (param "p7" u8) (param "p8" u8) (param "p9" u8) (param "p10" u8) (param "p11" u8) (param "p12" u8) (param "p13" u8) (param "p14" u8) (param "p15" u8) (param "p16" u8) (result u64) (canon lift (core func $i "request") (memory $mem) (realloc (core func $realloc))))
  (func (export "mixed-request") (param "b0" u8) (param "b1" u8) (param "b2" u8) (param "b3" u8) (param "b4" u8) (param "b5" u8) (param "b6" u8) (param "w0" u64) (param "w1" u64) (param "w2" u64) (param "w3" u64) (param "w4" u64) (param "w5" u64) (param "w6" u64) (param "w7" u64) (param "w8" u64) (param "w9" u64) (param "c" u16) (param "z" s64) (result u64) (canon lift (core func $i "request") (memory $mem) (realloc (core func $realloc))))
  (func (export "mixed-last") (param "b0" u8) (param "b1" u8) (param "b2" u8) (param "b3" u8) (param "b4" u8) (param "b5" u8) (param "b6" u8) (param "w0" u64) (param "w1" u64) (param "w2" u64) (param "w3" u64) (param "w4" u64) (param "w5" u64) (param "w6" u64) (param "w7" u64) (param "w8" u64) (param "w9" u64) (param "c" u16) (param "z" s64) (result s64) (canon lift (core func $i "last-of-mixed") (memory $mem) (realloc (core func $realloc)))))

(assert_return (invoke "sixteen" (u8.const 1) (u8.const 2) (u8.const 3) (u8.const 4) (u8.const 5) (u8.const 6) (u8.const 7) (u8.const 8) (u8.const 9) (u8.const 10) (u8.const 11) (u8.const 12) (u8.const 13) (u8.const 14) (u8.const 15) (u8.const 16)) (u32.const 136))
(assert_return (invoke "sixteen" (u8.const 255) (u8.const 255) (u8.const 255) (u8.const 255) (u8.const 255) (u8.const 255) (u8.const 255) (u8.const 255) (u8.const 255) (u8.const 255) (u8.const 255) (u8.const 255) (u8.const 255) (u8.const 255) (u8.const 255) (u8.const 255)) (u32.const 4080))
(assert_return (invoke "seventeen" (u8.const 1) (u8.const 2) (u8.const 3) (u8.const 4) (u8.const 5) (u8.const 6) (u8.const 7) (u8.const 8) (u8.const 9) (u8.const 10) (u8.const 11) (u8.const 12) (u8.const 13) (u8.const 14) (u8.const 15) (u8.const 16) (u8.const 17)) (u32.const 153))
(assert_return (invoke "seventeen" (u8.const 255) (u8.const 255) (u8.const 255) (u8.const 255) (u8.const 255) (u8.const 255) (u8.const 255) (u8.const 255) (u8.const 255) (u8.const 255) (u8.const 255) (u8.const 255) (u8.const 255) (u8.const 255) (u8.const 255) (u8.const 255) (u8.const 255)) (u32.const 4335))
;; Alignment in the lower half, size in the upper.
(assert_return (invoke "request" (u8.const 0) (u8.const 1) (u8.const 2) (u8.const 3) (u8.const 4) (u8.const 5) (u8.const 6) (u8.const 7) (u8.const 8) (u8.const 9) (u8.const 10) (u8.const 11) (u8.const 12) (u8.const 13) (u8.const 14) (u8.const 15) (u8.const 16)) (u64.const 0x1100000001))
(assert_return (invoke "mixed-request" (u8.const 0) (u8.const 1) (u8.const 2) (u8.const 3) (u8.const 4) (u8.const 5) (u8.const 6) (u64.const 0) (u64.const 1) (u64.const 2) (u64.const 3) (u64.const 4) (u64.const 5) (u64.const 6) (u64.const 7) (u64.const 8) (u64.const 9) (u16.const 7) (s64.const -9)) (u64.const 0x6800000008))
(assert_return (invoke "mixed-last" (u8.const 0) (u8.const 1) (u8.const 2) (u8.const 3) (u8.const 4) (u8.const 5) (u8.const 6) (u64.const 0) (u64.const 1) (u64.const 2) (u64.const 3) (u64.const 4) (u64.const 5) (u64.const 6) (u64.const 7) (u64.const 8) (u64.const 9) (u16.const 7) (s64.const -9)) (s64.const -9))
;; The arguments are placed first; the latest request is that of the string.
(assert_return (invoke "strings" (u8.const 0) (u8.const 1) (u8.const 2) (u8.const 3) (u8.const 4) (u8.const 5) (u8.const 6) (u8.const 7) (u8.const 8) (u8.const 9) (u8.const 10) (u8.const 11) (u8.const 12) (u8.const 13) (u8.const 14) (str.const "hello")) (u64.const 0x500000001))

;; Between components: the caller passes its own pointer, and the arguments come to be in the callee's memory; the result goes the other way.
(component $chain
  (component $callee
    (core module $m
      (memory (export "mem") 1)
      (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 512))
      ;; The sum of the first and the last, and of all between.
      (func (export "sums") (param $at i32) (result i32)
        (local $i i32) (local $sum i32)
        (local.set $i (i32.const 4))
        (loop $again
          (local.set $sum (i32.add (local.get $sum) (i32.load (i32.add (local.get $at) (local.get $i)))))
          (br_if $again (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 4))) (i32.const 76))))
        (i32.store (i32.const 64) (i32.add (i32.load (local.get $at)) (i32.load offset=76 (local.get $at))))
        (i32.store (i32.const 68) (local.get $sum))
        (i32.const 64)))
    (core instance $i (instantiate $m))
    (func (export "sums") (param "p0" u32) (param "p1" u32) (param "p2" u32) (param "p3" u32) (param "p4" u32) (param "p5" u32) (param "p6" u32) (param "p7" u32) (param "p8" u32) (param "p9" u32) (param "p10" u32) (param "p11" u32) (param "p12" u32) (param "p13" u32) (param "p14" u32) (param "p15" u32) (param "p16" u32) (param "p17" u32) (param "p18" u32) (param "p19" u32) (result (tuple u32 u32))
      (canon lift (core func $i "sums") (memory (core memory $i "mem")) (realloc (core func $i "realloc")))))
  (component $caller
    (import "sums" (func $sums (param "p0" u32) (param "p1" u32) (param "p2" u32) (param "p3" u32) (param "p4" u32) (param "p5" u32) (param "p6" u32) (param "p7" u32) (param "p8" u32) (param "p9" u32) (param "p10" u32) (param "p11" u32) (param "p12" u32) (param "p13" u32) (param "p14" u32) (param "p15" u32) (param "p16" u32) (param "p17" u32) (param "p18" u32) (param "p19" u32) (result (tuple u32 u32))))
    (core module $libc (memory (export "mem") 1))
    (core instance $libc (instantiate $libc))
    (core func $sums (canon lower (func $sums) (memory (core memory $libc "mem"))))
    (core module $m
      (import "" "mem" (memory 1))
      (import "" "sums" (func $sums (param i32 i32)))
      ;; 20 words of the given value at 1000, but for the last, which is 1; the result to 2000.
      (func (export "run") (param $word i32) (result i32)
        (local $i i32)
        (loop $again
          (i32.store offset=1000 (local.get $i) (local.get $word))
          (br_if $again (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 4))) (i32.const 80))))
        (i32.store (i32.const 1076) (i32.const 1))
        (call $sums (i32.const 1000) (i32.const 2000))
        (i32.const 2000)))
    (core instance $i (instantiate $m (with "" (instance (export "mem" (memory $libc "mem")) (export "sums" (func $sums))))))
    (func (export "run") (param "word" u32) (result (tuple u32 u32)) (canon lift (core func $i "run") (memory (core memory $libc "mem")))))
  (instance $callee (instantiate $callee))
  (instance $caller (instantiate $caller (with "sums" (func $callee "sums"))))
  (func (export "run") (alias export $caller "run")))
(assert_return (invoke "run" (u32.const 0)) (tuple.const (u32.const 1) (u32.const 0)))
(assert_return (invoke "run" (u32.const 5)) (tuple.const (u32.const 6) (u32.const 90)))
(assert_return (invoke "run" (u32.const 0xffff_ffff)) (tuple.const (u32.const 0) (u32.const 0xffff_ffee)))

;; Pointers to arguments and results that are not aligned, or beyond the end, whoever makes them up.
(component definition $wild
  (component $callee
    (core module $m
      (memory (export "mem") 1)
      (global $result (mut i32) (i32.const 0))
      (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 512))
      (func (export "set-result") (param i32) (global.set $result (local.get 0)))
      (func (export "many") (param i32) (result i32) (i32.load offset=64 (local.get 0)))
      (func (export "pair") (result i32) (global.get $result)))
    (core instance $i (instantiate $m))
    (func (export "set-result") (param "at" u32) (canon lift (core func $i "set-result")))
    (func (export "many") (param "p0" u32) (param "p1" u32) (param "p2" u32) (param "p3" u32) (param "p4" u32) (param "p5" u32) (param "p6" u32) (param "p7" u32) (param "p8" u32) (param "p9" u32) (param "p10" u32) (param "p11" u32) (param "p12" u32) (param "p13" u32) (param "p14" u32) (param "p15" u32) (param "p16" u32) (result u32)
      (canon lift (core func $i "many") (memory (core memory $i "mem")) (realloc (core func $i "realloc"))))
    (func (export "pair") (result (tuple u32 u32)) (canon lift (core func $i "pair") (memory (core memory $i "mem")))))
  (component $caller
    (import "many" (func $many (param "p0" u32) (param "p1" u32) (param "p2" u32) (param "p3" u32) (param "p4" u32) (param "p5" u32) (param "p6" u32) (param "p7" u32) (param "p8" u32) (param "p9" u32) (param "p10" u32) (param "p11" u32) (param "p12" u32) (param "p13" u32) (param "p14" u32) (param "p15" u32) (param "p16" u32) (result u32)))
    (import "pair" (func $pair (result (tuple u32 u32))))
    (core module $libc (memory (export "mem") 1))
    (core instance $libc (instantiate $libc))
    (core func $many (canon lower (func $many) (memory (core memory $libc "mem"))))
    (core func $pair (canon lower (func $pair) (memory (core memory $libc "mem"))))
    (func (export "many") (param "at" u32) (result u32) (canon lift (core func $many)))
    (func (export "pair") (param "at" u32) (canon lift (core func $pair))))
  (instance $callee (instantiate $callee))
  (instance $caller (instantiate $caller (with "many" (func $callee "many")) (with "pair" (func $callee "pair"))))
  (func (export "set-result") (alias export $callee "set-result"))
  (func (export "many") (alias export $caller "many"))
  (func (export "pair") (alias export $caller "pair")))
(component instance $a $wild)
(assert_return (invoke "many" (u32.const 65468)) (u32.const 0))
(assert_return (invoke "pair" (u32.const 65528)))
(assert_trap (invoke "many" (u32.const 65472)) "pointer/length out of bounds")
(component instance $b $wild)
(assert_trap (invoke "many" (u32.const 2)) "unaligned pointer")
(component instance $c $wild)
(assert_trap (invoke "pair" (u32.const 65532)) "pointer/length out of bounds")
(component instance $d $wild)
(assert_trap (invoke "pair" (u32.const 3)) "unaligned pointer")
(component instance $e $wild)
(assert_trap (invoke "many" (u32.const 0xffff_fffc)) "pointer/length out of bounds")
(component instance $f $wild)
(invoke "set-result" (u32.const 2))
(assert_trap (invoke "pair" (u32.const 0)) "unaligned pointer")
(component instance $g $wild)
(invoke "set-result" (u32.const 65532))
(assert_trap (invoke "pair" (u32.const 0)) "pointer/length out of bounds")

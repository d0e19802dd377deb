;; Records and tuples: their layout in memory, and flat. CanonicalABI.md, "Alignment", "Element Size" and "Flattening".

;; The bytes of the records that the host passes, as the guest finds them: the first two words.
(component $layout
  (core module $m
    (memory (export "mem") 1)
    (func (export "realloc") (param i32 i32 i32 i32) (result i32)
      ;; Padding is not touched.
      (memory.fill (i32.const 256) (i32.const 0xee) (i32.const 256))
      (i32.const 256))
    (func (export "at") (param $list i32) (param $count i32) (param $offset i32) (result i64)
      (i64.load (i32.add (local.get $list) (local.get $offset)))))
  (core instance $i (instantiate $m))
  (alias core export $i "mem" (core memory $mem))
  (alias core export $i "realloc" (core func $realloc))
  (type $mixed' (record (field "a" u8) (field "b" u16) (field "c" u8) (field "d" u32)))
  (export $mixed "mixed-type" (type $mixed'))
  (type $wide' (record (field "a" u8) (field "b" u64)))
  (export $wide "wide-type" (type $wide'))
  (type $tail' (record (field "a" u32) (field "b" u8)))
  (export $tail "tail-type" (type $tail'))
  (func (export "mixed") (param "l" (list $mixed)) (param "offset" u32) (result u64) (canon lift (core func $i "at") (memory $mem) (realloc (core func $realloc))))
  (func (export "wide") (param "l" (list $wide)) (param "offset" u32) (result u64) (canon lift (core func $i "at") (memory $mem) (realloc (core func $realloc))))
  (func (export "tail") (param "l" (list $tail)) (param "offset" u32) (result u64) (canon lift (core func $i "at") (memory $mem) (realloc (core func $realloc))))
  (func (export "tuples") (param "l" (list (tuple u8 (tuple u16 u8) u8))) (param "offset" u32) (result u64)
    (canon lift (core func $i "at") (memory $mem) (realloc (core func $realloc)))))

(assert_return (invoke "mixed" (list.const (record.const (field "a" u8.const 1) (field "b" u16.const 0x0302) (field "c" u8.const 4) (field "d" u32.const 0))) (u32.const 0))
  (u64.const 0xeeee_ee04_0302_ee01))
(assert_return (invoke "mixed" (list.const (record.const (field "a" u8.const 1) (field "b" u16.const 2) (field "c" u8.const 3) (field "d" u32.const 0x0706_0504))) (u32.const 8))
  (u64.const 0xeeee_eeee_0706_0504))
(assert_return (invoke "wide" (list.const (record.const (field "a" u8.const 1) (field "b" u64.const 2))) (u32.const 0)) (u64.const 0xeeee_eeee_eeee_ee01))
(assert_return (invoke "wide" (list.const (record.const (field "a" u8.const 1) (field "b" u64.const 2)) (record.const (field "a" u8.const 3) (field "b" u64.const 4))) (u32.const 24))
  (u64.const 4))
;; A record's size is a multiple of its alignment.
(assert_return (invoke "tail" (list.const (record.const (field "a" u32.const 1) (field "b" u8.const 2)) (record.const (field "a" u32.const 3) (field "b" u8.const 4))) (u32.const 4))
  (u64.const 0x0000_0003_eeee_ee02))
;; A tuple within a tuple is padded on its own.
(assert_return (invoke "tuples" (list.const (tuple.const (u8.const 1) (tuple.const (u16.const 2) (u8.const 3)) (u8.const 4))) (u32.const 0))
  (u64.const 0xee04_ee03_0002_ee01)
)

;; Flat, the fields of a record are parameters, one after the other and without padding.
(component $flat
  (core module $m
    (func (export "f") (param i32 i64 f32 f64 i32) (result i64)
      (i64.add
        (i64.add (i64.extend_i32_u (local.get 0)) (local.get 1))
        (i64.add
          (i64.add (i64.trunc_f32_s (local.get 2)) (i64.trunc_f64_s (local.get 3)))
          (i64.extend_i32_u (local.get 4))))))
  (core instance $i (instantiate $m))
  (type $inner' (record (field "l" s64) (field "f" f32)))
  (export $inner "inner-type" (type $inner'))
  (type $outer' (record (field "a" u8) (field "inner" $inner) (field "d" f64)))
  (export $outer "outer-type" (type $outer'))
  (func (export "record") (param "r" $outer) (param "x" bool) (result s64) (canon lift (core func $i "f")))
  (func (export "tuple") (param "t" (tuple u8 (tuple s64 f32) (tuple f64 bool))) (result s64) (canon lift (core func $i "f")))
  (func (export "split") (param "a" u8) (param "b" $inner) (param "c" (tuple f64 bool)) (result s64) (canon lift (core func $i "f"))))

(assert_return
  (invoke "record" (record.const (field "a" u8.const 1) (field "inner" record.const (field "l" s64.const 20) (field "f" f32.const 300)) (field "d" f64.const 4000)) (bool.const true))
  (s64.const 4322))
(assert_return
  (invoke "tuple" (tuple.const (u8.const 1) (tuple.const (s64.const -20) (f32.const 300)) (tuple.const (f64.const 4000) (bool.const false))))
  (s64.const 4281))
(assert_return
  (invoke "split" (u8.const 255) (record.const (field "l" s64.const 0) (field "f" f32.const -1)) (tuple.const (f64.const 0) (bool.const true)))
  (s64.const 255))

;; A result of one flat value is returned as it is, however it is wrapped; one of more is returned by a pointer.
(component $results
  (core module $m
    (memory (export "mem") 1)
    (func (export "one") (result i32) (i32.const 0x1_07))
    (func (export "two") (result i32)
      (i32.store (i32.const 64) (i32.const 7))
      (i32.store (i32.const 68) (i32.const 8))
      (i32.const 64)))
  (core instance $i (instantiate $m))
  (alias core export $i "mem" (core memory $mem))
  (type $single' (record (field "only" (tuple (tuple u8)))))
  (export $single "single-type" (type $single'))
  (type $double' (record (field "x" u32) (field "y" u8)))
  (export $double "double-type" (type $double'))
  (func (export "one") (result $single) (canon lift (core func $i "one")))
  (func (export "two") (result $double) (canon lift (core func $i "two") (memory $mem)))
  (func (export "pair") (result (tuple u16 u16)) (canon lift (core func $i "two") (memory $mem))))

(assert_return (invoke "one") (record.const (field "only" tuple.const (tuple.const (u8.const 7)))))
(assert_return (invoke "two") (record.const (field "x" u32.const 7) (field "y" u8.const 8)))
(assert_return (invoke "pair") (tuple.const (u16.const 7) (u16.const 0)))

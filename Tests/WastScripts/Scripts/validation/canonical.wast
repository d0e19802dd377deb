;; Lifts, lowers and resource built-ins: the types of their core functions, and their options. CanonicalABI.md, "Canonical Definitions".

;; The core function's type follows from the component function's.
(assert_invalid
  (component (core module $m (func (export "f"))) (core instance $i (instantiate $m)) (func (param "x" u8) (canon lift (core func $i "f"))))
  "lowered parameter types `[I32]` do not match parameter types `[]`")
(assert_invalid
  (component (core module $m (func (export "f") (param i64))) (core instance $i (instantiate $m)) (func (param "x" u8) (canon lift (core func $i "f"))))
  "lowered parameter types `[I32]` do not match parameter types `[I64]`")
(assert_invalid
  (component (core module $m (func (export "f") (result i32))) (core instance $i (instantiate $m)) (func (canon lift (core func $i "f"))))
  "lowered result types `[]` do not match result types `[I32]`")
(assert_invalid
  (component (core module $m (func (export "f") (result f64))) (core instance $i (instantiate $m)) (func (result f32) (canon lift (core func $i "f"))))
  "lowered result types `[F32]` do not match result types `[F64]`")
(assert_invalid
  (component (core module $m (func (export "f"))) (core instance $i (instantiate $m)) (type $t u8) (func (type $t) (canon lift (core func $i "f"))))
  "is not a function type")

;; What passes through memory needs one, and where something is stored, a realloc.
(assert_invalid
  (component (core module $m (func (export "f") (param i32 i32))) (core instance $i (instantiate $m)) (func (param "s" string) (canon lift (core func $i "f"))))
  "canonical option `memory` is required")
(assert_invalid
  (component
    (core module $m (memory (export "mem") 1) (func (export "f") (param i32 i32)))
    (core instance $i (instantiate $m))
    (func (param "s" string) (canon lift (core func $i "f") (memory (core memory $i "mem")))))
  "canonical option `realloc` is required")
(assert_invalid
  (component (core module $m (func (export "f") (result i32))) (core instance $i (instantiate $m)) (func (result (tuple u8 u8)) (canon lift (core func $i "f"))))
  "canonical option `memory` is required")
(component definition
  (core module $m (memory (export "mem") 1) (func (export "f") (result i32) unreachable))
  (core instance $i (instantiate $m))
  (func (result string) (canon lift (core func $i "f") (memory (core memory $i "mem")))))
(assert_invalid (component (import "f" (func $f (result string))) (core func (canon lower (func $f)))) "canonical option `memory` is required")
(assert_invalid
  (component
    (import "f" (func $f (result string)))
    (core module $m (memory (export "mem") 1))
    (core instance $i (instantiate $m))
    (core func (canon lower (func $f) (memory (core memory $i "mem")))))
  "canonical option `realloc` is required")
(component definition
  (import "f" (func $f (param "s" string)))
  (core module $m (memory (export "mem") 1))
  (core instance $i (instantiate $m))
  (core func (canon lower (func $f) (memory (core memory $i "mem")))))

;; Options: of the right types, once, and where they belong.
(assert_invalid
  (component
    (core module $m (memory (export "mem") 1) (func (export "f") (param i32 i32)) (func (export "realloc") (param i32 i32 i32) (result i32) unreachable))
    (core instance $i (instantiate $m))
    (func (param "s" string) (canon lift (core func $i "f") (memory (core memory $i "mem")) (realloc (core func $i "realloc")))))
  "canonical option `realloc` uses a core function with an incorrect signature")
(assert_invalid
  (component
    (core module $m (func (export "f") (result i32) unreachable) (func (export "post") (param i64)))
    (core instance $i (instantiate $m))
    (func (result u32) (canon lift (core func $i "f") (post-return (core func $i "post")))))
  "canonical option `post-return` uses a core function with an incorrect signature")
(assert_invalid
  (component
    (core module $m (func (export "f")) (func (export "post") (result i32) unreachable))
    (core instance $i (instantiate $m))
    (func (canon lift (core func $i "f") (post-return (core func $i "post")))))
  "canonical option `post-return` uses a core function with an incorrect signature")
(assert_invalid
  (component
    (import "f" (func $f))
    (core module $m (func (export "post")))
    (core instance $i (instantiate $m))
    (core func (canon lower (func $f) (post-return (core func $i "post")))))
  "canonical option `post-return` cannot be specified for lowerings")
(assert_invalid (component (import "f" (func $f)) (core func (canon lower (func $f) string-encoding=utf8 string-encoding=utf16))) "conflicts with option")
(assert_invalid (component (import "f" (func $f)) (core func (canon lower (func $f) string-encoding=utf16 string-encoding=latin1+utf16))) "conflicts with option")
(assert_invalid
  (component
    (core module $m (memory (export "mem") 1) (func (export "f")))
    (core instance $i (instantiate $m))
    (func (canon lift (core func $i "f") (memory (core memory $i "mem")) (memory (core memory $i "mem")))))
  "more than once")
(assert_invalid
  (component (core module $m (func (export "f"))) (core instance $i (instantiate $m)) (func (canon lift (core func $i "f") (memory 0))))
  "memory index out of bounds")

;; Resources: new and rep are for the component's own, drop for any.
(component definition
  (import "r" (type $r (sub resource)))
  (core func (canon resource.drop $r)))
(assert_invalid (component (import "r" (type $r (sub resource))) (core func (canon resource.new $r))) "not a local resource")
(assert_invalid (component (import "r" (type $r (sub resource))) (core func (canon resource.rep $r))) "not a local resource")
(assert_invalid (component (type $t u8) (core func (canon resource.drop $t))) "not a resource type")
(assert_invalid
  (component
    (core module $m (func (export "dtor") (param i64)))
    (core instance $i (instantiate $m))
    (type (resource (rep i32) (dtor (core func $i "dtor")))))
  "wrong signature for a destructor")

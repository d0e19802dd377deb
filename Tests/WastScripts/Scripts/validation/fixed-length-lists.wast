;; Types of fixed-length lists: which are valid, and which are the same.

(component definition (type (list u8 1)) (type (list (list string 3) 65536)) (type (list u8 0x0fff_ffff)))
(component definition
  (component $a (type $t (list u8 3)) (import "f" (func (param "x" $t))))
  (import "g" (func $g (param "x" (list u8 3))))
  (instance (instantiate $a (with "f" (func $g)))))
;; They need no name, and may have any element.
(component definition (import "f" (func (param "x" (list (tuple u8 (option string)) 3)) (result (list (result u8) 2)))))
(component definition (import "r" (type $r (sub resource))) (import "f" (func (param "x" (list (borrow $r) 2)) (result (list (own $r) 2)))))
(component definition (type (component (type $t (list u8 4)) (import "i" (instance (type $u (list (list $t 2) 2)) (export "f" (func (result $u))))))))

(assert_invalid (component (type (list u8 0))) "must have at least one")
(assert_invalid (component (type (list u8 0x1000_0000))) "exceeds maximum")
(assert_invalid (component (type (list u64 0x2000_0000))) "exceeds maximum")
(assert_invalid (component (type (list (list u8 0x1_0000) 0x1000))) "exceeds maximum")
(assert_invalid (component (type (list 5 3))) "unknown type")
(assert_invalid
  (component (import "r" (type $r (sub resource))) (type (func (result (list (borrow $r) 2)))))
  "cannot contain a `borrow`")
(assert_invalid (component (type (map (list u8 2) u8))) "can be keys")

;; The length belongs to the type; a tuple or a list of any length is another.
(assert_invalid
  (component
    (component $a (import "f" (func (param "x" (list u8 3)))))
    (import "g" (func $g (param "x" (list u8 4))))
    (instance (instantiate $a (with "f" (func $g)))))
  "type mismatch")
(assert_invalid
  (component
    (component $a (import "f" (func (param "x" (list u8 300)))))
    (import "g" (func $g (param "x" (list u8 400))))
    (instance (instantiate $a (with "f" (func $g)))))
  "type mismatch")
(assert_invalid
  (component
    (component $a (import "f" (func (param "x" (list u8 2)))))
    (import "g" (func $g (param "x" (tuple u8 u8))))
    (instance (instantiate $a (with "f" (func $g)))))
  "type mismatch")
(assert_invalid
  (component
    (component $a (import "f" (func (param "x" (list u8 2)))))
    (import "g" (func $g (param "x" (list u8))))
    (instance (instantiate $a (with "f" (func $g)))))
  "type mismatch")
;; Also where nothing instantiates it.
(assert_invalid
  (component
    (component
      (component
        (component $b (import "f" (func (param "x" (list u8 2)))))
        (import "g" (func $g (param "x" (tuple u8 u8))))
        (instance (instantiate $b (with "f" (func $g)))))))
  "type mismatch")

;; What is flattened is checked against the core function.
(assert_invalid
  (component
    (core module $m (func (export "f") (param i32 i32)))
    (core instance $i (instantiate $m))
    (func (param "x" (list u8 3)) (canon lift (core func $i "f"))))
  "lowered parameter types")
(assert_invalid
  (component
    (core module $m (func (export "f") (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32)))
    (core instance $i (instantiate $m))
    (func (param "x" (list u8 17)) (canon lift (core func $i "f"))))
  "canonical option `memory` is required")

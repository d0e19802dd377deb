;; Definitions of types: what they are made of, and what may refer to what. Explainer.md, "Type Definitions".

(component definition
  (type $p u32)
  (type $l (list $p))
  (type $r (record (field "a" $l) (field "b" (option string))))
  (type $v (variant (case "x") (case "y" $r)))
  (type $t (tuple $v bool char))
  (type $o (option $t))
  (type $e (result))
  (type $f (result $o (error (result (error string)))))
  (type $g (flags "a" "b"))
  (type $h (enum "a"))
  (type (func (param "x" $f) (param "y" $g) (result $h))))

(assert_invalid (component (type (record))) "record type must have at least one field")
(assert_invalid (component (type (variant))) "variant type must have at least one case")
(assert_invalid (component (type (tuple))) "tuple type must have at least one type")
(assert_invalid (component (type (enum))) "enum type must have at least one variant")
(assert_invalid (component (type (flags))) "flags must have at least one entry")
(component definition
  (type (flags "f0" "f1" "f2" "f3" "f4" "f5" "f6" "f7" "f8" "f9" "f10" "f11" "f12" "f13" "f14" "f15"
    "f16" "f17" "f18" "f19" "f20" "f21" "f22" "f23" "f24" "f25" "f26" "f27" "f28" "f29" "f30" "f31")))
(assert_invalid
  (component
    (type (flags "f0" "f1" "f2" "f3" "f4" "f5" "f6" "f7" "f8" "f9" "f10" "f11" "f12" "f13" "f14" "f15"
      "f16" "f17" "f18" "f19" "f20" "f21" "f22" "f23" "f24" "f25" "f26" "f27" "f28" "f29" "f30" "f31" "f32")))
  "cannot have more than 32 flags")

;; A value is made of values.
(assert_invalid (component (type (list 0))) "type index out of bounds")
(assert_invalid (component (type $f (func)) (type (list $f))) "is not a defined type")
(assert_invalid (component (type $i (instance)) (type (record (field "a" $i)))) "is not a defined type")
(assert_invalid (component (type $c (component)) (type (option $c))) "is not a defined type")
(assert_invalid (component (type $r (resource (rep i32))) (type (tuple $r))) "is not a defined type")
(assert_invalid (component (type $f (func)) (type (func (param "x" $f)))) "is not a defined type")
(assert_invalid (component (type $f (func)) (type (func (result $f)))) "is not a defined type")
;; A type may refer to none that follows it.
(assert_invalid (component (type (list 1)) (type u8)) "type index out of bounds")

;; Handles are of resources.
(assert_invalid (component (type $t u32) (type (own $t))) "is not a resource type")
(assert_invalid (component (type $t (func)) (type (borrow $t))) "is not a resource type")
(assert_invalid (component (type (own 0))) "type index out of bounds")
;; A borrow is lent to a call; it cannot be returned from one, however it is wrapped.
(assert_invalid (component (type $r (resource (rep i32))) (type (func (result (borrow $r))))) "cannot contain a `borrow`")
(assert_invalid (component (type $r (resource (rep i32))) (type (func (result (option (borrow $r)))))) "cannot contain a `borrow`")
(assert_invalid (component (type $r (resource (rep i32))) (type (func (result (list (tuple u8 (borrow $r))))))) "cannot contain a `borrow`")
(component definition (type $r (resource (rep i32))) (type (func (param "l" (list (borrow $r))))))

;; Resources are defined by components, not by their types.
(component definition (type $r (resource (rep i32))) (core func (canon resource.new $r)))
(assert_invalid (component (type (instance (type (resource (rep i32)))))) "within a concrete component")
(assert_invalid (component (type (component (type (resource (rep i32)))))) "within a concrete component")
(component definition (type (instance (export "r" (type (sub resource))))) (type (component (import "r" (type (sub resource))))))

;; Uses of type indices by imports.
(assert_invalid (component (type $t u8) (import "f" (func (type $t)))) "is not a function type")
(assert_invalid (component (type $t u8) (import "i" (instance (type $t)))) "is not an instance type")
(assert_invalid (component (type $t (func)) (import "i" (instance (type $t)))) "is not an instance type")
(assert_invalid (component (import "t" (type (eq 0)))) "type index out of bounds")

;; Instance and component types have scopes of their own.
(component definition
  (type $outer u8)
  (type (instance
    (alias outer 1 $outer (type $a))
    (type $inner (list $a))
    (export "t" (type $t (eq $inner)))
    (export "f" (func (param "x" $t) (result $t)))))
  (type (component
    (import "i" (instance (export "f" (func))))
    (export "g" (func (result u8))))))
(assert_invalid (component (type $outer u8) (type (instance (export "f" (func (param "x" 0)))))) "type index out of bounds")

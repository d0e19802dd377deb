;; References to what is not there, or to something of another sort; and aliases. Explainer.md, "Index Spaces" and "Alias Definitions".

(assert_invalid (component (instance (instantiate 0))) "index out of bounds")
(assert_invalid (component (core instance (instantiate 0))) "index out of bounds")
(assert_invalid (component (export "f" (func 0))) "index out of bounds")
(assert_invalid (component (export "i" (instance 3))) "index out of bounds")
(assert_invalid (component (export "c" (component 1))) "index out of bounds")
(assert_invalid (component (export "m" (core module 0))) "index out of bounds")
(assert_invalid (component (export "t" (type 2))) "index out of bounds")
(assert_invalid (component (core func (canon lower (func 0)))) "index out of bounds")
(assert_invalid (component (core func (canon resource.new 0))) "index out of bounds")
(assert_invalid (component (core func (canon resource.drop 5))) "index out of bounds")
(assert_invalid (component (type $t (func)) (func (type $t) (canon lift (core func 0)))) "index out of bounds")
(assert_invalid (component (alias export 0 "x" (func))) "index out of bounds")
(assert_invalid (component (alias core export 0 "x" (core func))) "index out of bounds")
;; A component's own instance does not exist while it is made.
(assert_invalid (component $c (instance (instantiate $c))) "unknown component")

;; Aliases of exports: there, and of the sort.
(component definition
  (import "i" (instance $i (export "f" (func)) (export "t" (type (sub resource))) (export "j" (instance (export "g" (func))))))
  (alias export $i "f" (func))
  (alias export $i "t" (type))
  (alias export $i "j" (instance $j))
  (alias export $j "g" (func)))
(assert_invalid (component (import "i" (instance $i)) (alias export $i "f" (func))) "no export named `f`")
(assert_invalid (component (import "i" (instance $i (export "f" (func)))) (alias export $i "f" (instance))) "is not a instance")
(assert_invalid (component (import "i" (instance $i (export "f" (func)))) (alias export $i "f" (type))) "is not a type")
(assert_invalid (component (import "i" (instance $i (export "j" (instance)))) (alias export $i "j" (core module))) "is not a module")
(assert_invalid
  (component (core module $m (func (export "f"))) (core instance $i (instantiate $m)) (alias core export $i "g" (core func)))
  "no export named `g`")
(assert_invalid
  (component (core module $m (func (export "f"))) (core instance $i (instantiate $m)) (alias core export $i "f" (core memory)))
  "is not a memory")

;; Outer aliases: of types, modules and components, as far out as there are components.
(component $a
  (type $t u8)
  (core module $m)
  (component $d)
  (component $b
    (alias outer $a $t (type $t2))
    (alias outer $a $m (core module $m2))
    (alias outer $a $d (component $d2))
    (component $c
      (alias outer $a $t (type))
      (alias outer $b $t2 (type))
      (core instance (instantiate $m2))
      (instance (instantiate $d2)))
    (instance (instantiate $c)))
  (instance (instantiate $b)))
(component definition (type $t u8) (alias outer 0 $t (type)))
(assert_invalid (component (alias outer 1 0 (type))) "invalid outer alias count")
(assert_invalid (component (component (alias outer 2 0 (type)))) "invalid outer alias count")
(assert_invalid (component (component (alias outer 100 0 (core module)))) "invalid outer alias count")
(assert_invalid (component (component (alias outer 1 0 (type)))) "index out of bounds")
(assert_invalid (component (component (alias outer 1 0 (core module)))) "index out of bounds")
(assert_invalid (component (component (alias outer 1 0 (component)))) "index out of bounds")
;; What comes later is not there yet.
(assert_invalid (component (component (alias outer 1 0 (type))) (type u8)) "index out of bounds")
;; A resource type stays within its component.
(assert_invalid
  (component $a (type $r (resource (rep i32))) (component (alias outer $a $r (type))))
  "transitively refers to resources")
(assert_invalid
  (component $a (type $r (resource (rep i32))) (type $l (list (own $r))) (component (alias outer $a $l (type))))
  "transitively refers to resources")
(assert_invalid
  (component $a (import "r" (type $r (sub resource))) (component (export "t" (type $r))))
  "transitively refers to resources")
(component definition $a (type $r (resource (rep i32))) (type (instance (alias outer $a $r (type $s)) (export "f" (func (param "x" (own $s)))))))

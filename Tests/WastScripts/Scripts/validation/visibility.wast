;; The types of what is imported and exported are themselves made of types with names: imported or exported ones. Explainer.md, "Type Checking".

;; A compound type in an exported function's type is exported first.
(component definition
  (core module $m (func (export "f") (param i32) (result i32) (local.get 0)))
  (core instance $i (instantiate $m))
  (type $e' (enum "a" "b"))
  (export $e "e" (type $e'))
  (func (export "f") (param "x" $e) (result $e) (canon lift (core func $i "f"))))
(assert_invalid
  (component
    (core module $m (func (export "f") (param i32) (result i32) (local.get 0)))
    (core instance $i (instantiate $m))
    (type $e (enum "a" "b"))
    (func (export "f") (param "x" $e) (result $e) (canon lift (core func $i "f"))))
  "func not valid to be used as export")
(assert_invalid
  (component (type $r (record (field "x" u8))) (import "f" (func (param "x" $r))))
  "func not valid to be used as import")
(assert_invalid
  (component (type $v (variant (case "x" u8))) (import "f" (func (result (option (list $v))))))
  "func not valid to be used as import")
(assert_invalid
  (component (type $f (flags "x")) (type (component (import "f" (func (param "x" $f))))) (import "g" (func (result $f))))
  "func not valid to be used as import")
;; Lists, tuples, options and results need no names of their own.
(component definition
  (type $l (list (tuple u8 (option string) (result u8 (error char)))))
  (import "f" (func (param "x" $l))))

;; An exported type's parts are exported before it.
(component definition
  (type $inner' (record (field "x" u8)))
  (export $inner "inner" (type $inner'))
  (type $outer' (record (field "i" $inner)))
  (export "outer" (type $outer')))
(assert_invalid
  (component (type $inner (record (field "x" u8))) (type $outer (record (field "i" $inner))) (export "outer" (type $outer)))
  "type not valid to be used as export")

;; Resources likewise.
(component definition
  (type $r' (resource (rep i32)))
  (export $r "r" (type $r'))
  (core func $new (canon resource.new $r))
  (func (export "make") (param "rep" u32) (result (own $r)) (canon lift (core func $new))))
(assert_invalid
  (component
    (type $r (resource (rep i32)))
    (core func $new (canon resource.new $r))
    (func (export "make") (param "rep" u32) (result (own $r)) (canon lift (core func $new))))
  "func not valid to be used as export")

;; An export may be ascribed a type that promises less, not more.
(component definition
  (component $c
    (import "i" (instance $i (export "f" (func)) (export "g" (func))))
    (export "less" (instance $i) (instance (export "f" (func))))))
(assert_invalid
  (component $c (import "i" (instance $i (export "f" (func)))) (export "more" (instance $i) (instance (export "f" (func)) (export "g" (func)))))
  "ascribed type of export is not compatible")
(assert_invalid
  (component (component (import "f" (func $f)) (export "g" (func $f) (func (result u8)))))
  "ascribed type of export is not compatible")

;; Only what has a component-level type leaves a component.
(assert_malformed (component quote "(core module $m (func (export \"f\"))) (core instance $i (instantiate $m)) (export \"f\" (core func $i \"f\"))") "expected")
(assert_malformed (component quote "(import \"f\" (core func))") "expected")

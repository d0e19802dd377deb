;; Names of imports and exports: kebab case, annotations, interfaces with versions, and uniqueness. Explainer.md, "Import and Export Definitions".

(component definition (import "a" (func)) (import "a1" (func)) (import "b-2-c" (func)) (import "HTTP-server" (func)) (import "x-Y-z" (func)))
(component definition
  (import "ns:pkg/iface" (instance))
  (import "ns:pkg/iface@1.2.3" (instance))
  (import "ns:pkg/iface@0.1.0-rc-2024-01-01" (instance))
  (import "a-b:c-d/e-f@10.20.30+build.5" (instance)))

(assert_invalid (component (import "" (func))) "not in kebab case")
(assert_invalid (component (import "1a" (func))) "not in kebab case")
(assert_invalid (component (import "a_b" (func))) "not in kebab case")
(assert_invalid (component (import "aB" (func))) "not in kebab case")
(assert_invalid (component (import "a-" (func))) "not in kebab case")
(assert_invalid (component (import "-a" (func))) "not in kebab case")
(assert_invalid (component (import "a--b" (func))) "not in kebab case")
(assert_invalid (component (import "ä" (func))) "not in kebab case")
(assert_invalid (component (import "a b" (func))) "not in kebab case")
(assert_invalid (component (export "A_b" (func $f)) (import "f" (func $f))) "unknown func")
(assert_invalid (component (import "f" (func $f)) (export "A_b" (func $f))) "not in kebab case")
(assert_invalid (component (import "ns:pkg" (instance))) "expected `/` after package name")
(assert_invalid (component (import "ns:/iface" (instance))) "not in kebab case")
(assert_invalid (component (import ":pkg/iface" (instance))) "not in kebab case")
(assert_invalid (component (import "ns:pkg/iface@" (instance))) "empty string")
(assert_invalid (component (import "ns:pkg/iface@1" (instance))) "unexpected end of input")
(assert_invalid (component (import "ns:pkg/iface@1.x.0" (instance))) "unexpected character 'x'")

;; Names differ in more than their case, within the imports and within the exports.
(component definition (import "a" (func $f)) (component $c (import "a" (func))) (component (export "a" (component $c))))
(assert_invalid (component (import "a" (func)) (import "a" (func))) "conflicts with previous name")
(assert_invalid (component (import "a-b" (func)) (import "A-B" (func))) "conflicts with previous name")
(assert_invalid (component (component $c) (export "c" (component $c)) (export "C" (component $c))) "conflicts with previous name")
(assert_invalid (component (type (instance (export "a" (func)) (export "A" (func))))) "conflicts with previous name")
(assert_invalid (component (type (component (import "a" (func)) (import "A" (func))))) "conflicts with previous name")
(assert_invalid (component (component $c) (instance (export "a" (component $c)) (export "a" (component $c)))) "conflicts with previous name")

;; Annotated names: of functions, and after the resource they belong to.
(component definition
  (import "r" (type $r (sub resource)))
  (import "[constructor]r" (func (result (own $r))))
  (import "[method]r.m" (func (param "self" (borrow $r)) (param "x" u32) (result u32)))
  (import "[static]r.s" (func (param "x" u32))))
(component definition
  (import "r" (type $r (sub resource)))
  (import "[constructor]r" (func (result (result (own $r) (error string))))))
(assert_invalid (component (import "[constructor]r" (func))) "should return one value")
(assert_invalid (component (import "r" (type $r (sub resource))) (import "[constructor]r" (func (result u32)))) "function should return `(own $T)`")
(assert_invalid (component (import "r" (type $r (sub resource))) (import "[constructor]s" (func (result (own $r))))) "does not match expected resource name")
(assert_invalid (component (import "r" (type $r (sub resource))) (import "[method]r.m" (func))) "should have at least one argument")
(assert_invalid
  (component (import "r" (type $r (sub resource))) (import "[method]r.m" (func (param "this" (borrow $r)))))
  "should have a first argument called `self`")
(assert_invalid
  (component (import "r" (type $r (sub resource))) (import "[method]r.m" (func (param "self" (own $r)))))
  "should take a first argument of `(borrow $T)`")
(assert_invalid
  (component (import "r" (type $r (sub resource))) (import "[method]s.m" (func (param "self" (borrow $r)))))
  "does not match expected resource name")
(assert_invalid (component (import "[static]r.s" (func))) "static resource name is not known in this context")
(assert_invalid (component (import "r" (type $r (sub resource))) (import "[static]r" (func))) "failed to find `.` character")
(assert_invalid (component (import "r" (type $r (sub resource))) (import "[unknown]r" (func))) "not in kebab case")

;; Labels of types and of parameters.
(assert_invalid (component (type (record (field "A_b" u8)))) "record field name `A_b` is not in kebab case")
(assert_invalid (component (type (record (field "" u8)))) "record field name cannot be empty")
(assert_invalid (component (type (record (field "a" u8) (field "A" u8)))) "conflicts with previous field name")
(assert_invalid (component (type (variant (case "a_" u8)))) "variant case name `a_` is not in kebab case")
(assert_invalid (component (type (variant (case "a" u8) (case "A")))) "conflicts with previous case name")
(assert_invalid (component (type (enum "x" "X"))) "conflicts with previous tag name")
(assert_invalid (component (type (enum "9"))) "is not in kebab case")
(assert_invalid (component (type (flags "f" "F"))) "conflicts with previous flag name")
(assert_invalid (component (type (flags "f_g"))) "is not in kebab case")
(assert_invalid (component (type (func (param "p_" u8)))) "is not in kebab case")
(assert_invalid (component (type (func (param "p" u8) (param "P" u8)))) "conflicts with previous parameter name")

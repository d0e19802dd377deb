;; Arguments of instantiations: all that are asked for, of the type or of a subtype. Explainer.md, "Instance Definitions" and "Subtyping".

(component definition
  (component $c (import "f" (func (param "x" u8))) (import "i" (instance (export "g" (func)))))
  (import "f" (func $f (param "x" u8)))
  (import "i" (instance $i (export "g" (func)) (export "h" (func))))
  (instance (instantiate $c (with "f" (func $f)) (with "i" (instance $i)) (with "more" (func $f)))))

(assert_invalid (component (component $c (import "f" (func))) (instance (instantiate $c))) "missing import named `f`")
(assert_invalid
  (component (component $c (import "f" (func))) (import "g" (func $g)) (instance (instantiate $c (with "g" (func $g)))))
  "missing import named `f`")
(assert_invalid
  (component (component $c) (import "g" (func $g)) (instance (instantiate $c (with "a" (func $g)) (with "a" (func $g)))))
  "conflicts with previous argument")

;; Of another sort.
(assert_invalid
  (component (component $c (import "x" (func))) (component $d) (instance (instantiate $c (with "x" (component $d)))))
  "expected func, found component")
(assert_invalid
  (component (component $c (import "x" (instance))) (component $d) (instance (instantiate $c (with "x" (component $d)))))
  "expected instance, found component")
(assert_invalid
  (component (component $c (import "x" (core module))) (component $d) (instance (instantiate $c (with "x" (component $d)))))
  "expected module, found component")

;; Functions: the same parameters, names included, and the same result.
(assert_invalid
  (component (component $c (import "f" (func (param "x" u8)))) (import "f" (func $f)) (instance (instantiate $c (with "f" (func $f)))))
  "expected 1 parameters, found 0")
(assert_invalid
  (component (component $c (import "f" (func (param "x" u8)))) (import "f" (func $f (param "x" u16))) (instance (instantiate $c (with "f" (func $f)))))
  "type mismatch in function parameter `x`")
(assert_invalid
  (component (component $c (import "f" (func (param "x" u8)))) (import "f" (func $f (param "y" u8))) (instance (instantiate $c (with "f" (func $f)))))
  "expected parameter named `x`, found `y`")
(assert_invalid
  (component (component $c (import "f" (func (result u8)))) (import "f" (func $f)) (instance (instantiate $c (with "f" (func $f)))))
  "expected a result, found none")
(assert_invalid
  (component (component $c (import "f" (func (result u8)))) (import "f" (func $f (result s8))) (instance (instantiate $c (with "f" (func $f)))))
  "type mismatch with result type")
(assert_invalid
  (component
    (component $c (import "f" (func (param "x" (list (option string))))))
    (import "f" (func $f (param "x" (list (option char)))))
    (instance (instantiate $c (with "f" (func $f)))))
  "type mismatch in function parameter `x`")

;; Instances: at least the exports that are asked for.
(assert_invalid
  (component (component $c (import "i" (instance (export "f" (func))))) (import "i" (instance $i)) (instance (instantiate $c (with "i" (instance $i)))))
  "missing expected export `f`")
(assert_invalid
  (component
    (component $c (import "i" (instance (export "f" (func)))))
    (import "i" (instance $i (export "f" (func (result u8)))))
    (instance (instantiate $c (with "i" (instance $i)))))
  "type mismatch in instance export `f`")
(assert_invalid
  (component
    (component $c (import "i" (instance (export "j" (instance (export "f" (func)))))))
    (import "i" (instance $i (export "j" (instance))))
    (instance (instantiate $c (with "i" (instance $i)))))
  "missing expected export `f`")

;; Components: may ask for less, and give more.
(component definition
  (component $c (import "x" (component (import "f" (func)) (export "g" (func)))))
  (import "g" (func $g))
  (component $give (import "f" (func $f)) (export "g" (func $f)) (export "h" (func $f)))
  (component $ask-less (core module $m (func (export ""))) (core instance $i (instantiate $m)) (func (export "g") (canon lift (core func $i ""))))
  (instance (instantiate $c (with "x" (component $give))))
  (instance (instantiate $c (with "x" (component $ask-less)))))
(assert_invalid
  (component
    (component $c (import "x" (component (import "f" (func)))))
    (component $d (import "other" (func)))
    (instance (instantiate $c (with "x" (component $d)))))
  "missing import named `other`")
(assert_invalid
  (component
    (component $c (import "x" (component (export "g" (func)))))
    (component $d)
    (instance (instantiate $c (with "x" (component $d)))))
  "missing export named `g`")

;; Modules.
(assert_invalid
  (component (component $c (import "m" (core module (export "f" (func))))) (core module $m) (instance (instantiate $c (with "m" (core module $m)))))
  "missing expected export `f`")
(assert_invalid
  (component
    (component $c (import "m" (core module)))
    (core module $m (import "a" "b" (func)))
    (instance (instantiate $c (with "m" (core module $m)))))
  "missing expected import `a::b`")
(assert_invalid
  (component
    (component $c (import "m" (core module (export "f" (func (param i32))))))
    (core module $m (func (export "f")))
    (instance (instantiate $c (with "m" (core module $m)))))
  "type mismatch in export `f`")

;; Core instantiations name an instance for every module that is imported from, which exports what is imported.
(assert_invalid (component (core module $m (import "a" "b" (func))) (core instance (instantiate $m))) "missing module instantiation argument")
(assert_invalid
  (component (core module $m (import "a" "b" (func))) (core module $n) (core instance $n (instantiate $n)) (core instance (instantiate $m (with "a" (instance $n)))))
  "does not export an item named `b`")
(assert_invalid
  (component
    (core module $m (import "a" "b" (func)))
    (core module $n (memory (export "b") 1))
    (core instance $n (instantiate $n))
    (core instance (instantiate $m (with "a" (instance $n)))))
  "expected func, found memory")
(assert_invalid
  (component
    (core module $m)
    (core module $n)
    (core instance $n (instantiate $n))
    (core instance (instantiate $m (with "a" (instance $n)) (with "a" (instance $n)))))
  "duplicate module instantiation argument named `a`")
(assert_invalid (component (core module $m (func (export "f") (param i32) (result i32) (i64.const 0)))) "type mismatch")

;; Value types are equal if they are built alike; resource types only if they are the same.
(component definition
  (component $c (type $r' (record (field "a" (list u8)))) (import "t" (type $t (eq $r'))) (import "f" (func (param "x" $t))))
  (type $mine' (record (field "a" (list u8))))
  (import "mine" (type $mine (eq $mine')))
  (import "f" (func $f (param "x" $mine)))
  (instance (instantiate $c (with "t" (type $mine)) (with "f" (func $f)))))
(assert_invalid
  (component (component $c (type $r (record (field "a" u8))) (import "t" (type (eq $r)))) (type $r (record (field "b" u8))) (instance (instantiate $c (with "t" (type $r)))))
  "expected field name `a`, found `b`")
(assert_invalid
  (component (component $c (type $e (enum "a" "b")) (import "t" (type (eq $e)))) (type $e (enum "b" "a")) (instance (instantiate $c (with "t" (type $e)))))
  "mismatch in enum elements")
(assert_invalid
  (component (component $c (type $v (variant (case "a"))) (import "t" (type (eq $v)))) (type $v (variant (case "a" u8))) (instance (instantiate $c (with "t" (type $v)))))
  "expected case `a` to have no type")
(assert_invalid
  (component
    (import "r" (type $r (sub resource)))
    (import "s" (type $s (sub resource)))
    (import "f" (func $f (param "x" (own $s))))
    (component $c (import "r" (type $r (sub resource))) (import "f" (func (param "x" (own $r)))))
    (instance (instantiate $c (with "r" (type $r)) (with "f" (func $f)))))
  "resource types are not the same")
(assert_invalid
  (component
    (import "r" (type $r (sub resource)))
    (import "f" (func $f (param "x" (borrow $r))))
    (component $c (import "r" (type $r (sub resource))) (import "f" (func (param "x" (own $r)))))
    (instance (instantiate $c (with "r" (type $r)) (with "f" (func $f)))))
  "expected own, found borrow")
(assert_invalid
  (component
    (component $c (import "r" (type (sub resource))))
    (type $t u8)
    (instance (instantiate $c (with "r" (type $t)))))
  "expected resource, found defined type")

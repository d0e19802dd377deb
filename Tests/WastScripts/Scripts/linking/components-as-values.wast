;; Components that are imported, exported and aliased. Explainer.md, "Component Invariants" and "Alias Definitions".

;; A component gets another one, and instantiates it twice with imports of its own choice.
(component
  (component $twice
    (import "c" (component $c
      (import "n" (func (result u32)))
      (export "double" (func (result u32)))))
    (component $numbers
      (core module $m (func (export "three") (result i32) (i32.const 3)) (func (export "four") (result i32) (i32.const 4)))
      (core instance $i (instantiate $m))
      (func (export "three") (result u32) (canon lift (core func $i "three")))
      (func (export "four") (result u32) (canon lift (core func $i "four"))))
    (instance $numbers (instantiate $numbers))
    (instance $a (instantiate $c (with "n" (func $numbers "three"))))
    (instance $b (instantiate $c (with "n" (func $numbers "four"))))
    (export "a" (func $a "double"))
    (export "b" (func $b "double")))
  (component $doubler
    (import "n" (func $n (result u32)))
    (core func $n (canon lower (func $n)))
    (core module $m
      (import "" "n" (func $n (result i32)))
      (func (export "double") (result i32) (i32.mul (call $n) (i32.const 2))))
    (core instance $i (instantiate $m (with "" (instance (export "n" (func $n))))))
    (func (export "double") (result u32) (canon lift (core func $i "double"))))
  ;; Asks for less and gives more than it needs to.
  (component $constant
    (core module $m (func (export "f") (result i32) (i32.const 50)))
    (core instance $i (instantiate $m))
    (func (export "double") (result u32) (canon lift (core func $i "f")))
    (func (export "extra") (result u32) (canon lift (core func $i "f"))))
  (instance $d (instantiate $twice (with "c" (component $doubler))))
  (instance $c (instantiate $twice (with "c" (component $constant))))
  (func (export "double-a") (alias export $d "a"))
  (func (export "double-b") (alias export $d "b"))
  (func (export "constant") (alias export $c "b")))
(assert_return (invoke "double-a") (u32.const 6))
(assert_return (invoke "double-b") (u32.const 8))
(assert_return (invoke "constant") (u32.const 50))

;; A component comes out of an instance, and out of an instance within it.
(component
  (component $library
    (component $c
      (core module $m (func (export "f") (result i32) (i32.const 11)))
      (core instance $i (instantiate $m))
      (func (export "f") (result u32) (canon lift (core func $i "f"))))
    (component $d
      (core module $m (func (export "f") (result i32) (i32.const 12)))
      (core instance $i (instantiate $m))
      (func (export "f") (result u32) (canon lift (core func $i "f"))))
    (export "c" (component $c))
    (instance $shelf (export "d" (component $d)) (export "c-again" (component $c)))
    (export "shelf" (instance $shelf)))
  (instance $l (instantiate $library))
  (alias export $l "c" (component $c))
  (alias export $l "shelf" (instance $shelf))
  (alias export $shelf "d" (component $d))
  (alias export $shelf "c-again" (component $e))
  (instance $c (instantiate $c))
  (instance $d (instantiate $d))
  (instance $e (instantiate $e))
  (func (export "c") (alias export $c "f"))
  (func (export "d") (alias export $d "f"))
  (func (export "e") (alias export $e "f")))
(assert_return (invoke "c") (u32.const 11))
(assert_return (invoke "d") (u32.const 12))
(assert_return (invoke "e") (u32.const 11))

;; What a component takes from around it comes from where it was defined, wherever it is instantiated.
(component
  (component $factory
    (import "n" (func $n (result u32)))
    (core module $outer (func (export "base") (result i32) (i32.const 1000)))
    (component $product
      (alias outer $factory $outer (core module $outer))
      (core instance $o (instantiate $outer))
      (func (export "base") (result u32) (canon lift (core func $o "base"))))
    (export "product" (component $product)))
  (component $user
    (import "p" (component $p (export "base" (func (result u32)))))
    (core module $outer (func (export "base") (result i32) (i32.const 1)))
    (instance $i (instantiate $p))
    (export "base" (func $i "base")))
  (core module $m (func (export "n") (result i32) (i32.const 0)))
  (core instance $i (instantiate $m))
  (func $n (result u32) (canon lift (core func $i "n")))
  (instance $f (instantiate $factory (with "n" (func $n))))
  (instance $u (instantiate $user (with "p" (component $f "product"))))
  (func (export "base") (alias export $u "base")))
(assert_return (invoke "base") (u32.const 1000))

;; A component that instantiates itself's sibling through an alias of the enclosing one.
(component $top
  (component $leaf
    (core module $m (func (export "f") (result i32) (i32.const 5)))
    (core instance $i (instantiate $m))
    (func (export "f") (result u32) (canon lift (core func $i "f"))))
  (component $branch
    (component $twig
      (alias outer $top $leaf (component $leaf))
      (instance $l (instantiate $leaf))
      (export "f" (func $l "f")))
    (instance $t (instantiate $twig))
    (export "f" (func $t "f")))
  (instance $b (instantiate $branch))
  (func (export "f") (alias export $b "f")))
(assert_return (invoke "f") (u32.const 5))

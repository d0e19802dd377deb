;; Core modules as values: imported, exported, passed on; and the types they are imported with. Explainer.md, "Core Module Types", "Subtyping".

;; The host's module.
(component
  (import "host" (instance $host
    (export "simple-module" (core module $m (export "f" (func (result i32))) (export "g" (global i32))))))
  (alias export $host "simple-module" (core module $simple))
  (core instance $s (instantiate $simple))
  (core module $m
    (import "s" "f" (func $f (result i32)))
    (import "s" "g" (global $g i32))
    (func (export "sum") (result i32) (i32.add (call $f) (global.get $g))))
  (core instance $i (instantiate $m (with "s" (instance $s))))
  (func (export "sum") (result u32) (canon lift (core func $i "sum"))))
(assert_return (invoke "sum") (u32.const 201))

;; A module goes from the component that has it to one that wants it; every instantiation of it has its own state.
(component
  (component $library
    (core module (export "counter")
      (global $n (mut i32) (i32.const 0))
      (func (export "next") (result i32) (global.set $n (i32.add (global.get $n) (i32.const 1))) (global.get $n))
      (func (export "other"))))
  (instance $library (instantiate $library))
  (component $user
    (import "counter" (core module $counter (export "next" (func (result i32)))))
    (core instance $a (instantiate $counter))
    (core instance $b (instantiate $counter))
    (func (export "a") (result u32) (canon lift (core func $a "next")))
    (func (export "b") (result u32) (canon lift (core func $b "next"))))
  (instance $user (instantiate $user (with "counter" (core module $library "counter"))))
  (func (export "a") (alias export $user "a"))
  (func (export "b") (alias export $user "b")))
(assert_return (invoke "a") (u32.const 1))
(assert_return (invoke "a") (u32.const 2))
(assert_return (invoke "b") (u32.const 1))

;; A module with imports gets them where it is instantiated.
(component
  (core module $source (func (export "value") (result i32) (i32.const 30)) (memory (export "mem") 3))
  (core module $adder
    (import "source" "value" (func $value (result i32)))
    (import "source" "mem" (memory 1))
    (func (export "add") (param i32) (result i32) (i32.add (i32.add (local.get 0) (call $value)) (memory.size))))
  (component $linker
    (import "source" (core module $source (export "value" (func (result i32))) (export "mem" (memory 2))))
    (import "adder" (core module $adder
      (import "source" "value" (func (result i32)))
      (import "source" "mem" (memory 2))
      (export "add" (func (param i32) (result i32)))))
    (core instance $source (instantiate $source))
    (core instance $adder (instantiate $adder (with "source" (instance $source))))
    (func (export "add") (param "x" u32) (result u32) (canon lift (core func $adder "add"))))
  (instance $l (instantiate $linker (with "source" (core module $source)) (with "adder" (core module $adder))))
  (func (export "add") (alias export $l "add")))
(assert_return (invoke "add" (u32.const 7)) (u32.const 40))

;; Between directives of a script: a module that an instance exports.
(component $library
  (core module (export "m")
    (import "env" "f" (func (param i32)))
    (func (export "f") (param i32) (result i32) (local.get 0))
    (memory (export "mem") 1 4)
    (table (export "table") 10 20 funcref)
    (global (export "const") i64 (i64.const 0))
    (global (export "var") (mut f32) (f32.const 0)))
  (core module (export "empty")))
;; Less is asked for than there is, and more is offered than is needed.
(component
  (import "library" (instance
    (export "m" (core module
      (import "env" "f" (func (param i32)))
      (import "env" "g" (func))
      (export "mem" (memory 1)))))))
(component
  (import "library" (instance
    (export "m" (core module
      (import "env" "f" (func (param i32)))
      (export "f" (func (param i32) (result i32)))
      (export "mem" (memory 1 4))
      (export "table" (table 5 20 funcref))
      (export "const" (global i64))
      (export "var" (global (mut f32)))))
    (export "empty" (core module)))))
(assert_unlinkable (component (import "library" (instance (export "n" (core module))))) "was not found")
(assert_unlinkable (component (import "library" (instance (export "m" (func))))) "expected func found module")
(assert_unlinkable (component (import "library" (instance (export "empty" (core module (export "f" (func))))))) "module export `f` not defined")
(assert_unlinkable (component (import "library" (instance (export "m" (core module))))) "module import `env::f` not defined")
(assert_unlinkable
  (component (import "library" (instance (export "m" (core module (import "env" "f" (func (param i64))))))))
  "module import `env::f` has the wrong type")
(assert_unlinkable
  (component (import "library" (instance (export "m" (core module (import "env" "f" (func (param i32))) (export "f" (func)))))))
  "module export `f` has the wrong type")
(assert_unlinkable
  (component (import "library" (instance (export "m" (core module (import "env" "f" (func (param i32))) (export "f" (memory 1)))))))
  "expected memory found func")
(assert_unlinkable
  (component (import "library" (instance (export "m" (core module (import "env" "f" (func (param i32))) (export "mem" (memory 2)))))))
  "module export `mem` has the wrong type")
(assert_unlinkable
  (component (import "library" (instance (export "m" (core module (import "env" "f" (func (param i32))) (export "mem" (memory 1 3)))))))
  "module export `mem` has the wrong type")
(assert_unlinkable
  (component (import "library" (instance (export "m" (core module (import "env" "f" (func (param i32))) (export "table" (table 10 20 externref)))))))
  "module export `table` has the wrong type")
(assert_unlinkable
  (component (import "library" (instance (export "m" (core module (import "env" "f" (func (param i32))) (export "table" (table 11 20 funcref)))))))
  "module export `table` has the wrong type")
(assert_unlinkable
  (component (import "library" (instance (export "m" (core module (import "env" "f" (func (param i32))) (export "const" (global i32)))))))
  "module export `const` has the wrong type")
(assert_unlinkable
  (component (import "library" (instance (export "m" (core module (import "env" "f" (func (param i32))) (export "const" (global (mut i64))))))))
  "module export `const` has the wrong type")
(assert_unlinkable
  (component (import "library" (instance (export "m" (core module (import "env" "f" (func (param i32))) (export "var" (global f32)))))))
  "module export `var` has the wrong type")

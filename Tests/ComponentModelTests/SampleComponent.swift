import ComponentModel
import WebAssembly

/// A component that has every kind of definition and most kinds of types: two interfaces imported, one exported through a nested component.
enum SampleComponent {
  static func bytes() throws -> [UInt8] { try parseText(text) }

  static let text = """
    (component
      (import "demo:pipes/clock@1.2.0" (instance $clock
        (type $ticks' u64)
        (export "ticks" (type $ticks (eq $ticks')))
        (type $stamp' (record (field "secs" u64) (field "nanos" u32)))
        (export "stamp" (type $stamp (eq $stamp')))
        (type $key' (list u8))
        (export "key" (type $key (eq $key')))
        (type $level' (enum "low" "high"))
        (export "level" (type $level (eq $level')))
        (type $access' (flags "read" "write" "list"))
        (export "access" (type $access (eq $access')))
        (type $maybe (option $stamp))
        (export "now" (func (result $stamp)))
        (export "find" (func (param "key" $key) (param "how" $level) (param "may" $access) (result $maybe)))))
      (alias export $clock "stamp" (type $stamp))
      (import "demo:pipes/pipe@1.2.0" (instance $pipe
        (alias outer 1 $stamp (type $stamp'))
        (export "moment" (type $moment (eq $stamp')))
        (export "pipe" (type $pipe (sub resource)))
        (type $failure' (variant (case "closed") (case "late" $moment) (case "text" string)))
        (export "failure" (type $failure (eq $failure')))
        (type $own (own $pipe))
        (type $borrow (borrow $pipe))
        (type $opened (result $own (error $failure)))
        (type $read (result (error $failure)))
        (type $pair (tuple $borrow u8))
        (type $pairs (list $pair))
        (export "[constructor]pipe" (func (param "depth" u32) (result $own)))
        (export "[method]pipe.read" (func (param "self" $borrow) (param "at" $moment) (result $read)))
        (export "[static]pipe.open" (func (param "name" string) (result $opened)))
        (export "join" (func (param "all" $pairs) (result $own)))))
      (core module $main (@name "main")
        (import "demo:pipes/clock@1.2.0" "now" (func (param i32)))
        (import "demo:pipes/pipe@1.2.0" "[resource-drop]pipe" (func (param i32)))
        (memory (export "memory") 2 16)
        (func (export "run") (param i32) (result i32) local.get 0)
        (data (i32.const 8) "hello"))
      (core module $shim
        (table (export "t") 1 1 funcref)
        (func (export "0") (param i32) local.get 0 i32.const 0 call_indirect (param i32)))
      (core instance $s (instantiate $shim))
      (alias core export $s "0" (core func $now0))
      (alias export $pipe "pipe" (type $pipe-type))
      (core func $drop (canon resource.drop $pipe-type))
      (core instance $args-clock (export "now" (func $now0)))
      (core instance $args-pipe (export "[resource-drop]pipe" (func $drop)))
      (core instance $i (instantiate $main
        (with "demo:pipes/clock@1.2.0" (instance $args-clock))
        (with "demo:pipes/pipe@1.2.0" (instance $args-pipe))))
      (alias core export $i "memory" (core memory $memory))
      (alias core export $i "run" (core func $run))
      (alias export $clock "level" (type $level))
      (type $run-type (func (param "level" $level) (result bool)))
      (func $lifted (type $run-type) (canon lift (core func $run)))
      (component $wrap
        (type $level-shape (enum "low" "high"))
        (import "import-type-level" (type $level0 (eq $level-shape)))
        (import "import-func-run" (func $f (param "level" $level0) (result bool)))
        (export $level1 "level" (type $level0))
        (export "run" (func $f) (func (param "level" $level1) (result bool))))
      (instance $out (instantiate $wrap
        (with "import-type-level" (type $level))
        (with "import-func-run" (func $lifted))))
      (export "demo:pipes/map@1.2.0" (instance $out))
      (export "start" (func $lifted)))
    """
}

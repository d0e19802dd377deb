import ComponentModel
import FoundationEssentials
import Testing
import WebAssembly

struct InspectionTests {
  @Test func `The WIT of a component`() throws {
    let inspection = try ComponentInspection(try ComponentFile(decoding: try SampleComponent.bytes()))
    #expect(
      inspection.wit == """
        package root:component;

        world root {
          import demo:pipes/clock@1.2.0;
          import demo:pipes/pipe@1.2.0;

          export demo:pipes/map@1.2.0;
          export start: func(level: level) -> bool;
        }

        package demo:pipes@1.2.0 {
          interface clock {
            type ticks = u64;

            record stamp {
              secs: u64,
              nanos: u32,
            }

            type key = list<u8>;

            enum level {
              low,
              high,
            }

            flags access {
              read,
              write,
              %list,
            }

            now: func() -> stamp;
            find: func(key: key, how: level, may: access) -> option<stamp>;
          }

          interface pipe {
            use clock.{stamp as moment};

            resource pipe {
              constructor(depth: u32);
              read: func(at: moment) -> result<_, failure>;
              open: static func(name: string) -> result<pipe, failure>;
            }

            variant failure {
              closed,
              late(moment),
              text(string),
            }

            join: func(all: list<tuple<borrow<pipe>, u8>>) -> pipe;
          }

          interface %map {
            use clock.{level};

            run: func(level: level) -> bool;
          }
        }

        """)
  }

  @Test func `The weights of a component`() throws {
    let inspection = try ComponentInspection(try ComponentFile(decoding: try SampleComponent.bytes()))
    #expect(
      inspection.weights == """
        1.3 KB in 2 core modules, 24 B of it debug information and other custom sections

        module    size  code  data  custom  functions  imports  exports  memory
        #0 main  159 B   6 B  11 B    12 B          1        2        2  128 KiB to 1.0 MiB
        #1 shim   64 B  11 B   0 B    12 B          1        0        2  -

        """)
  }

  @Test func `A world of its own functions, types and inline interfaces`() throws {
    let text = """
      (component
        (type $mode' (enum "on" "off"))
        (import "mode" (type $mode (eq $mode')))
        (import "switch" (func (param "to" $mode)))
        (import "lamp" (instance (type $shade' (variant (case "warm") (case "rgb" (tuple u8 u8 u8)))) (export "shade" (type (eq $shade')))))
        (import "plug" (component))
        (import "code" (core module)))
      """
    let inspection = try ComponentInspection(try ComponentFile(decoding: try parseText(text)))
    #expect(
      inspection.wit == """
        package root:component;

        world root {
          enum mode {
            on,
            off,
          }

          import switch: func(to: mode);

          import lamp: interface {
            variant shade {
              warm,
              rgb(tuple<u8, u8, u8>),
            }
          }

          // import plug: a component
          // import code: a core module
        }

        """)
  }

  @Test func `An empty component`() throws {
    let inspection = try ComponentInspection(try ComponentFile(decoding: Assembler.preamble))
    #expect(inspection.text == "package root:component;\n\nworld root {}\n\n8 B in 0 core modules\n")
  }

  @Test func `JSON has the same facts`() throws {
    let text = """
      (component
        (core module $m (memory (export "m") 1) (func (export "f")))
        (core instance $i (instantiate $m))
        (func $f (canon lift (core func $i "f")))
        (export "go" (func $f)))
      """
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    let inspection = try ComponentInspection(try ComponentFile(decoding: try parseText(text)))
    let module = try #require(inspection.coreModules.first)
    #expect(
      String(decoding: try encoder.encode(inspection), as: UTF8.self)
        == #"{"coreModules":[{"byteOffset":\#(module.byteOffset),"codeSize":4,"customSize":\#(module.customSize),"dataSize":0,"exportCount":2,"#
        + #""functionCount":1,"importCount":0,"memories":[{"initialPages":1}],"name":"m","size":\#(module.size)}],"#
        + #""exports":[{"kind":"function","name":"go","type":"func()"}],"imports":[],"size":\#(inspection.size),"#
        + #""wit":"package root:component;\n\nworld root {\n  export go: func();\n}\n"}"#)
  }

  @Test func `Control characters in a module's name do not reach the terminal`() throws {
    let name = Assembler.section(0, Assembler.name("name") + [0x00] + Assembler.leb(6) + Assembler.name("\u{1b}[31m"))
    let file = try ComponentFile(decoding: Assembler.component(Assembler.section(1, Assembler.corePreamble + name)))
    #expect(try ComponentInspection(file).weights.contains("#0 [31m "))
  }
}

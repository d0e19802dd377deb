import Foundation
import ModelFixtures
import OperatorFixtures
import Testing

struct InspectionCommandTests {
  private func object(_ outcome: Outcome) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any], "\(outcome.output)")
  }

  // MARK: check

  @Test func `A good graph is ok`() throws {
    let run = try TestRun()
    let good = try Outcome("check", run.graph, "--code-cache", "off")
    #expect(good.code == 0 && good.output == "\(run.graph): ok, 3 operations, 1 modules")
  }

  @Test func `Every problem is printed with file, line and column`() throws {
    let run = try TestRun()
    try run.folder.write("graph.yaml", """
      moduleRequirements: { apiVersion: 1.1.0, runtimeVersion: 1.1.0 }
      operations:
        - { operationType: source, name: in }
        - { operationType: mop, name: work, module: work:1.0.0 }
        - { operationType: sink, name: out }
      connections:
        - { from: { name: in }, to: { name: wrok } }
      """)
    let outcome = try Outcome("check", run.graph, "--code-cache", "off")
    #expect(outcome.code == 2)
    #expect(outcome.errors.contains("\(run.graph):4:22: error:") && outcome.errors.contains("did you mean `map`?"), "\(outcome.errors)")
    #expect(outcome.errors.contains("\(run.graph):7:") && outcome.errors.contains("did you mean `work`?"), "\(outcome.errors)")
  }

  @Test func `A check as JSON is one object`() throws {
    let run = try TestRun(.keepingYes)
    let outcome = try Outcome("check", run.graph, "--code-cache", "off", "--json")
    #expect(outcome.code == 2)
    let report = try object(outcome)
    #expect(report["valid"] as? Bool == false)
    let diagnostic = try #require((report["diagnostics"] as? [[String: Any]])?.first)
    #expect(diagnostic["line"] as? Int == 5 && diagnostic["code"] as? String == "module")
    #expect((diagnostic["message"] as? String)?.contains("wasm-graph:processor/map@1.1.0") == true)
  }

  // MARK: inspect

  @Test func `A component's imports, exports and size are printed`() throws {
    let folder = try TestFolder()
    let path = try folder.write("a.wasm", .moody)
    let text = try Outcome("inspect", path)
    #expect(text.code == 0)
    for phrase in ["wasm-graph:processor/logger@1.1.0", "wasm-graph:processor/map@1.1.0", "process: func("] { #expect(text.output.contains(phrase), "\(text.output)") }
    let json = try Outcome("inspect", path, "--json")
    #expect(json.code == 0)
    #expect(try object(json)["exports"] != nil)
  }

  @Test func `What is no component exits with 2 and says what it is`() throws {
    let folder = try TestFolder()
    let bytes = try OperatorFixture.moody.bytes
    for (path, phrase) in [
      (try folder.write("core.wasm", [0, 0x61, 0x73, 0x6D, 1, 0, 0, 0]), "core module"), (try folder.write("text.wasm", "hello there"), "text"),
      (try folder.write("empty.wasm", []), "empty"), (try folder.write("cut.wasm", Array(bytes.prefix(bytes.count / 2))), "cut.wasm"),
      ("/no/such/file", "/no/such/file"), (folder.path, "regular file"),
    ] {
      let outcome = try Outcome("inspect", path)
      #expect(outcome.code == 2 && outcome.errors.contains(phrase) && outcome.lines.isEmpty, "\(outcome.errors)")
    }
  }

  @Test func `An invalid component is refused with the file, the byte and the reason by every command that reads it`() throws {
    let run = try TestRun()
    let valid = try OperatorFixture.moody.bytes
    // A record type with two fields of one name.
    let path = try run.folder.write("modules/work-1.0.0.wasm", valid + [0x07, 0x09, 0x01, 0x72, 0x02, 0x01, 0x61, 0x79, 0x01, 0x41, 0x79])
    let message = "\(path): the component is invalid: record field name `A` conflicts with previous field name `a` (at byte \(valid.count + 3))"
    for outcome in [try Outcome("inspect", path), try Outcome("check", run.graph, "--code-cache", "off"), try run.run()] {
      #expect(outcome.code == 2 && outcome.errors.contains(message) && outcome.lines.isEmpty, "\(outcome.errors)")
    }
  }

  // MARK: model

  @Test func `A model's inputs, outputs and operators are printed, and that it loads`() throws {
    let folder = try TestFolder()
    let path = try folder.write("doubling.onnx", ModelFixture.doubling.bytes)
    let text = try Outcome("model", path)
    #expect(text.code == 0, "\(text.errors)")
    for phrase in ["input ", "x", "output ", "float32", "1 × Mul", "loads        yes"] { #expect(text.output.contains(phrase), "\(text.output)") }
    let json = try Outcome("model", path, "--json")
    #expect(json.code == 0)
    #expect(try object(json)["loads"] as? Bool == true)
  }

  @Test func `A model that cannot be read or loaded exits with 2`() throws {
    let folder = try TestFolder()
    var future = ModelFixture.doubling
    future.operatorSets = [("", 99)]
    let newer = try Outcome("model", try folder.write("newer.onnx", future.bytes))
    #expect(newer.code == 2 && newer.output.contains("loads        no") && newer.output.contains("99"), "\(newer.output)")
    for path in [try folder.write("text.onnx", "no model at all"), try folder.write("empty.onnx", []), "/no/such/model.onnx"] {
      let outcome = try Outcome("model", path)
      #expect(outcome.code == 2 && outcome.errors.contains(path) && outcome.lines.isEmpty, "\(outcome.errors)")
    }
  }

  // MARK: build

  @Test func `What cannot be built exits with 2, and nothing is written`() throws {
    let folder = try TestFolder()
    let operators = TestFolder.repository + "Operators"
    let zip = try folder.write("model.zip", "PK and so on")
    for (arguments, phrase) in [
      (["build", "/no/such/package"], "no such folder"), (["build", folder.path], "Package.swift"),
      (["build", operators + "/Snapshot", "--model", zip], "zip"), (["build", operators + "/Snapshot", "--model", "/no/such/model"], "/no/such/model"),
      (["build", operators + "/Snapshot", "--labels", try folder.write("labels.txt", "\n\n")], "label"),
    ] {
      let outcome = try Outcome(arguments + ["--output", folder.path + "/modules"])
      #expect(outcome.code == 2 && outcome.errors.contains(phrase) && outcome.lines.isEmpty, "\(outcome.errors)")
    }
    #expect(!FileManager.default.fileExists(atPath: folder.path + "/modules"))
  }

  // MARK: Help

  @Test func `Help and version are printed`() throws {
    let help = try Outcome("--help"), version = try Outcome("--version")
    #expect(help.code == 0 && ["run", "check", "build", "inspect", "model", "Exit codes"].allSatisfy { help.output.contains($0) })
    #expect(version.code == 0 && version.output.split(separator: ".").count == 3)
  }
}

import GraphDefinition
import Testing

@Test(arguments: [
  ("temperature:1.0.0", "temperature", "1.0.0", nil, "temperature"),
  ("samples/wasm/temperature:1.0.0", "samples/wasm/temperature", "1.0.0", nil, "temperature"),
  ("filter", "filter", nil, nil, "filter"),
  ("otel-enrich", "otel-enrich", nil, nil, "otel-enrich"),
  ("MyOperator", "MyOperator", nil, nil, "MyOperator"),
  ("localhost:5000/team/x", "localhost:5000/team/x", nil, nil, "x"),
  ("ghcr.io/a/b:v1.2_3-rc", "ghcr.io/a/b", "v1.2_3-rc", nil, "b"),
  ("x@sha256:" + String(repeating: "ab", count: 32), "x", nil, "sha256:" + String(repeating: "ab", count: 32), "x"),
  ("a/x:1@sha256:" + String(repeating: "ab", count: 32), "a/x", "1", "sha256:" + String(repeating: "ab", count: 32), "x"),
] as [(String, String, String?, String?, String)])
func referencesAreTakenApartAndPrintedAgain(text: String, repository: String, tag: String?, digest: String?, name: String) throws {
  let reference = try ModuleReference(text)
  #expect(reference.repository == repository)
  #expect(reference.tag == tag)
  #expect(reference.digest == digest)
  #expect(reference.name == name)
  #expect(reference.description == text)
}

@Test(arguments: [
  ("", "has an empty path segment"),
  ("/etc/passwd", "has an empty path segment"),
  ("a//b:1", "has an empty path segment"),
  ("a/", "has an empty path segment"),
  ("../secret", "must not contain `..` as a path segment"),
  ("a/./b", "must not contain `.` as a path segment"),
  ("a:", "has no valid tag after `:`"),
  ("a:-1", "has no valid tag after `:`"),
  ("a:b c", "has no valid tag after `:`"),
  ("a:" + String(repeating: "9", count: 129), "has no valid tag after `:`"),
  ("a@", "has no valid digest after `@`"),
  ("a@sha256:1234", "has no valid digest after `@`"),
  ("a@sha256:" + String(repeating: "XY", count: 32), "has no valid digest after `@`"),
  ("oci://ghcr.io/a/b:1", "must not start with `oci://`"),
  ("a b", "contains a character that no repository has"),
  ("a:1:2", "contains a character that no repository has"),
  ("caf\u{E9}:1", "contains a character that no repository has"),
  ("a\u{1B}[31m:1", "contains a character that no repository has"),
  ("Team/Format:1", "has capital letters in its repository, which registries refuse"),
])
func whatIsNoReferenceIsRefused(text: String, reason: String) {
  let error = #expect(throws: ModuleReferenceError.self) { try ModuleReference(text) }
  #expect(error?.reason == reason)
}

@Test func aBadReferenceIsReportedAtItsPlace() {
  #expect(seen(Graphs.simple.replacing("limits:1.0.0", with: "https://ghcr.io/a/limits:1.0.0")) == """
    g.yaml:13:13: error: operations[1].module: the reference `https://ghcr.io/a/limits:1.0.0` must not start with `https://`
      13 |     module: https://ghcr.io/a/limits:1.0.0
         |             ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
      fix: write `ghcr.io/a/limits:1.0.0`
    """)
}

@Test(arguments: ["1.1", "1.1.0.0", "v1.1.0", "1.1.x", "", "1..0", "-1.0.0", "99999999999999999999.0.0", "1.1.0-rc1"])
func whatIsNotThreeNumbersIsNoVersion(text: String) {
  #expect(SemanticVersion(text) == nil)
}

@Test func versionsCompareByTheirNumbers() throws {
  #expect(try #require(SemanticVersion("1.10.0")) > SemanticVersion(1, 9, 9))
  #expect(SemanticVersion("01.1.0") == SemanticVersion(1, 1, 0))
  #expect(SemanticVersion(1, 2, 3).description == "1.2.3")
}

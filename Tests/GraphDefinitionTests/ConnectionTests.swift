import GraphDefinition
import Testing

@Test func namesAreUnique() {
  let text = Graphs.graph([Graphs.source, Graphs.map("a"), Graphs.map("a"), Graphs.sink], [Graphs.edge("source", "a"), Graphs.edge("a", "sink")])
  #expect(seen(text) == """
    g.yaml:11:32: error: operations[2].name: the name `a` is already that of operations[1] in line 10
      11 |   - {operationType: map, name: a, module: m}
         |                                ^
      fix: give every operation a name of its own; two operations may still run the same module
    """)
}

@Test func aGraphHasASourceAndASink() {
  #expect(seen(Graphs.header + "operations: []\nconnections: []\n") == """
    g.yaml:8:13: error: operations: the graph has no source, expected at least one
      8 | operations: []
        |             ^
      fix: add `- operationType: source` with a name, and connect it
    g.yaml:8:13: error: operations: the graph has no sink, expected at least one
      8 | operations: []
        |             ^
      fix: add `- operationType: sink` with a name, and connect it
    """)
}

@Test func severalSourcesAndSinksAreAllowed() {
  let text = Graphs.graph(
    [Graphs.source, "{operationType: source, name: other}", "{operationType: concatenate, name: c}", Graphs.sink, "{operationType: sink, name: copy}"],
    [Graphs.edge("source", "c"), Graphs.edge("other", "c"), Graphs.edge("c", "sink"), Graphs.edge("c", "copy")])
  #expect(seen(text, strict: true) == "")
}

@Test func connectionsNameOperationsThatExist() {
  let text = Graphs.graph(
    [Graphs.source, "{operationType: map, name: module-format/map, module: 'pictures:1'}", Graphs.sink],
    [Graphs.edge("sauce", "format"), Graphs.edge("pictures", "snik"), Graphs.edge("module-fromat/map", "x")])
  #expect(seen(text) == """
    g.yaml:13:19: error: connections[0].from.name: no operation has the name `sauce`; did you mean `source`?
      13 |   - {from: {name: sauce}, to: {name: format}}
         |                   ^~~~~
    g.yaml:13:38: error: connections[0].to.name: no operation has the name `format`; did you mean `module-format/map`?
      13 |   - {from: {name: sauce}, to: {name: format}}
         |                                      ^~~~~~
    g.yaml:14:19: error: connections[1].from.name: no operation has the name `pictures`; did you mean `module-format/map`?
      14 |   - {from: {name: pictures}, to: {name: snik}}
         |                   ^~~~~~~~
    g.yaml:14:41: error: connections[1].to.name: no operation has the name `snik`; did you mean `sink`?
      14 |   - {from: {name: pictures}, to: {name: snik}}
         |                                         ^~~~
    g.yaml:15:19: error: connections[2].from.name: no operation has the name `module-fromat/map`; did you mean `module-format/map`?
      15 |   - {from: {name: module-fromat/map}, to: {name: x}}
         |                   ^~~~~~~~~~~~~~~~~
    g.yaml:15:50: error: connections[2].to.name: no operation has the name `x`
      15 |   - {from: {name: module-fromat/map}, to: {name: x}}
         |                                                  ^
    """)
}

@Test func nothingLeadsIntoASourceOrOutOfASink() {
  let text = Graphs.graph([Graphs.source, Graphs.sink], [Graphs.edge("source", "sink"), Graphs.edge("sink", "source")])
  #expect(seen(text) == """
    g.yaml:13:19: error: connections[1].from.name: the sink `sink` has no output, a connection cannot start there
      13 |   - {from: {name: sink}, to: {name: source}}
         |                   ^~~~
      fix: to lead into the sink, swap `from` and `to`, or connect `source` to what comes before the sink
    g.yaml:13:37: error: connections[1].to.name: the source `source` has no input, a connection cannot lead there
      13 |   - {from: {name: sink}, to: {name: source}}
         |                                     ^~~~~~
      fix: to start at the source, swap `from` and `to`
    """)
}

@Test func armsAreStringsAndBooleansAreToldHowToBecomeOnes() {
  let text = Graphs.graph(
    [Graphs.source, Graphs.branch("b"), Graphs.sink, "{operationType: sink, name: other}", "{operationType: sink, name: third}"],
    [Graphs.edge("source", "b"), Graphs.edge("b", "sink", arm: "True"), Graphs.edge("b", "other", arm: "'false'"), Graphs.edge("b", "third", arm: "left")])
  #expect(seen(text) == """
    g.yaml:16:27: error: connections[1].from.arm: found the boolean `True`, expected the string `True` or `False`
      16 |   - {from: {name: b, arm: True}, to: {name: sink}}
         |                           ^~~~
      fix: quote it: `arm: "True"`
    g.yaml:17:27: error: connections[2].from.arm: found the string `false`, expected the string `True` or `False`
      17 |   - {from: {name: b, arm: 'false'}, to: {name: other}}
         |                           ^~~~~~~
      fix: write `arm: "False"`
    g.yaml:18:27: error: connections[3].from.arm: found the string `left`, expected the string `True` or `False`
      18 |   - {from: {name: b, arm: left}, to: {name: third}}
         |                           ^~~~
    """)
}

@Test func armsBelongToBranchesAndBranchesNeedThem() {
  let text = Graphs.graph(
    [Graphs.source, Graphs.branch("b"), Graphs.map("m"), Graphs.sink, "{operationType: sink, name: other}"],
    [Graphs.edge("source", "b", arm: "'True'"), Graphs.edge("b", "m"), Graphs.edge("b", "other", arm: "'True'"), Graphs.edge("m", "sink", arm: "null")])
  #expect(seen(text) == """
    g.yaml:15:32: error: connections[0].from.arm: `source` is a source operation, only a branch has arms
      15 |   - {from: {name: source, arm: 'True'}, to: {name: b}}
         |                                ^~~~~~
      fix: remove the key `arm`
    g.yaml:16:19: error: connections[1].from.name: `b` is a branch, a connection from it needs an arm
      16 |   - {from: {name: b}, to: {name: m}}
         |                   ^
      fix: add `arm: "True"` or `arm: "False"` below the name
    """)
}

@Test func anArmThatLeadsNowhereGetsAWarning() {
  let text = Graphs.graph([Graphs.source, Graphs.branch("b"), Graphs.sink], [Graphs.edge("source", "b"), Graphs.edge("b", "sink", arm: "'True'")])
  #expect(seen(text, strict: true) == """
    g.yaml:10:35: warning: operations[1].name: the arm `False` of `b` is not connected, what the module sends there is dropped
      10 |   - {operationType: branch, name: b, module: m}
         |                                   ^
      fix: connect it with `arm: "False"`, or use a filter
    """)
}

@Test func streamsMeetOnlyInAConcatenate() {
  let text = Graphs.graph(
    [Graphs.source, Graphs.branch("b"), Graphs.map("m"), Graphs.sink],
    [
      Graphs.edge("source", "b"), Graphs.edge("source", "m"), Graphs.edge("b", "m", arm: "'True'"), Graphs.edge("b", "m", arm: "'False'"),
      Graphs.edge("m", "sink"), Graphs.edge("source", "sink"),
    ])
  #expect(seen(text) == """
    g.yaml:16:47: error: connections[2].to.name: `m` receives from several connections (`source`, `b` True, `b` False), only a concatenate operation merges streams
      16 |   - {from: {name: b, arm: 'True'}, to: {name: m}}
         |                                               ^
      fix: add a concatenate operation, lead them all into it, and connect it to `m`
    g.yaml:19:39: error: connections[5].to.name: `sink` receives from several connections (`m`, `source`), only a concatenate operation merges streams
      19 |   - {from: {name: source}, to: {name: sink}}
         |                                       ^~~~
      fix: add a concatenate operation, lead them all into it, and connect it to `sink`
    """)
}

@Test func aConnectionIsMadeOnce() {
  let text = Graphs.graph([Graphs.source, "{operationType: concatenate, name: c}", Graphs.sink],
    [Graphs.edge("source", "c"), Graphs.edge("source", "c"), Graphs.edge("c", "sink")])
  #expect(seen(text) == """
    g.yaml:14:5: error: connections[1]: this connection is already made in line 13
      14 |   - {from: {name: source}, to: {name: c}}
         |     ^
      fix: remove one of the two
    """)
}

@Test func cyclesArePrintedOnceEach() {
  let text = Graphs.graph(
    [Graphs.source] + ["a", "b", "c", "d", "e"].map { "{operationType: concatenate, name: \($0)}" } + [Graphs.sink],
    [
      Graphs.edge("source", "a"), Graphs.edge("a", "b"), Graphs.edge("b", "c"), Graphs.edge("c", "a"), Graphs.edge("b", "a"),
      Graphs.edge("c", "d"), Graphs.edge("d", "d"), Graphs.edge("d", "e"), Graphs.edge("e", "sink"),
    ])
  #expect(seen(text) == """
    g.yaml:20:5: error: connections[3]: the connections form a cycle: `a` -> `b` -> `c` -> `a`
      20 |   - {from: {name: c}, to: {name: a}}
         |     ^
      fix: remove one of these connections, data flows in one direction only
    g.yaml:23:5: error: connections[6]: the connections form a cycle: `d` -> `d`
      23 |   - {from: {name: d}, to: {name: d}}
         |     ^
      fix: remove one of these connections, data flows in one direction only
    """)
}

@Test func aLongCycleIsShortened() {
  let names = (0..<40).map { "n\($0)" }
  let text = Graphs.graph(
    [Graphs.source, Graphs.sink] + names.map { "{operationType: concatenate, name: \($0)}" },
    [Graphs.edge("source", "n0"), Graphs.edge("n0", "sink")] + names.indices.map { Graphs.edge(names[$0], names[($0 + 1) % 40]) })
  #expect(headlines(text) == [
    "g.yaml:93:5: error: connections[41]: the connections form a cycle: `n0` -> `n1` -> `n2` -> `n3` -> `n4` -> `n5` -> `n6` -> `n7` -> … -> `n39` -> `n0`"
  ])
}

@Test func operationsThatNothingComesToOrFromGetAWarning() {
  let text = Graphs.graph(
    [Graphs.source, Graphs.map("alone"), Graphs.map("unfed"), Graphs.map("leaking"), Graphs.map("deaf"), "{operationType: concatenate, name: c}", Graphs.sink],
    [Graphs.edge("source", "leaking"), Graphs.edge("source", "c"), Graphs.edge("unfed", "c"), Graphs.edge("c", "sink"), Graphs.edge("leaking", "deaf")])
  #expect(seen(text, strict: true) == """
    g.yaml:10:32: warning: operations[1].name: the map operation `alone` is not connected to anything
      10 |   - {operationType: map, name: alone, module: m}
         |                                ^~~~~
      fix: connect it, or remove it
    g.yaml:11:32: warning: operations[2].name: the map operation `unfed` cannot be reached from any source, it never receives anything
      11 |   - {operationType: map, name: unfed, module: m}
         |                                ^~~~~
    g.yaml:12:32: warning: operations[3].name: the map operation `leaking` leads to no sink, its results are dropped
      12 |   - {operationType: map, name: leaking, module: m}
         |                                ^~~~~~~
    g.yaml:13:32: warning: operations[4].name: the map operation `deaf` leads to no sink, its results are dropped
      13 |   - {operationType: map, name: deaf, module: m}
         |                                ^~~~
    """)
}

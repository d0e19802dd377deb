import OperatorKit
import Testing

@testable import OperatorKitMacros

// Each attribute compiles on a function of its kind, and leaves the function as it is: callable in a test.
@MapOperator(initialize: prepare) private func pass(_ input: DataModel) throws(OperatorError) -> DataModel { input }
@FilterOperator private func all(_ input: DataModel) -> Bool { true }
@BranchOperator private func isLate(_ time: HybridLogicalClock, _ input: DataModel) throws(OperatorError) -> Bool { time.counter > 0 }
@AccumulateOperator private func last(_ staged: DataModel, _ inputs: [DataModel]) throws(OperatorError) -> DataModel { inputs.last ?? staged }
@DelayOperator private func atOnce(_ input: DataModel, _ time: HybridLogicalClock) throws(OperatorError) -> HybridLogicalClock { time }
private func prepare(_ configuration: ModuleConfiguration) throws(OperatorError) {}

@Test func operatorFunctionsCanBeCalled() throws {
  let item = DataModel.bufferOrBytes(.bytes("x"))
  let time = HybridLogicalClock(timestamp: Timespec(seconds: 1), counter: 2)
  guard case .bufferOrBytes(.bytes(let bytes)) = try pass(last(item, [item])) else { throw OperatorError("not bytes") }
  #expect(bytes.string == "x")
  #expect(all(item))
  #expect(try isLate(time, item))
  #expect(try atOnce(item, time).timestamp.seconds == 1)
}

@Test func theFunctionIsFoundWhateverStandsBeforeIt() {
  let source = #"""
    /// A func that isn't one { and "quotes".
    /* func neither */
    @available(*, deprecated, message: "func f")
    @MapOperator(initialize: a) public func real (_ x: Int) -> Int { func inner() {} }
    """#
  #expect(Plugin.functionName(in: source) == "real")
  #expect(Plugin.functionName(in: #"@MapOperator(initialize: { c in func f() { g("}") } }) private func real() {}"#) == "real")
  #expect(Plugin.functionName(in: "@MapOperator struct S { func f() {} }") == nil)
  #expect(Plugin.functionName(in: "var x = 1") == nil)
}

@Test func theInitializerIsWhatTheAttributeSays() {
  #expect(Plugin.initialize(in: "/// {a: (b)}\n@MapOperator(initialize: setUp)") == "setUp")
  #expect(Plugin.initialize(in: #"@MapOperator(initialize: /* : */ { c throws(OperatorError) in f("//", c) })"#) == #"{ c throws(OperatorError) in f("//", c) }"#)
  #expect(Plugin.initialize(in: "@MapOperator") == nil)
}

@Test func theExpansionExportsTheInterface() {
  let expansion = Plugin.exports(of: "delay", function: "hold", initialize: nil)
  for name in ["wasm-graph:processor/delay@1.1.0#init", "wasm-graph:processor/delay@1.1.0#process", "cabi_post_wasm-graph:processor/delay@1.1.0#process"] {
    #expect(expansion.contains("@_expose(wasm, \"\(name)\")"))
  }
}

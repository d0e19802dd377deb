import OperatorKit
import Testing

private enum Colour: String, CaseIterable {
  case red, green
}
private let configuration = ModuleConfiguration(parameters: [("count", "12"), ("share", "0.5"), ("colour", "green"), ("bad", "1.5.2")])

@Test func parametersAreReadByTypeOrDefaulted() throws {
  #expect(try configuration.integer("count", in: 1...20, default: 3) == 12)
  #expect(try configuration.integer("none", in: 1...20, default: 3) == 3)
  #expect(try configuration.number("share", in: 0...1, default: 1) == 0.5)
  #expect(try configuration.choice("colour", default: Colour.red) == .green)
  #expect(configuration["colour"] == "green" && configuration["color"] == nil)
}

@Test func badParametersAreNamedWithTheirValueAndWhatIsAllowed() {
  func message(_ body: () throws -> Void) -> String? { #expect(throws: OperatorError.self, performing: body)?.message }
  #expect(message { _ = try configuration.integer("count", in: 1...8, default: 3) } == "Parameter 'count' is '12', but must be a whole number from 1 to 8.")
  #expect(message { _ = try configuration.number("bad", in: 0...1, default: 1) } == "Parameter 'bad' is '1.5.2', but must be a number from 0 to 1.")
  #expect(message { _ = try configuration.choice("bad", default: Colour.red) } == "Parameter 'bad' is '1.5.2', but must be one of: red, green.")
}

import OperatorKit
import Testing

@testable import SnapshotOperators

private func options(_ parameters: (name: String, value: String)...) throws -> SnapshotOptions {
  try SnapshotOptions(ModuleConfiguration(parameters: parameters))
}
private func labels(_ text: String) -> Labels { Array(text.utf8).withUnsafeBytes { Labels(lines: $0) } }
private func predictions(_ scores: [Float], _ options: SnapshotOptions) -> Predictions {
  var scores = scores
  return scores.withUnsafeMutableBufferPointer { Predictions($0, options) }
}

@Test func theBestComeFirstAndOfEqualsTheFirst() throws {
  let best = predictions([1, 5, 3, 5, 2, 4], try options(("activation", "none"), ("top_k", "4"))).best
  #expect(best.map(\.index) == [1, 3, 5, 2])
  #expect(best.map(\.score) == [5, 5, 4, 3])
}

@Test func selectionAgreesWithSorting() throws {
  for k in [1, 2, 5, 50, 300] {
    let scores = (0..<200).map { _ in Float(Int.random(in: 0..<40)) }
    let sorted = scores.indices.sorted { (-scores[$0], $0) < (-scores[$1], $1) }
    #expect(predictions(scores, try options(("activation", "none"), ("top_k", "\(k)"))).best.map(\.index) == Array(sorted.prefix(k)))
  }
}

@Test func lowScoresAreLeftOut() throws {
  let few = predictions([0, 1, 4, 0], try options(("score_threshold", "0.04")))
  #expect(few.best.map(\.index) == [2, 1])
  let none = predictions([0, 0], try options(("score_threshold", "0.9")))
  #expect(none.json(labels("a\nb")).string == #"{"object":{"result":"","predictions":[]}}"#)
}

@Test func predictionsAreWrittenAsDocumented() throws {
  let json = predictions([0.25, 0.5, 0.25], try options(("activation", "none"), ("top_k", "2"))).json(labels("n01440764 tench, Tinca tinca\nn01443537 gold \"fish\"\n"))
  #expect(
    json.string
      == #"{"object":{"result":"gold \"fish\"","predictions":[{"label":"gold \"fish\"","score":0.5,"index":1},{"label":"tench, Tinca tinca","score":0.25,"index":0}]}}"#)
  #expect(predictions([0, 0, 9], try options(("top_k", "1"))).json(labels("a\nb")).string.contains(#""label":"class 2""#))
}

@Test func labelsComeWithoutIdentifiersAndBlankEnds() {
  let lines = labels("ok\r\n scratch \n\nn123 no id\nn02133161 bear\n\n\n")
  #expect((0..<lines.count).map { lines[$0] } == ["ok", "scratch", "", "n123 no id", "bear"])
  let list = Labels(list: "cat, dog,bird")
  #expect((0..<list.count).map { list[$0] } == ["cat", "dog", "bird"])
  #expect(Labels(list: "tench, Tinca tinca\nbear").count == 2)
}

@Test(arguments: [
  ("top_k", "0"), ("top_k", "five"), ("score_threshold", "1.1"), ("score_threshold", "nan"), ("label_map", "coco"), ("label_map", "custom"), ("activation", "sigmoid"),
  ("execution_target", "gpu"), ("mean", "0.1,,0.2"), ("mean", "inf"), ("std", "1,0,1"), ("std", "-1"), ("scale", "0"),
])
func badParametersAreRefusedByName(_ name: String, _ value: String) {
  let error = #expect(throws: OperatorError.self) { try options((name, value)) }
  #expect(error?.message.contains("'\(name)' is '\(value)'") == true)
}

@Test func normalisationIsImageNetsUnlessGiven() throws {
  let (scale, offset) = try options().normalisation(channels: 3)
  #expect(abs(scale[0] - 1 / 255 / 0.229) < 1e-7 && abs(offset[2] + 0.406 / 0.225) < 1e-6)
  let (plain, zero) = try options().normalisation(channels: 1)
  #expect(plain == [1 / 255] && zero == [0])
  let (given, shift) = try options(("mean", "127.5"), ("std", "127.5"), ("scale", "1")).normalisation(channels: 3)
  #expect(given == [1 / 127.5, 1 / 127.5, 1 / 127.5] && shift == [-1, -1, -1])
  #expect(throws: OperatorError.self) { try options(("mean", "1,2")).normalisation(channels: 3) }
}

import CSnapshotKernels
import OperatorKit

/// The best classes of an image, best first.
struct Predictions {
  struct Prediction {
    var index: Int
    var score: Float
  }

  let best: [Prediction]

  /// Picks from scores, which are changed by the activation.
  init(_ scores: UnsafeMutableBufferPointer<Float>, _ options: SnapshotOptions) {
    if options.activation == .softmax, let base = scores.baseAddress { softmax(base, scores.count) }
    // One pass, inserting the few that beat the worst of the best; of equals the first stays in front.
    var best: [Prediction] = []
    best.reserveCapacity(min(options.topK, scores.count) + 1)
    let threshold = Float(options.scoreThreshold)
    for index in scores.indices {
      let score = scores[index]
      guard score >= threshold || options.scoreThreshold == 0, best.count < options.topK || score > best[best.count - 1].score else { continue }
      var place = best.count
      while place > 0, score > best[place - 1].score { place -= 1 }
      best.insert(Prediction(index: index, score: score), at: place)
      if best.count > options.topK { best.removeLast() }
    }
    self.best = best
  }

  /// `{"object":{"result":"<best label>","predictions":[{"label":…,"score":…,"index":…},…]}}`; the result is "" if there is no prediction.
  func json(_ labels: Labels) -> Bytes {
    var json = JSONWriter()
    json.beginObject()
    json.key("object")
    json.beginObject()
    json.key("result")
    json.value(best.first.map { labels[$0.index] } ?? "")
    json.key("predictions")
    json.beginArray()
    for prediction in best {
      json.beginObject()
      json.key("label")
      json.value(labels[prediction.index])
      json.key("score")
      json.value(prediction.score)
      json.key("index")
      json.value(prediction.index)
      json.endObject()
    }
    json.endArray()
    json.endObject()
    json.endObject()
    return json.bytes
  }
}

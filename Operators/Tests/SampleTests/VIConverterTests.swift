import OperatorKit
import Testing

@testable import VIConverterOperators

struct VIConverterTests {
  private let instance = #"{"x":0.1,"y":0.25,"width":100,"height":0.000001,"start":1.1,"end":2,"startTime":"0:00:01.1","endTime":"0:00:02","confidence":0.96}"#
  private func detection(_ instances: String) -> String { #"{"Id":"d1","insightName":"person","modelType":"detector","instances":[\#(instances)]}"# }
  private func frame(_ detections: String) -> String { #"{"id":7,"height":480,"width":640,"detections":[\#(detections)]}"# }
  private func row(_ id: String = "d1") -> String {
    #"{"id":7,"frame_width":640,"frame_height":480,"detection_id":"\#(id)","insight_name":"person","model_type":"detector","#
      + #""x":0.1,"y":0.25,"width":100.0,"height":0.000001,"start":1.1,"end":2.0,"start_time":"0:00:01.1","end_time":"0:00:02","confidence":0.96}"#
  }

  @Test func `each instance becomes a row`() throws {
    let other = detection(instance).replacing("d1", with: "d2")
    #expect(try convert(message(frame(detection("\(instance), \(instance)") + "," + detection("") + "," + other))).payload == "[\(row()),\(row()),\(row("d2"))]")
  }

  @Test func `members may come in any order, and others too`() throws {
    let detection = #"{"instances":[{"more":{},\#(instance.dropFirst())],"modelType":"detector","insightName":"person","extra":[1],"Id":"d\u0031"}"#
    #expect(try convert(message(#"{"detections":[\#(detection)],"width":640,"extra":null,"height":480,"id":7}"#)).payload == "[\(row())]")
  }

  @Test func `a frame without detections has no rows`() throws {
    #expect(try convert(message(frame(""))).payload == "[]")
    #expect(try convert(message(#"{"id":7,"height":480,"width":640}"#)).payload == "[]")
  }

  @Test func `a number that is too large for a float is null`() throws {
    #expect(try convert(message(frame(detection(instance.replacing("0.96", with: "1e39"))))).payload?.hasSuffix(#""confidence":null}]"#) == true)
  }

  @Test func `whatever is missing, double or of another kind is refused`() {
    let good = frame(detection(instance))
    var bad = ["", "[]", "{}", "x", good + "1", frame("1"), frame(#"{"Id":"d","insightName":"i","modelType":"m"}"#), good.replacing(#""id":7"#, with: #""id":-7"#)]
    for name in ["id", "height\":480", "width\":640", "Id", "insightName", "modelType", "x", "y", "confidence", "start\"", "end\"", "startTime", "endTime", "instances"] {
      bad.append(good.replacing("\"\(name)", with: "\"_\(name)"))
    }
    bad += [
      good.replacing("0.1", with: "\"0.1\""), good.replacing("480", with: "4294967296"), good.replacing("480", with: "480.0"), good.replacing(#""x":0.1"#, with: #""x":0.1,"x":0.1"#),
      good.replacing(#""person""#, with: "null"), #"{"id":7,"height":480,"width":640,"detections":null}"#,
    ]
    for payload in bad {
      let error = #expect(throws: OperatorError.self, "\(payload)") { try convert(message(payload)) }
      #expect(error?.message.hasPrefix("Failed to parse the frame's insights. ") == true)
    }
    #expect(throws: OperatorError.self) { try convert(snapshot(good)) }
  }
}

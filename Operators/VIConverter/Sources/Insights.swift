import OperatorKit

func rows(_ payload: Bytes) throws(JSON.ParseError) -> Bytes {
  var reader = JSONReader(payload)
  let frame = try Frame(&reader)
  try reader.end()
  var json = JSONWriter(capacity: payload.count * 2)
  json.beginArray()
  if var detections = frame.detections {
    try detections.beginArray()
    while try detections.nextElement() {
      let detection = try Detection(&detections)
      var instances = detection.instances
      try instances.beginArray()
      while try instances.nextElement() { write(try Instance(&instances), detection, frame, to: &json) }
    }
  }
  json.endArray()
  return json.bytes
}

private struct Frame {
  var id: UInt64, height: UInt64, width: UInt64
  var detections: JSONReader?

  init(_ reader: inout JSONReader) throws(JSON.ParseError) {
    var id: UInt64?, height: UInt64?, width: UInt64?
    try reader.beginObject()
    while let key = try reader.nextKey() {
      switch key {
      case "id": try set(&id, try reader.unsigned(), reader)
      case "height": try set(&height, try reader.pixels(), reader)
      case "width": try set(&width, try reader.pixels(), reader)
      case "detections":
        let place = reader
        try reader.skip()
        try set(&detections, place, reader)
      default: try reader.skip()
      }
    }
    guard let id, let height, let width else { throw reader.error("the frame lacks id, height or width") }
    (self.id, self.height, self.width) = (id, height, width)
  }
}

private struct Detection {
  var id: JSONText, insightName: JSONText, modelType: JSONText
  var instances: JSONReader

  init(_ reader: inout JSONReader) throws(JSON.ParseError) {
    var id: JSONText?, insightName: JSONText?, modelType: JSONText?, instances: JSONReader?
    try reader.beginObject()
    while let key = try reader.nextKey() {
      switch key {
      case "Id": try set(&id, try reader.string(), reader)
      case "insightName": try set(&insightName, try reader.string(), reader)
      case "modelType": try set(&modelType, try reader.string(), reader)
      case "instances":
        let place = reader
        try reader.skip()
        try set(&instances, place, reader)
      default: try reader.skip()
      }
    }
    guard let id, let insightName, let modelType, let instances else { throw reader.error("the detection lacks Id, insightName, modelType or instances") }
    (self.id, self.insightName, self.modelType, self.instances) = (id, insightName, modelType, instances)
  }
}

private struct Instance {
  var x: Float, y: Float, width: Float, height: Float, confidence: Float
  var start: Double, end: Double
  var startTime: JSONText, endTime: JSONText

  init(_ reader: inout JSONReader) throws(JSON.ParseError) {
    var x: Float?, y: Float?, width: Float?, height: Float?, confidence: Float?
    var start: Double?, end: Double?
    var startTime: JSONText?, endTime: JSONText?
    try reader.beginObject()
    while let key = try reader.nextKey() {
      switch key {
      case "x": try set(&x, Float(try reader.double()), reader)
      case "y": try set(&y, Float(try reader.double()), reader)
      case "width": try set(&width, Float(try reader.double()), reader)
      case "height": try set(&height, Float(try reader.double()), reader)
      case "confidence": try set(&confidence, Float(try reader.double()), reader)
      case "start": try set(&start, try reader.double(), reader)
      case "end": try set(&end, try reader.double(), reader)
      case "startTime": try set(&startTime, try reader.string(), reader)
      case "endTime": try set(&endTime, try reader.string(), reader)
      default: try reader.skip()
      }
    }
    guard let x, let y, let width, let height, let confidence, let start, let end, let startTime, let endTime else {
      throw reader.error("the instance lacks x, y, width, height, confidence, start, end, startTime or endTime")
    }
    (self.x, self.y, self.width, self.height, self.confidence) = (x, y, width, height, confidence)
    (self.start, self.end, self.startTime, self.endTime) = (start, end, startTime, endTime)
  }
}

/// Members may come once.
private func set<Value>(_ member: inout Value?, _ value: Value, _ reader: JSONReader) throws(JSON.ParseError) {
  guard member == nil else { throw reader.error("a member that came before") }
  member = value
}

extension JSONReader {
  fileprivate mutating func pixels() throws(JSON.ParseError) -> UInt64 {
    let start = self
    let value = try unsigned()
    guard value <= UInt32.max else { throw start.error("expected a size in pixels") }
    return value
  }
}

private func write(_ instance: Instance, _ detection: Detection, _ frame: Frame, to json: inout JSONWriter) {
  json.beginObject()
  json.key("id")
  json.value(frame.id)
  json.key("frame_width")
  json.value(frame.width)
  json.key("frame_height")
  json.value(frame.height)
  json.key("detection_id")
  json.value(detection.id)
  json.key("insight_name")
  json.value(detection.insightName)
  json.key("model_type")
  json.value(detection.modelType)
  json.key("x")
  json.value(instance.x)
  json.key("y")
  json.value(instance.y)
  json.key("width")
  json.value(instance.width)
  json.key("height")
  json.value(instance.height)
  json.key("start")
  json.value(instance.start)
  json.key("end")
  json.value(instance.end)
  json.key("start_time")
  json.value(instance.startTime)
  json.key("end_time")
  json.value(instance.endTime)
  json.key("confidence")
  json.value(instance.confidence)
  json.endObject()
}

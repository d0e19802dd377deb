import OperatorKit

private let requests = Counter("requests", labels: [Label("module", "module-viconverter/map")])

/// Makes the insights of Azure AI Video Indexer rows for a database: a frame
/// `{"id":…,"height":…,"width":…,"detections":[{"Id":…,"insightName":…,"modelType":…,"instances":[…]},…]}` becomes an array with one flat
/// object for each instance, with the frame's and the detection's members in front and all names in snake case.
@MapOperator
func convert(_ input: DataModel) throws(OperatorError) -> DataModel {
  requests.add()
  guard case .message(var message) = input else { throw .notAMessage }
  do throws(JSON.ParseError) {
    message.payload = .bytes(try rows(message.payload.read()))
  } catch {
    throw OperatorError("Failed to parse the frame's insights. \(error.message)")
  }
  return .message(message)
}

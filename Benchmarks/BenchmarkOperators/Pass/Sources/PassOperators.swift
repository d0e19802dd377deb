import OperatorKit

/// Lets every message pass whose payload begins with anything but a zero. The payload comes into the module for that.
@FilterOperator
func isPassed(_ input: DataModel) throws(OperatorError) -> Bool {
  guard case .message(let message) = input else { throw .notAMessage }
  return message.payload.read().withUnsafeBytes { $0.first != 0 }
}

/// Returns the message as it is. The payload comes into the module and goes out of it.
@MapOperator
func pass(_ input: DataModel) throws(OperatorError) -> DataModel {
  guard case .message(var message) = input else { throw .notAMessage }
  message.payload = .bytes(message.payload.read())
  return .message(message)
}

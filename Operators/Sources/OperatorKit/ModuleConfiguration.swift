/// What an operator is configured with: the parameters that the graph gives it, and schemas.
public struct ModuleConfiguration: Sendable {
  public var parameters: [(name: String, value: String)]
  public var schemas: [ModuleSchema]

  public init(parameters: [(name: String, value: String)] = [], schemas: [ModuleSchema] = []) {
    (self.parameters, self.schemas) = (parameters, schemas)
  }

  /// The value of a parameter, if it is set.
  public subscript(_ name: String) -> String? {
    for parameter in parameters where parameter.name.isSame(as: name) { return parameter.value }
    return nil
  }

  /// A whole number within bounds.
  /// - Throws: an error that names the parameter, its value and the bounds.
  public func integer(_ name: String, in bounds: ClosedRange<Int>, default value: Int) throws(OperatorError) -> Int {
    guard let text = self[name] else { return value }
    guard let number = Int(text), bounds.contains(number) else {
      throw .parameter(name, text, "a whole number from \(bounds.lowerBound) to \(bounds.upperBound)")
    }
    return number
  }

  /// A finite number within bounds.
  /// - Throws: an error that names the parameter, its value and the bounds.
  public func number(_ name: String, in bounds: ClosedRange<Double>, default value: Double) throws(OperatorError) -> Double {
    guard let text = self[name] else { return value }
    guard let number = Double(text), bounds.contains(number) else {
      throw .parameter(name, text, "a number from \(String(plain: bounds.lowerBound)) to \(String(plain: bounds.upperBound))")
    }
    return number
  }

  /// One of several words, as the enumeration that they are the raw values of; the first is the default.
  /// - Throws: an error that names the parameter, its value and the words.
  public func choice<Choice: RawRepresentable & CaseIterable>(_ name: String, _: Choice.Type = Choice.self, default value: Choice)
    throws(OperatorError) -> Choice where Choice.RawValue == String {
    guard let text = self[name] else { return value }
    var words = ""
    for choice in Choice.allCases {
      if choice.rawValue.isSame(as: text) { return choice }
      words += (words.isEmpty ? "" : ", ") + choice.rawValue
    }
    throw .parameter(name, text, "one of: \(words)")
  }
}

/// A schema that the graph's author gives a module.
public struct ModuleSchema: WITValue, Sendable {
  public var name: String
  public var contentType: String
  public var content: String

  public init(name: String, contentType: String, content: String) {
    (self.name, self.contentType, self.content) = (name, contentType, content)
  }

  static var abiSize: Int { 24 }
  static var abiAlignment: Int { 4 }
  static func lift(_ memory: UnsafeMutableRawPointer) -> Self {
    var fields = Fields(memory)
    return ModuleSchema(name: fields.next(), contentType: fields.next(), content: fields.next())
  }
  consuming func lower(_ memory: UnsafeMutableRawPointer) {
    var fields = Fields(memory)
    fields.put(name)
    fields.put(contentType)
    fields.put(content)
  }
}

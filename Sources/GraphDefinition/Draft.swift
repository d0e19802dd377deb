/// What could be read of a graph file, before the rules that look at more than one field. What is wrong in itself is `nil` here and already
/// reported, so that the rules say nothing about it again.
struct Draft {
  struct Operation {
    let kind: GraphDefinition.Operation.Kind?
    let name: YAMLNode.Text?
    let module: ModuleReference?
    let location: GraphLocation
    let moduleLocation: GraphLocation?
  }

  struct Connection {
    enum Arm {
      case none
      case arm(GraphDefinition.Arm)
      case invalid
    }

    let from: YAMLNode.Text?
    let arm: Arm
    let armLocation: GraphLocation?
    let to: YAMLNode.Text?
    let schemaName: YAMLNode.Text?
    let location: GraphLocation
  }

  struct Configuration {
    let name: YAMLNode.Text?
    let value: GraphDefinition.Configuration
  }

  var metadata: GraphDefinition.Metadata?
  var requirements: GraphDefinition.Requirements?
  /// `nil` where the list itself could not be read.
  var operations: [Operation]?
  var operationsLocation = GraphLocation.file
  var connections: [Connection]?
  var configurations: [Configuration] = []
  var schemas: [GraphDefinition.Schema] = []
}

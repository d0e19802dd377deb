import ArgumentParser
import Glibc

/// Where things are; `Benchmarks/run` says so.
struct Configuration: ParsableArguments {
  @Option(help: "The millrace binary.") var millrace: String
  @Option(help: "The repository.") var repository: String
  @Option(help: "Models and images to measure with.") var shared: String
  @Option(help: "A folder with the folders of built modules: format, example, f32, int8.") var builtModules: String
  @Option(help: "The steps of the format operator as a core module.") var imageModule: String
  @Option(help: "A Python that has the peers' packages; without one, they are left out.") var python: String?

  var graph: String { repository + "/Examples/image-classification/graph.yaml" }
  var graphs: String { repository + "/Benchmarks/graphs" }
  var peers: String { repository + "/Benchmarks/peers" }
  var labels: String { shared + "/models/imagenet-synset.txt" }
  var image: String? {
    let path = shared + "/images/camera-1280x720.jpg"
    return access(path, R_OK) == 0 ? path : nil
  }

  /// An operator of Tests/PythonOperators, if it is built.
  func pythonOperator(_ name: String, _ version: String) -> String? {
    let path = repository + "/Tests/PythonOperators/modules/\(name)-\(version).wasm"
    return access(path, R_OK) == 0 ? path : nil
  }

  /// The folders in which the graph's modules are, with the snapshot module of that name.
  func modules(_ name: String) -> [String] { name == "format" ? [builtModules + "/format"] : [builtModules + "/" + name, builtModules + "/format"] }

  /// The models that are there and have been built into a module.
  var models: [Model] { Model.all(in: shared + "/models").filter { access($0.path, R_OK) == 0 && access(builtModules + "/" + $0.folder, R_OK) == 0 } }
}

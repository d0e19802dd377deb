import CImage
import ComponentModel
import Dataflow
import Glibc
import Inference
import OperatorHost
import WASINN
import WebAssembly

/// The format operator on a camera's JPEG, over the same C code compiled for this machine.
struct ImageFormat {
  let configuration: Configuration
  let quick: Bool

  func measure(_ report: inout Report) throws {
    guard let path = configuration.image else {
      return report.add("format", [], notes: ["skipped: there is no camera-1280x720.jpg in \(configuration.shared)/images"])
    }
    let jpeg = try readFile(path)
    let native = try NativeSteps(jpeg), module = try ModuleSteps(configuration.imageModule, jpeg)
    guard try native.scaled() == module.scaled() else { throw Failure("the WebAssembly and the native code give different pixels") }
    let whole = try wholeOperator()
    let message = Probe.message(jpeg)
    let comparison = try Comparison(
      [
        Contender("native decode") { for _ in 0..<$0 { native.decode() } }, Contender("decode") { for _ in 0..<$0 { try module.decode() } },
        Contender("native scale") { for _ in 0..<$0 { native.scale() } }, Contender("scale") { for _ in 0..<$0 { try module.scale() } },
        Contender("native all") { for _ in 0..<$0 { native.all() } }, Contender("all") { for _ in 0..<$0 { try module.all() } },
        Contender("operator") { for _ in 0..<$0 { _ = try whole.map(.message(message), at: message.timestamp) } },
      ], rounds: quick ? 7 : 41, count: quick ? 3 : 5)
    report.add("format: 1280 × 720 JPEG to 224 × 224, WebAssembly over native -O3", [
      Figure("decode", comparison, 1, over: 0, of: "native", target: .ratioAtMost(1.75)),
      Figure("resize (Lanczos3)", comparison, 3, over: 2, of: "native"),
      Figure("both", comparison, 5, over: 4, of: "native", target: .ratioAtMost(1.9)),
      Figure("the operator's whole call", comparison, 6, over: 4, of: "native", target: .ratioAtMost(1.9)),
    ])
  }

  private func wholeOperator() throws -> OperatorInstance {
    guard let folder = configuration.modules("format").first else { throw Failure("the format module is not built") }
    return try OperatorInstance(
      OperatorModule(path: folder + "/format-1.0.0.wasm", engine: Engine(), cache: .standard), operation: "format", kind: .map,
      configuration: ModuleConfiguration(), services: OperatorServices(neuralNetworks: .init(sessions: SessionCache())))
  }
}

private let side = 224

/// The steps in native code. Between calls a decoded image is kept, so that scaling has something to scale.
private final class NativeSteps {
  private let jpeg: [UInt8]
  private let scaler: OpaquePointer?
  private var pixels = ImagePixels()
  private var target = ImageTarget(width: Int32(side), height: Int32(side), format: image_rgb24, fit: image_stretch, filter: image_lanczos)
  private let out = UnsafeMutablePointer<UInt8>.allocate(capacity: side * side * 3)

  init(_ jpeg: [UInt8]) throws {
    self.jpeg = jpeg
    scaler = image_scaler_create()
    guard image_decode(jpeg, jpeg.count, 4, &pixels) == image_ok else { throw Failure("the image cannot be decoded") }
  }

  func decode() {
    image_free_pixels(&pixels)
    _ = image_decode(jpeg, jpeg.count, 4, &pixels)
  }

  func scale() { _ = image_scale(scaler, &pixels, 1, &target, out) }

  func all() {
    decode()
    scale()
  }

  func scaled() -> [UInt8] {
    scale()
    return Array(UnsafeBufferPointer(start: out, count: side * side * 3))
  }
}

/// The same steps in a core module (Operators/Benchmark).
private final class ModuleSteps {
  private let store: Store
  private let memory: Memory
  private let functions: [String: Function]
  private let image: UInt32, imageCount: UInt32, out: UInt32

  init(_ path: String, _ jpeg: [UInt8]) throws {
    let engine = try Engine(), store = try Store(engine: engine)
    let code = try readFile(path)
    let module = try Module(engine: engine, bytes: code.span.bytes)
    guard module.imports.isEmpty else { throw Failure("\(path) has imports") }
    let instance = try store.instantiate(module, imports: [])
    var functions: [String: Function] = [:]
    for name in ["allocate", "decode", "scale", "release"] {
      guard let function = instance.export(name, in: store)?.function else { throw Failure("\(path) does not export \(name)") }
      functions[name] = function
    }
    guard let memory = instance.export("memory", in: store)?.memory else { throw Failure("\(path) does not export its memory") }
    (self.store, self.memory, self.functions) = (store, memory, functions)
    image = try Self.call(store, functions["allocate"], [UInt32(jpeg.count)])
    imageCount = UInt32(jpeg.count)
    out = try Self.call(store, functions["allocate"], [UInt32(side * side * 3)])
    let at = Int(image)
    UnsafeMutableRawBufferPointer(rebasing: memory.bytes(in: store)[at..<(at + jpeg.count)]).copyBytes(from: jpeg)
    guard try Self.call(store, functions["decode"], [image, imageCount]) == 0 else { throw Failure("the module cannot decode the image") }
  }

  @discardableResult
  private static func call(_ store: Store, _ function: Function?, _ arguments: [UInt32]) throws -> UInt32 {
    guard let function else { throw Failure("a function of the module is missing") }
    return try withUnsafeTemporaryAllocation(of: RawValue.self, capacity: max(1, arguments.count)) { values in
      values.initialize(repeating: RawValue())
      for (index, argument) in arguments.enumerated() { values[index].u32 = argument }
      try store.call(function, values)
      return values[0].u32
    }
  }

  func decode() throws {
    try Self.call(store, functions["release"], [])
    try Self.call(store, functions["decode"], [image, imageCount])
  }

  func scale() throws { try Self.call(store, functions["scale"], [out, UInt32(side), UInt32(side)]) }

  func all() throws {
    try decode()
    try scale()
  }

  func scaled() throws -> [UInt8] {
    try scale()
    let start = Int(out)
    return Array(memory.bytes(in: store)[start..<(start + side * side * 3)])
  }
}

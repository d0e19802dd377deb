import ComponentModel
import WebAssembly

/// What scripts may import: the instance `host` and root functions that the scripts of wasmtime rely on.
enum ScriptHost {
  /// A resource with a number. The host counts how many of a script's have been dropped.
  private final class Resource1: HostResource {
    static let resourceType = ResourceType(name: "resource1")
    let number: UInt32
    private let drops: Drops

    init(_ number: UInt32, _ drops: Drops) {
      self.number = number
      self.drops = drops
    }

    deinit {
      drops.count += 1
      drops.last = number
    }
  }

  private final class Resource2: HostResource {
    static let resourceType = ResourceType(name: "resource2")
  }

  private final class Drops {
    var count: UInt32 = 0, last: UInt32 = 0
  }

  private struct WrongResource: Error {}

  static func imports(_ engine: Engine) throws -> HostImports {
    let drops = Drops()
    var host = HostInterface("host")
    try host.function("return-three") { () -> UInt32 in 3 }
    try host.function("return-hi") { () -> String in "hi" }
    host.resource("resource1", Resource1.self)
    host.resource("resource2", Resource2.self)
    host.resource("resource1-again", Resource1.self)
    try host.function("[constructor]resource1") { (number: UInt32) in Own(Resource1(number, drops)) }
    try host.function("[static]resource1.assert") { (resource: Own<Resource1>, number: UInt32) -> Void in
      guard resource.resource.number == number else { throw WrongResource() }
    }
    try host.function("[static]resource1.last-drop") { () -> UInt32 in drops.last }
    try host.function("[static]resource1.drops") { () -> UInt32 in drops.count }
    try host.function("[method]resource1.simple") { (resource: Borrow<Resource1>, number: UInt32) -> Void in
      guard resource.resource.number == number else { throw WrongResource() }
    }
    try host.function("[method]resource1.take-borrow") { (_: Borrow<Resource1>, _: Borrow<Resource1>) -> Void in }
    try host.function("[method]resource1.take-own") { (_: Borrow<Resource1>, _: Own<Resource1>) -> Void in }
    var nested = HostInterface("nested")
    try nested.function("return-four") { () -> UInt32 in 4 }
    host.instance("nested", nested)
    let module = try parseText(#"(module (global (export "g") i32 i32.const 100) (func (export "f") (result i32) i32.const 101))"#)
    host.module("simple-module", try Module(engine: engine, bytes: module.span.bytes), bytes: module)
    var root = HostInterface("the script's host")
    try root.function("host-return-two") { () -> UInt32 in 2 }
    try root.function("host-echo-u32") { (value: UInt32) -> UInt32 in value }
    var imports = HostImports()
    imports.provide(host)
    imports.provide(root: root)
    return imports
  }
}

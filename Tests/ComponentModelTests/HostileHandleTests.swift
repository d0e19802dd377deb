import ComponentModel
import Testing
import WebAssembly

/// A resource of the host's.
private final class Counter: HostResource {
  static let resourceType = ResourceType(name: "counter")
}

/// Another one.
private final class Gauge: HostResource {
  static let resourceType = ResourceType(name: "gauge")
}

/// Handles that a guest forges, keeps too long, drops twice or uses as something else.
struct HostileHandleTests {
  /// Exports every canonical function on handles as a function of numbers: nothing stands between the host's tests and the guest's handle table.
  static let text = """
    (component
      (import "test:host/api" (instance $api
        (export "counter" (type $counter (sub resource)))
        (export "gauge" (type $gauge (sub resource)))
        (export "make-counter" (func (result (own $counter))))
        (export "make-gauge" (func (result (own $gauge))))
        (export "take" (func (param "x" (own $counter))))
        (export "look" (func (param "x" (borrow $counter))))
        (export "look-and-take" (func (param "x" (borrow $counter)) (param "y" (own $counter))))
        (export "take-and-look" (func (param "x" (own $counter)) (param "y" (borrow $counter))))
        (export "take-all" (func (param "x" (list (own $counter)))))))
      (alias export $api "counter" (type $counter))
      (alias export $api "gauge" (type $gauge))
      (core module $memory (memory (export "mem") 1) (func (export "destroy") (param i32) (if (i32.eq (local.get 0) (i32.const 13)) (then unreachable)) (if (i32.eq (local.get 0) (i32.const 14)) (then (loop $l (br $l))))))
      (core instance $memory (instantiate $memory))
      (type $thing (resource (rep i32) (dtor (core func $memory "destroy"))))
      (core func $make-counter (canon lower (func $api "make-counter")))
      (core func $make-gauge (canon lower (func $api "make-gauge")))
      (core func $take (canon lower (func $api "take")))
      (core func $look (canon lower (func $api "look")))
      (core func $look-and-take (canon lower (func $api "look-and-take")))
      (core func $take-and-look (canon lower (func $api "take-and-look")))
      (core func $take-all (canon lower (func $api "take-all") (memory (core memory $memory "mem"))))
      (core func $drop-counter (canon resource.drop $counter))
      (core func $drop-gauge (canon resource.drop $gauge))
      (core func $drop-thing (canon resource.drop $thing))
      (core func $new-thing (canon resource.new $thing))
      (core func $rep-thing (canon resource.rep $thing))
      (core module $main
        (import "a" "mem" (memory 1))
        (import "a" "take-all" (func $take-all (param i32 i32)))
        (import "a" "make-counter" (func $make-counter (result i32)))
        (import "a" "look" (func $look (param i32)))
        (import "a" "drop-counter" (func $drop-counter (param i32)))
        (func (export "keep") (param i32))
        (func (export "same") (param i32) (result i32) (local.get 0))
        (func (export "look-and-drop") (param i32) (call $look (local.get 0)) (call $drop-counter (local.get 0)))
        (func (export "take-twice") (param i32)
          (i32.store (i32.const 16) (local.get 0)) (i32.store (i32.const 20) (local.get 0)) (call $take-all (i32.const 16) (i32.const 2)))
        (func (export "make-many") (param $n i32)
          (loop $l (drop (call $make-counter)) (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))))
      (core instance $main (instantiate $main (with "a" (instance
        (export "mem" (memory $memory "mem")) (export "take-all" (func $take-all)) (export "make-counter" (func $make-counter)) (export "look" (func $look)) (export "drop-counter" (func $drop-counter))))))
      (func (export "make-counter") (result u32) (canon lift (core func $make-counter)))
      (func (export "make-gauge") (result u32) (canon lift (core func $make-gauge)))
      (func (export "new-thing") (param "rep" u32) (result u32) (canon lift (core func $new-thing)))
      (func (export "rep-thing") (param "h" u32) (result u32) (canon lift (core func $rep-thing)))
      (func (export "take") (param "h" u32) (canon lift (core func $take)))
      (func (export "look") (param "h" u32) (canon lift (core func $look)))
      (func (export "look-and-take") (param "h" u32) (param "i" u32) (canon lift (core func $look-and-take)))
      (func (export "take-and-look") (param "h" u32) (param "i" u32) (canon lift (core func $take-and-look)))
      (func (export "take-twice") (param "h" u32) (canon lift (core func $main "take-twice")))
      (func (export "make-many") (param "n" u32) (canon lift (core func $main "make-many")))
      (func (export "drop-counter") (param "h" u32) (canon lift (core func $drop-counter)))
      (func (export "drop-gauge") (param "h" u32) (canon lift (core func $drop-gauge)))
      (func (export "drop-thing") (param "h" u32) (canon lift (core func $drop-thing)))
      (func (export "lend-and-keep") (param "x" (borrow $counter)) (canon lift (core func $main "keep")))
      (func (export "lend-and-look") (param "x" (borrow $counter)) (canon lift (core func $main "look-and-drop")))
      (func (export "lend-and-take") (param "x" (borrow $counter)) (canon lift (core func $take)))
      (func (export "fetch") (result (own $counter)) (canon lift (core func $make-counter)))
      (func (export "fetch-gauge") (result (own $gauge)) (canon lift (core func $make-gauge)))
      (func (export "forge") (param "h" u32) (result (own $counter)) (canon lift (core func $main "same"))))
    """

  private final class Taken { var count = 0 }

  private func imports(_ taken: Taken = Taken()) throws -> HostImports {
    var api = HostInterface("test:host/api")
    api.resource("counter", Counter.self)
    api.resource("gauge", Gauge.self)
    try api.function("make-counter") { Own(Counter()) }
    try api.function("make-gauge") { Own(Gauge()) }
    try api.function("take") { (_: Own<Counter>) in taken.count += 1 }
    try api.function("look") { (_: Borrow<Counter>) in }
    try api.function("look-and-take") { (_: Borrow<Counter>, _: Own<Counter>) in taken.count += 1 }
    try api.function("take-and-look") { (_: Own<Counter>, _: Borrow<Counter>) in taken.count += 1 }
    try api.function("take-all") { (all: [Own<Counter>]) in taken.count += all.count }
    var imports = HostImports()
    imports.provide(api)
    return imports
  }

  private func instance(_ taken: Taken = Taken()) throws -> ComponentInstance { try HostileGuest.instantiate(Self.text, imports(taken)) }

  private func call(_ instance: ComponentInstance, _ name: String, _ numbers: UInt32...) throws -> UInt32 {
    guard case .u32(let result)? = try #require(instance.function(name)).call(numbers.map { .u32($0) }) else { return 0 }
    return result
  }

  /// Makes an instance, has it make a counter and a gauge, and calls `name` with handles for which 1 stands for the counter and 2 for the gauge.
  private func refusal(_ name: String, _ handles: UInt32..., taken: Taken = Taken()) throws -> String {
    let instance = try instance(taken)
    #expect(try call(instance, "make-counter") == 1)
    #expect(try call(instance, "make-gauge") == 2)
    let error = try #require(throws: ComponentError.self) { try instance.function(name)?.call(handles.map { .u32($0) }) }
    #expect(error.code == .canonicalABI)
    let later = #expect(throws: ComponentError.self) { try call(instance, "make-counter") }
    #expect(later?.message.contains("discarded") == true)
    return error.message
  }

  @Test(arguments: ["take", "look", "drop-counter", "drop-gauge", "drop-thing", "rep-thing", "forge"], [0, 3, 1 << 20, .max] as [UInt32])
  func `Forged handles are refused`(name: String, handle: UInt32) throws {
    let message = try refusal(name, handle)
    #expect(message.contains("the handle \(handle) for a ") && message.contains("it holds no such handle"))
  }

  @Test(arguments: [("take", 2, "gauge"), ("look", 2, "gauge"), ("drop-counter", 2, "gauge"), ("drop-gauge", 1, "counter"), ("drop-thing", 1, "counter"), ("rep-thing", 2, "gauge"), ("forge", 2, "gauge")] as [(String, UInt32, String)])
  func `Handles of another type are refused`(name: String, handle: UInt32, type: String) throws {
    let message = try refusal(name, handle)
    #expect(message.contains("but it is a \(type)"))
  }

  @Test func `A handle that was given away, dropped or forwarded is gone`() throws {
    for first in ["take", "drop-counter", "forge"] {
      for second in ["take", "look", "drop-counter", "forge"] {
        let taken = Taken()
        let instance = try instance(taken)
        let handle = try call(instance, "make-counter")
        _ = try instance.function(first)?.call([.u32(handle)])
        let error = try #require(throws: ComponentError.self) { try instance.function(second)?.call([.u32(handle)]) }
        #expect(error.message.contains("it holds no such handle"))
        #expect(taken.count == (first == "take" ? 1 : 0))
      }
    }
  }

  @Test func `A handle cannot be lent and given away by one call, whichever comes first`() throws {
    let taken = Taken()
    #expect(try refusal("look-and-take", 1, 1, taken: taken).contains("while it was lent"))
    #expect(try refusal("take-and-look", 1, 1, taken: taken).contains("it holds no such handle"))
    #expect(try refusal("take-twice", 1, taken: taken).contains("it holds no such handle"))
    #expect(taken.count == 0)
  }

  @Test func `A handle from before is of no use in another instance`() throws {
    let first = try instance(), second = try instance()
    let handle = try call(first, "make-counter")
    #expect(throws: ComponentError.self) { try call(second, "look", handle) }
    _ = try call(first, "look", handle)
  }

  // MARK: Handles lent to the guest

  private func resource(_ instance: ComponentInstance, _ name: String = "fetch") throws -> Resource {
    guard case .own(let resource)? = try instance.function(name)?.call([]) else { throw ComponentError(.host, "no resource") }
    return resource
  }

  @Test func `A guest that keeps or gives away what was lent to it is refused`() throws {
    let instance = try instance()
    _ = try instance.function("lend-and-look")?.call([.borrow(resource(instance))])
    #expect(instance.handleCount == 0)
    for (name, message) in [("lend-and-keep", "without dropping 1 handles lent to it"), ("lend-and-take", "which it has only borrowed")] {
      let instance = try self.instance()
      let error = try #require(throws: ComponentError.self) { try instance.function(name)?.call([.borrow(resource(instance))]) }
      #expect(error.message.contains(message))
    }
  }

  @Test func `A resource of another type cannot be passed`() throws {
    let instance = try instance()
    let error = try #require(throws: ComponentError.self) { try instance.function("lend-and-look")?.call([.borrow(resource(instance, "fetch-gauge"))]) }
    #expect(error.code == .typeMismatch)
  }

  // MARK: Destructors, representations, numbers of handles

  @Test func `Failures and loops of a destructor are the call's that drops`() throws {
    let trapping = try instance()
    let thing = try call(trapping, "new-thing", 13)
    let error = try #require(throws: ComponentError.self) { try call(trapping, "drop-thing", thing) }
    #expect(error.code == .trap)

    let looping = try HostileGuest.compile(Self.text).instantiate(
      imports: imports(), in: Store(engine: HostileGuest.engine.get(), limits: StoreLimits(callMilliseconds: 30)))
    let other = try call(looping, "new-thing", 14)
    #expect(try #require(throws: ComponentError.self) { try call(looping, "drop-thing", other) }.code == .deadline)
  }

  @Test func `Representations are the guest's own numbers, whatever they are`() throws {
    let instance = try instance()
    for representation: UInt32 in [0, 1, .max] {
      let handle = try call(instance, "new-thing", representation)
      #expect(try call(instance, "rep-thing", handle) == representation)
      _ = try call(instance, "drop-thing", handle)
    }
    #expect(instance.handleCount == 0)
  }

  @Test func `A guest cannot hold more than a million handles`() throws {
    let instance = try instance()
    let error = try #require(throws: ComponentError.self) { try call(instance, "make-many", 2_000_000) }
    #expect(error.message == "the guest holds more than 1048576 handles")
  }
}

import ComponentModel
import Synchronization
import WebAssembly

/// Guests that pass whatever the input says: to host functions, as results, and to one another.
///
/// The first bytes of an input choose what is done; the rest becomes the first bytes of each guest's memory, where the guests'
/// code (see ``LiftGuest``) finds the core values that it passes and the addresses that its allocator returns.
enum LiftTarget {
  /// The encodings, whether the host uses Swift's types, the guest, and three operations on the same instance, each with one of the guest's types.
  private static let headerSize = 9
  private static let limits = StoreLimits(memory: 2 << 20, callMilliseconds: 2000)

  static func run(_ input: [UInt8]) {
    guard input.count > headerSize else { return }
    let index = Int(input[2]) % LiftGuest.all.count, guest = LiftGuest.all[index]
    let memory = Array(input.dropFirst(headerSize).prefix(4096))
    do {
      let compiled = try compiled(index, encodings: Int(input[0]) % 9)
      let store = try Store(engine: LinkTarget.engine.get(), limits: limits)
      let instance = try compiled.component.instantiate(imports: LiftHost.imports(compiled.functions, memory, isTyped: input[1] & 1 == 1), in: store)
      for guest in ["caller", "callee"] { _ = try instance.function(guest, "load")?.call([]) }
      for (operation, type) in [(input[3], input[4]), (input[5], input[6]), (input[7], input[8])] {
        let name = guest.types[Int(type) % guest.types.count].name
        switch operation % 4 {
        case 0: _ = try instance.function("caller", "take-\(name)")?.call([])
        case 1: _ = try instance.function("caller", "pass-\(name)")?.call([])
        case 2: try give(name, instance)
        default: try LiftHost.give(name, instance)
        }
      }
    } catch let error as ComponentError {
      // A guest that cannot be linked would make the target useless.
      precondition(!error.message.isEmpty && ![.linking, .missingImport, .typeMismatch, .malformed, .invalid].contains(error.code), "\(error)")
    } catch {
      preconditionFailure("an error of another kind: \(error)")
    }
  }

  /// Passes the guest some value, and passes back what it returns.
  private static func give(_ name: String, _ instance: ComponentInstance) throws {
    guard let function = instance.function("caller", "give-\(name)"), let type = function.type.parameters.first?.type else { return }
    let value: Value? =
      switch type {
      case .own: .own(Resource(Counter()))
      case .borrow: .borrow(Resource(Counter()))
      default: Value.any(of: type)
      }
    guard let value, let result = try function.call([value]) else { return }
    _ = try function.call([result])
  }

  private typealias Compiled = (component: CompiledComponent, functions: [(String, ComponentModel.FunctionType)])
  private static let all = Mutex<[Int: Compiled]>([:])

  /// Compiled when it is needed first, since there are hundreds.
  private static func compiled(_ index: Int, encodings: Int) throws -> Compiled {
    if let known = all.withLock({ $0[index * 9 + encodings] }) { return known }
    let names = ["utf8", "utf16", "latin1+utf16"], guest = LiftGuest.all[index]
    let bytes = try parseText(guest.component(caller: names[encodings / 3], callee: names[encodings % 3]))
    let component = try CompiledComponent(try ComponentFile(decoding: bytes), engine: LinkTarget.engine.get(), cache: CodeCache(directory: nil))
    let compiled = (component: component, functions: try guest.functionTypes())
    all.withLock { $0[index * 9 + encodings] = compiled }
    return compiled
  }
}

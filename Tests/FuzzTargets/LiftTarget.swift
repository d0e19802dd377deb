import ComponentModel
import WebAssembly

/// Guests that pass whatever the input says: to host functions, as results, and to one another.
///
/// The first bytes of an input choose what is done; the rest becomes the first bytes of each guest's memory, where the guests'
/// code (see ``LiftGuest``) finds the core values that it passes and the addresses that its allocator returns.
enum LiftTarget {
  /// The encodings, whether the host uses Swift's types, and three operations on the same instance, each with a type.
  private static let headerSize = 8
  private static let limits = StoreLimits(memory: 2 << 20, callMilliseconds: 2000)

  static func run(_ input: [UInt8]) {
    guard input.count > headerSize else { return }
    guard let components = try? components.get() else { preconditionFailure("the guests are no components: \(components)") }
    let (encodings, isTyped) = (Int(input[0]) % components.count, input[1] & 1 == 1)
    let types = LiftGuest.types
    let memory = Array(input.dropFirst(headerSize).prefix(4096))
    do {
      let imports = try LiftHost.imports(memory, isTyped: isTyped)
      let store = try Store(engine: LinkTarget.engine.get(), limits: limits)
      let instance = try components[encodings].instantiate(imports: imports, in: store)
      for guest in ["caller", "callee"] { _ = try instance.function(guest, "load")?.call([]) }
      for (operation, index) in [(input[2], input[3]), (input[4], input[5]), (input[6], input[7])] {
        let type = types[Int(index) % types.count]
        switch operation % 4 {
        case 0: _ = try instance.function("caller", "take-\(type.name)")?.call([])
        case 1: _ = try instance.function("caller", "pass-\(type.name)")?.call([])
        case 2: try give(type.name, instance)
        default: try LiftHost.give(type.name, instance)
        }
      }
    } catch let error as ComponentError {
      precondition(!error.message.isEmpty, "an error says nothing")
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

  /// One for each pair of string encodings.
  private static let components = Result {
    let encodings = ["utf8", "utf16", "latin1+utf16"]
    var components: [CompiledComponent] = []
    for outer in encodings {
      for inner in encodings {
        let bytes = try parseText(LiftGuest.component(outer, inner))
        components.append(try CompiledComponent(try ComponentFile(decoding: bytes), engine: LinkTarget.engine.get(), cache: CodeCache(directory: nil)))
      }
    }
    return components
  }
}

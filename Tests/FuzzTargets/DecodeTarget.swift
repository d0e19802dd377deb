import ComponentModel
import WebAssembly

enum DecodeTarget {
  static func run(_ input: [UInt8]) {
    do throws(ComponentError) {
      let file = try ComponentFile(decoding: input)
      // Each of these goes on where another one gives up.
      attempt(input) { () throws(ComponentError) in _ = try ComponentInspection(file).text }
      attempt(input) { () throws(ComponentError) in try file.validate() }
      for slice in file.component.coreModules { attempt(input) { () throws(ComponentError) in _ = try CoreModuleHeader(input, in: slice.byteRange).name(in: input) } }
      for problem in HostImports().problems(with: file.component) { check(problem, input) }
    } catch {
      check(error, input)
    }
  }

  private static func attempt(_ input: [UInt8], _ body: () throws(ComponentError) -> Void) {
    do throws(ComponentError) { try body() } catch { check(error, input) }
  }

  /// An error says something, and points into the file.
  static func check(_ error: ComponentError, _ input: [UInt8]) {
    precondition(!error.message.isEmpty, "an error says nothing")
    precondition(error.byteOffset.map { (0...input.count).contains($0) } ?? true, "an error points outside the file: \(error)")
  }
}

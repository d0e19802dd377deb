internal import WebAssembly

extension ComponentFile {
  /// Accepts the component if it is valid by the component model's rules; wasmtime is the judge.
  ///
  /// Core modules are judged by their types, imports and exports only: their code is validated when it is compiled.
  /// - Throws: `.invalid` with the reason and the byte offset in this file; whatever resolving the component's types throws.
  public func validate() throws(ComponentError) {
    // Bounds the number of instances, which a small file can make very large.
    _ = try ComponentSignature(component)
    guard Self.rejection(try ValidationCopy(of: self, skeletons: true)) != nil else { return }
    // With the modules as they are, the reason is the right one; and should a skeleton have lost anything, there is none.
    guard let error = Self.rejection(try ValidationCopy(of: self, skeletons: false)) else { return }
    throw error
  }

  private static func rejection(_ copy: ValidationCopy) -> ComponentError? {
    do {
      try ComponentValidator.validate(copy.bytes.span.bytes)
      return nil
    } catch {
      guard let (reason, place) = error.rejection else { return ComponentError(.linking, error.message) }
      return ComponentError(.invalid, at: place.map(copy.original), "the component is invalid: \(reason)")
    }
  }
}

extension ComponentError.Code {
  /// The component is well-formed but breaks a rule of validation.
  public static let invalid = Self(rawValue: "invalid")
}

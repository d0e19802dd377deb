public import WebAssembly

extension ComponentFile {
  /// Accepts the component if it is valid by the component model's rules; wasmtime is the judge.
  ///
  /// Core modules are judged by their types, imports and exports only: their code is validated when it is compiled.
  /// - Parameter cache: remembers what was valid, so that the next process need not find it out again.
  /// - Throws: `.invalid` with the reason and the byte offset in this file; whatever resolving the component's types throws.
  public func validate(cache: CodeCache = CodeCache(directory: nil)) throws(ComponentError) {
    let skeleton = try ValidationCopy(of: self, skeletons: true)
    let key = CodeCache.Key(skeleton.bytes.span.bytes, fingerprint: fixedLengthLists.reduce(ComponentValidator.fingerprint) { "\($0), \($1.range)" })
    guard !cache.knows(.validity, key) else { return }
    try checkTypes(largestImportCount: skeleton.largestImportCount)
    // With the modules as they are, the reason is the right one; and should a skeleton have lost anything, there is none.
    if Self.rejection(skeleton) != nil, let error = Self.rejection(try ValidationCopy(of: self, skeletons: false)) { throw error }
    cache.remember(.validity, key)
  }

  /// Small files can describe more instances than there is memory for, and wasmtime, unlike ours, knows no limit. Which fixed-length lists and
  /// tuples are the same type is found here, since wasmtime's copy has tuples for both.
  private func checkTypes(largestImportCount: Int) throws(ComponentError) {
    let scope = fixedLengthLists.isEmpty ? TypeScope() : TypeScope.thorough()
    for (definition, offset) in zip(component.definitions, component.definitionOffsets) { try scope.define(definition, at: offset) }
    let instances = scope.budget.coreInstantiationCount
    guard instances * largestImportCount <= Self.maximumCoreImports else {
      throw ComponentError(
        .limitExceeded,
        "the component makes \(instances) core instances of modules with up to \(largestImportCount) imports; at most \(Self.maximumCoreImports) imports in all are supported")
    }
  }

  /// Two hundred times as many as Python components have.
  private static let maximumCoreImports = 1_000_000

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

extension CodeCache.Kind {
  /// Of a component with skeletons in place of its core modules: that it is valid.
  static let validity = Self("valid")
}

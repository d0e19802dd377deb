import ComponentModel

/// What the messages that scripts expect tell about the kind of a failure.
///
/// Scripts quote the messages of other implementations. Ours must say the same, or mean it.
enum ExpectedMessage {
  /// Whether a failure with our message is of the kind that `expected` describes.
  static func accepts(_ expected: String, _ failure: Failure) -> Bool {
    if failure.message.contains(expected) { return true }
    // The scripts' messages about text are those of the parser we use, in this or another version.
    if failure.stage == .text { return textPhrases.contains { expected.contains($0) && failure.message.contains($0) } }
    if failure.code == .limitExceeded { return limitPhrases.contains { expected.contains($0) } }
    guard let meaning = meanings.first(where: { $0.expected.contains { expected.contains($0) } }) else { return false }
    return meaning.ours.contains { failure.message.contains($0) }
  }

  private static let textPhrases = ["unknown ", "unexpected ", "nesting is too deep"]
  private static let limitPhrases = ["too deep", "too large", "exceeds maximum", "must be at most"]

  /// Phrases of others, and what we say there. The first row of which a phrase occurs counts, so that the more special ones come first.
  private static let meanings: [(expected: [String], ours: [String])] = running + binary + linking + validation

  private static let running: [(expected: [String], ours: [String])] = [
    (["discriminant"], ["discriminant"]),
    (["`char` bit pattern"], ["no Unicode scalar value"]),
    (["realloc return: beyond"], ["realloc returned an address beyond"]),
    (["unaligned pointer", "not aligned"], ["not aligned to"]),
    (["content out-of-bounds", "pointer/length out of bounds"], ["beyond the end", "larger than the", "longer than its memory"]),
    (["invalid utf-8", "incomplete utf-8"], ["not valid UTF-8"]),
    (["unpaired surrogate"], ["not valid UTF-16"]),
    (["unknown handle index"], ["no such handle"]),
    (["used with the wrong type"], ["but it is a"]),
    (["while borrowed"], ["while it was lent"]),
    (["borrow handles still remain"], ["without dropping"]),
    (["uncaught exception"], ["exception"]),
    (["cannot enter component instance"], ["cannot enter component instance", "discarded after"]),
    (["unreachable"], ["unreachable"]),
    (["divide by zero", "out of bounds memory access", "call stack exhausted", "cannot leave component instance"], []),
  ]

  private static let linking: [(expected: [String], ours: [String])] = [
    (["missing import named"], ["without its import"]),
    (["was not found", "missing expected export"], ["nobody provides"]),
    (["ascribed type of export"], ["there is no such"]),
    (["module export", "module import", "has the wrong type"], ["is not of the type it is imported with"]),
    (["resource types", "type mismatch", "mismatch in", "expected "], ["is imported as", "is not of the type it is imported with", "of the component's preamble"]),
  ]

  private static let binary: [(expected: [String], ours: [String])] = [
    (["invalid leading byte"], ["must be 0x", "must begin with", "is not a", "is not the", "cannot be taken from", "not allowed"]),
    (["unexpected end-of-file"], ["are left", "the bytes end where", "the file ends after"]),
    (["section size mismatch"], ["are left over"]),
    (["malformed section id"], ["is not a section", "the bytes end where"]),
    (["integer too large", "integer representation too long"], ["does not fit"]),
    (["malformed UTF-8"], ["not valid UTF-8"]),
    (["binary version"], ["in version 0x", "of the component's preamble"]),
  ]

  private static let validation: [(expected: [String], ours: [String])] = [
    (["out of bounds", "unknown "], ["does not exist"]),
    (["outer alias count"], ["scopes out"]),
    (["no export named"], ["has no export"]),
    (["must have at least one"], ["it needs at least one", "it needs 1 to 32"]),
    (["more than 32 flags"], ["it needs 1 to 32"]),
    (["more than once", "conflicts with option"], ["given twice"]),
    (["conflicts with previous name"], ["twice"]),
    (["is not a module type", "is not a function type", "is not a defined type", "is not a resource type", "is not an instance type"], ["but is used as one"]),
    (["is not a module", "is not a instance", "is not a type"], [", not a"]),
    (["within a concrete component"], ["only `sub resource` is allowed"]),
    (["cannot contain a `borrow`"], ["returns a `borrow`"]),
  ]
}

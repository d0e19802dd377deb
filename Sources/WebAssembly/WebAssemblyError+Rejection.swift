extension WebAssemblyError {
  /// What wasmtime has against a binary, on one line, and the byte to which it points; nil for an error that is not about a binary.
  public var rejection: (reason: String, byteOffset: Int?)? {
    guard code == .invalidModule || code == .invalidComponent else { return nil }
    // "heading\n\nCaused by:\n    0: another heading\n    1: reason\nits details (at offset 0x1f)"
    let causes = message.firstRange(ofText: "Caused by:\n").map { message[$0.upperBound...] } ?? message[...]
    var reason = ""
    var byteOffset: Int?
    for line in causes.split(separator: "\n") {
      let line = Self.withoutNumber(line.drop { $0 == " " })
      if line == "WebAssembly translation error" { continue }
      let (text, place) = Self.split(line)
      byteOffset = place ?? byteOffset
      if reason.isEmpty {
        reason = String(text)
      } else if text.hasPrefix("found:") {
        // The second line of "expected: …\nfound:    …".
        reason += ", found: " + text.dropFirst("found:".count).drop { $0 == " " }
      } else {
        reason += ": " + text
      }
    }
    return (reason, byteOffset)
  }

  /// "0: text", as causes are numbered where there are several.
  private static func withoutNumber(_ line: Substring) -> Substring {
    guard let end = line.firstIndex(of: ":"), Int(line[..<end]) != nil else { return line }
    return line[end...].dropFirst().drop { $0 == " " }
  }

  /// Takes the place out of "text (at offset 0x1f)" (everything but code) or "Invalid input WebAssembly code at offset 31: text".
  private static func split(_ line: Substring) -> (Substring, Int?) {
    let mark = " (at offset 0x"
    if line.last == ")", let open = line.lastIndex(of: "("), let place = line[open...].dropLast().split(separator: "x").last.flatMap({ Int($0, radix: 16) }),
      line[..<open].last == " ", line[open...].hasPrefix(mark.dropFirst()) {
      return (line[..<open].dropLast(), place)
    }
    let prefix = "Invalid input WebAssembly code at offset "
    if line.hasPrefix(prefix), let colon = line.firstIndex(of: ":"), let place = Int(line[..<colon].dropFirst(prefix.count)) {
      return (line[colon...].dropFirst(2), place)
    }
    return (line, nil)
  }
}

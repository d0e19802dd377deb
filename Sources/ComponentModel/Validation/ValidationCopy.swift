/// A copy of a component file for wasmtime's validator: without custom sections, with tuples in place of fixed-length lists, and with skeletons in
/// place of the core modules if wanted.
struct ValidationCopy {
  private(set) var bytes: [UInt8] = []
  /// Of all core modules.
  private(set) var largestImportCount = 0
  private let file: [UInt8]
  private let skeletons: Bool
  /// Those that have not been copied yet.
  private var fixedLengthLists: ArraySlice<FixedLengthListPlace>
  /// In ascending order of `start`, an offset in the copy.
  private var pieces: [(start: Int, original: Int, isVerbatim: Bool)] = []

  init(of file: ComponentFile, skeletons: Bool) throws(ComponentError) {
    self.file = file.bytes
    self.skeletons = skeletons
    fixedLengthLists = file.fixedLengthLists[...]
    try copyComponent(file.component.byteRange)
  }

  /// The byte of the original file from which the byte at `offset` comes.
  func original(_ offset: Int) -> Int {
    var low = 0, high = pieces.count
    while low < high {
      let middle = (low + high) / 2
      if pieces[middle].start <= offset { low = middle + 1 } else { high = middle }
    }
    guard low > 0 else { return 0 }
    let piece = pieces[low - 1]
    return piece.isVerbatim ? piece.original + offset - piece.start : piece.original
  }

  private mutating func copyComponent(_ range: Range<Int>) throws(ComponentError) {
    var reader = BinaryReader(file, in: range)
    copy(try reader.skip(8, "a component's preamble"))
    while !reader.isAtEnd {
      let place = reader.offset
      let identifier = try reader.byte("a section")
      let contents = try reader.skip(try reader.u32("a section's length"), "a section")
      switch identifier {
      case 0: break
      case 4: try section(identifier, at: place) { (self) throws(ComponentError) in try self.copyComponent(contents) }
      case 1:
        let outline = try? ModuleOutline(file, in: contents)
        // No import takes less than four bytes.
        largestImportCount = max(largestImportCount, outline?.importCount ?? contents.count / 4)
        guard skeletons, let outline, let skeleton = ModuleSkeleton(outline, of: file) else { fallthrough }
        try section(identifier, at: place) { (self) throws(ComponentError) in self.insert(skeleton.bytes, for: contents.lowerBound) }
      case 7 where fixedLengthLists.first.map { contents.contains($0.range.lowerBound) } == true:
        try section(identifier, at: place) { (self) throws(ComponentError) in self.copyTypes(contents) }
      default: copy(place..<contents.upperBound)
      }
    }
  }

  /// A fixed-length list flattens as a tuple of as many elements does; beyond 16 core values both go through memory, however long they are.
  /// Sizes are checked by our own types.
  private mutating func copyTypes(_ contents: Range<Int>) {
    var place = contents.lowerBound
    while let list = fixedLengthLists.first, contents.contains(list.range.lowerBound) {
      copy(place..<list.range.lowerBound)
      let count = min(Int(list.length), TypeLayout.maximumFlatCount + 1)
      insert([0x6f, UInt8(count)] + repeatElement(file[list.element], count: count).joined(), for: list.range.lowerBound)
      place = list.range.upperBound
      fixedLengthLists.removeFirst()
    }
    copy(place..<contents.upperBound)
  }

  /// Writes a section whose length is not known until its contents are written.
  private mutating func section(
    _ identifier: UInt8, at place: Int, _ body: (inout Self) throws(ComponentError) -> Void
  ) throws(ComponentError) {
    insert([identifier, 0, 0, 0, 0, 0], for: place)
    let start = bytes.count
    try body(&self)
    // A number of five bytes is valid whatever its value.
    let length = bytes.count - start
    for index in 0..<5 { bytes[start - 5 + index] = UInt8(length >> (7 * index) & 0x7f) | (index < 4 ? 0x80 : 0) }
  }

  private mutating func copy(_ range: Range<Int>) {
    pieces.append((bytes.count, range.lowerBound, true))
    bytes += file[range]
  }

  private mutating func insert(_ replacement: [UInt8], for original: Int) {
    pieces.append((bytes.count, original, false))
    bytes += replacement
  }
}

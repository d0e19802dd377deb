/// Runs a program over a text: all threads at once, the preferred ones first (Pike's machine).
struct Matcher {
  let text: [Unicode.Scalar]
  private let program: Program
  /// How many places a thread remembers: two for each group, or none.
  private let width: Int
  private var stepsLeft: Int
  private var current: Threads, following: Threads
  /// What is still to be followed at one place of the text, the next on top.
  private var stack: [Pending] = []

  /// Places in the program where a character is expected, each once, in the order of preference.
  private struct Threads {
    var places: [Int] = []
    /// `width` for each.
    var groups: [Int] = []
    /// By place: the round in which it was added last.
    var rounds: [Int]

    mutating func clear() {
      places.removeAll(keepingCapacity: true)
      groups.removeAll(keepingCapacity: true)
      for index in rounds.indices { rounds[index] = -1 }
    }
  }

  private enum Pending {
    case place(Int)
    case restore(Int, to: Int)
  }

  init(_ program: Program, _ text: String, capturesGroups: Bool, maximumSteps: Int) {
    self.program = program
    stepsLeft = maximumSteps
    self.text = Array(text.unicodeScalars)
    width = capturesGroups ? 2 * program.groups.count : 0
    current = Threads(rounds: Array(repeating: -1, count: program.instructions.count))
    following = current
  }

  /// The places of the first match at or after `start`, two for each group, −1 where a group has no part in it; without groups an empty list.
  mutating func match(from start: Int) throws(EvaluationError) -> [Int]? {
    var found: [Int]?
    let none = Array(repeating: -1, count: width)
    current.clear()
    following.clear()
    var position = start
    try add(0, none, at: position)
    while true {
      swap(&current, &following)
      if current.places.isEmpty, found != nil || position >= text.count { return found }
      let scalar = position < text.count ? text[position] : nil
      following.places.removeAll(keepingCapacity: true)
      following.groups.removeAll(keepingCapacity: true)
      threads: for index in current.places.indices {
        stepsLeft -= 1
        let place = current.places[index]
        let isTaken: Bool
        switch program.instructions[place] {
        case .match:
          found = Array(current.groups[index * width..<(index + 1) * width])
          // The others are less preferred.
          if width == 0 { return found }
          break threads
        case .scalar(let wanted): isTaken = wanted == scalar
        case .set(let set): isTaken = scalar.map(program.sets[set].contains) ?? false
        default: isTaken = false
        }
        if isTaken { try add(place + 1, Array(current.groups[index * width..<(index + 1) * width]), at: position + 1) }
      }
      guard scalar != nil else { return found }
      position += 1
      if found == nil { try add(0, none, at: position) }
    }
  }

  /// Adds the threads that are at `place` without having read further to the following ones.
  private mutating func add(_ place: Int, _ groups: [Int], at position: Int) throws(EvaluationError) {
    var groups = groups
    stack.append(.place(place))
    while let next = stack.popLast() {
      guard case .place(let place) = next else {
        if case .restore(let slot, let value) = next { groups[slot] = value }
        continue
      }
      stepsLeft -= 1
      guard stepsLeft > 0 else {
        stack = []
        throw EvaluationError("the text of \(text.count) characters takes too long to match with a pattern of \(program.instructions.count) instructions")
      }
      if following.rounds[place] == position { continue }
      following.rounds[place] = position
      switch program.instructions[place] {
      case .jump(let target): stack.append(.place(target))
      case .split(let first, let second):
        stack.append(.place(second))
        stack.append(.place(first))
      case .save(let slot):
        if slot < width {
          stack.append(.restore(slot, to: groups[slot]))
          groups[slot] = position
        }
        stack.append(.place(place + 1))
      case .assertion(let assertion):
        if holds(assertion, at: position) { stack.append(.place(place + 1)) }
      case .scalar, .set, .match:
        following.places.append(place)
        following.groups += groups
      }
    }
  }

  private func holds(_ assertion: Assertion, at position: Int) -> Bool {
    switch assertion {
    case .start: position == 0
    case .end: position == text.count
    case .lineStart: position == 0 || text[position - 1] == "\n"
    case .lineEnd: position == text.count || text[position] == "\n"
    case .wordBoundary: isWordBoundary(position)
    case .noWordBoundary: !isWordBoundary(position)
    }
  }

  private func isWordBoundary(_ position: Int) -> Bool {
    let before = position > 0 && text[position - 1].isWordPart, after = position < text.count && text[position].isWordPart
    return before != after
  }
}

/// A pattern as instructions for ``Matcher``.
struct Program: Sendable {
  enum Instruction: Sendable {
    case scalar(Unicode.Scalar)
    case set(Int)
    /// Goes on at both; the first is preferred.
    case split(Int, Int)
    case jump(Int)
    /// Remembers the place in the text.
    case save(Int)
    case assertion(Assertion)
    case match
  }

  var instructions: [Instruction] = []
  var sets: [ScalarSet] = []
  /// The names of the groups; the first is the whole match.
  var groups: [String?]
}

struct ProgramCompiler {
  private var program: Program

  init(groups: [String?]) { program = Program(groups: groups) }

  mutating func compile(_ node: PatternNode, _ pattern: String) throws(EvaluationError) -> Program {
    let isWhole = add(.save(0)) && emit(node) && add(.save(1)) && add(.match)
    guard isWhole else {
      throw EvaluationError("the pattern `\(pattern.prefix(100))` is too large: repetitions such as `{1000}` count as often as they say, up to \(RegularExpression.maximumSize) in all")
    }
    return program
  }

  private mutating func add(_ instruction: Program.Instruction) -> Bool {
    program.instructions.append(instruction)
    return program.instructions.count <= RegularExpression.maximumSize
  }

  /// Returns false when the program has become too large.
  private mutating func emit(_ node: PatternNode) -> Bool {
    switch node {
    case .empty: return true
    case .scalar(let scalar): return add(.scalar(scalar))
    case .set(let set):
      program.sets.append(set)
      return add(.set(program.sets.count - 1))
    case .assertion(let assertion): return add(.assertion(assertion))
    case .group(let node, nil): return emit(node)
    case .group(let node, let number?): return add(.save(2 * number)) && emit(node) && add(.save(2 * number + 1))
    case .sequence(let nodes):
      for node in nodes where !emit(node) { return false }
      return true
    case .alternatives(let nodes): return emit(alternatives: nodes)
    case .repeated(let node, let least, let most, let isGreedy): return emit(node, least: least, most: most, isGreedy)
    }
  }

  private mutating func emit(alternatives nodes: [PatternNode]) -> Bool {
    var jumps: [Int] = []
    for (index, node) in nodes.enumerated() {
      guard index < nodes.count - 1 else {
        guard emit(node) else { return false }
        break
      }
      let split = program.instructions.count
      guard add(.jump(0)), emit(node) else { return false }
      jumps.append(program.instructions.count)
      guard add(.jump(0)) else { return false }
      program.instructions[split] = .split(split + 1, program.instructions.count)
    }
    for jump in jumps { program.instructions[jump] = .jump(program.instructions.count) }
    return true
  }

  private mutating func emit(_ node: PatternNode, least: Int, most: Int?, _ isGreedy: Bool) -> Bool {
    func split(_ inside: Int, _ outside: Int) -> Program.Instruction { isGreedy ? .split(inside, outside) : .split(outside, inside) }
    for _ in 0..<least where !emit(node) { return false }
    guard let most else {
      let start = program.instructions.count
      guard add(.jump(0)), emit(node), add(.jump(start)) else { return false }
      program.instructions[start] = split(start + 1, program.instructions.count)
      return true
    }
    var splits: [Int] = []
    for _ in least..<most {
      splits.append(program.instructions.count)
      guard add(.jump(0)), emit(node) else { return false }
    }
    for start in splits { program.instructions[start] = split(start + 1, program.instructions.count) }
    return true
  }
}

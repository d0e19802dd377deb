/// The graph as numbers: operations and connections by their index in the file.
struct Topology: Sendable, Equatable {
  struct Edge: Sendable, Equatable {
    let from: Int
    let to: Int
    let connection: Int
  }

  /// The edges out of each operation, in the order of the file.
  private(set) var outgoing: [[Edge]]
  private(set) var incoming: [[Edge]]
  /// Every operation after all those that it receives from; shorter than the operations exactly where there is a cycle.
  let order: [Int]
  /// The operation of a name.
  let index: [String: Int]

  init(operationCount: Int, index: [String: Int], edges: [Edge]) {
    outgoing = Array(repeating: [], count: operationCount)
    incoming = outgoing
    for edge in edges {
      outgoing[edge.from].append(edge)
      incoming[edge.to].append(edge)
    }
    self.index = index
    order = Self.order(outgoing: outgoing, incoming: incoming)
  }

  private static func order(outgoing: [[Edge]], incoming: [[Edge]]) -> [Int] {
    var missing = incoming.map(\.count)
    var order = missing.indices.filter { missing[$0] == 0 }
    var next = 0
    while next < order.count {
      for edge in outgoing[order[next]] {
        missing[edge.to] -= 1
        if missing[edge.to] == 0 { order.append(edge.to) }
      }
      next += 1
    }
    return order
  }

  /// The operations that can be reached from any of `start`, along the connections or against them.
  func reachable(from start: [Int], backwards: Bool = false) -> Set<Int> {
    var seen = Set(start)
    var waiting = start
    while let operation = waiting.popLast() {
      for edge in backwards ? incoming[operation] : outgoing[operation] {
        let next = backwards ? edge.from : edge.to
        if seen.insert(next).inserted { waiting.append(next) }
      }
    }
    return seen
  }

  /// One cycle for every group of operations that are connected in circles: the edges in their order around it.
  ///
  /// Depth-first search with a stack of its own, so that a long chain of operations cannot overflow the thread's.
  func cycles() -> [[Edge]] {
    enum State { case new, open, done }
    let ordered = Set(order)
    var state = Array(repeating: State.new, count: outgoing.count)
    var reported: Set<Int> = []
    var cycles: [[Edge]] = []
    for start in outgoing.indices where state[start] == .new && !ordered.contains(start) {
      var path: [Edge] = []
      var stack = [(operation: start, next: 0)]
      state[start] = .open
      while let top = stack.last {
        guard top.next < outgoing[top.operation].count else {
          state[top.operation] = .done
          stack.removeLast()
          _ = path.popLast()
          continue
        }
        stack[stack.count - 1].next += 1
        let edge = outgoing[top.operation][top.next]
        switch state[edge.to] {
        case .new:
          state[edge.to] = .open
          stack.append((edge.to, 0))
          path.append(edge)
        case .open:
          guard !reported.contains(edge.to) || !reported.contains(edge.from) else { continue }
          let begin = stack.firstIndex { $0.operation == edge.to } ?? 0
          let cycle = path[begin...] + [edge]
          for edge in cycle { reported.insert(edge.from) }
          cycles.append(Array(cycle))
        case .done: break
        }
      }
    }
    return cycles
  }
}

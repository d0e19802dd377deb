import Glibc

/// One of several ways of doing the same work.
struct Contender {
  let name: String
  /// Does the work `count` times, and says how many seconds that took.
  let work: (_ count: Int) throws -> Double

  /// A contender that is timed from here.
  init(_ name: String, _ work: @escaping (_ count: Int) throws -> Void) {
    self.init(name: name) { count in try seconds { try work(count) } }
  }

  /// A contender whose processor time is measured, that of all threads of this process.
  init(_ name: String, processor work: @escaping (_ count: Int) throws -> Void) {
    self.init(name: name) { count in
      let start = now(CLOCK_PROCESS_CPUTIME_ID)
      try work(count)
      return now(CLOCK_PROCESS_CPUTIME_ID) - start
    }
  }

  /// A contender that is timed from here and does only one of `part` pieces of work, because it takes so long.
  init(_ name: String, every part: Int, _ work: @escaping (_ count: Int) throws -> Void) {
    self.init(name: name) { count in
      let done = max(1, count / part)
      return try seconds { try work(done) } / Double(done) * Double(count)
    }
  }

  /// A contender that keeps the time itself.
  init(name: String, reporting work: @escaping (_ count: Int) throws -> Double) {
    self.name = name
    self.work = work
  }
}

/// What contenders took in rounds in which each had its turn: on a machine whose speed wanders, only what was measured within
/// one round can be compared.
struct Comparison {
  /// Seconds per piece of work: by contender, then by round.
  let samples: [[Double]]

  /// Measures after one round of warming up. Every other round goes backwards, so that nobody always follows the same neighbour.
  init(_ contenders: [Contender], rounds: Int, count: Int) throws {
    var samples = [[Double]](repeating: [], count: contenders.count)
    for contender in contenders { _ = try contender.work(count) }
    for round in 0..<rounds {
      let order = Array(contenders.indices)
      for index in round.isMultiple(of: 2) ? order : order.reversed() {
        samples[index].append(try contenders[index].work(count) / Double(count))
      }
    }
    self.samples = samples
  }

  /// Seconds per piece of work.
  func time(_ contender: Int) -> Spread { Spread(samples[contender]) }

  /// What each of `parts` took more than `floor` in the same round, together what `contender` did.
  func difference(_ contender: Int, over floor: Int, parts: Double) -> Spread { Spread(zip(samples[contender], samples[floor]).map { ($0 - $1) / parts }) }

  /// What `contender` took over what `floor` took in the same round.
  func ratio(_ contender: Int, over floor: Int = 0) -> Spread { Spread(zip(samples[contender], samples[floor]).map(/)) }
}

/// The median of some samples, with the least and the greatest.
struct Spread {
  let median: Double, least: Double, greatest: Double

  init(_ samples: [Double]) {
    let sorted = samples.sorted()
    let middle = sorted.count / 2
    median = sorted.isEmpty ? .nan : sorted.count.isMultiple(of: 2) ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
    least = sorted.first ?? .nan
    greatest = sorted.last ?? .nan
  }
}

func seconds(_ body: () throws -> Void) rethrows -> Double {
  let start = now()
  try body()
  return now() - start
}

/// A clock, by default the monotonic one, in seconds.
func now(_ clock: clockid_t = CLOCK_MONOTONIC) -> Double {
  var time = timespec()
  clock_gettime(clock, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

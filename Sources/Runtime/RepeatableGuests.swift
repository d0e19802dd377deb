internal import Dataflow
internal import OperatorHost
internal import Synchronization

/// When a run that can be repeated began, and what its operators' random numbers are made from.
struct RunOrigin: Sendable {
  let startedAt: WallTime
  let seed: UInt64
}

/// What the operators of one crew see of time and chance in a run that can be repeated: both follow from what the engine is working on, and from nothing
/// else.
///
/// The clocks show the moment at which that was taken in. They do not stand still, so that code which waits for them to go on comes to an end: each reading is a
/// nanosecond later than the one before, and to sleep sets them forward until the next moment.
final class RepeatableGuests: Sendable {
  private let origin: RunOrigin
  private let moment: Mutex<Moment>

  init(_ origin: RunOrigin) {
    self.origin = origin
    moment = Mutex(Moment(time: origin.startedAt))
  }

  func enter(_ moment: Moment) { self.moment.withLock { $0 = moment } }

  /// One operation's. All instances of it see the same at the same moment.
  func environment(of operation: String) -> GuestEnvironment {
    let start = origin.startedAt.nanosecondsSinceEpoch
    let guest = Guest(operation, origin, self)
    return GuestEnvironment(
      wallClock: { guest.time() }, monotonicClock: { let time = guest.time(); return time - min(time, start) },
      sleep: { guest.sleep(until: start &+ $0) }, random: { guest.bytes($0) })
  }

  private final class Guest: Sendable {
    private struct State {
      var number: UInt64?
      var time: UInt64 = 0
      var random = RandomSequence(seed: 0)
    }

    private let key: UInt64
    private let guests: RepeatableGuests
    private let state = Mutex(State())

    init(_ operation: String, _ origin: RunOrigin, _ guests: RepeatableGuests) {
      // FNV-1a.
      let name = operation.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
      key = RandomSequence.mixed(origin.seed ^ name)
      self.guests = guests
    }

    private func withState<Result>(_ body: (inout State) -> Result) -> Result {
      let moment = guests.moment.withLock { $0 }
      return state.withLock { state in
        if state.number != moment.number {
          state.number = moment.number
          state.time = moment.time.nanosecondsSinceEpoch
          state.random = RandomSequence(seed: key ^ RandomSequence.mixed(moment.number))
        }
        return body(&state)
      }
    }

    func time() -> UInt64 {
      withState { state in
        state.time += state.time < .max ? 1 : 0
        return state.time
      }
    }

    func sleep(until time: UInt64) { withState { $0.time = max($0.time, time) } }

    func bytes(_ count: Int) -> [UInt8] {
      withState { state in
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count + 7)
        while bytes.count < count { withUnsafeBytes(of: state.random.next().littleEndian) { bytes.append(contentsOf: $0) } }
        return Array(bytes.prefix(count))
      }
    }
  }
}

/// A repeatable sequence of numbers: SplitMix64 (Steele, Lea, Flood 2014).
struct RandomSequence: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    return Self.mixed(state)
  }

  static func mixed(_ number: UInt64) -> UInt64 {
    var z = number
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

extension WallTime {
  /// At most as many as 64 bits can say.
  fileprivate var nanosecondsSinceEpoch: UInt64 { nanoseconds(since: WallTime(seconds: 0)) }
}

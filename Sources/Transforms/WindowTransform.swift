internal import Dataflow
internal import Expressions
internal import JSONTree
internal import OrderedCollections

/// The `window`: one message of all those of a span of time, or of as many as close it before.
///
/// Windows are told apart by their ends: whole multiples of their length since the epoch, by the messages' own times. A message right on an end belongs to
/// what ends there.
final class WindowTransform: WindowOperator {
  private let rules: WindowRules
  private var state: RuleState
  private var open: [Timestamp: WindowState] = [:]
  /// What an item has just closed.
  private var closed: (time: Timestamp, state: WindowState)?
  /// What went wrong with the last result, for who asks again.
  private var failed: (time: Timestamp, error: OperatorError)?

  init(_ rules: WindowRules, _ services: TransformServices) {
    self.rules = rules
    state = RuleState(rules.datasets, rules.lastSources, services)
  }

  // MARK: Admission

  func admit(_ data: DataModel, at time: Timestamp) throws(OperatorError) -> WindowAdmission {
    let end = end(of: time)
    var message = try state.read(data)
    let fields = try fields(of: &message)
    let window = open[end] ?? WindowState(rules)
    let size = UInt64(data.payload.count)
    var triggerValues: [[Value]] = []
    for trigger in rules.triggers {
      triggerValues.append(trigger.rule.isSkipped(message) ? [] : try trigger.rule.values(&message, state.last, requiresFields: false))
    }
    let boundary = try boundary(window, size, triggerValues, message)
    // From here on nothing fails.
    var closing = WindowAdmission.Closing.none
    if boundary == .inNext, window.count > 0 {
      closing = .before
      closed = (end, window)
      open[end] = nil
    }
    add(fields, size, triggerValues, data, to: end)
    if boundary == .inCurrent, let window = open.removeValue(forKey: end) {
      closing = .after
      closed = (end, window)
    }
    return WindowAdmission(time: end, closing: closing)
  }

  /// The next whole multiple of the window's length.
  private func end(of time: Timestamp) -> Timestamp {
    let length = rules.seconds
    if time.seconds.isMultiple(of: length), time.nanoseconds < 1_000_000 { return Timestamp(seconds: time.seconds) }
    let (end, overflow) = (time.seconds / length).addingReportingOverflow(1)
    let (seconds, isTooLate) = end.multipliedReportingOverflow(by: length)
    return Timestamp(seconds: overflow || isTooLate ? .max : seconds)
  }

  /// What is accumulated of a message; nil inside for a field that is there, but no value of an expression.
  private func fields(of message: inout MessageReader) throws(OperatorError) -> [Value??] {
    let payload = try message.payload()
    return rules.fields.map { path in
      guard let field = path.find(in: payload), field != .null else { return .none }
      return .some(Value(field))
    }
  }

  /// Where a message that closes a window belongs; nil if it closes none. Memory decides before count, and count before triggers.
  private func boundary(_ window: WindowState, _ size: UInt64, _ triggerValues: [[Value]], _ message: MessageReader) throws(OperatorError) -> WindowRules.Boundary? {
    if let memory = rules.memory, window.byteCount + size >= memory.most { return memory.boundary }
    if let count = rules.count, window.count + 1 >= count.most { return count.boundary }
    for (trigger, values) in zip(rules.triggers, triggerValues) where !trigger.rule.isSkipped(message) {
      let derived = TriggerValues(trigger: trigger, values: values, window: window)
      if try trigger.rule.condition(trigger.expression, values, derived) { return trigger.boundary }
    }
    return nil
  }

  private struct TriggerValues: DerivedValues {
    let trigger: WindowRules.Trigger
    let values: [Value]
    let window: WindowState

    func value(at index: Int) throws(EvaluationError) -> Value {
      let call = trigger.expression.derived[index]
      guard let input = call.input else { return .int(Int64(clamping: window.count)) }
      return try window.running[trigger.states[index]].value(call.function, values[input])
    }
  }

  private func add(_ fields: [Value??], _ size: UInt64, _ triggerValues: [[Value]], _ data: DataModel, to end: Timestamp) {
    // Taken out, so that it is changed in its place.
    var window = open.removeValue(forKey: end) ?? WindowState(rules)
    window.count += 1
    window.byteCount += size
    for (index, field) in fields.enumerated() { if let field { window.fields[index].add(field) } }
    for (index, input) in rules.runningInputs.enumerated() where !triggerValues[input.trigger].isEmpty {
      window.running[index].add(triggerValues[input.trigger][input.input])
    }
    if case .message(let message) = data { window.topic = message.topic }
    open[end] = window
  }

  // MARK: Results

  func close(_ time: Timestamp) throws(OperatorError) -> DataModel {
    let window: WindowState
    if let closed, closed.time == time {
      window = closed.state
      self.closed = nil
    } else if let state = open.removeValue(forKey: time) {
      window = state
    } else if let failed, failed.time == time {
      throw failed.error
    } else {
      throw OperatorError(.rejected, "There is no result of the window that ends at \(time.text).")
    }
    var members: OrderedDictionary<String, JSON> = [:]
    for aggregation in rules.aggregations {
      do throws(EvaluationError) {
        let result = try aggregation.expression.evaluate([], AggregateValues(aggregation: aggregation, fields: window.fields))
        guard result != .empty else { continue }
        FieldPath.set(aggregation.output.segments[...], to: try JSON(result), in: &members)
      } catch {
        let error = OperatorError(.rejected, "\(aggregation.name): \(error).")
        failed = (time, error)
        throw error
      }
    }
    return .message(Message(timestamp: time, topic: window.topic, contentType: "application/json", payload: JSON.object(members).utf8))
  }

  private struct AggregateValues: DerivedValues {
    let aggregation: WindowRules.Aggregation
    let fields: [FieldAccumulator]

    func value(at index: Int) throws(EvaluationError) -> Value {
      try fields[aggregation.accumulators[index]].value(aggregation.expression.derived[index].function)
    }
  }
}

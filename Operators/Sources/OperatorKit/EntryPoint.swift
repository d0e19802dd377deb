#if arch(wasm32)
import COperatorKit

/// What the operator attributes expand to calls of: the canonical ABI around an operator's function. Not for use by hand.
public enum EntryPoint {
  public static func initialize(
    _ properties: UnsafeMutableRawPointer?, _ propertyCount: Int, _ schemas: UnsafeMutableRawPointer?, _ schemaCount: Int,
    _ kind: StaticString, _ body: Initialize?
  ) -> Bool {
    let pairs = [Pair<String, String>](taking: ListMemory(base: properties, count: propertyCount))
    let configuration = ModuleConfiguration(
      parameters: pairs.map { (name: $0.first, value: $0.second) },
      schemas: [ModuleSchema](taking: ListMemory(base: schemas, count: schemaCount)))
    do throws(OperatorError) {
      try body?(configuration)
      return true
    } catch {
      Logger("\(kind)/init").error(error.message)
      return false
    }
  }

  public static func map(
    _ arguments: UnsafeMutableRawPointer, _ body: (DataModel) throws(OperatorError) -> DataModel
  ) -> UnsafeMutableRawPointer {
    var fields = Fields(arguments)
    let item: DataModel = fields.next()
    free(arguments)
    return result { () throws(OperatorError) in try body(item) }
  }

  public static func filter(
    _ arguments: UnsafeMutableRawPointer, _ body: (DataModel) throws(OperatorError) -> Bool
  ) -> UnsafeMutableRawPointer {
    var fields = Fields(arguments)
    let item: DataModel = fields.next()
    free(arguments)
    return result { () throws(OperatorError) in try body(item) }
  }

  public static func branch(
    _ arguments: UnsafeMutableRawPointer, _ body: (HybridLogicalClock, DataModel) throws(OperatorError) -> Bool
  ) -> UnsafeMutableRawPointer {
    var fields = Fields(arguments)
    let time: HybridLogicalClock = fields.next()
    let item: DataModel = fields.next()
    free(arguments)
    return result { () throws(OperatorError) in try body(time, item) }
  }

  public static func accumulate(
    _ arguments: UnsafeMutableRawPointer, _ body: (DataModel, [DataModel]) throws(OperatorError) -> DataModel
  ) -> UnsafeMutableRawPointer {
    var fields = Fields(arguments)
    let staged: DataModel = fields.next()
    let items: [DataModel] = fields.next()
    free(arguments)
    return result { () throws(OperatorError) in try body(staged, items) }
  }

  public static func delay(
    _ arguments: UnsafeMutableRawPointer, _ body: (DataModel, HybridLogicalClock) throws(OperatorError) -> HybridLogicalClock
  ) -> UnsafeMutableRawPointer {
    var fields = Fields(arguments)
    let item: DataModel = fields.next()
    let time: HybridLogicalClock = fields.next()
    free(arguments)
    return result { () throws(OperatorError) in try body(item, time) }
  }

  /// `result<T, error>` in memory that `finish` gives back.
  private static func result<T: WITValue>(_ body: () throws(OperatorError) -> T) -> UnsafeMutableRawPointer {
    let payload = variantPayload(max(T.abiAlignment, String.abiAlignment))
    let memory = allocate(payload &+ max(T.abiSize, String.abiSize))
    do throws(OperatorError) {
      let value = try body()
      UInt8(0).lower(memory)
      value.lower(memory + payload)
    } catch {
      UInt8(1).lower(memory)
      error.message.lower(memory + payload)
    }
    return memory
  }

  /// Post-return: the host has read the result.
  public static func finish(_ result: UnsafeMutableRawPointer) {
    Outgoing.releaseAll()
    free(result)
  }
}
#endif

import OperatorKit
import Testing

@testable import WindowOperators

struct WindowTests {
  @Test(arguments: [
    (0, 0, 0, 0), (7, 0, 10, 0), (9, 999_999_999, 10, 0), (10, 0, 10, 0), (10, 999_999, 10, 999_999), (10, 1_000_000, 20, 0), (1_767_268_803, 250_000_000, 1_767_268_810, 0),
    (18_446_744_073_709_551_600, 5, 18_446_744_073_709_551_600, 5), (18_446_744_073_709_551_599, 0, 18_446_744_073_709_551_600, 0),
  ] as [(UInt64, UInt32, UInt64, UInt32)])
  func `times are rounded up to full ten seconds`(_ seconds: UInt64, _ nanoseconds: UInt32, _ endSeconds: UInt64, _ endNanoseconds: UInt32) throws {
    #expect(try endOfWindow(Timespec(seconds: seconds, nanoseconds: nanoseconds)) == Timespec(seconds: endSeconds, nanoseconds: endNanoseconds))
  }

  @Test func `a window that would end after all time is an error`() {
    #expect(throws: OperatorError.self) { try endOfWindow(Timespec(seconds: .max)) }
  }

  @Test func `the time is the data's, or the item's if the data has none; the counter starts anew`() throws {
    let time = HybridLogicalClock(timestamp: Timespec(seconds: 42), counter: 7, nodeID: "logical")
    func hold(_ item: DataModel) throws -> HybridLogicalClock { try holdUntilWindowEnds(item, time) }
    #expect(try hold(message("", at: 21)).timestamp == Timespec(seconds: 30))
    #expect(try hold(snapshot("")).timestamp == Timespec(seconds: 10))
    #expect(try hold(.bufferOrBytes("")).timestamp == Timespec(seconds: 50))
    #expect(try hold(message("")).counter == 0 && hold(message("")).nodeID == "logical")
  }
}

import Bytes
import Testing

@testable import Liquid

@Suite("Dates as programs write them")
struct PlainDateTests {
  @Test(
    "are read to the same time as by the reader of all forms",
    arguments: [
      "2026-11-25", "2026-02-28", "2024-02-29", "1924-05-01", "0099-01-31", "2026-11-25 09:30:07",
      "2026-11-25T23:59:59", "2026-11-25T00:00:00Z",
    ])
  func same(text: String) throws {
    let quick = try render("{{ d | date: '%Y-%m-%d %H:%M:%S %s %z' }}", "{\"d\":\"\(text)\"}")
    let slow = try render("{{ d | date: '%Y-%m-%d %H:%M:%S %s %z' }}", "{\"d\":\"\(text) \"}")
    #expect(quick == slow)
    #expect(quick.hasPrefix(text.prefix(10)))
  }

  @Test(
    "that are none are left as they are",
    arguments: ["2026-13-01", "2026-00-10", "2026-11-25T25:00:00"])
  func invalid(text: String) throws {
    #expect(try render("{{ d | date: '%Y' }}", "{\"d\":\"\(text)\"}") == text)
  }
}

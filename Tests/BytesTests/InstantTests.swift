import Bytes
import Testing

@Suite("Instants and dates")
struct InstantTests {
  @Test(
    "RFC 3339 is read with any offset and written in UTC",
    arguments: [
      ("2026-11-24T03:39:45Z", "2026-11-24T03:39:45Z"),
      ("2026-11-24T03:39:45.5+01:00", "2026-11-24T02:39:45.500000Z"),
      ("1969-12-31T23:59:59Z", "1969-12-31T23:59:59Z"),
      ("2024-02-29t12:00:00.1234567z", "2024-02-29T12:00:00.123456Z"),
    ])
  func roundTrip(text: String, written: String) throws {
    #expect(try #require(Instant(rfc3339: text)).rfc3339 == written)
  }

  @Test(
    "what is no time is refused",
    arguments: [
      "", "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-11-24", "2026-11-24T25:00:00Z",
      "2026-11-24T00:00:00", "2026-11-24T00:00:00.Z", "2026-11-24T00:00:00Zx",
    ])
  func refused(text: String) { #expect(Instant(rfc3339: text) == nil) }

  @Test("days count both ways over four centuries")
  func days() {
    for day in stride(from: -150_000, through: 150_000, by: 97) {
      #expect(CivilDate(daysSinceEpoch: day).daysSinceEpoch == day)
    }
    #expect(CivilDate(year: 2026, month: 11, day: 24).weekday == 1)
  }
}

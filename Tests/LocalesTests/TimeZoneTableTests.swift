import Bytes
import Locales
import Testing

@Suite("Time zones")
struct TimeZoneTableTests {
  private func zone(_ name: String) throws -> TimeZoneTable {
    try #require(TimeZoneTable(identifier: name))
  }

  private func instant(_ text: String) throws -> Instant {
    try #require(Instant(rfc3339: text))
  }

  @Test(
    "offsets in winter and summer",
    arguments: [
      ("Europe/Paris", "2026-01-15T12:00:00Z", 3_600),
      ("Europe/Paris", "2026-07-15T12:00:00Z", 7_200),
      ("Europe/London", "2026-07-15T12:00:00Z", 3_600),
      ("Asia/Tokyo", "2026-07-15T12:00:00Z", 32_400),
      ("America/New_York", "2026-01-15T12:00:00Z", -18_000),
      ("Asia/Kolkata", "2026-01-15T12:00:00Z", 19_800), ("UTC", "2026-01-15T12:00:00Z", 0),
      ("Australia/Lord_Howe", "2026-01-15T12:00:00Z", 39_600),
      ("Australia/Lord_Howe", "2026-07-15T12:00:00Z", 37_800),
    ])
  func offsets(name: String, at: String, seconds: Int) throws {
    #expect(try zone(name).offsetSeconds(at: instant(at)) == seconds)
  }

  @Test("the offset changes exactly at the transition")
  func transition() throws {
    let paris = try zone("Europe/Paris")
    let change = try instant("2026-10-25T01:00:00Z")
    #expect(paris.nextTransition(after: try instant("2026-07-01T00:00:00Z")) == change)
    #expect(paris.offsetSeconds(at: change.adding(seconds: -1)) == 7_200)
    #expect(paris.offsetSeconds(at: change) == 3_600)
    #expect(paris.nextTransition(after: change) == (try instant("2027-03-28T01:00:00Z")))
    #expect(try zone("Asia/Tokyo").nextTransition(after: change) == nil)
  }

  @Test("an hour that clocks show twice has two instants, the first of which is taken")
  func twice() throws {
    let local = try zone("Europe/Paris").instant(
      CivilDate(year: 2026, month: 10, day: 25), secondOfDay: 2 * 3_600 + 1_800)
    let first = try instant("2026-10-25T00:30:00Z")
    #expect(local == .twice(first: first, second: try instant("2026-10-25T01:30:00Z")))
    #expect(local.instant == first)
  }

  @Test("an hour that clocks skip is read by the offset before the change")
  func skipped() throws {
    let local = try zone("Europe/Paris").instant(
      CivilDate(year: 2026, month: 3, day: 29), secondOfDay: 2 * 3_600 + 1_800)
    #expect(local == .skipped(try instant("2026-03-29T01:30:00Z")))
    let shown = try zone("Europe/Paris").local(local.instant)
    #expect(shown.secondOfDay == 3 * 3_600 + 1_800)
  }

  @Test("a day that a zone skipped is read as well")
  func skippedDay() throws {
    let apia = try zone("Pacific/Apia")
    let local = apia.instant(CivilDate(year: 2011, month: 12, day: 30), secondOfDay: 43_200)
    #expect(local == .skipped(try instant("2011-12-30T22:00:00Z")))
  }

  @Test(
    "what is no zone of the database is refused",
    arguments: ["", "Europe/Atlantis", "Europe/Paris ", "../etc/passwd", "Mars"])
  func unknown(name: String) {
    #expect(TimeZoneTable(identifier: name) == nil)
  }

  @Test(
    "local time and back again is the same instant",
    arguments: ["Europe/Paris", "America/New_York", "Asia/Tokyo", "Australia/Lord_Howe"])
  func roundTrip(name: String) throws {
    let seed = UInt64.random(in: .min ... .max)
    var random = SplitMix(state: seed)
    let zone = try zone(name)
    for _ in 0..<2_000 {
      let instant = Instant(seconds: .random(in: 0...3_000_000_000, using: &random))
      let (date, second) = zone.local(instant)
      switch zone.instant(date, secondOfDay: second) {
      case .once(let found): #expect(found == instant, "seed \(seed)")
      case .twice(let first, let later):
        #expect(instant == first || instant == later, "seed \(seed)")
      case .skipped: Issue.record("seed \(seed): \(instant.rfc3339) was shown, so it exists")
      }
    }
  }
}

import Contract
import Sync
import Testing

@Suite("Times that people type")
struct FieldTextTests {
  @Test(
    "a time by the clocks of a place becomes an instant, so that a window is open for the shortest time",
    arguments: [
      ("public_from", "2026-12-01T09:00 Europe/Paris", "2026-12-01T08:00:00Z"),
      ("from", "2026-12-01 09:00 Asia/Tokyo", "2026-12-01T00:00:00Z"),
      ("from", "2026-10-25T02:30 Europe/Paris", "2026-10-25T01:30:00Z"),
      ("until", "2026-10-25T02:30 Europe/Paris", "2026-10-25T00:30:00Z"),
      ("until", "2026-12-01T09:00:00+01:00", "2026-12-01T08:00:00Z"),
      ("from", "2026-12-01", "2026-12-01T00:00:00Z"),
    ])
  func reading(name: String, text: String, instant: String) throws {
    #expect(try FieldText.value(text, .instant, name: name) == .text(instant))
  }

  @Test(
    "a time without a zone is refused, because nobody knows which clocks are meant",
    arguments: ["2026-12-01T09:00", "2026-12-01 09:00:00", "tomorrow", "2026-12-01T09:00 Paris"])
  func refused(text: String) {
    #expect(throws: EditError.self) { try FieldText.value(text, .instant, name: "from") }
  }
}

import Testing

@testable import Locales

@Suite("What ICU has said")
struct LearnedTests {
  @Test("is asked once for each key")
  func once() {
    let learned = Learned<String, Int>()
    var asked: [String] = []
    func value(_ key: String) -> Int {
      learned.value(key) {
        asked.append(key)
        return asked.count
      }
    }
    #expect([value("en"), value("fr"), value("en"), value("fr")] == [1, 2, 1, 2])
    #expect(asked == ["en", "fr"])
  }

  @Test("beyond a thousand keys is asked again and not kept")
  func bounded() {
    let learned = Learned<Int, Int>()
    for key in 0..<1_000 { _ = learned.value(key) { key } }
    #expect(learned.value(7) { -1 } == 7)
    #expect(learned.value(1_000) { -1 } == -1)
    #expect(learned.value(1_000) { -2 } == -2)
  }

  @Test("a format keeps the zone that it is asked for")
  func zones() {
    let paris = TimeZoneTable(identifier: "Europe/Paris") ?? .utc
    #expect(DateFormat(locale: "fr", zone: paris).zone.identifier == "Europe/Paris")
    #expect(DateFormat(locale: "fr").zone.identifier == "UTC")
    #expect(TimeZoneTable(identifier: "Europe/Lutetia") == nil)
    #expect(TimeZoneTable(identifier: "Europe/Lutetia") == nil)
  }
}

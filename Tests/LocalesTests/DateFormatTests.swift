import Bytes
import Locales
import Testing

@Suite("Dates in the words of a locale")
struct DateFormatTests {
  private let day = CivilDate(year: 2026, month: 11, day: 24)

  @Test(
    "styles",
    arguments: [
      ("en", DateFormat.Style.full, "Tuesday, November 24, 2026"),
      ("en-GB", .full, "Tuesday, 24 November 2026"), ("en-GB", .long, "24 November 2026"),
      ("en", .medium, "Nov 24, 2026"), ("fr", .full, "mardi 24 novembre 2026"),
      ("fr", .long, "24 novembre 2026"), ("fr", .medium, "24 nov. 2026"),
      ("fr", .short, "24/11/2026"), ("de", .long, "24. November 2026"),
      ("de", .medium, "24.11.2026"), ("ja", .long, "2026年11月24日"),
      ("ja", .full, "2026年11月24日火曜日"), ("ja", .medium, "2026/11/24"),
      ("fr", .monthAndYear, "novembre 2026"), ("ja", .monthAndYear, "2026年11月"),
      ("de", .dayAndMonth, "24. November"), ("ru", .long, "24 ноября 2026\u{202F}г."),
      ("ru", .monthAndYear, "ноябрь 2026\u{202F}г."), ("th", .long, "24 พฤศจิกายน ค.ศ. 2026"),
      ("es", .long, "24 de noviembre de 2026"),
    ])
  func styles(locale: String, style: DateFormat.Style, text: String) {
    #expect(DateFormat(locale: locale).string(day, style) == text)
  }

  @Test("an instant is shown as the clocks of the zone show it")
  func zones() throws {
    let instant = try #require(Instant(rfc3339: "2026-11-24T23:30:00Z"))
    let tokyo = try #require(TimeZoneTable(identifier: "Asia/Tokyo"))
    #expect(DateFormat(locale: "en-GB", zone: tokyo).string(instant, .long) == "25 November 2026")
    #expect(DateFormat(locale: "en-GB", zone: tokyo).string(instant, .time) == "08:30")
    #expect(DateFormat(locale: "en-GB").string(instant, .time) == "23:30")
    #expect(DateFormat(locale: "fr", zone: tokyo).string(instant, .time) == "08:30")
  }

  @Test("a pattern of CLDR is followed, quoted text and all")
  func pattern() throws {
    let instant = try #require(Instant(rfc3339: "2026-01-04T05:06:07Z"))
    var buffer = ByteBuffer()
    DateFormat(locale: "en").append(
      instant, pattern: "EEE d MMM yy 'at' h 'o''clock' a HH:mm:ss", into: &buffer)
    #expect(buffer.string == "Sun 4 Jan 26 at 5 o'clock AM 05:06:07")
  }

  @Test("names of months and weekdays are complete", arguments: ["en", "fr", "ja", "de"])
  func names(locale: String) {
    let format = DateFormat(locale: locale)
    #expect(format.monthNames.count == 12)
    #expect(format.shortMonthNames.count == 12)
    #expect(format.standaloneMonthNames.count == 12)
    #expect(format.weekdayNames.count == 7)
    #expect(format.shortWeekdayNames.count == 7)
    #expect(Set(format.weekdayNames).count == 7)
  }

  @Test("the week begins on Monday in the list of names")
  func monday() {
    #expect(DateFormat(locale: "de").weekdayNames.first == "Montag")
    #expect(DateFormat(locale: "fr").weekdayNames.last == "dimanche")
  }
}

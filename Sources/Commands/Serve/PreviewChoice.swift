import Bytes
import HTTPServer
import Locales

/// As whom, where and when somebody looks at the site: what the address says, else a cookie, else the
/// command line.
struct PreviewChoice: Sendable, Equatable {
  /// The tier's key; nil for everybody.
  var tier: String?
  /// The instant; nil for now.
  var at: Instant?
  /// The market's key; nil for the address's, at `/` for the default one.
  var market: String?
  /// The language, in the same way.
  var locale: String?

  /// Names of the query's items; the cookies are called so too, behind a prefix.
  static let names = ["as", "at", "market", "locale"]
  static let cookiePrefix = "trumeau-"

  /// Why a choice cannot be made.
  struct Refusal: Error {
    var status: Int
    var message: String
  }

  /// The choice of a request by its cookies; what a cookie says that is no longer there is left out.
  init(_ request: Request, default start: PreviewChoice, tiers: [String], zone: TimeZoneTable) {
    self = start
    let cookies = Self.cookies(request)
    if let text = cookies["as"] {
      if text == "public" { tier = nil } else if tiers.contains(text) { tier = text }
    }
    if let text = cookies["at"] {
      if text == "now" { at = nil } else if let instant = Self.instant(text, zone) { at = instant }
    }
    if let text = cookies["market"] { market = text }
    if let text = cookies["locale"] { locale = text }
  }

  init(tier: String? = nil, at: Instant? = nil, market: String? = nil, locale: String? = nil) {
    (self.tier, self.at, self.market, self.locale) = (tier, at, market, locale)
  }

  /// The cookies that a query asks for, or nil where it asks for none.
  static func cookies(for query: [Request.QueryItem], tiers: [String], zone: TimeZoneTable)
    throws(Refusal) -> [(name: String, value: String)]?
  {
    var cookies: [(name: String, value: String)] = []
    for item in query where names.contains(item.name) {
      var value = item.value
      switch item.name {
      case "as":
        if value.isEmpty { value = "public" }
        guard value == "public" || tiers.contains(value) else {
          throw Refusal(
            status: 404,
            message: "There is no tier \"\(value)\" here; there are "
              + (["public"] + tiers).joined(separator: ", ") + ".")
        }
      case "at":
        if value.isEmpty { value = "now" }
        guard value == "now" || instant(value, zone) != nil else {
          throw Refusal(
            status: 400,
            message: "\"\(value)\" is no time; 2026-12-01T09:00 is one, in \(zone.identifier).")
        }
      default:
        guard
          value.utf8.allSatisfy({
            ($0 | 0x20) >= 0x61 && ($0 | 0x20) <= 0x7A || $0 == 0x2D || $0 == 0x5F
              || ($0 >= 0x30 && $0 <= 0x39)
          })
        else { throw Refusal(status: 400, message: "\"\(value)\" is no \(item.name).") }
      }
      cookies.append((item.name, value))
    }
    return cookies.isEmpty ? nil : cookies
  }

  private static func cookies(_ request: Request) -> [String: String] {
    var found: [String: String] = [:]
    for field in request.headers.values("Cookie") {
      for part in field.split(separator: ";") {
        let pair = part.drop { $0 == " " }.split(separator: "=", maxSplits: 1)
        guard pair.count == 2, pair[0].hasPrefix(cookiePrefix) else { continue }
        found[String(pair[0].dropFirst(cookiePrefix.count))] = String(pair[1])
      }
    }
    return found
  }

  /// A time as people type it: with a zone, or as clocks in the project's zone show it. An hour that
  /// comes twice is meant the first time.
  static func instant(_ text: String, _ zone: TimeZoneTable) -> Instant? {
    if let instant = Instant(rfc3339: text) { return instant }
    guard let date = CivilDate(String(text.prefix(10))) else { return nil }
    let rest = text.dropFirst(10)
    guard let seconds = rest.isEmpty ? 0 : secondOfDay(rest) else { return nil }
    switch zone.instant(date, secondOfDay: seconds) {
    case .once(let instant), .skipped(let instant): return instant
    case .twice(let first, _): return first
    }
  }

  private static func secondOfDay(_ text: Substring) -> Int? {
    guard let mark = text.first, mark == "T" || mark == " " else { return nil }
    let parts = text.dropFirst().split(separator: ":", omittingEmptySubsequences: false)
    let numbers = parts.compactMap { $0.count == 2 ? Int($0) : nil }
    guard numbers.count == parts.count, (2...3).contains(numbers.count), numbers[0] < 24,
      numbers[1] < 60, numbers.count == 2 || numbers[2] < 60
    else { return nil }
    return numbers[0] * 3600 + numbers[1] * 60 + (numbers.count == 3 ? numbers[2] : 0)
  }

  /// An instant as clocks in a zone show it: `2026-12-01T09:00`.
  static func text(_ instant: Instant, _ zone: TimeZoneTable) -> String {
    let (date, second) = zone.local(instant)
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return "\(date.year)-\(two(date.month))-\(two(date.day))T\(two(second / 3600)):"
      + two(second / 60 % 60)
  }
}

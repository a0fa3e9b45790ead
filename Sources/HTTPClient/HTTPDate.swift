public import Bytes

/// Times as HTTP writes them (RFC 9110 §5.6.7), and the waits that servers ask for.
public enum HTTPDate {
  /// Reads `Sun, 06 Nov 1994 08:49:37 GMT` and the two obsolete forms, or nil.
  public static func parse(_ text: String) -> Instant? {
    var words = text.split { $0 == " " || $0 == "," }.map(String.init)
    guard words.count >= 4 else { return nil }
    words.removeFirst()
    if words.count == 4, let month = month(words[0]) {  // asctime: Nov  6 08:49:37 1994
      return instant(day: words[1], month: month, year: words[3], time: words[2])
    }
    if words.count == 3, words[2] == "GMT" {  // RFC 850: 06-Nov-94 08:49:37 GMT
      let parts = words[0].split(separator: "-").map(String.init)
      guard parts.count == 3, let month = month(parts[1]), let short = Int(parts[2]) else {
        return nil
      }
      let year = short < 70 ? short + 2000 : short + 1900
      return instant(day: parts[0], month: month, year: "\(year)", time: words[1])
    }
    guard words.count == 5, words[4] == "GMT", let month = month(words[1]) else { return nil }
    return instant(day: words[0], month: month, year: words[2], time: words[3])
  }

  /// How many seconds a `Retry-After` value asks to wait from `now`; nil where it says nothing
  /// that can be understood.
  public static func secondsToWait(retryAfter value: String, now: Instant) -> Int? {
    let trimmed = value.drop { $0 == " " }
    if let seconds = Int(trimmed), seconds >= 0 { return seconds }
    guard let date = parse(String(trimmed)) else { return nil }
    let wait = date.microseconds - now.microseconds
    return wait <= 0 ? 0 : Int((wait + 999_999) / 1_000_000)
  }

  private static func month(_ name: String) -> Int? {
    let names = [
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
    return names.firstIndex(of: name).map { $0 + 1 }
  }

  private static func instant(day: String, month: Int, year: String, time: String) -> Instant? {
    guard let day = Int(day), let year = Int(year),
      CivilDate.isValid(year: year, month: month, day: day)
    else { return nil }
    let parts = time.split(separator: ":").compactMap { Int($0) }
    guard parts.count == 3, (0..<24).contains(parts[0]), (0..<60).contains(parts[1]),
      (0..<61).contains(parts[2])
    else { return nil }
    let days = CivilDate(year: year, month: month, day: day).daysSinceEpoch
    return Instant(
      seconds: Int64(days) * 86_400 + Int64(parts[0] * 3600 + parts[1] * 60 + min(parts[2], 59)))
  }
}

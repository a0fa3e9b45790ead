/// Times as HTTP writes them (RFC 9110 §5.6.7).
public enum HTTPTime {
  private static let days = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  /// `Sun, 06 Nov 1994 08:49:37 GMT`.
  public static func text(_ instant: Instant) -> String {
    let date = instant.date
    let second = instant.secondOfDay
    var buffer = ByteBuffer(capacity: 32)
    buffer.append(days[date.weekday])
    buffer.append(", ")
    buffer.append(decimal: UInt64(date.day), width: 2)
    buffer.append(" ")
    buffer.append(months[date.month - 1])
    buffer.append(" ")
    buffer.append(decimal: UInt64(max(date.year, 0)), width: 4)
    buffer.append(" ")
    buffer.append(decimal: UInt64(second / 3600), width: 2)
    buffer.append(":")
    buffer.append(decimal: UInt64(second / 60 % 60), width: 2)
    buffer.append(":")
    buffer.append(decimal: UInt64(second % 60), width: 2)
    buffer.append(" GMT")
    return buffer.string
  }

  /// Reads the one form that today's senders use; nil for anything else.
  public static func parse(_ text: String) -> Instant? {
    let parts = text.split(separator: " ")
    guard parts.count == 6, parts[5] == "GMT", let day = Int(parts[1]),
      let month = months.firstIndex(of: String(parts[2])), let year = Int(parts[3]),
      CivilDate.isValid(year: year, month: month + 1, day: day)
    else { return nil }
    let clock = parts[4].split(separator: ":").map { Int($0) ?? -1 }
    guard clock.count == 3, (0..<24).contains(clock[0]), (0..<60).contains(clock[1]),
      (0..<61).contains(clock[2])
    else { return nil }
    let days = CivilDate(year: year, month: month + 1, day: day).daysSinceEpoch
    return Instant(
      seconds: Int64(days) * 86_400 + Int64(clock[0] * 3600 + clock[1] * 60 + clock[2]))
  }
}

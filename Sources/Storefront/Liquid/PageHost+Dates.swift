import Bytes
import Locales

extension PageHost {
  /// Appends a date by one of the names that `time_tag` and themes use, or by a pattern of CLDR.
  ///
  /// A day without a time is the same day in every zone.
  func appendDate(
    _ instant: Instant, named name: String, isDay: Bool, to buffer: inout ByteBuffer
  ) {
    let style: DateFormat.Style
    switch name {
    case "date", "long_date", "on_date": style = .long
    case "full_date": style = .full
    case "abbreviated_date", "medium_date": style = .medium
    case "basic", "short_date": style = .short
    case "time": style = .time
    default:
      theme.dates.append(instant, pattern: name, into: &buffer)
      return
    }
    if isDay {
      theme.dates.append(instant.date, style, into: &buffer)
    } else {
      theme.dates.append(instant, style, into: &buffer)
    }
  }
}

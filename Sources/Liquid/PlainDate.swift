import Bytes

/// The date forms that programs write, read without looking at words: `2026-11-25`, with a time as
/// `2026-11-25T09:30:00` or a space instead of the `T`, with `Z` or nothing behind it.
///
/// Everything else is left to `DateReader`, which reads these too and to the same times.
enum PlainDate {
  /// The time, and whether it is in UTC by its own words; nil for any other form.
  static func read(_ text: UnsafeRawBufferPointer) -> (time: LocalTime, isUniversal: Bool)? {
    guard text.count >= 10, text[4] == UInt8(ascii: "-"), text[7] == UInt8(ascii: "-"),
      let high = twoDigits(text, 0), let low = twoDigits(text, 2), let month = twoDigits(text, 5),
      let day = twoDigits(text, 8),
      CivilDate.isValid(year: high * 100 + low, month: month, day: day)
    else { return nil }
    var time = LocalTime(year: high * 100 + low, month: month, day: day, offset: 0, zone: "UTC")
    if text.count == 10 { return (time, false) }
    guard text.count == 19 || text.count == 20,
      text[10] == UInt8(ascii: "T") || text[10] == 32,
      text[13] == UInt8(ascii: ":"), text[16] == UInt8(ascii: ":"),
      let hour = twoDigits(text, 11), let minute = twoDigits(text, 14),
      let second = twoDigits(text, 17), hour < 24, minute < 60, second < 60
    else { return nil }
    (time.hour, time.minute, time.second) = (hour, minute, second)
    if text.count == 19 { return (time, false) }
    return text[19] == UInt8(ascii: "Z") ? (time, true) : nil
  }

  private static func twoDigits(_ text: UnsafeRawBufferPointer, _ start: Int) -> Int? {
    guard text[start].isDigit, text[start + 1].isDigit else { return nil }
    return Int(text[start] - 48) * 10 + Int(text[start + 1] - 48)
  }
}

public import Bytes

/// A time as people write it: the parts on the calendar and the offset from UTC.
struct LocalTime {
  var year: Int
  var month: Int
  var day: Int
  var hour = 0
  var minute = 0
  var second = 0
  var nanosecond = 0
  var offset: Int
  var zone: String
  /// Whether it was given in UTC and not only in a zone that is as late.
  var isUniversal = false

  init(year: Int, month: Int, day: Int, offset: Int, zone: String) {
    (self.year, self.month, self.day) = (year, month, day)
    (self.offset, self.zone) = (offset, zone)
  }

  init(seconds: Int64, nanosecond: Int = 0, offset: Int, zone: String) {
    let local = seconds + Int64(offset)
    let days = local.floored(by: 86_400)
    let date = CivilDate(daysSinceEpoch: Int(days))
    let rest = Int(local - days * 86_400)
    (year, month, day) = (date.year, date.month, date.day)
    (hour, minute, second) = (rest / 3600, rest / 60 % 60, rest % 60)
    self.nanosecond = nanosecond
    self.offset = offset
    self.zone = zone
  }

  var days: Int { CivilDate(year: year, month: month, day: day).daysSinceEpoch }
  /// Seconds since 1970 in UTC.
  var seconds: Int64 {
    Int64(days) * 86_400 + Int64(hour * 3600 + minute * 60 + second - offset)
  }
  /// Sunday is 0.
  var weekday: Int { (CivilDate(year: year, month: month, day: day).weekday + 1) % 7 }
  /// From 1.
  var dayOfYear: Int { days - CivilDate(year: year, month: 1, day: 1).daysSinceEpoch + 1 }
}

extension Int64 {
  func floored(by divisor: Int64) -> Int64 {
    let quotient = self / divisor
    return self % divisor < 0 ? quotient - 1 : quotient
  }
}

extension Dialect {
  /// `date`, which writes a time by a pattern.
  mutating func addDateFilter() {
    addFilter("date", arity: 1...1, takesNames: false) { c, v, a throws(LiquidError) in
      let pattern = try c.textBytes(a[0])
      guard !pattern.isEmpty, let time = c.time(of: v) else { return v }
      if c.isTimeNow { c.note(clock: ClockUse(pattern: pattern)) }
      let mark = c.output.count
      do throws(LiquidError) {
        try TimePattern(time: time).write(pattern, into: &c.output)
      } catch {
        c.output.truncate(to: mark)
        throw error
      }
      return c.takeText(from: mark)
    }
  }
}

extension RenderContext {
  /// The time that a value names: whole numbers count seconds since 1970, `now` and `today` are
  /// the page's time, text is read as people write dates.
  public mutating func instant(of value: Value) -> Instant? {
    let time = time(of: value)
    if isTimeNow { note(clock: .instant) }
    return time.map { Instant(seconds: $0.seconds) }
  }

  mutating func time(of value: Value) -> LocalTime? {
    isTimeNow = false
    switch value.kind {
    case .integer: return local(value.whole)
    case .text:
      let bytes = value.bytes
      guard !bytes.isEmpty, bytes.count <= 128 else { return nil }
      if bytes.allSatisfy(\.isDigit) {
        return BigInteger(digits: bytes)?.small.flatMap { local($0) }
      }
      if let (time, isUniversal) = PlainDate.read(bytes) { return isUniversal ? time : zoned(time) }
      let text = String(decoding: bytes, as: UTF8.self).lowercased()
      if text == "now" || text == "today" {
        isTimeNow = true
        return local(now.seconds)
      }
      var reader = DateReader(text: text)
      guard let today = local(now.seconds), let read = reader.read(now: today) else { return nil }
      let parts = reader.parts
      // What the text leaves out is taken from now.
      isTimeNow = parts.year == nil || parts.month == nil || parts.day == nil
      return read.hasOffset ? read.time : zoned(read.time)
    default: return nil
    }
  }

  private func local(_ seconds: Int64) -> LocalTime? {
    guard abs(seconds.floored(by: 86_400)) < 400_000_000 else { return nil }
    let (offset, name) = zone(Instant(microseconds: seconds &* 1_000_000))
    return LocalTime(seconds: seconds, offset: offset, zone: name)
  }

  /// Gives a time on the calendar the offset of the page's zone.
  private func zoned(_ time: LocalTime) -> LocalTime {
    var result = time
    result.offset = 0
    let guess = zone(Instant(seconds: result.seconds))
    result.offset = guess.offset
    let (offset, name) = zone(Instant(seconds: result.seconds))
    result.offset = offset
    result.zone = name
    return result
  }
}

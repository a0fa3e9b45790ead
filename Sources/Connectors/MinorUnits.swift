public import Bytes

/// Amounts of money from other platforms' decimals, exactly: by their digits, never through a
/// floating-point number.
public enum MinorUnits {
  /// Why an amount cannot be taken over.
  public enum Fault: Error, Sendable, Equatable {
    /// The text is not a decimal number.
    case notANumber
    /// It has parts of a minor unit, which rounding would lose.
    case tooManyDecimals
    /// It does not fit 64 bits.
    case tooLarge
  }

  /// The minor units of a decimal, `digits` being those of the currency: `"187.50"` with 2 is
  /// 18750. Zeros beyond the currency's digits lose nothing and are allowed; an exponent, as JSON
  /// numbers may have one, is applied to the digits.
  public static func parse(
    _ text: UnsafeRawBufferPointer, digits: Int
  ) throws(Fault) -> Int64 {
    var reader = DecimalReader(text: text)
    let (isNegative, significand, scale) = try reader.read()
    var value = significand
    let shift = digits + scale
    if shift < 0 {
      for _ in 0..<min(-shift, 40) {
        guard value % 10 == 0 else { throw .tooManyDecimals }
        value /= 10
      }
    } else if value != 0 {
      for _ in 0..<min(shift, 40) {
        let (product, overflow) = value.multipliedReportingOverflow(by: 10)
        guard !overflow else { throw .tooLarge }
        value = product
      }
    }
    guard let amount = Int64(exactly: value) else { throw .tooLarge }
    return isNegative ? -amount : amount
  }

  /// The decimal of an amount, with all digits of the currency: 18750 with 2 is `187.50`.
  public static func decimal(_ amount: Int64, digits: Int) -> String {
    let sign = amount < 0 ? "-" : ""
    var text = String(amount.magnitude)
    guard digits > 0 else { return sign + text }
    if text.count <= digits { text = String(repeating: "0", count: digits + 1 - text.count) + text }
    return "\(sign)\(text.dropLast(digits)).\(text.suffix(digits))"
  }

  /// The minor units of a decimal given as text.
  public static func parse(_ text: String, digits: Int) throws(Fault) -> Int64 {
    let bytes = Array(text.utf8)
    return try bytes.withUnsafeBufferPointer { (raw) throws(Fault) in
      try parse(UnsafeRawBufferPointer(raw), digits: digits)
    }
  }

  /// The minor units of a decimal in a tape: a string, or a JSON number by its own digits.
  public static func parse(_ value: TapeValue, digits: Int) throws(Fault) -> Int64 {
    if let whole = value.integer { return try parse("\(whole)", digits: digits) }
    guard let bytes = value.bytes else { throw .notANumber }
    return try parse(bytes, digits: digits)
  }
}

/// Reads the digits of one decimal number.
private struct DecimalReader {
  let text: UnsafeRawBufferPointer
  var position = 0

  /// Sign, digits without the point, and the power of ten they are multiplied by.
  mutating func read() throws(MinorUnits.Fault) -> (Bool, UInt64, Int) {
    let isNegative = skip(UInt8(ascii: "-"))
    var significand: UInt64 = 0
    var scale = 0
    var count = 0
    try digits(into: &significand, &count)
    guard count > 0 else { throw .notANumber }
    if skip(UInt8(ascii: ".")) {
      let before = count
      let end = lastNonZero()
      while position < end, let digit = digit() {
        try append(digit, to: &significand)
        count += 1
        scale -= 1
      }
      while digit() != nil { count += 1 }
      guard count > before else { throw .notANumber }
    }
    if skip(UInt8(ascii: "e")) || skip(UInt8(ascii: "E")) { scale += try exponent() }
    guard position == text.count else { throw .notANumber }
    return (isNegative, significand, scale)
  }

  /// End of the digits that follow, without the zeros they end in.
  private func lastNonZero() -> Int {
    var end = position
    var index = position
    while index < text.count, (48...57).contains(text[index]) {
      index += 1
      if text[index - 1] != 48 { end = index }
    }
    return end
  }

  private mutating func exponent() throws(MinorUnits.Fault) -> Int {
    let isNegative = skip(UInt8(ascii: "-"))
    if !isNegative { _ = skip(UInt8(ascii: "+")) }
    var value: UInt64 = 0
    var count = 0
    try digits(into: &value, &count)
    guard count > 0, value <= 1000 else { throw .notANumber }
    return isNegative ? -Int(value) : Int(value)
  }

  private mutating func digits(
    into value: inout UInt64, _ count: inout Int
  ) throws(MinorUnits.Fault) {
    while let digit = digit() {
      try append(digit, to: &value)
      count += 1
    }
  }

  private func append(_ digit: UInt64, to value: inout UInt64) throws(MinorUnits.Fault) {
    let (product, overflow) = value.multipliedReportingOverflow(by: 10)
    let (sum, carry) = product.addingReportingOverflow(digit)
    guard !overflow, !carry else { throw .tooLarge }
    value = sum
  }

  private mutating func digit() -> UInt64? {
    guard position < text.count, (48...57).contains(text[position]) else { return nil }
    position += 1
    return UInt64(text[position - 1] - 48)
  }

  private mutating func skip(_ byte: UInt8) -> Bool {
    guard position < text.count, text[position] == byte else { return false }
    position += 1
    return true
  }
}

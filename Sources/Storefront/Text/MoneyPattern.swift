public import Bytes

/// A shop's own way of writing money: text with one placeholder, as in `€{{amount}}`.
///
/// The eight placeholders are those of storefront themes; the digits are rounded half away from
/// zero where decimals are left out.
public struct MoneyPattern: Hashable, Sendable {
  /// A way of grouping digits.
  public enum Placeholder: String, Sendable, CaseIterable {
    /// 1,134.65
    case amount
    /// 1,135
    case amountNoDecimals = "amount_no_decimals"
    /// 1.134,65
    case amountWithCommaSeparator = "amount_with_comma_separator"
    /// 1.135
    case amountNoDecimalsWithCommaSeparator = "amount_no_decimals_with_comma_separator"
    /// 1'134.65
    case amountWithApostropheSeparator = "amount_with_apostrophe_separator"
    /// 1 135
    case amountNoDecimalsWithSpaceSeparator = "amount_no_decimals_with_space_separator"
    /// 1 134,65
    case amountWithSpaceSeparator = "amount_with_space_separator"
    /// 1 134.65
    case amountWithPeriodAndSpaceSeparator = "amount_with_period_and_space_separator"

    /// What stands between thousands, what before decimals, and whether there are any.
    var form: (group: StaticString, point: StaticString, decimals: Bool) {
      switch self {
      case .amount: (",", ".", true)
      case .amountNoDecimals: (",", "", false)
      case .amountWithCommaSeparator: (".", ",", true)
      case .amountNoDecimalsWithCommaSeparator: (".", "", false)
      case .amountWithApostropheSeparator: ("'", ".", true)
      case .amountNoDecimalsWithSpaceSeparator: (" ", "", false)
      case .amountWithSpaceSeparator: (" ", ",", true)
      case .amountWithPeriodAndSpaceSeparator: (" ", ".", true)
      }
    }
  }

  /// Text before the amount.
  public let before: String
  /// How the amount is written.
  public let placeholder: Placeholder
  /// Text after the amount.
  public let after: String

  /// Reads a pattern; nil where it has no placeholder or one that is unknown.
  public init?(_ text: String) {
    guard let start = text.firstRange(of: "{{"), let end = text.firstRange(of: "}}"),
      start.upperBound <= end.lowerBound
    else { return nil }
    let name = text[start.upperBound..<end.lowerBound].filter { $0 != " " }
    guard let placeholder = Placeholder(rawValue: name) else { return nil }
    self.placeholder = placeholder
    before = String(text[..<start.lowerBound])
    after = String(text[end.upperBound...])
  }

  /// Appends an amount in minor units of a currency with `exponent` decimals.
  public func append(_ minor: Int64, exponent: Int, to buffer: inout ByteBuffer) {
    buffer.append(before)
    Self.append(minor, exponent: exponent, placeholder, to: &buffer)
    buffer.append(after)
  }

  /// Appends only the digits.
  static func append(
    _ minor: Int64, exponent: Int, _ placeholder: Placeholder, to buffer: inout ByteBuffer
  ) {
    let form = placeholder.form
    let scale = (0..<exponent).reduce(UInt64(1)) { value, _ in value * 10 }
    var magnitude = minor.magnitude
    if !form.decimals { magnitude = (magnitude + scale / 2) / scale * scale }
    if minor < 0, magnitude > 0 { buffer.append("-") }
    group(magnitude / scale, form.group, to: &buffer)
    if form.decimals, exponent > 0 {
      buffer.append(form.point)
      buffer.append(decimal: magnitude % scale, width: exponent)
    }
  }

  private static func group(_ whole: UInt64, _ separator: StaticString, to buffer: inout ByteBuffer)
  {
    guard whole >= 1000 else { return buffer.append(decimal: whole, width: 1) }
    group(whole / 1000, separator, to: &buffer)
    buffer.append(separator)
    buffer.append(decimal: whole % 1000, width: 3)
  }
}

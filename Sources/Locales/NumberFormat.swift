public import Bytes
import CGlue

/// How a locale writes whole numbers and decimals: learnt from one sample that ICU formats, then
/// written from tables.
public struct NumberFormat: Sendable {
  /// What stands before a positive number.
  let prefix: [UInt8]
  /// What stands after a positive number.
  let suffix: [UInt8]
  /// What stands before a negative number.
  let negativePrefix: [UInt8]
  /// What stands after a negative number.
  let negativeSuffix: [UInt8]
  /// Between groups of digits; empty where the locale has none.
  let groupSeparator: [UInt8]
  /// Between whole and fraction.
  let decimalSeparator: [UInt8]
  /// Digits of the group next to the decimal separator.
  let firstGroup: Int
  /// Digits of all other groups.
  let otherGroups: Int
  /// The fewest digits before the first separator for there to be one.
  let fewestBeforeGroup: Int
  /// The digits nought to nine.
  let digits: [[UInt8]]

  /// Learns how `locale` (BCP 47) writes numbers.
  public init(locale: String) {
    self.init(locale: locale, currency: nil)
  }

  /// Learns how `locale` writes amounts of `currency`.
  init(locale: String, currency: String?) {
    let name = ICU.name(locale)
    func sample(_ decimal: String) -> [Unicode.Scalar] {
      let text = ICU.text { glue_icu_number(name, currency, decimal, 2, $0, $1) }
      return Array((text ?? decimal).unicodeScalars)
    }
    let large = Sample(sample("1234567.89"))
    let negative = Sample(sample("-1234567.89"))
    let small = Sample(sample("1234.56"))
    prefix = large.before
    suffix = large.after
    negativePrefix = negative.before
    negativeSuffix = negative.after
    decimalSeparator = large.separators.last ?? [UInt8(ascii: ".")]
    let whole = Array(large.runs.dropLast())
    groupSeparator = whole.count > 1 ? large.separators[0] : []
    firstGroup = whole.count > 1 ? whole[whole.count - 1] : 0
    otherGroups = whole.count > 2 ? whole[whole.count - 2] : firstGroup
    fewestBeforeGroup = small.runs.count > 2 ? 1 : 2
    let zero = large.zero
    digits = (0..<10).map { digit in
      Array(String(Unicode.Scalar(zero + UInt32(digit)).map(Character.init) ?? "0").utf8)
    }
  }

  /// Appends a whole number.
  public func append(_ number: Int64, into buffer: inout ByteBuffer) {
    append(magnitude: number.magnitude, decimals: 0, isNegative: number < 0, into: &buffer)
  }

  /// Appends `magnitude` divided by ten to the power of `decimals`, exactly.
  func append(
    magnitude: UInt64, decimals: Int, isNegative: Bool, affixes: Bool = true,
    into buffer: inout ByteBuffer
  ) {
    if affixes { buffer.append(isNegative ? negativePrefix : prefix) }
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 40) { plain in
      var count = 0
      var rest = magnitude
      while rest > 0 || count <= decimals {
        plain[count] = UInt8(rest % 10)
        rest /= 10
        count += 1
      }
      let wholeCount = count - decimals
      let isGrouped = firstGroup > 0 && wholeCount >= firstGroup + fewestBeforeGroup
      for position in stride(from: count - 1, through: 0, by: -1) {
        buffer.append(digits[Int(plain[position])])
        let left = position - decimals
        if left == 0, decimals > 0 {
          buffer.append(decimalSeparator)
        } else if isGrouped, left > 0,
          left == firstGroup || (left > firstGroup && (left - firstGroup) % otherGroups == 0)
        {
          buffer.append(groupSeparator)
        }
      }
    }
    if affixes { buffer.append(isNegative ? negativeSuffix : suffix) }
  }

  /// The text of a whole number.
  public func string(_ number: Int64) -> String {
    var buffer = ByteBuffer(capacity: 32)
    append(number, into: &buffer)
    return buffer.string
  }
}

/// A formatted number taken apart: what stands before, between and after its digits.
private struct Sample {
  var before: [UInt8] = []
  var after: [UInt8] = []
  var separators: [[UInt8]] = []
  /// Numbers of digits between the separators.
  var runs: [Int] = []
  /// The digit nought.
  var zero: UInt32 = 48

  init(_ scalars: [Unicode.Scalar]) {
    guard let first = scalars.firstIndex(where: { Self.digit($0) != nil }),
      let last = scalars.lastIndex(where: { Self.digit($0) != nil })
    else { return }
    before = Self.bytes(scalars[..<first])
    after = Self.bytes(scalars[(last + 1)...])
    if let value = Self.digit(scalars[first]) { zero = scalars[first].value - UInt32(value) }
    var separator: [Unicode.Scalar] = []
    var run = 0
    for scalar in scalars[first...last] {
      if Self.digit(scalar) != nil {
        if !separator.isEmpty {
          separators.append(Self.bytes(separator[...]))
          runs.append(run)
          separator = []
          run = 0
        }
        run += 1
      } else {
        separator.append(scalar)
      }
    }
    runs.append(run)
  }

  private static func digit(_ scalar: Unicode.Scalar) -> Int? {
    guard scalar.properties.numericType == .decimal, let value = scalar.properties.numericValue
    else { return nil }
    return Int(value)
  }

  private static func bytes(_ scalars: ArraySlice<Unicode.Scalar>) -> [UInt8] {
    var text = String.UnicodeScalarView()
    text.append(contentsOf: scalars)
    return Array(String(text).utf8)
  }
}

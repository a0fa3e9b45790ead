/// A Global Trade Item Number of GS1 with a correct check digit: 8, 12, 13 or 14 digits.
public struct GTIN: Hashable, Sendable {
  /// What can be wrong with a number that is meant to be a GTIN.
  public enum Fault: String, Error, Sendable {
    /// Something other than digits.
    case notDigits = "not-digits"
    /// Not 8, 12, 13 or 14 digits.
    case length
    /// The last digit does not follow from the others.
    case checkDigit = "check-digit"
  }

  /// What a number may be used for.
  public enum Use: Sendable {
    /// Trade items of all kinds.
    case item
    /// Numbers that a company gives within its own walls (prefixes 02, 04, 2).
    case restricted
    /// Coupons (prefixes 05, 98, 99).
    case coupon
    /// A 14-digit number of a variable or bulk measure (indicator 9).
    case bulk
  }

  /// The digits as they were written.
  public let digits: String

  /// Reads a number; spaces and hyphens between the digits are passed over.
  /// - Throws: what is wrong with it.
  public init(_ text: String) throws(Fault) {
    let digits = text.utf8.filter { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "-") }
    guard digits.allSatisfy({ (48...57).contains($0) }) else { throw .notDigits }
    guard [8, 12, 13, 14].contains(digits.count) else { throw .length }
    guard digits.last.map({ Int($0) - 48 }) == Self.checkDigit(digits.dropLast()) else {
      throw .checkDigit
    }
    self.digits = String(decoding: digits, as: UTF8.self)
  }

  /// The check digit for the digits before it: weights 3 and 1 from the right (GS1 General
  /// Specifications, 7.9).
  static func checkDigit(_ payload: some BidirectionalCollection<UInt8>) -> Int {
    var sum = 0
    var weight = 3
    for byte in payload.reversed() {
      sum += (Int(byte) - 48) * weight
      weight = 4 - weight
    }
    return (10 - sum % 10) % 10
  }

  /// The number with leading zeros to 14 digits, by which numbers of different length compare.
  public var fourteen: String {
    String(repeating: "0", count: 14 - digits.utf8.count) + digits
  }

  /// What the number may be used for.
  public var use: Use {
    if digits.utf8.count == 14, digits.hasPrefix("9") { return .bulk }
    let thirteen = String(fourteen.dropFirst())
    if digits.utf8.count == 8 { return .item }
    if thirteen.hasPrefix("2") || thirteen.hasPrefix("02") || thirteen.hasPrefix("04") {
      return .restricted
    }
    if thirteen.hasPrefix("05") || thirteen.hasPrefix("98") || thirteen.hasPrefix("99") {
      return .coupon
    }
    return .item
  }
}

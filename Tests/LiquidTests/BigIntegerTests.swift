import Testing

@testable import Liquid

@Suite("Whole numbers of any size")
struct BigIntegerTests {
  /// A number of so many limbs; limbs of all nines and of zeros are likely.
  private static func number(_ limbs: Int, _ state: inout UInt64) -> BigInteger {
    var list: [UInt32] = []
    for _ in 0..<limbs {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let random = UInt32(truncatingIfNeeded: state >> 33) % 1_000_000_000
      list.append([random, random, random, 0, 999_999_999, 1][Int(state >> 61) % 6])
    }
    return BigInteger(limbs: list, isNegative: state >> 40 & 1 == 1)
  }

  @Test("quotient times divisor plus remainder is the dividend, and the remainder is smaller")
  func division() {
    var state: UInt64 = 7
    for round in 0..<4000 {
      let dividend = Self.number(round % 9 + 1, &state)
      let divisor = Self.number(round % 5 + 1, &state)
      guard !divisor.isZero else { continue }
      let (quotient, remainder) = dividend.dividedTruncating(by: divisor)
      #expect((quotient * divisor + remainder).compare(dividend) == 0)
      #expect(remainder.compareMagnitude(divisor) < 0)
      #expect(remainder.isZero || remainder.isNegative == dividend.isNegative)
      let floored = dividend.divided(by: divisor)
      #expect((floored.quotient * divisor + floored.remainder).compare(dividend) == 0)
      #expect(floored.remainder.isZero || floored.remainder.isNegative == divisor.isNegative)
    }
  }
}

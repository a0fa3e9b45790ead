import Contract

/// When two values of a field are the same: money by number and currency, sets as sets, text by its
/// canonical form (NFC), numbers by value.
enum FieldComparison {
  static func isSame(_ left: FieldValue, _ right: FieldValue, _ policy: FieldPolicy) -> Bool {
    if left == right { return true }
    switch policy {
    case .set:
      guard let left = left.list, let right = right.list else { return false }
      return Set(left.map(key)) == Set(right.map(key))
    case .money:
      guard let left = MoneyValue(left), let right = MoneyValue(right) else {
        return key(left) == key(right)
      }
      return left == right
    default: return key(left) == key(right)
    }
  }

  /// A value such that same values are equal: numbers reduced, text in one of its equivalent forms
  /// (`String` compares by canonical equivalence).
  static func key(_ value: FieldValue) -> FieldValue {
    switch value {
    case .number(let digits):
      guard let number = ExactDecimal(digits) else { return value }
      return key(number)
    case .integer(let number): return key(ExactDecimal(digits: number, exponent: 0))
    case .list(let values): return .list(values.map(key))
    case .object(let members):
      return .object(members.map { FieldValue.Member($0.name, key($0.value)) })
    default: return value
    }
  }

  private static func key(_ number: ExactDecimal) -> FieldValue {
    .number("\(number.digits)e\(number.exponent)")
  }
}

extension SecretLedger {
  /// What it says otherwise than another ledger, in words; who makes a value public may be another one.
  package func differences(from other: SecretLedger) -> [String] {
    var found: [String] = []
    if texts.count != other.texts.count || !zip(texts, other.texts).allSatisfy({ $0.says($1) }) {
      found.append("other secrets: \(texts.map(\.words)) for \(other.texts.map(\.words))")
    }
    if priced.count != other.priced.count
      || !zip(priced, other.priced).allSatisfy({ Self.isEqual($0, $1) })
    {
      found.append("other prices: \(priced) for \(other.priced)")
    }
    if short != other.short { found.append("other short texts: \(short) for \(other.short)") }
    return found
  }

  private static func isEqual(
    _ one: SecretBook.PricedRecord, _ two: SecretBook.PricedRecord
  ) -> Bool {
    one.record == two.record && one.owner == two.owner && one.anchors == two.anchors
      && one.amounts == two.amounts
  }
}

extension SecretLedger.Text {
  fileprivate func says(_ other: SecretLedger.Text) -> Bool {
    secret.text == other.secret.text && secret.kind == other.secret.kind
      && secret.record == other.secret.record && secret.owner == other.secret.owner
      && witnesses.isPublic == other.witnesses.isPublic
  }

  fileprivate var words: String {
    "\(String(decoding: secret.text, as: UTF8.self)) \(secret.kind) of \(secret.record), by "
      + "\(secret.owner), public: \(witnesses.isPublic)"
  }
}

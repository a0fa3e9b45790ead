public import Bytes
import Diagnostics

/// Values that are private of one record and public because of others, with those others.
struct OpenSecrets: Sendable {
  /// A text and who makes it public.
  typealias Text = (bytes: [UInt8], witnesses: Witnesses)
  /// An amount of money and who makes it public.
  typealias Amount = (amount: PriceText.Amount, witnesses: Witnesses)

  var texts: [Text] = []
  var amounts: [Amount] = []
}

extension LeakScanner {
  /// The scanner for a catalogue in which some products have changed, or nil where what is searched for
  /// can be another than before, so that it must be worked out anew from all products. That no product
  /// has other secrets than before, the caller knows (`SecretNote`).
  ///
  /// - Parameters:
  ///   - book: what the changed products make public now.
  ///   - number: the number that a product has now; nil where it changed or is gone.
  public func following(_ book: SecretBook, number: (Int32) -> Int32?) -> LeakScanner? {
    var covers = false
    book.publicText.bytes.withUnsafeBytes { text in
      forms.search(text) { _, _, isEncoded in if !isEncoded { covers = true } }
    }
    // A secret that has become public is none any more.
    if covers { return nil }
    let secretAmounts = prices.records.reduce(into: Set<PriceText.Amount>()) {
      $0.formUnion($1.amounts)
    }
    if book.publicAmounts.keys.contains(where: secretAmounts.contains) { return nil }
    var open = open
    let texts = PatternMatcher(open.texts.map(\.bytes))
    for index in open.texts.indices {
      open.texts[index].witnesses = open.texts[index].witnesses.renumbered(number)
    }
    book.publicText.bytes.withUnsafeBytes { text in
      texts.search(text) { offset, index in
        open.texts[index].witnesses.add(
          book.publicText.witnesses[book.publicText.number(at: offset)])
      }
    }
    for index in open.amounts.indices {
      open.amounts[index].witnesses = open.amounts[index].witnesses.renumbered(number)
      if let more = book.publicAmounts[open.amounts[index].amount] {
        open.amounts[index].witnesses.add(more)
      }
    }
    // What nobody is known to make public may be private now.
    let isSure =
      open.texts.allSatisfy { !$0.witnesses.numbers.isEmpty }
      && open.amounts.allSatisfy { !$0.witnesses.numbers.isEmpty }
    guard isSure else { return nil }
    return LeakScanner(
      secrets: secrets, forms: forms, prices: prices, open: open, tooShortCount: tooShortCount,
      alsoPublicCount: alsoPublicCount, digest: digest)
  }

  // MARK: Keeping

  /// Appends all that it searches for, so that the next build need not work it out.
  public func append(to buffer: inout ByteBuffer) {
    buffer.append(counted: digest)
    buffer.append(number: UInt32(truncatingIfNeeded: tooShortCount))
    buffer.append(number: UInt32(truncatingIfNeeded: alsoPublicCount))
    buffer.append(number: UInt32(truncatingIfNeeded: secrets.count))
    for secret in secrets {
      buffer.append(counted: secret.text)
      buffer.append(counted: secret.kind.rawValue)
      buffer.append(counted: secret.record.type)
      buffer.append(counted: secret.record.id)
    }
    buffer.append(number: UInt32(truncatingIfNeeded: prices.records.count))
    for record in prices.records {
      buffer.append(counted: record.record.type)
      buffer.append(counted: record.record.id)
      buffer.append(number: UInt32(truncatingIfNeeded: record.anchors.count))
      for anchor in record.anchors { buffer.append(counted: anchor) }
      buffer.append(number: UInt32(truncatingIfNeeded: record.amounts.count))
      for amount in record.amounts { append(amount, to: &buffer) }
    }
    buffer.append(number: UInt32(truncatingIfNeeded: open.texts.count))
    for text in open.texts {
      buffer.append(counted: text.bytes)
      buffer.append(array: text.witnesses.numbers)
    }
    buffer.append(number: UInt32(truncatingIfNeeded: open.amounts.count))
    for entry in open.amounts {
      append(entry.amount, to: &buffer)
      buffer.append(array: entry.witnesses.numbers)
    }
  }

  private func append(_ amount: PriceText.Amount, to buffer: inout ByteBuffer) {
    buffer.append(number: amount.minor)
    buffer.append(number: UInt8(truncatingIfNeeded: amount.exponent))
  }

  /// Reads what `append(to:)` wrote.
  public convenience init(reading reader: inout ByteReader) {
    let digest = reader.text()
    let tooShort = Int(reader.number(UInt32.self))
    let alsoPublic = Int(reader.number(UInt32.self))
    var secrets: [SecretBook.Secret] = []
    for _ in 0..<reader.count(ofSize: 16) {
      let text = reader.counted()
      let kind = SecretKind(rawValue: reader.text()) ?? .title
      secrets.append(
        SecretBook.Secret(
          text: text, kind: kind, record: RecordReference(type: reader.text(), id: reader.text())))
    }
    var priced: [SecretBook.PricedRecord] = []
    for _ in 0..<reader.count(ofSize: 16) {
      let record = RecordReference(type: reader.text(), id: reader.text())
      let anchors = (0..<reader.count(ofSize: 4)).map { _ in reader.text() }
      let amounts = (0..<reader.count(ofSize: 9)).map { _ in Self.amount(&reader) }
      priced.append(
        SecretBook.PricedRecord(anchors: anchors, amounts: Set(amounts), record: record))
    }
    var open = OpenSecrets()
    for _ in 0..<reader.count(ofSize: 8) {
      open.texts.append((reader.counted(), Self.witnesses(&reader)))
    }
    for _ in 0..<reader.count(ofSize: 13) {
      open.amounts.append((Self.amount(&reader), Self.witnesses(&reader)))
    }
    self.init(
      secrets: secrets, forms: SecretForms(secrets.map(\.text)),
      prices: PriceSearch(priced, publicly: []), open: open, tooShortCount: tooShort,
      alsoPublicCount: alsoPublic, digest: digest)
  }

  private static func amount(_ reader: inout ByteReader) -> PriceText.Amount {
    let minor = reader.number(Int64.self)
    return PriceText.Amount(minor: minor, exponent: Int(reader.number(UInt8.self)))
  }

  private static func witnesses(_ reader: inout ByteReader) -> Witnesses {
    var found = Witnesses()
    for number in reader.array(of: Int32.self) { found.add(number) }
    return found
  }
}

public import Bytes
import Diagnostics

extension SecretLedger {
  /// Appends all of it, so that the next build need not ask all products.
  public func append(to buffer: inout ByteBuffer) {
    buffer.append(number: UInt32(truncatingIfNeeded: texts.count))
    for text in texts {
      buffer.append(counted: text.secret.text)
      buffer.append(number: text.secret.kind.number)
      Self.append(text.secret.record, to: &buffer)
      buffer.append(number: text.secret.owner)
      text.witnesses.append(to: &buffer)
    }
    buffer.append(number: UInt32(truncatingIfNeeded: priced.count))
    for entry in priced {
      Self.append(entry.record, to: &buffer)
      buffer.append(number: entry.owner)
      buffer.append(number: UInt32(truncatingIfNeeded: entry.anchors.count))
      for anchor in entry.anchors { buffer.append(counted: anchor) }
      buffer.append(number: UInt32(truncatingIfNeeded: entry.amounts.count))
      for amount in Self.sorted(entry.amounts) { Self.append(amount, to: &buffer) }
    }
    buffer.append(number: UInt32(truncatingIfNeeded: amounts.count))
    for amount in Self.sorted(amounts.keys) {
      Self.append(amount, to: &buffer)
      (amounts[amount] ?? Witnesses()).append(to: &buffer)
    }
    buffer.append(number: UInt32(truncatingIfNeeded: short.count))
    for entry in short {
      buffer.append(number: entry.owner)
      buffer.append(number: entry.count)
    }
  }

  private static func sorted(_ amounts: some Sequence<PriceText.Amount>) -> [PriceText.Amount] {
    amounts.sorted { ($0.minor, $0.exponent) < ($1.minor, $1.exponent) }
  }

  private static func append(_ record: RecordReference, to buffer: inout ByteBuffer) {
    buffer.append(counted: record.type)
    buffer.append(counted: record.id)
  }

  private static func append(_ amount: PriceText.Amount, to buffer: inout ByteBuffer) {
    buffer.append(number: amount.minor)
    buffer.append(number: UInt8(truncatingIfNeeded: amount.exponent))
  }

  /// Reads what `append(to:)` wrote.
  public init(reading reader: inout ByteReader) {
    var texts: [Text] = []
    for _ in 0..<reader.count(ofSize: 30) {
      let text = reader.counted()
      let kind = SecretKind(number: reader.number())
      let record = Self.record(&reader)
      let secret = SecretBook.Secret(
        text: text, kind: kind, record: record, owner: reader.number())
      texts.append(Text(secret: secret, witnesses: Witnesses(reading: &reader)))
    }
    var priced: [SecretBook.PricedRecord] = []
    for _ in 0..<reader.count(ofSize: 20) {
      let record = Self.record(&reader)
      let owner = reader.number(Int32.self)
      let anchors = (0..<reader.count(ofSize: 4)).map { _ in reader.text() }
      let amounts = (0..<reader.count(ofSize: 9)).map { _ in Self.amount(&reader) }
      priced.append(
        SecretBook.PricedRecord(
          anchors: anchors, amounts: Set(amounts), record: record, owner: owner))
    }
    let count = reader.count(ofSize: 22)
    var amounts: [PriceText.Amount: Witnesses] = [:]
    amounts.reserveCapacity(count)
    for _ in 0..<count {
      let amount = Self.amount(&reader)
      amounts[amount] = Witnesses(reading: &reader)
    }
    let short = (0..<reader.count(ofSize: 8)).map { _ in
      SecretBook.Short(owner: reader.number(), count: reader.number())
    }
    self.init(texts: texts, priced: priced, amounts: amounts, short: short)
  }

  private static func record(_ reader: inout ByteReader) -> RecordReference {
    RecordReference(type: reader.text(), id: reader.text())
  }

  private static func amount(_ reader: inout ByteReader) -> PriceText.Amount {
    let minor = reader.number(Int64.self)
    return PriceText.Amount(minor: minor, exponent: Int(reader.number(UInt8.self)))
  }
}

extension SecretKind {
  /// A number for each, in the order of all cases.
  fileprivate var number: UInt8 {
    UInt8(Self.allCases.firstIndex(of: self) ?? 0)
  }

  fileprivate init(number: UInt8) {
    self = Int(number) < Self.allCases.count ? Self.allCases[Int(number)] : .title
  }
}

import Diagnostics

/// Finds private amounts of money that stand near a code or handle of their record.
///
/// Numbers first: most of those on a page are nobody's private price, and finding that out is one
/// look into a table. Only around the others the codes and handles are searched for.
struct PriceSearch: Sendable {
  /// How far from a code or handle a price is looked for, in bytes.
  static let reach = 200

  /// The records that have private amounts.
  let records: [SecretBook.PricedRecord]
  private let anchors: PatternMatcher
  private let recordOfAnchor: [Int]
  private let longestAnchor: Int
  /// Digits that can write a private amount.
  private struct Spelling: Comparable {
    var digits: Int64
    var amount: PriceText.Amount

    static func < (one: Spelling, two: Spelling) -> Bool {
      (one.digits, one.amount.minor, one.amount.exponent)
        < (two.digits, two.amount.minor, two.amount.exponent)
    }
  }

  /// Each once, in order of the digits: small, and made quickly, also where few outputs are searched.
  private let amounts: [Spelling]
  /// For each hash of digits whether `amounts` may have them.
  private let mayWrite: [UInt64]

  /// Prepares the search. Amounts that are public in the root are no secrets; entries are in a ledger's order.
  init(_ priced: [SecretBook.PricedRecord], publicly open: Set<PriceText.Amount>) {
    records = Self.grouped(
      priced.compactMap { entry in
        var copy = entry
        // Not `subtract`: it goes through all amounts of the catalogue for each record.
        if copy.amounts.contains(where: open.contains) {
          copy.amounts = copy.amounts.filter { !open.contains($0) }
        }
        return copy.amounts.isEmpty ? nil : copy
      })
    var texts: [[UInt8]] = []
    var owners: [Int] = []
    for (index, record) in records.enumerated() {
      for anchor in record.anchors {
        texts.append(Array(anchor.utf8))
        owners.append(index)
      }
    }
    anchors = PatternMatcher(texts, wholeNumbers: true)
    recordOfAnchor = owners
    longestAnchor = texts.map(\.count).max() ?? 0
    var spelled: [Spelling] = []
    var bits = [UInt64](repeating: 0, count: 1024)
    for record in records {
      for amount in record.amounts {
        PriceText.spellings(amount) { digits in
          spelled.append(Spelling(digits: digits, amount: amount))
          let hash = Self.hash(digits)
          bits[hash >> 6] |= 1 << UInt64(hash & 63)
        }
      }
    }
    spelled.sort()
    amounts = spelled.enumerated().compactMap { place, spelling in
      place > 0 && spelled[place - 1] == spelling ? nil : spelling
    }
    mayWrite = bits
  }

  /// Whether there is nothing to search for.
  var isEmpty: Bool { anchors.isEmpty }

  /// How many bytes a code or handle, the reach and an amount take together.
  var span: Int { isEmpty ? 0 : longestAnchor + Self.reach + 32 }

  /// Calls `found` with place and record of each private price.
  func search(_ text: UnsafeRawBufferPointer, _ found: (Int, Int) -> Void) {
    guard !isEmpty else { return }
    mayWrite.withUnsafeBufferPointer { mayWrite in
      PriceText.candidates(text) { candidate in
        let hash = Self.hash(candidate.digits)
        if mayWrite[hash >> 6] & (1 << UInt64(hash & 63)) != 0 { look(text, candidate, found) }
      }
    }
  }

  private func look(
    _ text: UnsafeRawBufferPointer, _ candidate: PriceText.Candidate, _ found: (Int, Int) -> Void
  ) {
    let written = spellings(candidate.digits).filter {
      PriceText.writes(candidate, $0.amount, in: text)
    }.map(\.amount)
    if !written.isEmpty { search(text, around: candidate.range, written, found) }
  }

  /// The private amounts that these digits can write.
  private func spellings(_ digits: Int64) -> ArraySlice<Spelling> {
    var (low, high) = (0, amounts.count)
    while low < high {
      let middle = (low + high) / 2
      if amounts[middle].digits < digits { low = middle + 1 } else { high = middle }
    }
    return amounts[low...].prefix { $0.digits == digits }
  }

  private func search(
    _ text: UnsafeRawBufferPointer, around range: Range<Int>, _ written: [PriceText.Amount],
    _ found: (Int, Int) -> Void
  ) {
    let low = max(0, range.lowerBound - Self.reach)
    let last = range.upperBound + Self.reach
    // One more, which tells whether a number goes on.
    let high = min(text.count, last + longestAnchor + 1)
    var hits: Set<Int> = []
    anchors.search(UnsafeRawBufferPointer(rebasing: text[low..<high])) { offset, number in
      let record = recordOfAnchor[number]
      if low + offset <= last, written.contains(where: records[record].amounts.contains) {
        hits.insert(record)
      }
    }
    for record in hits.sorted() { found(range.lowerBound, record) }
  }

  /// One entry a record: its amounts and anchors together. Those of one record stand together.
  private static func grouped(_ entries: [SecretBook.PricedRecord]) -> [SecretBook.PricedRecord] {
    var records: [SecretBook.PricedRecord] = []
    for entry in entries {
      if let last = records.indices.last, records[last].record == entry.record {
        records[last].amounts.formUnion(entry.amounts)
        records[last].anchors = Array(Set(records[last].anchors + entry.anchors)).sorted()
      } else {
        records.append(entry)
      }
    }
    return records
  }

  @inline(__always)
  private static func hash(_ digits: Int64) -> Int {
    Int(truncatingIfNeeded: (UInt64(bitPattern: digits) &* 0x9E37_79B9_7F4A_7C15) >> 48)
  }
}

import Bytes
public import Diagnostics
import Formats

/// A private value that was found in an output.
public struct Leak: Sendable, Hashable {
  /// Path of the output below its root.
  public let file: String
  /// Where in the output the value, or the encoded text that holds it, begins; -1 in its name.
  public let offset: Int
  /// What the value is.
  public let kind: SecretKind
  /// Whose value it is. The value itself is never told: a log is an output too.
  public let record: RecordReference
  /// The encoding it hid in: `plain`, `escaped`, `base64`, `gzip`, `name`.
  public let encoding: String

  /// The same with the path of its root before the file's.
  public func below(_ root: String) -> Leak {
    Leak(file: "\(root)/\(file)", offset: offset, kind: kind, record: record, encoding: encoding)
  }

  /// The finding for a person.
  public var diagnostic: Diagnostic {
    let place = offset < 0 ? "in its name" : "at byte \(offset)"
    let hidden = encoding == "plain" || encoding == "name" ? "" : ", \(encoding)"
    return Diagnostic(
      "leak.\(kind.rawValue)", .error,
      "\(file) holds the \(kind.rawValue) of a private record \(place)\(hidden)", record: record,
      help: "nothing was published; find how the value reached this output: "
        + "content, settings or a template that names it")
  }
}

/// A build was stopped because private values were found in its outputs.
public struct LeakError: Error, Sendable {
  /// What was found, at most a hundred.
  public let leaks: [Leak]

  /// Makes the error.
  public init(leaks: [Leak]) { self.leaks = leaks }
}

/// Memory that a worker keeps between scans.
public struct LeakScratch: ~Copyable {
  var decoded = ByteBuffer(capacity: 65_536)
  var again = ByteBuffer(capacity: 65_536)
  var run = ByteBuffer(capacity: 4096)

  /// Makes empty scratch memory.
  public init() {}
}

/// Searches outputs of one root for the private values of its book, also behind HTML entities,
/// percent-escapes, JSON escapes, base64 and gzip.
public final class LeakScanner: Sendable {
  private let matcher: PatternMatcher
  private let secrets: [SecretBook.Secret]
  private let anchors: PatternMatcher
  private let anchorRecords: [Int]
  private let priced: [SecretBook.PricedRecord]
  /// Private amounts by the digits that can write them.
  private let amountsByDigits: [Int64: [PriceText.Amount]]
  private let longestAnchor: Int

  /// How many texts are searched for.
  public let secretCount: Int
  /// How many texts were too short to search for; the view alone guards them.
  public let tooShortCount: Int
  /// How many texts are no secrets because they are public in this root as well.
  public let alsoPublicCount: Int

  /// Digest of everything that is searched for: two scanners with the same one find the same.
  public let digest: String

  /// How far from a code or handle a price is looked for, in bytes.
  static let priceReach = 200

  /// Prepares the search.
  public init(_ book: SecretBook) {
    let all = PatternMatcher(book.secrets.map(\.text))
    var known = Set<Int>()
    book.publicText.bytes.withUnsafeBytes { text in all.search(text) { known.insert($1) } }
    let secrets = book.secrets.enumerated().filter { !known.contains($0.offset) }.map(\.element)
    self.secrets = secrets
    matcher = PatternMatcher(secrets.map(\.text))
    let priced = book.priced.compactMap { entry -> SecretBook.PricedRecord? in
      var copy = entry
      copy.amounts.subtract(book.publicAmounts)
      return copy.amounts.isEmpty ? nil : copy
    }
    self.priced = Self.grouped(priced)
    var texts: [[UInt8]] = []
    var records: [Int] = []
    for (index, entry) in self.priced.enumerated() {
      for anchor in entry.anchors {
        texts.append(Array(anchor.utf8))
        records.append(index)
      }
    }
    anchors = PatternMatcher(texts)
    longestAnchor = texts.map(\.count).max() ?? 0
    var byDigits: [Int64: [PriceText.Amount]] = [:]
    for amount in self.priced.reduce(into: Set(), { $0.formUnion($1.amounts) }) {
      for digits in PriceText.spellings(amount) { byDigits[digits, default: []].append(amount) }
    }
    amountsByDigits = byDigits
    anchorRecords = records
    secretCount = secrets.count
    digest = Self.digest(secrets, self.priced)
    tooShortCount = book.tooShort
    alsoPublicCount = known.count
  }

  private static func digest(
    _ secrets: [SecretBook.Secret], _ priced: [SecretBook.PricedRecord]
  ) -> String {
    var lines = secrets.map { String(decoding: $0.text, as: UTF8.self) }
    for entry in priced {
      let amounts = entry.amounts.map { "\($0.minor)e\($0.exponent)" }.sorted()
      lines.append((entry.anchors + amounts).joined(separator: "\u{0}"))
    }
    return SHA256Digest(of: lines.sorted().joined(separator: "\n")).hex
  }

  /// One entry a record: its amounts and anchors together.
  private static func grouped(_ entries: [SecretBook.PricedRecord]) -> [SecretBook.PricedRecord] {
    var order: [RecordReference] = []
    var byRecord: [RecordReference: SecretBook.PricedRecord] = [:]
    for entry in entries {
      if var known = byRecord[entry.record] {
        known.amounts.formUnion(entry.amounts)
        known.anchors = Array(Set(known.anchors + entry.anchors)).sorted()
        byRecord[entry.record] = known
      } else {
        order.append(entry.record)
        byRecord[entry.record] = entry
      }
    }
    return order.compactMap { byRecord[$0] }
  }

  /// Whether there is nothing to search for.
  public var isEmpty: Bool { matcher.isEmpty && anchors.isEmpty }

  /// Searches one output and its name. O(bytes), about 2 ns a byte.
  public func scan(
    file: String, _ bytes: UnsafeRawBufferPointer, scratch: inout LeakScratch
  ) -> [Leak] {
    guard !isEmpty else { return [] }
    var leaks = scanName(file, scratch: &scratch)
    scan(file: file, bytes, depth: 0, scratch: &scratch, into: &leaks)
    return leaks
  }

  /// Searches the path of an output.
  private func scanName(_ file: String, scratch: inout LeakScratch) -> [Leak] {
    var found: [Leak] = []
    let name = Array(file.utf8)
    name.withUnsafeBytes { bytes in
      scan(file: file, bytes, depth: 1, scratch: &scratch, into: &found)
    }
    return found.map {
      Leak(file: $0.file, offset: -1, kind: $0.kind, record: $0.record, encoding: "name")
    }
  }

  private func scan(
    file: String, _ bytes: UnsafeRawBufferPointer, depth: Int, scratch: inout LeakScratch,
    into leaks: inout [Leak]
  ) {
    if depth < 2, bytes.count > 18, bytes[0] == 0x1F, bytes[1] == 0x8B,
      let plain = try? Gzip.decompress(bytes)  // what is no gzip is searched as it is
    {
      var inner: [Leak] = []
      plain.withUnsafeBytes {
        scan(file: file, $0, depth: depth + 1, scratch: &scratch, into: &inner)
      }
      leaks += inner.map {
        Leak(file: file, offset: $0.offset, kind: $0.kind, record: $0.record, encoding: "gzip")
      }
      return
    }
    if LeakDecoding.isPacked(bytes) {
      matcher.search(bytes) { add(file, $0, $1, "plain", to: &leaks) }
      return
    }
    search(bytes, file, "plain", into: &leaks) { $0 }
    scanBase64(bytes, file, scratch: &scratch, into: &leaks)
    scanEscaped(bytes, file, scratch: &scratch, into: &leaks)
  }

  private func scanBase64(
    _ bytes: UnsafeRawBufferPointer, _ file: String, scratch: inout LeakScratch,
    into leaks: inout [Leak]
  ) {
    LeakDecoding.base64Runs(bytes, scratch: &scratch.run) { offset, decoded in
      matcher.search(decoded) { _, number in
        add(file, offset, number, "base64", to: &leaks)
      }
    }
  }

  /// Takes escapes off up to three times, as in a percent-escaped address inside JSON inside an
  /// attribute, and searches each time.
  private func scanEscaped(
    _ bytes: UnsafeRawBufferPointer, _ file: String, scratch: inout LeakScratch,
    into leaks: inout [Leak]
  ) {
    scratch.decoded.removeAll()
    var consumed = 0
    var changed = LeakDecoding.unescape(bytes, into: &scratch.decoded, consumed: &consumed)
    var level = 1
    while changed {
      var hits: [(offset: Int, number: Int, isPrice: Bool)] = []
      scratch.decoded.withBytes { decoded in
        matcher.search(decoded) { hits.append(($0, $1, false)) }
        prices(decoded) { hits.append(($0, $1, true)) }
        if level == 1 { scanBase64(decoded, file, scratch: &scratch.run, bytes, into: &leaks) }
      }
      for hit in hits {
        let offset = level == 1 ? Self.source(of: hit.offset, in: bytes) : 0
        if hit.isPrice {
          addPrice(file, offset, hit.number, "escaped", to: &leaks)
        } else {
          add(file, offset, hit.number, "escaped", to: &leaks)
        }
      }
      guard level < 3 else { return }
      scratch.again.removeAll()
      changed = scratch.decoded.withBytes {
        LeakDecoding.unescape($0, into: &scratch.again, consumed: &consumed)
      }
      swap(&scratch.decoded, &scratch.again)
      level += 1
    }
  }

  private func scanBase64(
    _ decoded: UnsafeRawBufferPointer, _ file: String, scratch run: inout ByteBuffer,
    _ source: UnsafeRawBufferPointer, into leaks: inout [Leak]
  ) {
    LeakDecoding.base64Runs(decoded, scratch: &run) { offset, bytes in
      matcher.search(bytes) { _, number in
        add(file, Self.source(of: offset, in: source), number, "base64", to: &leaks)
      }
    }
  }

  /// Where in the source the decoded byte at `offset` comes from.
  private static func source(of offset: Int, in bytes: UnsafeRawBufferPointer) -> Int {
    var scratch = ByteBuffer(capacity: max(offset, 16))
    var consumed = 0
    _ = LeakDecoding.unescape(bytes, into: &scratch, limit: offset, consumed: &consumed)
    return consumed
  }

  private func search(
    _ text: UnsafeRawBufferPointer, _ file: String, _ encoding: String, into leaks: inout [Leak],
    offset: (Int) -> Int
  ) {
    matcher.search(text) { add(file, offset($0), $1, encoding, to: &leaks) }
    prices(text) { addPrice(file, offset($0), $1, encoding, to: &leaks) }
  }

  /// Calls `found` with each private price that stands near its record's code or handle.
  ///
  /// Numbers first: most of those on a page are nobody's private price, and finding that out is
  /// one look into a table. Only around the others the codes and handles are searched for.
  private func prices(_ text: UnsafeRawBufferPointer, _ found: (Int, Int) -> Void) {
    guard !anchors.isEmpty else { return }
    PriceText.candidates(text) { candidate in
      guard let amounts = amountsByDigits[candidate.digits] else { return }
      let written = amounts.filter { PriceText.writes(candidate, $0, in: text) }
      guard !written.isEmpty else { return }
      let low = max(0, candidate.range.lowerBound - Self.priceReach)
      let high = min(text.count, candidate.range.upperBound + Self.priceReach + longestAnchor)
      var records: Set<Int> = []
      anchors.search(UnsafeRawBufferPointer(rebasing: text[low..<high])) { offset, number in
        guard low + offset <= candidate.range.upperBound + Self.priceReach else { return }
        let record = anchorRecords[number]
        if written.contains(where: priced[record].amounts.contains) { records.insert(record) }
      }
      for record in records.sorted() { found(candidate.range.lowerBound, record) }
    }
  }

  private func add(
    _ file: String, _ offset: Int, _ number: Int, _ encoding: String, to leaks: inout [Leak]
  ) {
    let secret = secrets[number]
    leaks.append(
      Leak(
        file: file, offset: offset, kind: secret.kind, record: secret.record, encoding: encoding))
  }

  private func addPrice(
    _ file: String, _ offset: Int, _ record: Int, _ encoding: String, to leaks: inout [Leak]
  ) {
    leaks.append(
      Leak(
        file: file, offset: offset, kind: .price, record: priced[record].record,
        encoding: encoding))
  }
}

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

  /// The same where what was searched begins further on in the output.
  public func behind(_ count: Int) -> Leak {
    let place = offset < 0 ? offset : offset + count
    return Leak(file: file, offset: place, kind: kind, record: record, encoding: encoding)
  }

  /// The same as if it had been written in another way.
  func written(_ encoding: String) -> Leak {
    Leak(file: file, offset: offset, kind: kind, record: record, encoding: encoding)
  }

  /// The finding of a build for a person.
  public var diagnostic: Diagnostic {
    diagnostic(
      help: "nothing was published; find how the value reached this output: "
        + "content, settings or a template that names it")
  }

  /// The finding in what is published for a person.
  public var publishedDiagnostic: Diagnostic {
    diagnostic(
      help: "if it became private after the last build, build again; else find how it came there")
  }

  private func diagnostic(help: String) -> Diagnostic {
    let place = offset < 0 ? "in its name" : "at byte \(offset)"
    let hidden = encoding == "plain" || encoding == "name" ? "" : ", \(encoding)"
    return Diagnostic(
      "leak.\(kind.rawValue)", .error,
      "\(file) holds the \(kind.rawValue) of a private record \(place)\(hidden)", record: record,
      help: help)
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

  /// Makes empty scratch memory.
  public init() {}
}

/// Searches outputs of one root for the private values of its book, also behind HTML entities,
/// percent-escapes, JSON escapes, base64 and gzip.
public final class LeakScanner: Sendable {
  let secrets: [SecretBook.Secret]
  let forms: SecretForms
  let prices: PriceSearch

  /// How many texts and amounts are searched for.
  public let secretCount: Int
  /// How many texts were too short to search for; the view alone guards them.
  public let tooShortCount: Int
  /// How many texts are no secrets because they are public in this root as well.
  public let alsoPublicCount: Int
  /// Digest of everything that is searched for: two scanners with the same one find the same.
  public let digest: String

  /// How many layers of escapes are taken off: a percent-escaped address inside JSON inside an
  /// attribute has three.
  static let layers = 3

  /// Prepares the search for what a book notes.
  public convenience init(_ book: SecretBook) { self.init([book]) }

  /// Prepares the search for what several books note together.
  public convenience init(_ books: [SecretBook]) {
    self.init(SecretLedger(books))
  }

  /// Prepares the search for what a ledger says must not occur.
  public init(_ ledger: SecretLedger) {
    secrets = ledger.secrets
    forms = SecretForms(secrets.map(\.text))
    prices = PriceSearch(ledger.priced, publicly: ledger.publicAmounts)
    secretCount = secrets.count + prices.records.reduce(0) { $0 + $1.amounts.count }
    tooShortCount = ledger.tooShortCount
    alsoPublicCount = ledger.alsoPublicCount
    digest = Self.digest(secrets, prices.records)
  }

  /// How many texts and records with private amounts are searched for.
  public var count: Int { secrets.count + prices.records.count }

  /// A sum over what is searched for, whatever its order.
  private static func digest(
    _ secrets: [SecretBook.Secret], _ priced: [SecretBook.PricedRecord]
  ) -> String {
    var (high, low) = (UInt64(0), UInt64(0))
    func add(_ bytes: UnsafeRawBufferPointer) {
      let fingerprint = Fingerprint(of: bytes)
      high &+= fingerprint.high
      low &+= fingerprint.low
    }
    for secret in secrets { secret.text.withUnsafeBytes(add) }
    var line = ByteBuffer(capacity: 256)
    for entry in priced {
      line.removeAll()
      for anchor in entry.anchors.sorted() { line.append(counted: anchor) }
      for amount in entry.amounts.sorted(by: { ($0.minor, $0.exponent) < ($1.minor, $1.exponent) })
      {
        line.append(number: amount.minor)
        line.append(number: Int64(amount.exponent))
      }
      line.withBytes(add)
    }
    return Fingerprint(high: high, low: low).hex
  }

  /// Whether there is nothing to search for.
  public var isEmpty: Bool { secrets.isEmpty && prices.isEmpty }

  /// Searches one output and its name. O(bytes), about 3 ns a byte.
  ///
  /// - Parameter hasAmounts: whether amounts of money can stand in it. Where it holds addresses alone, the
  ///   numbers in them are names: `/old/10137` is not 101.37.
  public func scan(
    file: String, _ bytes: UnsafeRawBufferPointer, hasAmounts: Bool = true,
    scratch: inout LeakScratch
  ) -> [Leak] {
    guard !isEmpty else { return [] }
    var leaks = scanName(file, scratch: &scratch)
    scan(
      file: file, bytes, depth: 0, amounts: hasAmounts ? prices : nil, scratch: &scratch,
      into: &leaks)
    return leaks
  }

  /// Searches the path of an output.
  private func scanName(_ file: String, scratch: inout LeakScratch) -> [Leak] {
    var found: [Leak] = []
    let name = Array(file.utf8)
    name.withUnsafeBytes { bytes in
      scan(file: file, bytes, depth: 1, amounts: prices, scratch: &scratch, into: &found)
    }
    return found.map {
      Leak(file: $0.file, offset: -1, kind: $0.kind, record: $0.record, encoding: "name")
    }
  }

  private func scan(
    file: String, _ bytes: UnsafeRawBufferPointer, depth: Int, amounts: PriceSearch?,
    scratch: inout LeakScratch, into leaks: inout [Leak]
  ) {
    if depth < 2, bytes.count > 18, bytes[0] == 0x1F, bytes[1] == 0x8B,
      let plain = try? Gzip.decompress(bytes)  // what is no gzip is searched as it is
    {
      var inner: [Leak] = []
      plain.withUnsafeBytes {
        scan(
          file: file, $0, depth: depth + 1, amounts: amounts, scratch: &scratch, into: &inner)
      }
      leaks += inner.map {
        Leak(file: file, offset: $0.offset, kind: $0.kind, record: $0.record, encoding: "gzip")
      }
      return
    }
    let isPacked = LeakDecoding.isPacked(bytes)
    var found: [Leak] = []
    forms.search(bytes) { offset, secret, isEncoded in
      if isEncoded && isPacked { return }
      found.append(leak(file, offset, secret, isEncoded ? "base64" : "plain"))
    }
    if !isPacked {
      amounts?.search(bytes) { found.append(priceLeak(file, $0, $1, "plain")) }
      LeakDecoding.brokenBase64(bytes) { start, letters in
        forms.search(letters) { _, secret, isEncoded in
          if isEncoded { found.append(leak(file, start, secret, "base64")) }
        }
      }
      scanEscaped(bytes, file, amounts, scratch: &scratch, into: &found)
    } else if depth < 3 {
      scanNotes(bytes, file, amounts, scratch: &scratch, into: &found)
    }
    leaks += found
  }

  /// Searches the notes of a picture as texts of their own, also those in UTF-16. What can be read in the
  /// file as it is was told already.
  private func scanNotes(
    _ bytes: UnsafeRawBufferPointer, _ file: String, _ amounts: PriceSearch?,
    scratch: inout LeakScratch, into leaks: inout [Leak]
  ) {
    var hits: [Leak] = []
    PictureNotes.forEach(in: bytes) { start, note in
      var inner: [Leak] = []
      scan(file: file, note, depth: 3, amounts: amounts, scratch: &scratch, into: &inner)
      for text in PictureNotes.wideTexts(note) {
        var copy = text
        copy.withUTF8 { wide in
          forms.search(UnsafeRawBufferPointer(wide)) { _, secret, isEncoded in
            inner.append(leak(file, 0, secret, isEncoded ? "base64" : "escaped"))
          }
        }
      }
      hits += inner.map {
        Leak(
          file: file, offset: start + $0.offset, kind: $0.kind, record: $0.record,
          encoding: $0.encoding)
      }
    }
    let known = Set(leaks)
    leaks += hits.filter { !known.contains($0) }
  }

  /// Takes escapes off, layer by layer, where there are any, and searches each time.
  private func scanEscaped(
    _ bytes: UnsafeRawBufferPointer, _ file: String, _ amounts: PriceSearch?,
    scratch: inout LeakScratch, into leaks: inout [Leak]
  ) {
    let plain = Set(leaks)
    var hits: [Leak] = []
    LeakDecoding.stretches(bytes, reach: max(forms.longest, amounts?.span ?? 0)) { range in
      let stretch = UnsafeRawBufferPointer(rebasing: bytes[range])
      decode(stretch, scratch: &scratch) { decoded, layer in
        let place = { (offset: Int) in
          range.lowerBound + (layer == 1 ? Self.source(of: offset, in: stretch) : 0)
        }
        forms.search(decoded) { offset, secret, isEncoded in
          hits.append(leak(file, place(offset), secret, isEncoded ? "base64" : "escaped"))
        }
        amounts?.search(decoded) { offset, record in
          hits.append(priceLeak(file, place(offset), record, "escaped"))
        }
      }
    }
    // What can be read without taking escapes off was told already.
    for hit in hits where !plain.contains(hit.written("plain")) { leaks.append(hit) }
  }

  /// Calls `body` with the text behind each layer of escapes and the layer's number.
  private func decode(
    _ text: UnsafeRawBufferPointer, scratch: inout LeakScratch,
    _ body: (UnsafeRawBufferPointer, Int) -> Void
  ) {
    var consumed = 0
    scratch.decoded.removeAll()
    var isChanged = LeakDecoding.unescape(text, into: &scratch.decoded, consumed: &consumed)
    var layer = 1
    while isChanged {
      scratch.decoded.withBytes { body($0, layer) }
      guard layer < Self.layers else { return }
      layer += 1
      scratch.again.removeAll()
      isChanged = scratch.decoded.withBytes {
        LeakDecoding.unescape($0, into: &scratch.again, consumed: &consumed)
      }
      swap(&scratch.decoded, &scratch.again)
    }
  }

  /// Where in the source the decoded byte at `offset` comes from.
  private static func source(of offset: Int, in bytes: UnsafeRawBufferPointer) -> Int {
    var scratch = ByteBuffer(capacity: max(offset, 16))
    var consumed = 0
    _ = LeakDecoding.unescape(bytes, into: &scratch, limit: offset, consumed: &consumed)
    return consumed
  }

  private func leak(_ file: String, _ offset: Int, _ secret: Int, _ encoding: String) -> Leak {
    let secret = secrets[secret]
    return Leak(
      file: file, offset: offset, kind: secret.kind, record: secret.record, encoding: encoding)
  }

  private func priceLeak(_ file: String, _ offset: Int, _ record: Int, _ encoding: String) -> Leak {
    Leak(
      file: file, offset: offset, kind: .price, record: prices.records[record].record,
      encoding: encoding)
  }
}

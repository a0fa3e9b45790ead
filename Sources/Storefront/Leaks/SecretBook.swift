import Bytes
public import Diagnostics

/// What kind of value a secret is.
public enum SecretKind: String, Sendable, CaseIterable {
  /// A stock keeping unit, or another code of a variant.
  case sku
  /// The handle in a page's address.
  case handle
  /// A name that people read.
  case title
  /// A picture's file name.
  case image
  /// An amount of money, beside the SKU or handle it belongs to.
  case price
}

/// The values that must not occur in one output root, and those that may: the book from which a
/// `LeakScanner` is made.
///
/// A value that is also public in the root, or part of one that is, is no secret there. Texts of
/// fewer than six bytes are not searched for, because they occur by chance; they are counted.
public struct SecretBook: Sendable {
  struct Secret: Sendable {
    var text: [UInt8]
    var kind: SecretKind
    var record: RecordReference
  }

  /// An amount as it could be written near a code or handle of its record.
  struct PricedRecord: Sendable {
    var anchors: [String]
    var amounts: Set<PriceText.Amount>
    var record: RecordReference
  }

  var secrets: [Secret] = []
  var publicText = PublicText()
  /// Number of each public text.
  private var knownPublic: [Fingerprint: Int] = [:]
  var priced: [PricedRecord] = []
  var publicAmounts: [PriceText.Amount: Witnesses] = [:]
  /// Who says what is being noted.
  private var witness = Witnesses.always
  private var note = SecretNote()

  /// How many secret texts were too short to search for.
  public private(set) var tooShort = 0

  /// Makes an empty book.
  public init() {}

  /// Begins to note a product by its number: what it makes public is public because of it.
  public mutating func begin(product: Int) {
    witness = Int32(truncatingIfNeeded: product)
    note = SecretNote()
  }

  /// A digest of what was noted since `begin`.
  public var noted: SecretNote { note }

  /// Notes a text that must not occur. Titles are also searched for in upper case, codes and
  /// handles in lower case: the forms that filters make.
  public mutating func addSecret(_ text: String, _ kind: SecretKind, of record: RecordReference) {
    guard !text.isEmpty else { return }
    let bytes = Array(text.utf8)
    note.addSecret(Fingerprint(of: text).low &+ kind.seed)
    guard bytes.count >= PatternMatcher.shortest else {
      tooShort += 1
      return
    }
    let plain = RecordReference(type: record.type, id: record.id)
    secrets.append(Secret(text: bytes, kind: kind, record: plain))
    let other = kind == .title ? text.uppercased() : text.lowercased()
    if other != text, kind != .image {
      secrets.append(Secret(text: Array(other.utf8), kind: kind, record: plain))
    }
  }

  /// Notes a picture that must not be named: its file name, with and without its ending, because
  /// its raster twin has another.
  public mutating func addSecretImage(_ url: String, of record: RecordReference) {
    let name = url.split(separator: "/").last.map(String.init) ?? url
    let stem = name.split(separator: ".").first.map(String.init) ?? name
    addSecret(stem, .image, of: record)
  }

  /// Notes a text that anybody who sees this root may read.
  public mutating func addPublic(_ text: String) {
    guard text.utf8.count >= PatternMatcher.shortest else { return }
    let fingerprint = Fingerprint(of: text)
    if let number = knownPublic[fingerprint] {
      publicText.witnesses[number].add(witness)
    } else {
      knownPublic[fingerprint] = publicText.witnesses.count
      publicText.append(text, fingerprint, witness)
    }
  }

  /// Notes an amount that must not stand within 200 bytes of one of `anchors`.
  public mutating func addSecretPrice(
    minor: Int64, exponent: Int, near anchors: [String], of record: RecordReference
  ) {
    let amount = PriceText.Amount(minor: minor, exponent: exponent)
    let plain = RecordReference(type: record.type, id: record.id)
    priced.append(PricedRecord(anchors: anchors, amounts: [amount], record: plain))
    var seed = amount.seed &+ Fingerprint(of: record.id).low
    for anchor in anchors { seed = seed &* 31 &+ Fingerprint(of: anchor).low }
    note.addSecret(seed)
  }

  /// Notes an amount that may be shown in this root.
  public mutating func addPublicPrice(minor: Int64, exponent: Int) {
    publicAmounts[PriceText.Amount(minor: minor, exponent: exponent), default: Witnesses()]
      .add(witness)
  }

  /// Adds all that another book notes.
  public mutating func merge(_ other: SecretBook) {
    secrets.append(contentsOf: other.secrets)
    for text in other.publicText.texts {
      if let number = knownPublic[text.fingerprint] {
        publicText.witnesses[number].add(text.witnesses)
      } else {
        knownPublic[text.fingerprint] = publicText.witnesses.count
        publicText.append(text)
      }
    }
    priced.append(contentsOf: other.priced)
    for (amount, witnesses) in other.publicAmounts {
      publicAmounts[amount, default: Witnesses()].add(witnesses)
    }
    tooShort += other.tooShort
  }
}

/// Public texts one after another, each ended by a NUL so that no match spans two.
struct PublicText: Sendable {
  /// One text in its three cases.
  struct Text {
    var fingerprint: Fingerprint
    var bytes: ArraySlice<UInt8>
    var witnesses: Witnesses
  }

  private(set) var bytes: [UInt8] = []
  private var ends: [(end: Int, fingerprint: Fingerprint)] = []
  /// Which products make each text public.
  var witnesses: [Witnesses] = []

  /// Appends a text as it is, in capitals and in small letters.
  mutating func append(_ text: String, _ fingerprint: Fingerprint, _ witness: Int32) {
    if text.utf8.allSatisfy({ $0 < 0x80 }) {
      append(text) { $0 }
      append(text) { $0 &- 0x61 < 26 ? $0 - 0x20 : $0 }
      append(text) { $0 &- 0x41 < 26 ? $0 + 0x20 : $0 }
    } else {
      for form in [text, text.uppercased(), text.lowercased()] { append(form) { $0 } }
    }
    ends.append((bytes.count, fingerprint))
    var first = Witnesses()
    first.add(witness)
    witnesses.append(first)
  }

  /// Appends a text with each byte changed.
  @inline(__always)
  private mutating func append(_ text: String, _ change: (UInt8) -> UInt8) {
    let start = bytes.count
    bytes.append(contentsOf: text.utf8)
    bytes.append(0)
    bytes.withUnsafeMutableBufferPointer { bytes in
      for index in start..<(bytes.count - 1) { bytes[index] = change(bytes[index]) }
    }
  }

  /// Appends a text of another collection.
  mutating func append(_ text: Text) {
    bytes.append(contentsOf: text.bytes)
    ends.append((bytes.count, text.fingerprint))
    witnesses.append(text.witnesses)
  }

  /// All texts.
  var texts: [Text] {
    var start = 0
    return ends.enumerated().map { number, entry in
      defer { start = entry.end }
      return Text(
        fingerprint: entry.fingerprint, bytes: bytes[start..<entry.end],
        witnesses: witnesses[number])
    }
  }

  /// Number of the text in which the byte at `offset` stands. O(log texts).
  func number(at offset: Int) -> Int {
    var low = 0
    var high = ends.count
    while low < high {
      let middle = (low + high) / 2
      if ends[middle].end <= offset { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

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
  private var knownPublic: Set<Fingerprint> = []
  var priced: [PricedRecord] = []
  var publicAmounts: Set<PriceText.Amount> = []

  /// How many secret texts were too short to search for.
  public private(set) var tooShort = 0

  /// Makes an empty book.
  public init() {}

  /// Notes a text that must not occur. Titles are also searched for in upper case, codes and
  /// handles in lower case: the forms that filters make.
  public mutating func addSecret(_ text: String, _ kind: SecretKind, of record: RecordReference) {
    guard !text.isEmpty else { return }
    let bytes = Array(text.utf8)
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
    if knownPublic.insert(fingerprint).inserted { publicText.append(text, fingerprint) }
  }

  /// Notes an amount that must not stand within 200 bytes of one of `anchors`.
  public mutating func addSecretPrice(
    minor: Int64, exponent: Int, near anchors: [String], of record: RecordReference
  ) {
    let amount = PriceText.Amount(minor: minor, exponent: exponent)
    let plain = RecordReference(type: record.type, id: record.id)
    priced.append(PricedRecord(anchors: anchors, amounts: [amount], record: plain))
  }

  /// Notes an amount that may be shown in this root.
  public mutating func addPublicPrice(minor: Int64, exponent: Int) {
    publicAmounts.insert(PriceText.Amount(minor: minor, exponent: exponent))
  }

  /// Adds all that another book notes.
  public mutating func merge(_ other: SecretBook) {
    secrets.append(contentsOf: other.secrets)
    for text in other.publicText.texts where knownPublic.insert(text.fingerprint).inserted {
      publicText.append(text)
    }
    priced.append(contentsOf: other.priced)
    publicAmounts.formUnion(other.publicAmounts)
    tooShort += other.tooShort
  }
}

/// Public texts one after another, each ended by a NUL so that no match spans two.
struct PublicText: Sendable {
  /// One text in its three cases.
  struct Text {
    var fingerprint: Fingerprint
    var bytes: ArraySlice<UInt8>
  }

  private(set) var bytes: [UInt8] = []
  private var ends: [(end: Int, fingerprint: Fingerprint)] = []

  /// Appends a text as it is, in capitals and in small letters.
  mutating func append(_ text: String, _ fingerprint: Fingerprint) {
    if text.utf8.allSatisfy({ $0 < 0x80 }) {
      append(text) { $0 }
      append(text) { $0 &- 0x61 < 26 ? $0 - 0x20 : $0 }
      append(text) { $0 &- 0x41 < 26 ? $0 + 0x20 : $0 }
    } else {
      for form in [text, text.uppercased(), text.lowercased()] { append(form) { $0 } }
    }
    ends.append((bytes.count, fingerprint))
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
  }

  /// All texts.
  var texts: [Text] {
    var start = 0
    return ends.map { entry in
      defer { start = entry.end }
      return Text(fingerprint: entry.fingerprint, bytes: bytes[start..<entry.end])
    }
  }
}

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
/// `SecretLedger` is made.
///
/// A value that is also public in the root, or part of one that is, is no secret there. Texts of
/// fewer than six bytes are not searched for, because they occur by chance; they are counted.
public struct SecretBook: Sendable {
  struct Secret: Sendable {
    var text: [UInt8]
    var kind: SecretKind
    var record: RecordReference
    /// Number of the product because of which it is private; see `Witnesses`.
    var owner = Witnesses.always
  }

  /// An amount as it could be written near a code or handle of its record.
  struct PricedRecord: Sendable {
    var anchors: [String]
    var amounts: Set<PriceText.Amount>
    var record: RecordReference
    var owner = Witnesses.always
  }

  /// How many texts of a product were too short.
  struct Short: Sendable, Equatable {
    var owner: Int32
    var count: Int32
  }

  private(set) var secrets: [Secret] = []
  private(set) var publicTexts: PublicTexts
  private(set) var priced: [PricedRecord] = []
  private(set) var publicAmounts: [PriceText.Amount: Witnesses] = [:]
  private(set) var short: [Short] = []
  /// What the book is kept to find out; where there is something, it notes nothing else.
  public private(set) var question: SecretQuestion?
  /// Who says what is being noted.
  private var witness = Witnesses.always

  /// How many secret texts were too short to search for.
  public var tooShort: Int { short.reduce(0) { $0 + Int($1.count) } }

  /// Makes an empty book. Public texts that do not fit into little memory lie in a file without a name
  /// in `folder`.
  public init(folder: String? = nil) { publicTexts = PublicTexts(folder: folder) }

  /// Makes a book that only finds out whether something is public.
  public init(answering question: SecretQuestion) {
    self.question = question
    publicTexts = PublicTexts()
  }

  /// Begins to note a product by its number: what it makes public is public because of it.
  public mutating func begin(product: Int) {
    witness = Int32(truncatingIfNeeded: product)
  }

  /// Notes a text that must not occur. Titles are also searched for in upper case, codes and
  /// handles in lower case: the forms that filters make.
  public mutating func addSecret(_ text: String, _ kind: SecretKind, of record: RecordReference) {
    guard !text.isEmpty, question == nil else { return }
    let bytes = Array(text.utf8)
    guard bytes.count >= PatternMatcher.shortest else {
      if short.last?.owner == witness {
        short[short.count - 1].count += 1
      } else {
        short.append(Short(owner: witness, count: 1))
      }
      return
    }
    let plain = RecordReference(type: record.type, id: record.id)
    secrets.append(Secret(text: bytes, kind: kind, record: plain, owner: witness))
    let other = kind == .title ? text.uppercased() : text.lowercased()
    if other != text, kind != .image {
      secrets.append(Secret(text: Array(other.utf8), kind: kind, record: plain, owner: witness))
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
    guard question == nil else {
      question?.hear(text, witness)
      return
    }
    publicTexts.append(text, witness)
  }

  /// Notes an amount that must not stand within 200 bytes of one of `anchors`.
  public mutating func addSecretPrice(
    minor: Int64, exponent: Int, near anchors: [String], of record: RecordReference
  ) {
    guard question == nil else { return }
    priced.append(
      PricedRecord(
        anchors: anchors, amounts: [PriceText.Amount(minor: minor, exponent: exponent)],
        record: RecordReference(type: record.type, id: record.id), owner: witness))
  }

  /// Notes an amount that may be shown in this root.
  public mutating func addPublicPrice(minor: Int64, exponent: Int) {
    let amount = PriceText.Amount(minor: minor, exponent: exponent)
    guard question == nil else {
      question?.hear(amount, witness)
      return
    }
    publicAmounts[amount, default: Witnesses()].add(witness)
  }

  /// Adds all that another book notes.
  public mutating func merge(_ other: SecretBook) {
    secrets.append(contentsOf: other.secrets)
    publicTexts.append(other.publicTexts)
    priced.append(contentsOf: other.priced)
    for (amount, witnesses) in other.publicAmounts {
      publicAmounts[amount, default: Witnesses()].add(witnesses)
    }
    short.append(contentsOf: other.short)
  }
}

import Bytes
import Diagnostics

/// What is private of any record of a root and what is public there, each with the products because of
/// which: enough to tell what must be searched for, and to tell it again when a few products change.
public struct SecretLedger: Sendable {
  /// A private text and who makes it public in this root all the same.
  struct Text: Sendable {
    var secret: SecretBook.Secret
    var witnesses: Witnesses
  }

  /// In order of text, kind and record.
  private(set) var texts: [Text] = []
  /// In order of record and amount.
  private(set) var priced: [SecretBook.PricedRecord] = []
  /// All amounts that are public.
  private(set) var amounts: [PriceText.Amount: Witnesses] = [:]
  /// In order of product.
  private(set) var short: [SecretBook.Short] = []

  /// An empty ledger.
  init() {}

  /// What several books note together. O(bytes of public texts).
  public init(_ books: [SecretBook]) {
    texts = books.flatMap(\.secrets).map { Text(secret: $0, witnesses: Witnesses()) }
    priced = books.flatMap(\.priced)
    short = books.flatMap(\.short)
    for book in books {
      for (amount, witnesses) in book.publicAmounts {
        amounts[amount, default: Witnesses()].add(witnesses)
      }
    }
    sort()
    hear(books)
  }

  /// How many private texts were too short to search for.
  var tooShortCount: Int { short.reduce(0) { $0 + Int($1.count) } }

  /// Texts that are private and public in this root as well.
  var alsoPublicCount: Int { texts.count { $0.witnesses.isPublic } }

  /// What must not occur.
  var secrets: [SecretBook.Secret] { texts.filter { !$0.witnesses.isPublic }.map(\.secret) }

  /// Amounts that anybody may see.
  var publicAmounts: Set<PriceText.Amount> {
    Set(amounts.lazy.filter { $0.value.isPublic }.map(\.key))
  }

  private mutating func sort() {
    texts.sort { $0.secret < $1.secret }
    priced.sort { $0.order < $1.order }
    short.sort { $0.owner < $1.owner }
  }

  /// Looks which private texts are public because of what books note.
  private mutating func hear(_ books: [SecretBook]) {
    if books.allSatisfy(\.publicTexts.isEmpty) { return }
    let matcher = PatternMatcher(texts.map(\.secret.text), wholeNumbers: true)
    var found: [Int: Witnesses] = [:]
    for book in books {
      book.publicTexts.search(matcher) { witness, number in
        found[number, default: Witnesses()].add(witness)
      }
    }
    for (number, witnesses) in found { texts[number].witnesses.add(witnesses) }
  }

  // MARK: Following changes

  /// Brings the ledger up to date after some products have changed, as far as these can tell; what only
  /// all products can tell is in `question`.
  ///
  /// - Parameters:
  ///   - book: what the changed products note now.
  ///   - common: what is noted besides products, where that can be otherwise than it was.
  ///   - number: the number that a product has now; nil where it changed or is gone.
  public mutating func follow(
    _ book: SecretBook, common: SecretBook? = nil, number: (Int32) -> Int32?
  ) {
    let books = [book] + (common.map { [$0] } ?? [])
    func kept(_ owner: Int32) -> Int32? {
      owner == Witnesses.always ? (common == nil ? owner : nil) : number(owner)
    }
    // What is known of a text stays known when another product has it.
    var known: [[UInt8]: Witnesses] = [:]
    let noted = Set(books.flatMap(\.secrets).map(\.text))
    texts = texts.compactMap { text in
      var text = text
      text.witnesses = text.witnesses.renumbered(kept)
      if noted.contains(text.secret.text) { known[text.secret.text] = text.witnesses }
      guard let owner = kept(text.secret.owner) else { return nil }
      text.secret.owner = owner
      return text
    }
    priced = priced.compactMap { entry in
      guard let owner = kept(entry.owner) else { return nil }
      var entry = entry
      entry.owner = owner
      return entry
    }
    short = short.compactMap { entry in
      kept(entry.owner).map { SecretBook.Short(owner: $0, count: entry.count) }
    }
    amounts = amounts.compactMapValues { witnesses in
      let left = witnesses.renumbered(kept)
      return left.isPublic || left.isUnknown ? left : nil
    }
    for book in books {
      texts += book.secrets.map { Text(secret: $0, witnesses: known[$0.text] ?? .unknown) }
      priced += book.priced
      short += book.short
      for (amount, witnesses) in book.publicAmounts {
        amounts[amount, default: Witnesses()].add(witnesses)
      }
    }
    sort()
    hear(books)
  }

  /// What only all products can tell: values of which those that are known to make them public are gone,
  /// and values that nobody had before.
  public var question: SecretQuestion {
    let doubted = Set(texts.lazy.filter { $0.witnesses.isUnknown }.map(\.secret.text))
    let unknown = Set(amounts.lazy.filter { $0.value.isUnknown }.map(\.key))
    var asked: Set<PriceText.Amount> = []
    if !unknown.isEmpty {
      for entry in priced { asked.formUnion(entry.amounts.intersection(unknown)) }
    }
    return SecretQuestion(
      texts: doubted.sorted { $0.lexicographicallyPrecedes($1) }, amounts: asked)
  }

  /// Takes in what all other products said to `question`.
  public mutating func settle(_ answered: SecretQuestion) {
    var answers: [[UInt8]: Witnesses] = [:]
    for (number, text) in answered.texts.enumerated() {
      answers[text] = answered.textAnswers[number] ?? Witnesses()
    }
    for index in texts.indices where texts[index].witnesses.isUnknown {
      texts[index].witnesses = answers[texts[index].secret.text] ?? texts[index].witnesses
    }
    for amount in answered.amounts { amounts[amount] = answered.amountAnswers[amount] }
  }

  /// What is searched for and was not before; nil where there is nothing. It may hold more than that,
  /// never less.
  ///
  /// - Parameters:
  ///   - old: what was searched for.
  ///   - changed: numbers of the products that changed.
  public func news(since old: SecretLedger, changed: Set<Int32>) -> LeakScanner? {
    var candidates = Set(texts.lazy.filter { !$0.witnesses.isPublic }.map(\.secret.text))
    for text in old.texts where !text.witnesses.isPublic { candidates.remove(text.secret.text) }
    let open = publicAmounts
    let shut = old.publicAmounts.subtracting(open)
    let before = old.pairs(near: self, changed)
    var news = SecretLedger()
    news.texts = texts.filter { candidates.contains($0.secret.text) && !$0.witnesses.isPublic }
    for entry in priced {
      if changed.contains(entry.owner) {
        for anchor in entry.anchors {
          let amounts = entry.amounts.subtracting(open).subtracting(before[anchor] ?? [])
          if !amounts.isEmpty { news.priced.append(entry.part([anchor], amounts)) }
        }
      } else if !shut.isEmpty {
        let amounts = entry.amounts.intersection(shut)
        if !amounts.isEmpty { news.priced.append(entry.part(entry.anchors, amounts)) }
      }
    }
    return news.texts.isEmpty && news.priced.isEmpty ? nil : LeakScanner(news)
  }

  /// The amounts that were searched for near the codes and handles of products that have changed.
  private func pairs(near now: SecretLedger, _ changed: Set<Int32>)
    -> [String: Set<PriceText.Amount>]
  {
    var anchors: Set<String> = []
    for entry in now.priced where changed.contains(entry.owner) {
      anchors.formUnion(entry.anchors)
    }
    guard !anchors.isEmpty else { return [:] }
    let open = publicAmounts
    var pairs: [String: Set<PriceText.Amount>] = [:]
    for entry in priced {
      for anchor in entry.anchors where anchors.contains(anchor) {
        pairs[anchor, default: []].formUnion(entry.amounts.subtracting(open))
      }
    }
    return pairs
  }

  // MARK: Keeping

  /// Makes a ledger of its parts, which are in order.
  init(
    texts: [Text], priced: [SecretBook.PricedRecord], amounts: [PriceText.Amount: Witnesses],
    short: [SecretBook.Short]
  ) {
    self.texts = texts
    self.priced = priced
    self.amounts = amounts
    self.short = short
  }
}

extension SecretBook.Secret: Comparable {
  static func == (left: Self, right: Self) -> Bool {
    left.text == right.text && left.kind == right.kind && left.record == right.record
      && left.owner == right.owner
  }

  static func < (left: Self, right: Self) -> Bool {
    if left.text != right.text { return left.text.lexicographicallyPrecedes(right.text) }
    return (left.kind.rawValue, left.record.type, left.record.id, left.owner)
      < (right.kind.rawValue, right.record.type, right.record.id, right.owner)
  }
}

extension SecretBook.PricedRecord {
  /// What it is sorted by: the owner first, because numbers are compared quickly.
  fileprivate var order: (Int32, String, Int64, Int) {
    let least = amounts.min { ($0.minor, $0.exponent) < ($1.minor, $1.exponent) }
    return (owner, record.id, least?.minor ?? 0, least?.exponent ?? 0)
  }

  fileprivate func part(_ anchors: [String], _ amounts: Set<PriceText.Amount>) -> Self {
    SecretBook.PricedRecord(anchors: anchors, amounts: amounts, record: record, owner: owner)
  }
}

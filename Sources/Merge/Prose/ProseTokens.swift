import Catalog

/// The words of a block: those of tokenizer T1, but user-perceived characters are never cut, and
/// what makes sense only whole is one token: links, images, tags, code, addresses, numbers, prices
/// and SKUs.
struct ProseToken: Equatable {
  /// What it is.
  enum Kind {
    case word, space, atom, mark
  }

  let kind: Kind
  let text: String
  /// What is compared: white space is one space (a hard line break is not), quotation marks are
  /// straight.
  let key: String

  /// Whether it can hold two edits apart.
  var isSubstance: Bool { kind == .word || kind == .atom }

  /// Cuts a text into tokens. Joining their texts gives it back.
  static func tokens(of text: String) -> [ProseToken] {
    var scanner = TokenScanner(text)
    return scanner.run()
  }

  /// A text with straight quotation marks.
  static func straight(_ text: String) -> String {
    guard text.utf8.contains(0xE2) else { return text }
    return String(
      text.map { character in
        switch character {
        case "\u{2018}", "\u{2019}": "'"
        case "\u{201C}", "\u{201D}": "\""
        default: character
        }
      })
  }
}

/// The user-perceived characters of a text, each with one byte that says what it is: itself for
/// ASCII, otherwise one of the codes below.
private struct CharacterCodes {
  static let word: UInt8 = 0x80
  static let space: UInt8 = 0x81
  static let other: UInt8 = 0x82
  /// A sign of a currency other than the dollar.
  static let currency: UInt8 = 0x83
  /// U+2019 as an apostrophe.
  static let apostrophe: UInt8 = 0x84
  /// A space that stands in numbers: U+00A0, U+2009, U+202F.
  static let thinSpace: UInt8 = 0x85

  private(set) var codes: [UInt8] = []
  /// Where each begins, and the end.
  private(set) var starts: [Int] = []
  private(set) var bytes: [UInt8]

  init(_ text: String) {
    bytes = Array(text.utf8)
    codes.reserveCapacity(bytes.count)
    starts.reserveCapacity(bytes.count + 1)
    var at = 0
    while at < bytes.count {
      starts.append(at)
      let next = at + 1 < bytes.count ? bytes[at + 1] : 0
      if bytes[at] < 0x80, next < 0x80, bytes[at] != 0x0D {
        codes.append(bytes[at])
        at += 1
      } else {
        let start = text.utf8.index(text.startIndex, offsetBy: at)
        let end = text.index(after: start)
        codes.append(Self.code(text[start..<end]))
        at += max(1, text.utf8.distance(from: start, to: end))
      }
    }
    starts.append(bytes.count)
  }

  private static func code(_ character: Substring) -> UInt8 {
    guard let scalar = character.unicodeScalars.first else { return other }
    if scalar.isASCII, character.utf8.count == 1 { return UInt8(truncatingIfNeeded: scalar.value) }
    // A space that carries a mark (U+0020 U+0301) is seen, so it is no white space.
    let isBare = character.unicodeScalars.dropFirst().allSatisfy {
      WordTokens.scalarClass($0) == .space
    }
    switch scalar {
    case "€", "£", "¥": return currency
    case "\u{2019}": return apostrophe
    case "\u{A0}", "\u{2009}", "\u{202F}": return isBare ? thinSpace : other
    default: break
    }
    switch WordTokens.scalarClass(scalar) {
    case .word: return word
    case .space: return isBare ? space : other
    case .other: return other
    }
  }
}

private struct TokenScanner {
  /// What is longer is no link and no tag: so that a text of nothing but brackets stays linear.
  private static let longestAtom = 1000

  private let text: CharacterCodes
  private let codes: [UInt8]
  private var at = 0

  init(_ text: String) {
    self.text = CharacterCodes(text)
    codes = self.text.codes
  }

  mutating func run() -> [ProseToken] {
    var tokens: [ProseToken] = []
    tokens.reserveCapacity(codes.count / 3)
    while at < codes.count {
      if let end = atomEnd() {
        tokens.append(token(.atom, to: end))
      } else {
        tokens.append(simple())
      }
    }
    return tokens
  }

  private func string(_ start: Int, _ end: Int) -> String {
    String(decoding: text.bytes[text.starts[start]..<text.starts[end]], as: UTF8.self)
  }

  private mutating func token(_ kind: ProseToken.Kind, to end: Int) -> ProseToken {
    let text = string(at, end)
    at = end
    switch kind {
    case .space:
      let isBreak = text.utf8.starts(with: [0x20, 0x20]) && text.utf8.contains(0x0A)
      return ProseToken(kind: kind, text: text, key: isBreak ? "  \n" : " ")
    default: return ProseToken(kind: kind, text: text, key: ProseToken.straight(text))
    }
  }

  private mutating func simple() -> ProseToken {
    if isSpace(at) {
      var end = at
      while isSpace(end) { end += 1 }
      return token(.space, to: end)
    }
    guard isWord(at) else { return token(.mark, to: at + 1) }
    var end = wordEnd(at)
    while end + 1 < codes.count, isApostrophe(end), isWord(end + 1) { end = wordEnd(end + 1) }
    return token(.word, to: end)
  }

  // MARK: What a character is

  private func code(_ place: Int) -> UInt8 { place < codes.count ? codes[place] : 0 }

  private func isSpace(_ place: Int) -> Bool {
    switch code(place) {
    case 0x09...0x0D, 0x1C...0x20, CharacterCodes.space, CharacterCodes.thinSpace: true
    default: false
    }
  }

  private func isWord(_ place: Int) -> Bool {
    switch code(place) {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, CharacterCodes.word: true
    default: false
    }
  }

  private func isLetter(_ place: Int) -> Bool { isWord(place) && !isDigit(place) }

  private func isDigit(_ place: Int) -> Bool { (0x30...0x39).contains(code(place)) }

  private func isCapital(_ place: Int) -> Bool { (0x41...0x5A).contains(code(place)) }

  private func isApostrophe(_ place: Int) -> Bool {
    code(place) == 0x27 || code(place) == CharacterCodes.apostrophe
  }

  private func isThinSpace(_ place: Int) -> Bool {
    code(place) == 0x20 || code(place) == CharacterCodes.thinSpace
  }

  private func isSign(_ place: Int) -> Bool {
    code(place) == UInt8(ascii: "$") || code(place) == CharacterCodes.currency
  }

  private func wordEnd(_ start: Int) -> Int {
    var end = start
    while isWord(end) { end += 1 }
    return end
  }

  // MARK: What makes sense only whole

  private func atomEnd() -> Int? {
    switch codes[at] {
    case UInt8(ascii: "{"): braces()
    case UInt8(ascii: "!"): code(at + 1) == UInt8(ascii: "[") ? link(at + 1) : nil
    case UInt8(ascii: "["): link(at)
    case UInt8(ascii: "<"): tag()
    case UInt8(ascii: "`"): codeSpan()
    case UInt8(ascii: "$"), CharacterCodes.currency: signedPrice()
    default: isWord(at) ? compound() : nil
    }
  }

  private func find(_ wanted: StaticString, from start: Int) -> Int? {
    wanted.withUTF8Buffer { wanted in
      var place = start
      let limit = min(codes.count, start + Self.longestAtom)
      while place + wanted.count <= limit {
        if codes[place..<place + wanted.count].elementsEqual(wanted) {
          return place + wanted.count
        }
        place += 1
      }
      return nil
    }
  }

  private func braces() -> Int? {
    switch code(at + 1) {
    case UInt8(ascii: "{"): find("}}", from: at + 2)
    case UInt8(ascii: "%"): find("%}", from: at + 2)
    default: nil
    }
  }

  private func closing(_ start: Int, _ open: UInt8, _ close: UInt8) -> Int? {
    var depth = 0
    var place = start
    let limit = min(codes.count, start + Self.longestAtom)
    while place < limit {
      switch codes[place] {
      case UInt8(ascii: "\\"): place += 1
      case open: depth += 1
      case close:
        depth -= 1
        if depth == 0 { return place + 1 }
      default: break
      }
      place += 1
    }
    return nil
  }

  private func link(_ start: Int) -> Int? {
    let (open, close) = (UInt8(ascii: "["), UInt8(ascii: "]"))
    guard let middle = closing(start, open, close) else { return nil }
    switch code(middle) {
    case UInt8(ascii: "("): return closing(middle, UInt8(ascii: "("), UInt8(ascii: ")"))
    case open: return closing(middle, open, close)
    default: return nil
    }
  }

  private func tag() -> Int? {
    let next = code(at + 1)
    guard isLetter(at + 1) || next == UInt8(ascii: "/") || next == UInt8(ascii: "!") else {
      return nil
    }
    return find(">", from: at + 2)
  }

  private func codeSpan() -> Int? {
    let mark = UInt8(ascii: "`")
    var open = at
    while code(open) == mark { open += 1 }
    var place = open
    let limit = min(codes.count, open + Self.longestAtom)
    while place < limit {
      guard codes[place] == mark else {
        place += 1
        continue
      }
      var end = place
      while code(end) == mark { end += 1 }
      if end - place == open - at { return end }
      place = end
    }
    return nil
  }

  // MARK: Numbers, prices, SKUs, addresses

  /// The end of a number with its groups and decimals: `1,200.00`, `1 200,00`.
  private func numberEnd(_ start: Int) -> Int {
    var end = start
    while isDigit(end) { end += 1 }
    while end < codes.count {
      let isGroup =
        isThinSpace(end) && (1...3).allSatisfy { isDigit(end + $0) } && !isDigit(end + 4)
      let isPoint = [UInt8(ascii: "."), UInt8(ascii: ","), UInt8(ascii: "'")].contains(codes[end])
      guard isGroup || (isPoint && isDigit(end + 1)) else { break }
      end += 1
      while isDigit(end) { end += 1 }
    }
    return end
  }

  private func signedPrice() -> Int? {
    let start = isThinSpace(at + 1) ? at + 2 : at + 1
    return isDigit(start) ? numberEnd(start) : nil
  }

  private func isCurrency(_ start: Int) -> Bool {
    guard isCapital(start), isCapital(start + 1), isCapital(start + 2), !isWord(start + 3) else {
      return false
    }
    return Currency(string(start, start + 3)) != nil
  }

  /// A number, a price, a SKU or an address; nil where it is a plain word.
  private func compound() -> Int? {
    if isDigit(at) {
      let end = numberEnd(at)
      let after = isThinSpace(end) ? end + 1 : end
      if isSign(after) { return after + 1 }
      if isCurrency(after) { return after + 3 }
      if end > wordEnd(at) { return end }
    } else if isCurrency(at), isThinSpace(at + 3), isDigit(at + 4) {
      return numberEnd(at + 4)
    }
    return joined()
  }

  private func isJoint(_ place: Int) -> Bool {
    switch code(place) {
    case UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "/"), UInt8(ascii: "."),
      UInt8(ascii: "@"):
      true
    default: false
    }
  }

  /// Words that `-`, `_`, `/`, `.`, `@` or `://` join, if they are an address or hold both capitals
  /// and digits.
  private func joined() -> Int? {
    var end = wordEnd(at)
    if code(end) == UInt8(ascii: ":"), code(end + 1) == UInt8(ascii: "/"),
      code(end + 2) == UInt8(ascii: "/"), ["http", "https"].contains(string(at, end))
    {
      return addressEnd(end)
    }
    var hasAt = false
    while isJoint(end), isWord(end + 1) {
      hasAt = hasAt || codes[end] == UInt8(ascii: "@")
      end = wordEnd(end + 1)
    }
    let isSKU = (at..<end).contains(where: isDigit) && (at..<end).contains(where: isCapital)
    return hasAt || isSKU ? end : nil
  }

  /// The end of a URL: before a space, and before the punctuation of the sentence around it.
  private func addressEnd(_ start: Int) -> Int {
    var end = start
    while end < codes.count, !isSpace(end) { end += 1 }
    while end > start, ".,;:!?)".utf8.contains(codes[end - 1]) { end -= 1 }
    return end
  }
}

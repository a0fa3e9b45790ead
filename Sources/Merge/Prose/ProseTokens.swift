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

private struct TokenScanner {
  private let characters: [Character]
  private var at = 0

  init(_ text: String) { characters = Array(text) }

  mutating func run() -> [ProseToken] {
    var tokens: [ProseToken] = []
    tokens.reserveCapacity(characters.count / 3)
    while at < characters.count {
      if let end = atomEnd() {
        tokens.append(token(.atom, to: end))
      } else {
        tokens.append(simple())
      }
    }
    return tokens
  }

  private mutating func token(_ kind: ProseToken.Kind, to end: Int) -> ProseToken {
    let text = String(characters[at..<end])
    at = end
    switch kind {
    case .space:
      let isBreak = text.hasPrefix("  ") && text.contains("\n")
      return ProseToken(kind: kind, text: text, key: isBreak ? "  \n" : " ")
    default: return ProseToken(kind: kind, text: text, key: ProseToken.straight(text))
    }
  }

  private mutating func simple() -> ProseToken {
    switch Self.scalarClass(characters[at]) {
    case .space: return token(.space, to: run(at, .space))
    case .other: return token(.mark, to: at + 1)
    case .word:
      var end = run(at, .word)
      while end + 1 < characters.count, characters[end] == "'" || characters[end] == "\u{2019}",
        Self.scalarClass(characters[end + 1]) == .word
      {
        end = run(end + 1, .word)
      }
      return token(.word, to: end)
    }
  }

  private static func scalarClass(_ character: Character) -> WordTokens.ScalarClass {
    character.unicodeScalars.first.map(WordTokens.scalarClass) ?? .other
  }

  private func run(_ start: Int, _ wanted: WordTokens.ScalarClass) -> Int {
    var end = start
    while end < characters.count, Self.scalarClass(characters[end]) == wanted { end += 1 }
    return end
  }

  // MARK: What makes sense only whole

  private func atomEnd() -> Int? {
    switch characters[at] {
    case "{": braces()
    case "!": at + 1 < characters.count && characters[at + 1] == "[" ? link(at + 1) : nil
    case "[": link(at)
    case "<": tag()
    case "`": code()
    case "€", "$", "£", "¥": signedPrice()
    default: Self.scalarClass(characters[at]) == .word ? compound() : nil
    }
  }

  private func find(_ wanted: [Character], from start: Int) -> Int? {
    var place = start
    while place + wanted.count <= characters.count {
      if characters[place..<place + wanted.count].elementsEqual(wanted) {
        return place + wanted.count
      }
      place += 1
    }
    return nil
  }

  private func braces() -> Int? {
    guard at + 1 < characters.count else { return nil }
    switch characters[at + 1] {
    case "{": return find(["}", "}"], from: at + 2)
    case "%": return find(["%", "}"], from: at + 2)
    default: return nil
    }
  }

  private func closing(_ start: Int, _ open: Character, _ close: Character) -> Int? {
    var depth = 0
    var place = start
    while place < characters.count {
      switch characters[place] {
      case "\\": place += 1
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
    guard let middle = closing(start, "[", "]"), middle < characters.count else { return nil }
    switch characters[middle] {
    case "(": return closing(middle, "(", ")")
    case "[": return closing(middle, "[", "]")
    default: return nil
    }
  }

  private func tag() -> Int? {
    guard at + 1 < characters.count else { return nil }
    let next = characters[at + 1]
    guard next.isLetter || next == "/" || next == "!" else { return nil }
    return find([">"], from: at + 2)
  }

  private func code() -> Int? {
    var open = at
    while open < characters.count, characters[open] == "`" { open += 1 }
    var place = open
    while place < characters.count {
      guard characters[place] == "`" else {
        place += 1
        continue
      }
      var end = place
      while end < characters.count, characters[end] == "`" { end += 1 }
      if end - place == open - at { return end }
      place = end
    }
    return nil
  }

  // MARK: Numbers, prices, SKUs, addresses

  private static let signs: Set<Character> = ["€", "$", "£", "¥"]

  private func isDigit(_ place: Int) -> Bool {
    place < characters.count && characters[place].isASCII && characters[place].isNumber
  }

  private func isThinSpace(_ place: Int) -> Bool {
    guard place < characters.count else { return false }
    return ["\u{A0}", "\u{2009}", "\u{202F}", " "].contains(characters[place])
  }

  /// The end of a number with its groups and decimals: `1,200.00`, `1 200,00`.
  private func numberEnd(_ start: Int) -> Int {
    var end = start
    while isDigit(end) { end += 1 }
    while end < characters.count {
      let isGroup =
        isThinSpace(end) && (1...3).allSatisfy { isDigit(end + $0) } && !isDigit(end + 4)
      guard [".", ",", "'"].contains(characters[end]) && isDigit(end + 1) || isGroup else { break }
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
    guard start + 3 <= characters.count, run(start, .word) == start + 3 else { return false }
    return Currency(String(characters[start..<start + 3])) != nil
  }

  /// A number, a price, a SKU or an address; nil where it is a plain word.
  private func compound() -> Int? {
    if isDigit(at) {
      let end = numberEnd(at)
      let after = isThinSpace(end) ? end + 1 : end
      if after < characters.count, Self.signs.contains(characters[after]) { return after + 1 }
      if isCurrency(after) { return after + 3 }
      if end > run(at, .word) { return end }
    } else if isCurrency(at), isThinSpace(at + 3), isDigit(at + 4) {
      return numberEnd(at + 4)
    }
    return joined()
  }

  /// Words that `-`, `_`, `/`, `.`, `@` or `://` join, if they are an address or hold both capitals
  /// and digits.
  private func joined() -> Int? {
    var end = run(at, .word)
    let first = String(characters[at..<end])
    if first == "http" || first == "https", find([":", "/", "/"], from: end) == end + 3 {
      while end < characters.count, Self.scalarClass(characters[end]) != .space { end += 1 }
      while let last = characters[at..<end].last, ".,;:!?)".contains(last) { end -= 1 }
      return end
    }
    var hasAt = false
    while end + 1 < characters.count, "-_/.@".contains(characters[end]),
      Self.scalarClass(characters[end + 1]) == .word
    {
      hasAt = hasAt || characters[end] == "@"
      end = run(end + 1, .word)
    }
    let all = characters[at..<end]
    let isSKU =
      all.contains { $0.isASCII && $0.isNumber } && all.contains { $0.isASCII && $0.isUppercase }
    return hasAt || isSKU ? end : nil
  }
}

import Contract
import Machine
import Merge

/// Random texts and records for property tests: small alphabets, so that edits meet.
struct Generator {
  let random: SeededRandom

  init(seed: UInt64) { random = SeededRandom(seed: seed) }

  func below(_ bound: Int) -> Int { random.below(bound) }

  func one<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }

  // MARK: Lines

  /// A triple of texts of few different lines.
  func lines() -> (base: String, ours: String, theirs: String) {
    let base = (0..<one([0, 1, 3, 8, 20, 60])).map { _ in one(["a", "b", "c", "d", "e", "}", ""]) }
    let end = one(["\n", "\n", "\r\n"])
    return (
      written(base, end), written(editedLines(base), end), written(editedLines(base), end)
    )
  }

  private func written(_ lines: [String], _ end: String) -> String {
    let text = lines.map { $0 + end }.joined()
    return below(7) == 0 && !lines.isEmpty ? String(text.dropLast()) : text
  }

  private func editedLines(_ base: [String]) -> [String] {
    var lines = base
    for _ in 0..<one([0, 1, 1, 2, 3, 5]) {
      let place = below(lines.count + 1)
      switch below(10) {
      case 0...3: lines.insert(one(["a", "b", "c", "X", "Y", "Z"]), at: place)
      case 4...5 where place < lines.count: lines.remove(at: place)
      case 6...8 where place < lines.count: lines[place] = one(["a", "e", "X", "Y", "Z"])
      case 9 where place < lines.count:
        let moved = lines.remove(at: place)
        lines.insert(moved, at: below(lines.count + 1))
      default: break
      }
    }
    return lines
  }

  // MARK: Prose

  private static let words = [
    "satchel", "linen", "hand", "seven", "coats", "calfskin", "edges", "quiet", "light", "Alpine",
    "house", "l’atelier", "Genève", "strap", "umbrella", "été", "28", "cm", "[care](/care)",
    "€1,200.00",
  ]

  private func sentence() -> [String] { (0..<(3 + below(8))).map { _ in one(Self.words) } }

  private func paragraph() -> String {
    (0..<(1 + below(3))).map { _ in sentence().joined(separator: " ") + "." }
      .joined(separator: " ")
  }

  private func block() -> String {
    switch below(8) {
    case 0: "## " + sentence().joined(separator: " ")
    case 1:
      (0..<(2 + below(3))).map { _ in "- " + one(Self.words) + " " + one(Self.words) }
        .joined(separator: "\n")
    case 2: "| a | b |\n|---|---|\n| " + one(Self.words) + " | " + one(Self.words) + " |"
    case 3: "```\n" + one(Self.words) + "\n```"
    default: paragraph()
    }
  }

  /// Three texts of Markdown: one and two edits of it.
  func prose() -> [String] {
    let blocks = (0..<(1 + below(6))).map { _ in block() }
    return [blocks, editedBlocks(blocks), editedBlocks(blocks)].map {
      $0.isEmpty ? "" : $0.joined(separator: "\n\n") + "\n"
    }
  }

  private func editedBlocks(_ base: [String]) -> [String] {
    var blocks = base
    for _ in 0..<one([0, 1, 1, 2, 3]) {
      let place = below(blocks.count + 1)
      switch below(10) {
      case 0: blocks.insert(block(), at: place)
      case 1 where place < blocks.count: blocks.remove(at: place)
      case 2 where place < blocks.count:
        let moved = blocks.remove(at: place)
        blocks.insert(moved, at: below(blocks.count + 1))
      case 3 where place < blocks.count && !blocks[place].contains("\n"):
        blocks[place] = rewrapped(blocks[place])
      case 4... where place < blocks.count: blocks[place] = editedWords(blocks[place])
      default: break
      }
    }
    return blocks
  }

  private func rewrapped(_ text: String) -> String {
    guard !text.hasPrefix("#") else { return text }
    return text.split(separator: " ").enumerated().reduce(into: "") { wrapped, word in
      wrapped += (word.offset == 0 ? "" : word.offset % 4 == 0 ? "\n" : " ") + word.element
    }
  }

  private func editedWords(_ text: String) -> String {
    var words = text.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
    let place = below(words.count)
    guard !words[place].contains("\n"), !words[place].contains("|"), place > 0 else { return text }
    switch below(3) {
    case 0: words.insert(one(["new", "other", "fine"]), at: place)
    case 1: words.remove(at: place)
    default: words[place] = one(["changed", "altered", "fine"])
    }
    return words.joined(separator: " ")
  }

  // MARK: Records

  /// The policies of the records that `record` makes.
  static let policies: [(String, FieldPolicy)] = [
    ("title", .scalar), ("body", .text), ("tags", .set), ("images", .list), ("more", .map),
    ("handle", .handle), ("price", .money), ("stock", .counterDelta), ("count", .counterAbsolute),
    ("sold", .readOnly), ("status", .status), ("from", .window), ("until", .window),
    ("tier", .tier), ("consent", .consent),
  ]

  /// A value of a field.
  private func value(_ policy: FieldPolicy) -> FieldValue {
    switch policy {
    case .set, .list:
      .list(
        ["a", "b", "c", "d"].filter { _ in below(2) == 0 }.shuffled(by: self).map { .text($0) })
    case .map:
      .object(
        of: ["x", "y", "z"].filter { _ in below(2) == 0 }.map {
          .init($0, .integer(Int64(below(3))))
        })
    case .money: one([.integer(1000), .integer(1100), .integer(0), .integer(9000), .null])
    case .counterDelta, .counterAbsolute, .readOnly: .integer(Int64(below(6)))
    case .status: .text(one(["active", "draft", "archived"]))
    case .window: .text("2026-0\(1 + below(9))-01T00:00:00Z")
    case .consent: one([.boolean(true), .boolean(false), .null])
    case .text: .text("\(one(["A", "B"])) quiet house. \(one(["C", "D"])) long \(one(["E", "F"])).")
    default: .text(one(["p", "q", "r"]))
    }
  }

  /// Three states of a record; nil where it does not exist.
  func records() -> [RecordMerge.Fields?] {
    var base: RecordMerge.Fields = [:]
    for (name, policy) in Self.policies { base[name] = value(policy) }
    func edited() -> RecordMerge.Fields? {
      if below(20) == 0 { return nil }
      var record = base
      for (name, policy) in Self.policies where below(3) == 0 { record[name] = value(policy) }
      return record
    }
    return [below(12) == 0 ? nil : base, edited(), edited()]
  }

  static func policy(_ field: String) -> FieldPolicy {
    policies.first { $0.0 == field }?.1 ?? .scalar
  }
}

extension Array {
  fileprivate func shuffled(by generator: Generator) -> [Element] {
    var left = self
    var shuffled: [Element] = []
    while !left.isEmpty { shuffled.append(left.remove(at: generator.below(left.count))) }
    return shuffled
  }
}

/// Seeds of a run: fixed ones, so that CI is repeatable; `TRUMEAU_SEEDS` asks for more, from
/// `TRUMEAU_SEED` on.
enum Seeds {
  static func range(_ standard: Int) -> Range<UInt64> {
    let start = Environment.value("TRUMEAU_SEED").flatMap(UInt64.init) ?? 1
    let count = Environment.value("TRUMEAU_SEEDS").flatMap(UInt64.init) ?? UInt64(standard)
    return start..<start + count
  }
}

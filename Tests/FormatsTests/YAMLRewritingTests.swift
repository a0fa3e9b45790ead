import Bytes
import Formats
import Machine
import Testing

@Suite("Changing values of a YAML text and nothing else")
struct YAMLRewritingTests {
  private func rewritten(
    _ text: String, _ changes: [([String], YAMLValue?)], order: [String] = []
  ) throws -> String {
    try YAML.rewriting(
      text, file: "p.md", order: order, changes: changes.map { YAML.Change($0.0, $0.1) })
  }

  private let page = """
    # Ask Marie before changing this.
    id: prd_1
    title: "Carré Jardin"  # as on the label
    story: 'It''s old'   # ours
    tags:
      - silk     # always
      # the season's
      - spring
      - new
    seo:
      title: Silk  # short
      description: >-
        A winter
        garden

    care: dry clean
    """

  @Test("one changed value leaves all other bytes as they are")
  func oneValue() throws {
    let text = try rewritten(page, [(["title"], .text("Carré d'hiver"))])
    #expect(
      text
        == page.replacing("\"Carré Jardin\"", with: "\"Carré d'hiver\""))
  }

  @Test("quotes stay of the kind that they were")
  func quotes() throws {
    let text = try rewritten(page, [(["story"], .text("It's new"))])
    #expect(text.contains("story: 'It''s new'   # ours\n"))
  }

  @Test("a member of a mapping changes alone; a folded text becomes lines")
  func members() throws {
    let text = try rewritten(
      page, [(["seo", "title"], .text("Soie")), (["seo", "description"], .text("A\nB"))])
    #expect(text.contains("  title: Soie  # short\n"))
    #expect(text.contains("  description: |-\n    A\n    B\n\ncare: dry clean"))
  }

  @Test("a list keeps the lines of the elements that stay, with their comments")
  func lists() throws {
    let text = try rewritten(
      page, [(["tags"], .list([.text("summer"), .text("silk"), .text("new")]))])
    #expect(
      text.contains("tags:\n  - summer\n  - silk     # always\n  # the season's\n  - new\nseo:"))
  }

  @Test("a list in brackets stays in brackets")
  func flow() throws {
    let text = try rewritten("tags: [a, b]  # two\n", [(["tags"], .list([.text("a, c"), .null]))])
    #expect(text == "tags: [\"a, c\", ~]  # two\n")
  }

  @Test("a new key comes behind the one that precedes it in the order, else last")
  func newKeys() throws {
    let text = try rewritten(
      "id: 1\n\n# ours\nstory: x\n",
      [(["title"], .text("T")), (["seo", "title"], .text("S")), (["zz"], .boolean(true))],
      order: ["id", "title", "story"])
    #expect(text == "id: 1\ntitle: T\n\n# ours\nstory: x\nseo:\n  title: S\nzz: true\n")
  }

  @Test("a key goes with its value, and an emptied mapping with its last member")
  func removal() throws {
    let text = try rewritten(page, [(["tags"], nil), (["seo", "title"], nil)])
    #expect(text.contains("# ours\nseo:\n  description: >-\n"))
    let rest = try rewritten(text, [(["seo", "description"], nil)])
    #expect(rest.hasSuffix("# ours\n\ncare: dry clean"))
  }

  @Test("a text that would be read as something else is quoted")
  func ambiguous() throws {
    for text in [
      "no", "12", "00123", "", " x", "x ", "a: b", "a #b", "- a", "~", "2026-01-01", "x:",
    ] {
      let yaml = try rewritten("a: b\n", [(["a"], .text(text))])
      #expect(yaml.hasPrefix("a: \""), "\(yaml)")
      #expect(try YAML.parse(yaml, file: "")["a"]?.string == text)
    }
  }

  @Test("CR LF stays CR LF")
  func lineEnds() throws {
    let text = try rewritten("a: 1\r\nb: 2\r\n", [(["a"], .text("x\ny")), (["c"], .text("z"))])
    #expect(text == "a: |-\r\n  x\r\n  y\r\nb: 2\r\nc: z\r\n")
  }

  @Test("a null that is written can be told from nothing behind the key")
  func nothing() throws {
    let root = try YAML.parse("a:\nb: ~\nc: null\nd:   # nothing\n", file: "p.md")
    #expect(root.mapping?.map(\.value.isUnwritten) == [true, false, false, true])
    #expect(
      try rewritten("a:  # why\nb: 1\n", [(["a"], .text("x"))]) == "a: x  # why\nb: 1\n")
  }

  @Test("after random changes the text says the new values and all others as before")
  func property() throws {
    let seed = SystemRandom().bytes(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    let random = SeededRandom(seed: seed)
    for round in 0..<3000 {
      let names = ["a", "b c", "é", "d"]
      var text = random.below(2) == 0 ? "# first\n" : ""
      for name in names where random.below(4) > 0 {
        text += "\(name): \(Self.written(random))\n"
        if random.below(3) == 0 { text += "# comment\n\n" }
      }
      let name = names[random.below(names.count)]
      let value = random.below(6) == 0 ? nil : Self.value(random, depth: 0)
      let before = try YAML.parse(text, file: "")
      let after = try rewritten(text, [([name], value)])
      let root = try YAML.parse(after, file: "")
      let note = "seed \(seed), round \(round): \(text) → \(after)"
      if let value {
        #expect(root[name].map(YAMLValue.init) == value, "\(note)")
      } else {
        #expect(root[name] == nil, "\(note)")
      }
      for other in names where other != name {
        #expect(root[other].map(YAMLValue.init) == before[other].map(YAMLValue.init), "\(note)")
      }
      #expect(
        after.split(separator: "\n").count { $0.hasPrefix("# ") }
          == text.split(separator: "\n").count { $0.hasPrefix("# ") }, "\(note)")
    }
  }

  private static let words = [
    "silk", "a b", "no", "12", "", "é: #", "x\ny", "x\n\ny\n", " lead", "tail ", "\t", "it's",
    "\"q\"",
    "[x]", "\u{1F45C}", "- a", "a\r\nb", "\u{2028}", "line\n  deeper\nend",
  ]

  private static func value(_ random: SeededRandom, depth: Int) -> YAMLValue {
    switch random.below(depth > 1 ? 4 : 7) {
    case 0: .null
    case 1: .boolean(random.below(2) == 0)
    case 4: .list((0..<random.below(4)).map { _ in value(random, depth: depth + 1) })
    case 5:
      .mapping((0..<random.below(3)).map { .init("k\($0)", value(random, depth: depth + 1)) })
    default: .text(words[random.below(words.count)])
    }
  }

  private static func written(_ random: SeededRandom) -> String {
    [
      "plain text", "\"quoted \\\"x\\\"\"  # why", "'single'", "~", "", "12", "[a, b] # two",
      "{x: 1, y: [2]}", "|\n  lines\n\n  of text\n", ">-\n  folded\n  text",
      "\n  - one # 1\n  - two",
      "\n- flush\n- left", "\n  k: 1\n  # in\n  l: 2", "plain\n  goes on",
    ][random.below(14)]
  }
}

extension String {
  fileprivate func replacing(_ part: String, with other: String) -> String {
    guard let range = firstRange(of: part) else { return self }
    return self[..<range.lowerBound] + other + self[range.upperBound...]
  }
}

import Merge
import Testing

@Suite("Merges of prose: what is put together")
struct ProseMergeTests {
  @Test("different paragraphs")
  func differentParagraphs() {
    expectClean(
      satchel, satchel.with("seven", "nine"), satchel.with("ten years", "life"),
      satchel.with("seven", "nine").with("ten years", "life"))
  }

  @Test("different sentences of a paragraph, which should be read again")
  func sameParagraph() {
    let mine = satchel.with("one hide", "a single hide")
    let shop = satchel.with("seven", "nine")
    expectClean(satchel, mine, shop, mine.with("seven", "nine"))
    let note = mergeProse(satchel, mine, shop).notes.first
    #expect(note?.kind == .sameParagraph)
    #expect(note?.passage.hasPrefix("A structured satchel cut from a single hide.") == true)
  }

  @Test("different words of one sentence, which should be read again")
  func sameSentence() {
    let mine = satchel.with("edges", "seams")
    let shop = satchel.with("seven", "nine")
    expectClean(satchel, mine, shop, mine.with("seven", "nine"))
    #expect(
      mergeProse(satchel, mine, shop).notes
        == [TextNote(.sameSentence, "The seams are painted by hand in nine coats.")])
  }

  @Test("what is whose can be told apart")
  func origins() {
    let result = mergeProse(
      "One two three four five.\n", "One 2 three four five.\n", "One two three four 5.\n")
    #expect(
      result.segments == [
        .text("One ", from: .before), .text("2", from: .mine), .text(" three four ", from: .before),
        .text("5", from: .shop), .text(".\n", from: .before),
      ])
  }

  @Test("a rewrapped paragraph and an edit in it")
  func reflow() {
    expectClean(
      satchel, satchel.with("hand in seven", "hand\nin seven"), satchel.with("edges", "seams"),
      satchel.with("hand in seven", "hand\nin seven").with("edges", "seams"))
  }

  @Test("a moved paragraph and an edit in it, which is noted")
  func move() {
    let blocks = satchel.with("\n\n", "§").split(separator: "§").map { String($0).with("\n", "") }
    let moved = [blocks[2], blocks[0], blocks[1]].joined(separator: "\n\n") + "\n"
    let edited = satchel.with("Repairs are free", "Repairs cost nothing")
    expectClean(satchel, moved, edited, moved.with("Repairs are free", "Repairs cost nothing"))
    #expect(mergeProse(satchel, moved, edited).notes.map(\.kind) == [.moved])
  }

  @Test("a paragraph moved and edited by one, and edited elsewhere by the other")
  func moveAndEdit() {
    let blocks = satchel.with("\n\n", "§").split(separator: "§").map { String($0).with("\n", "") }
    let moved =
      [blocks[1], blocks[2], blocks[0].with("one hide", "a hide")]
      .joined(separator: "\n\n") + "\n"
    expectClean(satchel, moved, satchel.with("seven", "nine"), moved.with("seven", "nine"))
  }

  @Test("an edited paragraph and a new one beside it")
  func insertionBesideEdit() {
    let new = "Made to order in Geneva."
    let shop = satchel.with("seven coats.\n", "seven coats.\n\n\(new)\n")
    expectClean(
      satchel, satchel.with("seven", "nine"), shop, shop.with("seven", "nine"))
  }

  @Test("the same new paragraph at the same place: once")
  func sameInsertion() {
    let both = satchel.with("seven coats.\n", "seven coats.\n\nMade to order.\n")
    expectClean(
      satchel, both.with("ten", "five"), both.with("undyed", "raw"),
      both.with("ten", "five").with("undyed", "raw"))
  }

  @Test("the same new paragraph at two places: twice, which is noted")
  func insertedTwice() {
    let mine = satchel.with("seven coats.\n", "seven coats.\n\nMade to order.\n")
    let shop = satchel.with("a wallet.\n", "a wallet.\n\nMade to order.\n")
    expectClean(satchel, mine, shop, mine.with("a wallet.\n", "a wallet.\n\nMade to order.\n"))
    #expect(mergeProse(satchel, mine, shop).notes == [TextNote(.twice, "Made to order.")])
  }

  @Test("a deleted paragraph, and edits elsewhere")
  func deletion() {
    let mine = satchel.with("Each satchel is numbered. Repairs are free for ten years.\n", "")
      .with("wallet.\n\n", "wallet.\n")
    expectClean(satchel, mine, satchel.with("seven", "nine"), mine.with("seven", "nine"))
  }

  @Test("items of a list, with the same bullets many times")
  func bullets() {
    expectClean(
      "- a hat\n- a scarf\n- a hat\n- a glove\n", "- a hat\n- a silk scarf\n- a hat\n- a glove\n",
      "- a hat\n- a scarf\n- a hat\n- a glove\n- a belt\n",
      "- a hat\n- a silk scarf\n- a hat\n- a glove\n- a belt\n")
  }

  @Test("a numbered list that one numbered again")
  func renumbering() {
    expectClean(
      "1. Cut the hide\n2. Paint the edges\n3. Sew the strap\n",
      "1. Cut the hide\n2. Wait a day\n3. Paint the edges\n4. Sew the strap\n",
      "1. Cut the hide\n2. Paint the edges\n3. Sew the long strap\n",
      "1. Cut the hide\n2. Wait a day\n3. Paint the edges\n4. Sew the long strap\n")
  }

  @Test("a numbered list to which both add at different places is counted on")
  func renumberingOfBoth() {
    let base = "1. Cut the hide\n2. Paint the edges\n3. Sew the strap\n"
    expectClean(
      base, "1. Choose it\n2. Cut the hide\n3. Paint the edges\n4. Sew the strap\n",
      base + "4. Press the stamp\n",
      "1. Choose it\n2. Cut the hide\n3. Paint the edges\n4. Sew the strap\n5. Press the stamp\n")
    let result = mergeProse(
      base, "1. Choose it\n2. Cut the hide\n3. Paint the edges\n4. Sew the strap\n",
      base + "4. Press the stamp\n")
    #expect(result.notes.map(\.kind) == [.renumbered])
  }

  @Test("two rows of a table")
  func tableRows() {
    let table = "| size | cm |\n|---|---|\n| S | 28 |\n| M | 32 |\n| L | 36 |\n"
    expectClean(
      table, table.with("| S | 28 |", "| S | 27 |"), table.with("| L | 36 |", "| L | 37 |"),
      table.with("| S | 28 |", "| S | 27 |").with("| L | 36 |", "| L | 37 |"))
  }

  @Test("empty lines that one doubled")
  func doubledEmptyLines() {
    expectClean(
      satchel, satchel.with("\n\n", "\n\n\n"), satchel.with("seven", "nine"),
      satchel.with("\n\n", "\n\n\n").with("seven", "nine"))
  }

  @Test("a last line whose end is missing on one side")
  func missingLineEnd() {
    expectClean(
      "One line.\n\nAnother line.\n", "One line.\n\nAnother line.",
      "One fine line.\n\nAnother line.\n", "One fine line.\n\nAnother line.")
  }

  @Test("line feeds on one side, carriage returns on the other, and a byte order mark")
  func lineEnds() {
    let windows = "\u{FEFF}" + satchel.with("\n", "\r\n")
    expectClean(
      satchel, windows.with("seven", "nine"), satchel.with("undyed", "raw"),
      windows.with("seven", "nine").with("undyed", "raw"))
  }

  @Test("text in decomposed letters, as some systems paste it")
  func decomposed() {
    let base = "L’été à Genève est doux.\n\nLe cuir vient des Alpes.\n"
    let mine = base.with("doux", "tre\u{300}s doux").with("Genève", "Gene\u{300}ve")
    let result = mergeProse(base, mine, base.with("Alpes", "montagnes"))
    #expect(result.conflicts == 0)
    #expect(result.text == "L’été à Genève est très doux.\n\nLe cuir vient des montagnes.\n")
  }

  @Test("quotation marks that an editor made curly")
  func curlyQuotes() {
    expectClean(
      "It's called \"quiet\" here, in the long house.\n",
      "It’s called “quiet” here, in the long house.\n",
      "It's called \"quiet\" here, in the old house.\n",
      "It’s called “quiet” here, in the old house.\n")
  }

  @Test("a heading underlined with what looks like a marker of an undecided place")
  func markerLikeText() {
    let base = "Care\n=======\n\nWash by hand.\n"
    expectClean(
      base, base.with("Care", "Good care"), base.with("hand", "hand only"),
      "Good care\n=======\n\nWash by hand only.\n")
  }

  @Test("neighbouring keys of front matter, and dashes in the body")
  func frontMatter() {
    let base = "---\ntitle: Satchel\nvendor: Nord\n---\nOne line.\n\n---\n\nAnother line.\n"
    expectClean(
      base, base.with("Satchel", "Satchel 2"), base.with("Nord", "Sud").with("Another", "Second"),
      base.with("Satchel", "Satchel 2").with("Nord", "Sud").with("Another", "Second"))
  }

  @Test("a key of front matter that one added and one that the other removed")
  func frontMatterKeys() {
    expectClean(
      "---\na: 1\n# why\nb: 2\nc: 3\n---\nBody.\n",
      "---\na: 1\n# why\nb: 2\nc: 3\nd: 4\n---\nBody.\n",
      "---\nb: 2\nc: 3\n---\nBody.\n".with("b: 2", "# why\nb: 2"),
      "---\n# why\nb: 2\nc: 3\nd: 4\n---\nBody.\n")
  }

  @Test("emoji and combining marks stay whole")
  func clusters() {
    expectClean(
      "A 👩‍👩‍👧 house and e\u{301}te\u{301} of nine rooms.\n",
      "A 👩‍👩‍👧‍👦 house and e\u{301}te\u{301} of nine rooms.\n",
      "A 👩‍👩‍👧 house and e\u{301}te\u{301} of ten rooms.\n",
      "A 👩‍👩‍👧‍👦 house and e\u{301}te\u{301} of ten rooms.\n")
    expectOpen(
      "The 👍🏽 hand.\n", "The 👍🏿 hand.\n", "The 👍🏻 hand.\n", [("👍🏿", "👍🏽", "👍🏻")])
  }

  @Test("an empty item that one filled in and the other trimmed stays an item")
  func filledItem() {
    for filled in ["2. two!\n", "2)\ttwo!\n"] {
      let trimmed = "\(filled.prefix(2))\n"
      for (mine, shop) in [(filled, trimmed), (trimmed, filled)] {
        let result = ProseMerge.merge(base: "\(filled.prefix(3))", mine: mine, shop: shop)
        #expect(result.text == filled)
      }
    }
  }

  @Test("a mark on a space is seen, so it is no white space and never goes unasked")
  func markOnSpace() {
    expectOpen(
      "Hemmed by hand.\n", "Hemmed \u{301}by hand.\n", "Hemmed  \u{301}\u{327}by hand.\n",
      [(" \u{301}", " ", "  \u{301}\u{327}")])
  }

  @Test("tabs and spaces are the same, and the way of the one who changed it stays")
  func tabs() {
    expectClean(
      "One two three four.\n", "One\ttwo three four.\n", "One two three 4.\n",
      "One\ttwo three 4.\n")
  }

  @Test("a paragraph of ten thousand words in one line")
  func longLine() {
    let words = (0..<10_000).map { "w\($0 % 700)" }
    var (mine, shop) = (words, words)
    mine[1200] = "mine"
    shop[8800] = "shop"
    var both = mine
    both[8800] = "shop"
    func line(_ words: [String]) -> String { words.joined(separator: " ") + "\n" }
    expectClean(line(words), line(mine), line(shop), line(both))
  }

  @Test("code line by line, never by words")
  func code() {
    let base = "```\nlet a = 1\nlet b = 2\nlet c = 3\n```\n"
    expectClean(
      base, base.with("a = 1", "a = 9"), base.with("c = 3", "c = 7"),
      base.with("a = 1", "a = 9").with("c = 3", "c = 7"))
    expectOpen(
      base, base.with("b = 2", "bb = 2"), base.with("b = 2", "b = 22"),
      [("let bb = 2\n", "let b = 2\n", "let b = 22\n")])
  }

  @Test("HTML by words, without breaking tags")
  func html() {
    let base = "<p class=\"a\">One two three four.</p>"
    let result = ProseMerge.merge(
      base: base, mine: base.with("two", "2"), shop: base.with("four", "4"), format: .html)
    #expect(result.text == "<p class=\"a\">One 2 three 4.</p>")
    let tags = ProseMerge.merge(
      base: base, mine: base.with("\"a\"", "\"a b\""), shop: base.with("\"a\"", "\"a c\""),
      format: .html)
    #expect(tags.undecided.map(\.mine) == ["<p class=\"a b\">"])
  }
}

import Merge
import Testing

@Suite("Merges of prose: what is asked")
struct ProseConflictTests {
  @Test("the same word, shown with its sentence")
  func sameWord() {
    let mine = satchel.with("edges", "seams")
    let shop = satchel.with("edges", "rims")
    expectOpen(satchel, mine, shop, [("seams", "edges", "rims")])
    let place = mergeProse(satchel, mine, shop).undecided.first
    #expect(place?.sentence?.mine == "The seams are painted by hand in seven coats.")
    #expect(place?.sentence?.before == "The edges are painted by hand in seven coats.")
    #expect(place?.sentence?.shop == "The rims are painted by hand in seven coats.")
    #expect(mergeProse(satchel, mine, shop).text == shop)
  }

  @Test("edits without an unchanged word between them")
  func neighbours() {
    expectOpen(
      "One two three four.\n", "One 2 three four.\n", "One two 3 four.\n",
      [("2 three", "two three", "two 3")])
    expectClean(
      "One two and three four.\n", "One 2 and three four.\n", "One two and 3 four.\n",
      "One 2 and 3 four.\n")
  }

  @Test("a paragraph deleted by one and edited by the other")
  func deletedAndEdited() {
    let mine = satchel.with(
      "The interior is lined with undyed linen. It holds a tablet and a wallet.\n\n", "")
    let shop = satchel.with("undyed", "raw")
    expectOpen(
      satchel, mine, shop,
      [
        (
          "", "The interior is lined with undyed linen. It holds a tablet and a wallet.",
          "The interior is lined with raw linen. It holds a tablet and a wallet."
        )
      ])
  }

  @Test(
    "a text emptied by one and written anew, or longer, by the other",
    arguments: ["", "\t", "\n\n"], ["New.\n\nAnd more.\n", "Old words.\n\nAnd more.\n", "New.\n"])
  func emptiedAndWritten(empty: String, written: String) {
    for (mine, shop) in [(empty, written), (written, empty)] {
      let result = ProseMerge.merge(base: "Old words.\n", mine: mine, shop: shop)
      #expect(result.conflicts == 1)
      #expect(result.undecided.first?.mine == mine && result.undecided.first?.shop == shop)
    }
  }

  @Test("a text emptied by one and shortened or wrapped anew by the other is empty, unasked")
  func emptiedAndShortened() {
    let base = "One paragraph here.\n\nAnother one.\n"
    for other in ["Another one.\n", "One paragraph\nhere.\n\nAnother one.\n"] {
      #expect(ProseMerge.merge(base: base, mine: "", shop: other).conflicts == 0)
      #expect(
        ProseMerge.merge(base: base, mine: other, shop: "").text.allSatisfy { $0.isWhitespace })
    }
  }

  @Test("a key that front matter names twice is kept twice, and asked about once")
  func keyTwice() {
    let base = "---\nt: 1\n---\nText.\n"
    let twice = "---\nt: 1 or 2\nt: 3\n---\nText.\n"
    let other = "---\nt: 9\n---\nText.\n"
    for (mine, shop) in [(twice, other), (other, twice)] {
      let result = ProseMerge.merge(base: base, mine: mine, shop: shop)
      #expect(result.conflicts == 1)
      #expect(result.text.contains("t: 3\n"))
    }
  }

  @Test("two different new paragraphs at one place")
  func differentInsertions() {
    expectOpen(
      satchel, satchel.with("seven coats.\n", "seven coats.\n\nMade to order.\n"),
      satchel.with("seven coats.\n", "seven coats.\n\nOnly in Paris.\n"),
      [("Made to order.", "", "Only in Paris.")])
  }

  @Test("two different orders of the paragraphs")
  func twoOrders() {
    let (a, b, c) = ("Alpha is the first of them.", "Beta comes after it.", "Gamma ends the row.")
    func text(_ blocks: [String]) -> String { blocks.joined(separator: "\n\n") + "\n" }
    #expect(mergeProse(text([a, b, c]), text([c, a, b]), text([b, a, c])).conflicts == 1)
  }

  @Test(
    "what is one thing is never merged inside",
    arguments: [
      ("[care](/care)", "[our care](/care)", "[care](/help)"),
      ("![bag](a.jpg)", "![red bag](a.jpg)", "![bag](b.jpg)"),
      ("{{< video id=\"1\" >}}", "{{< video id=\"2\" >}}", "{{< film id=\"1\" >}}"),
      (
        "{{ product.title | upcase }}", "{{ product.name | upcase }}", "{{ product.title | strip }}"
      ),
      ("{% render 'a' %}", "{% render 'b' %}", "{% include 'a' %}"),
      ("€2,400.00", "€2,500.00", "€2,400.50"),
      ("2 400,00 €", "2 500,00 €", "2 400,50 €"),
      ("EUR 2400", "EUR 2500", "USD 2400"),
      ("P-88-S", "P-89-S", "P-88-M"),
      ("28.5", "29.5", "28.7"),
      ("`a b c`", "`a b d`", "`x b c`"),
      ("<b class=\"x y\">", "<b class=\"x z\">", "<b class=\"w y\">"),
      ("https://a.example/b?c=1", "https://a.example/b?c=2", "https://z.example/b?c=1"),
      ("care@maison.example", "help@maison.example", "care@nord.example"),
    ])
  func atoms(before: String, mine: String, shop: String) {
    expectOpen(
      "Look at \(before) in the shop.\n", "Look at \(mine) in the shop.\n",
      "Look at \(shop) in the shop.\n", [(mine, before, shop)])
  }

  @Test("a column that both added to a table: the whole table")
  func tableColumns() {
    let base = "| size | cm |\n|---|---|\n| S | 28 |\n"
    let mine = "| size | cm | kg |\n|---|---|---|\n| S | 28 | 1 |\n"
    let shop = "| size | cm | EUR |\n|---|---|---|\n| S | 28 | 90 |\n"
    for open in mergeProse(base, mine, shop).undecided {
      #expect(!open.mine.isEmpty && !open.shop.isEmpty)
    }
    #expect(mergeProse(base, mine, shop).conflicts > 0)
    #expect(mergeProse(base, mine, shop).text == shop)
  }

  @Test("a column that one added while the other added a row: the whole table")
  func tableColumnAndRow() {
    let base = "| size | cm |\n|---|---|\n| S | 28 |\n"
    let mine = "| size | cm | kg |\n|---|---|---|\n| S | 28 | 1 |\n"
    let shop = base + "| M | 32 |\n"
    expectOpen(
      base, mine, shop,
      [(String(mine.dropLast()), String(base.dropLast()), String(shop.dropLast()))])
  }

  @Test("what would not parse to the blocks that were meant is asked, not merged")
  func structure() {
    // One side makes the line a heading's underline, the other takes the line above away.
    let base = "Some words here\n\nOther words there\n"
    let mine = "Some words here\n\n```\nOther words there\n"
    let shop = "Some words here\n\nOther words everywhere\n\nLast words\n"
    let result = mergeProse(base, mine, shop)
    Loss.check([base, mine, shop], result.segments, "structure")
    #expect(result.conflicts > 0)
  }

  @Test("the same key of front matter")
  func frontMatterKey() {
    expectOpen(
      "---\ntitle: A\n---\nBody.\n", "---\ntitle: B\n---\nBody.\n", "---\ntitle: C\n---\nBody.\n",
      [("title: B\n", "title: A\n", "title: C\n")])
  }
}

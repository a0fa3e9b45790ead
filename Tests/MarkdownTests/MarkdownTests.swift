import Bytes
import Markdown
import Testing

@Suite("Markdown")
struct MarkdownTests {
  @Test("CommonMark becomes HTML")
  func commonMark() {
    #expect(
      Markdown.html("# Été\n\n*Soie* & [lin](/lin \"x\")\n\n- a\n- b\n")
        == "<h1>Été</h1>\n<p><em>Soie</em> &amp; <a href=\"/lin\" title=\"x\">lin</a></p>\n"
        + "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n")
  }

  @Test("raw HTML is dropped unless allowed, and its words stay")
  func rawHTML() {
    let text = "a <b>c</b>\n\n<script>alert(1)</script>\n"
    #expect(Markdown.html(text) == "<p>a c</p>\n")
    #expect(
      Markdown.html(text, allowingRawHTML: true)
        == "<p>a <b>c</b></p>\n<script>alert(1)</script>\n")
  }

  @Test(
    "links that run code lead nowhere",
    arguments: ["javascript:alert(1)", "JaVaScRiPt:x", "vbscript:x", "file:///etc/passwd"])
  func links(_ target: String) {
    #expect(Markdown.html("[x](\(target)) ![y](\(target))").contains(target) == false)
  }

  @Test("a pipe table has heads, alignment, escaped pipes and Markdown in its cells")
  func table() {
    let text = """
      | Taille | Prix `a\\|b` | *Stock* |
      |:-------|:-----------:|-------:|
      | 75 \\| 80 | **1 850 €** | 3 |
      | # 90 |
      """
    #expect(
      Markdown.html(text) == """
        <table>
        <thead>
        <tr>
        <th style="text-align: left">Taille</th>
        <th style="text-align: center">Prix <code>a|b</code></th>
        <th style="text-align: right"><em>Stock</em></th>
        </tr>
        </thead>
        <tbody>
        <tr>
        <td style="text-align: left">75 | 80</td>
        <td style="text-align: center"><strong>1 850 €</strong></td>
        <td style="text-align: right">3</td>
        </tr>
        <tr>
        <td style="text-align: left"># 90</td>
        <td style="text-align: center"></td>
        <td style="text-align: right"></td>
        </tr>
        </tbody>
        </table>

        """)
  }

  @Test("a table without outer pipes ends at a blank line and may follow words and stand in a list")
  func tablePlaces() {
    let text = "Soin:\na | b\n--|--\n1 | [2][r]\n\nafter\n\n- x | y\n  --|--\n  3 | 4\n\n[r]: /r\n"
    let html = Markdown.html(text)
    #expect(html.hasPrefix("<p>Soin:</p>\n<table>\n<thead>\n<tr>\n<th>a</th>"))
    #expect(html.contains("<td><a href=\"/r\">2</a></td>"))
    #expect(html.contains("</table>\n<p>after</p>\n<ul>\n<li>"))
    #expect(html.contains("<td>3</td>\n<td>4</td>"))
  }

  @Test("a table in a block quote is a table")
  func quotedTable() {
    #expect(Markdown.html("> a | b\n> --|--\n> 1 | 2\n").contains("<td>1</td>"))
  }

  @Test(
    "pipes elsewhere are text",
    arguments: [
      "```\na | b\n--|--\n```", "    a | b\n    --|--", "a | b", "a | b\n--|--|--", "a\n---",
      "a | b\nc | d", "a\n-", "`a | b`\n",
    ])
  func noTable(_ text: String) { #expect(!Markdown.html(text).contains("<table>")) }

  @Test("a table's cells obey safe mode")
  func safeCells() {
    let text = "a | b\n--|--\n1 <i>x</i> | [l](javascript:x)\n"
    let html = Markdown.html(text)
    #expect(html.contains("<td>1 x</td>"))
    #expect(!html.contains("javascript"))
    #expect(Markdown.html(text, allowingRawHTML: true).contains("<td>1 <i>x</i></td>"))
  }

  @Test("malformed UTF-8 becomes replacement characters")
  func malformed() {
    var buffer = ByteBuffer()
    ([0x61, 0xFF, 0x62] as [UInt8]).withUnsafeBytes {
      Markdown.html($0, into: &buffer, allowingRawHTML: false)
    }
    #expect(buffer.string == "<p>a\u{FFFD}b</p>\n")
  }

  @Test("plain text keeps words, one block a line")
  func plainText() {
    let text = """
      # Carré *90*

      Soie `twill`,
      roulottée  à la **main**.\\
      Lyon ![le sac](x.png) <br> fin

      - un
      - deux

      | a | b |
      |---|---|
      | 1 | *2* |

      ```
      code x
      ```
      """
    #expect(
      Markdown.plainText(text)
        == "Carré 90\nSoie twill, roulottée à la main.\nLyon le sac fin\nun\ndeux\na, b\n1, 2\ncode x"
    )
    #expect(Markdown.plainText("") == "")
  }
}

@Suite("Front matter")
struct FrontMatterTests {
  @Test("front matter and body are cut with their lines")
  func split() {
    let cut = FrontMatter.split("---\ntitle: a\ndate: b\n---\n\n# Body\n")
    #expect(cut.yaml == "title: a\ndate: b\n")
    #expect(cut.yamlStartLine == 2)
    #expect(cut.body == "\n# Body\n")
    #expect(cut.bodyStartLine == 5)
  }

  @Test("CR LF, a byte order mark, trailing spaces and an end of dots are fine")
  func variants() {
    let cut = FrontMatter.split("\u{FEFF}--- \r\ntitle: a\r\n...\r\nBody")
    #expect(cut.yaml == "title: a\r\n")
    #expect(cut.body == "Body")
    #expect(cut.bodyStartLine == 4)
  }

  @Test("a file without front matter is all body", arguments: ["", "# T\n", "----\na\n", " ---\n"])
  func none(_ text: String) {
    let cut = FrontMatter.split(text)
    #expect(cut.yaml == nil)
    #expect(cut.body == text)
    #expect(cut.bodyStartLine == 1)
    #expect(!cut.isUnclosed)
  }

  @Test("front matter without an end is reported and nothing is lost")
  func unclosed() {
    let cut = FrontMatter.split("---\ntitle: a\n")
    #expect(cut.isUnclosed)
    #expect(cut.body == "---\ntitle: a\n")
  }

  @Test("empty front matter is empty YAML")
  func empty() { #expect(FrontMatter.split("---\n---\nx").yaml == "") }

  @Test(
    "HTML and words from one parse are those from two",
    arguments: [
      "", "One line", "Two  spaces\tand a tab\nsoft break", "# Head\n\n- a *b* c\n- d\n\n> quote",
      "| a | b |\n|---|---|\n| 1 | **2** |\n\nBehind", "Hard  \nbreak and `code  with spaces`",
      "```\ncode\n  kept\n\nlines\n```\n\nbehind", "<b>raw</b> &amp; ![alt](x.png) é —  é",
      " leading and trailing \n\n \n", "a\u{A0}b  \u{3000} c",
    ])
  func both(source: String) {
    let both = Markdown.htmlAndPlainText(source)
    #expect(both.html == Markdown.html(source))
    #expect(both.plainText == Markdown.plainText(source))
  }
}

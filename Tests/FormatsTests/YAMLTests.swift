import Bytes
import Diagnostics
import Formats
import Testing

@Suite("YAML documents")
struct YAMLTests {
  private func finding(_ text: String) -> Diagnostic? {
    do throws(YAMLError) {
      _ = try YAML.parse(text, file: "trumeau.yaml")
      return nil
    } catch {
      return error.diagnostic
    }
  }

  @Test("every node knows its line, column and excerpt")
  func places() throws {
    let root = try YAML.parse("site:\n  name: Été\n  tiers: [gold, black]\n", file: "a.yaml")
    let name = try #require(root["site"]?["name"])
    #expect(name.string == "Été")
    #expect((name.location.line, name.location.column, name.location.length) == (2, 9, 3))
    #expect(name.location.excerpt == "  name: Été")
    let black = try #require(root["site"]?["tiers"]?.sequence?.last)
    #expect((black.location.line, black.location.column) == (3, 17))
    #expect(black.location.file == "a.yaml")
  }

  @Test("front matter is placed by the lines of its own file")
  func firstLine() throws {
    let root = try YAML.parse("title: a\ndraft: true\n", file: "p.md", firstLine: 2)
    #expect(root["draft"]?.location.line == 3)
  }

  @Test("plain scalars have the types of the core schema, so NO stays Norway and 1.10 its digits")
  func coreSchema() throws {
    let text = """
      country: NO
      on: yes
      flag: true
      quoted: "true"
      count: 012
      hex: 0xFF
      octal: 0o17
      price: 1.10
      float: +.5e3
      big: 123456789012345678901234567890
      none: ~
      empty:
      tagged: !!str 12
      block: |
        12
      infinite: .inf
      date: 2026-11-24
      """
    let tape = YAML.tape(try YAML.parse(text, file: "a.yaml"))
    #expect(
      JSON.text(tape.value)
        == #"{"country":"NO","on":"yes","flag":true,"quoted":"true","count":12,"hex":255,"#
        + #""octal":15,"price":1.10,"float":0.5e3,"big":123456789012345678901234567890,"#
        + #""none":null,"empty":null,"tagged":"12","block":"12\n","infinite":".inf","#
        + #""date":"2026-11-24"}"#)
    #expect(throws: Never.self) { try JSON.parse(JSON.text(tape.value)) }
  }

  @Test("a key that occurs twice is an error that names both lines")
  func duplicateKey() throws {
    let found = try #require(finding("a: 1\nb: 2\na: 3\n"))
    #expect(found.code == "yaml.duplicate-key")
    #expect(found.location?.line == 3)
    #expect(found.notes == ["it occurs first on line 1"])
  }

  @Test("anchors and aliases are refused, so no text of a few lines grows to gigabytes")
  func aliases() {
    #expect(finding("a: &x [1]\nb: *x\n")?.code == "yaml.alias")
    #expect(finding("a: &x 1\n")?.code == "yaml.alias")
  }

  @Test(
    "what is not one plain document is refused with a place",
    arguments: [
      ("a: b: c\n", "yaml.syntax", 1), ("a:\n\t- b\n", "yaml.syntax", 2),
      ("a: [1, 2\n", "yaml.syntax", 2), ("--- 1\n--- 2\n", "yaml.several-documents", 2),
      ("? [1]\n: 2\n", "yaml.key", 1), ("a: !money 3\n", "yaml.tag", 1),
      ("a: \u{1}\n", "yaml.syntax", 1), ("a: 'x\n", "yaml.syntax", 2),
    ])
  func refused(_ sample: (text: String, code: String, line: Int)) throws {
    let found = try #require(finding(sample.text))
    #expect(found.code == sample.code)
    #expect(found.location?.line == sample.line)
    #expect(found.location?.excerpt != nil)
  }

  @Test("an empty text and a comment alone are null")
  func empty() throws {
    #expect(try YAML.parse("", file: "a").isNull)
    #expect(try YAML.parse("# nothing\n", file: "a").isNull)
  }

  @Test("nesting beyond 64 is refused before memory goes")
  func depth() {
    #expect(finding(String(repeating: "[", count: 10_000))?.code == "yaml.depth")
  }
}

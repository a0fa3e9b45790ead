import BuildComparison
import Diagnostics
import Machine
import Support
import Testing

@testable import Site

@Suite("A house whose usual language is not that of its texts")
struct SourceLocaleTests {
  /// The small house as one whose first language is French; its titles are English, with French
  /// translations.
  private static func house(_ settings: String) throws -> VirtualSite {
    let archive = SmallHouse.archive.replacing("locales: [en, fr]", with: "locales: [fr, en]")
    let site = try VirtualSite(archive)
    try site.folder.write("trumeau.yaml", site.read("trumeau.yaml") + settings)
    return site
  }

  @Test("is told that its translations are not shown, and what to write")
  func told() throws {
    let site = try Self.house("")
    let report = try site.build()
    let warning = try #require(
      report.diagnostics.first { $0.code == "catalogue.source-locale" })
    #expect(warning.message.contains("2 translated texts in French"))
    #expect(warning.help?.contains("source_locale") == true)
    #expect(
      try site.read("public/fr-eu/products/open-square/index.html").contains("<h1>Open Square"))
  }

  @Test("shows each language its own texts when `source_locale` says what the shop's are in")
  func shown() throws {
    let site = try Self.house("source_locale: en\n")
    let report = try site.build()
    #expect(!report.diagnostics.contains { $0.code == "catalogue.source-locale" })
    let french = try site.read("public/fr-eu/products/open-square/index.html")
    #expect(french.contains("<h1>Carré ouvert") && french.contains("De la <em>soie</em>"))
    #expect(try site.read("public/products/open-square/index.html") == french)
    #expect(
      try site.read("public/en-eu/products/open-square/index.html").contains("<h1>Open Square"))
    #expect(french.contains("<nav><a href=\"/fr-eu/collections/silk/\">Soie</a>"))
  }

  @Test("counts as versions of a page only those that are translated")
  func versions() throws {
    let site = try Self.house("source_locale: en\n")
    try site.build()
    let untranslated = try site.read("public/fr-eu/products/second-square/index.html")
    #expect(untranslated.contains("https://house.example/en-eu/products/second-square/"))
    #expect(!(try site.read("public/sitemaps/fr-eu-1.xml").contains("second-square/</loc>")))
    #expect(try site.read("public/sitemaps/fr-eu-1.xml").contains("open-square/</loc>"))
  }

  @Test("takes a content file without a language in its name for one in the shop's language")
  func content() throws {
    let site = try Self.house("source_locale: en\n")
    try site.build()
    #expect(try site.read("public/fr-eu/index.html").contains("<h1>Bienvenue"))
    #expect(try site.read("public/en-eu/index.html").contains("<h1>Welcome"))
  }

  @Test("takes a language in capitals for the same one, and says which of two files is left out")
  func capitals() throws {
    let site = try Self.house("source_locale: en\n")
    try site.folder.write("content/index.FR.md", site.read("content/index.fr.md"))
    let finding = try #require(
      site.build().diagnostics.first { $0.code == "content.language-twice" })
    #expect(
      finding.message
        == "content/index.fr.md is left out: content/index.FR.md is the same page in fr")
    try Files.remove("\(site.path)/content/index.fr.md")
    try site.build()
    #expect(try site.read("public/fr-eu/index.html").contains("<h1>Bienvenue"))
  }

  @Test("is built anew when `source_locale` is set")
  func rebuilt() throws {
    let site = try Self.house("")
    try site.build()
    try site.folder.write("trumeau.yaml", site.read("trumeau.yaml") + "source_locale: en\n")
    try site.build()
    #expect(
      try site.read("public/fr-eu/products/open-square/index.html").contains("<h1>Carré ouvert"))
  }
}

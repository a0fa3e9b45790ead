import Bytes
import Machine
import Site
import Support
import Testing

@Suite("The journal's feed")
struct AtomFeedTests {
  private func feed(_ count: Int) -> AtomFeed {
    let base = "https://maison.example/fr-eu/journal"
    return AtomFeed(
      title: "Journal & notes", subtitle: "Ce que fait la maison", url: "\(base)/feed.xml",
      page: "\(base)/", language: "fr", author: "Maison Aurelle",
      entries: (0..<count).map { index in
        AtomFeed.Entry(
          url: "\(base)/article-\(index)/", title: "L’été <\(index)>",
          published: Instant(seconds: 1_760_000_000 + Int64(index) * 86_400),
          updated: Instant(seconds: 1_760_000_100 + Int64(index) * 86_400),
          author: index == 0 ? "A. Rivière" : nil, summary: "Deux phrases.",
          html: "<p>Un <a href=\"../autre/\">lien</a> & plus</p>", tags: ["soie"])
      })
  }

  @Test("the newest articles come first and the feed's date is theirs")
  func order() {
    let text = feed(60).xml(limit: 2).string
    #expect(text.contains("<updated>2025-12-07T08:55:00Z</updated>"))
    #expect(text.firstRange(of: "article-59/").map { $0.lowerBound } != nil)
    #expect(!text.contains("article-57/"))
    #expect(text.contains("&lt;p&gt;Un &lt;a href=&quot;../autre/&quot;&gt;"))
    #expect(feed(60).xml().string == feed(60).xml().string)
  }

  @Test("the feed is valid by the grammar of RFC 4287", arguments: [0, 1, 12])
  func grammar(_ count: Int) throws {
    guard SharedFolder.has("schemas/atom-rfc4287.rng"), Files.exists("/usr/bin/xmllint") else {
      return print("skipped: \(SharedFolder.absent), or xmllint is not installed")
    }
    let folder = try ScratchFolder()
    let path = try folder.write("feed.xml", feed(count).xml().string)
    #expect(
      Subprocess.wait(
        try Subprocess.start([
          "/usr/bin/xmllint", "--noout", "--nonet", "--relaxng",
          "\(SharedFolder.path)/schemas/atom-rfc4287.rng", path,
        ])) == 0)
  }
}

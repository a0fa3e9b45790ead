import Bytes
import Diagnostics
import Machine
import Site
import Support
import Testing

@Suite("Sitemaps")
struct SitemapTests {
  private let base = "https://maison.example"
  private let date = Instant(seconds: 1_764_000_000)

  private func entry(_ path: String, languages: Int = 2, images: Int = 1) -> SitemapEntry {
    let alternates = (0..<languages).map {
      SitemapEntry.Alternate(hreflang: $0 == 0 ? "en" : "fr", href: "\(base)/\($0)\(path)")
    }
    return SitemapEntry(
      location: "\(base)\(path)", lastModified: date,
      alternates: alternates + [.init(hreflang: "x-default", href: "\(base)\(path)")],
      images: (0..<images).map { "\(base)/media/\($0).png" })
  }

  private func files(
    _ entries: [SitemapEntry], limits: SitemapLimits = .standard, sink: DiagnosticSink? = nil
  ) throws -> (texts: [String: String], files: [SitemapFile]) {
    var texts: [String: String] = [:]
    var writer = SitemapWriter(name: "en-eu", baseURL: base, limits: limits, sink: sink)
    func emit(_ path: String, _ bytes: UnsafeRawBufferPointer) {
      texts[path] = String(decoding: bytes, as: UTF8.self)
    }
    for entry in entries { try writer.add(entry, emit: emit) }
    try writer.finish(emit: emit)
    return (texts, writer.files)
  }

  @Test("a page is listed with its date, all its alternates and its pictures")
  func one() throws {
    let (texts, files) = try files([entry("/en-eu/products/carre-90/?a=1&b=2")])
    #expect(files.map(\.path) == ["sitemaps/en-eu-1.xml"])
    #expect(files[0].urlCount == 1)
    let text = try #require(texts["sitemaps/en-eu-1.xml"])
    #expect(files[0].byteCount == text.utf8.count)
    #expect(
      text == """
        <?xml version="1.0" encoding="UTF-8"?>
        <urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" \
        xmlns:xhtml="http://www.w3.org/1999/xhtml" \
        xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
        <url><loc>https://maison.example/en-eu/products/carre-90/?a=1&amp;b=2</loc>\
        <lastmod>2025-11-24T16:00:00Z</lastmod>\
        <xhtml:link rel="alternate" hreflang="en" \
        href="https://maison.example/0/en-eu/products/carre-90/?a=1&amp;b=2"/>\
        <xhtml:link rel="alternate" hreflang="fr" \
        href="https://maison.example/1/en-eu/products/carre-90/?a=1&amp;b=2"/>\
        <xhtml:link rel="alternate" hreflang="x-default" \
        href="https://maison.example/en-eu/products/carre-90/?a=1&amp;b=2"/>\
        <image:image><image:loc>https://maison.example/media/0.png</image:loc></image:image></url>
        </urlset>

        """)
  }

  @Test("files are split on the number of pages and on bytes, and none is over a limit")
  func split() throws {
    let entries = (0..<100).map { entry("/p/\($0)") }
    let byCount = try files(entries, limits: SitemapLimits(urlCount: 30, byteCount: 1 << 20))
    #expect(byCount.files.map(\.urlCount) == [30, 30, 30, 10])
    let byBytes = try files(entries, limits: SitemapLimits(urlCount: 1000, byteCount: 5000))
    #expect(byBytes.files.allSatisfy { $0.byteCount <= 5000 })
    #expect(byBytes.files.map(\.urlCount).reduce(0, +) == 100)
    #expect(byBytes.files.count > 5)
    #expect(try files([]).files.isEmpty)
  }

  @Test("a page of another host or with too long a URL is reported and left out")
  func refused() throws {
    let sink = DiagnosticSink()
    let long = "/p/" + String(repeating: "x", count: 2048)
    let outside = SitemapEntry(location: "https://maison.example.evil/x")
    let (_, files) = try files([entry(long), outside, entry("/ok")], sink: sink)
    #expect(files.map(\.urlCount) == [1])
    #expect(sink.all.map(\.code) == ["sitemap-loc-length", "sitemap-host"])
  }

  @Test("a page keeps its date until its digest changes, whatever the clock says")
  func dates() {
    var first = SitemapDates()
    let one = Fingerprint(of: "one")
    #expect(first.date(of: "/a", digest: one, changed: date) == date)
    #expect(first.date(of: "/b", digest: one, changed: date) == date)
    let later = date.adding(seconds: 86_400)
    var second = SitemapDates(reading: first.text().array)
    #expect(second.date(of: "/a", digest: one, changed: later) == date)
    #expect(second.date(of: "/a", digest: Fingerprint(of: "two"), changed: later) == later)
    let third = SitemapDates(reading: second.text().array).text().string
    #expect(third == "trumeau page dates 2\n")
    var damaged = SitemapDates(reading: Array("rubbish\n".utf8))
    #expect(damaged.date(of: "/a", digest: one, changed: later) == later)
  }

  @Test("index and files are valid by the schemas of the protocol")
  func schemas() throws {
    guard SharedFolder.has("schemas/siteindex.xsd"), Files.exists("/usr/bin/xmllint") else {
      return print("skipped: \(SharedFolder.absent), or xmllint is not installed")
    }
    let folder = try ScratchFolder()
    let (texts, files) = try files((0..<50).map { entry("/p/\($0)", images: 3) })
    for (path, text) in texts { try folder.write(path, text) }
    try folder.write(SitemapIndex.path, SitemapIndex.xml(of: files, baseURL: base).string)
    let schemas = "\(SharedFolder.path)/schemas"
    for (schema, file) in [
      ("sitemap-with-extensions.xsd", files[0].path), ("siteindex.xsd", SitemapIndex.path),
    ] {
      #expect(
        Subprocess.wait(
          try Subprocess.start([
            "/usr/bin/xmllint", "--noout", "--nonet", "--schema", "\(schemas)/\(schema)",
            "\(folder.path)/\(file)",
          ])) == 0)
    }
  }
}

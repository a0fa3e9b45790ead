import BuildComparison
import Bytes
import Diagnostics
import Formats
import Machine
import Settings
import Storefront
import Support
import Testing

@testable import Site

/// The places that `site.md` lists, each with a leak planted there.
@Suite("A leak is found in every place where one can be planted")
struct PlantedLeakTests {
  struct Place: CustomTestStringConvertible, Sendable {
    var path: String
    var text: String
    var isPacked = false
    var testDescription: String { path }
  }

  static let places = [
    Place(
      path: "sitemaps/en-eu-1.xml",
      text: "<url><loc>https://house.example/en-eu/products/velvet-ombre/</loc></url>"),
    Place(path: "_redirects", text: "/velours /en-eu/products/velvet-ombre/ 301"),
    Place(path: "_gone", text: "/en-eu/products/velvet-ombre/"),
    Place(path: "robots.txt", text: "Disallow: /en-eu/products/velvet-ombre/"),
    Place(path: "llms.txt", text: "- [Velvet Ombré](/en-eu/products/x/)"),
    Place(path: "search/en-eu/v.json", text: "{\"t\":\"Velvet Ombr\\u00e9\"}"),
    Place(path: "search/en-eu/v.json.gz", text: "{\"t\":\"Velvet Ombr\\u00e9\"}", isPacked: true),
    Place(path: "feeds/google.xml", text: "<g:id>VELVET-77</g:id>"),
    Place(
      path: "feeds/google.xml.gz", text: "<g:title>Velvet Ombr&#233;</g:title>", isPacked: true),
    Place(path: "en-eu/journal/feed.xml", text: "<entry><title>VELVET OMBRÉ</title></entry>"),
    Place(path: "en-eu/rss.xml", text: "<guid>tag:house.example,velvet%2Dombre</guid>"),
    Place(
      path: "en-eu/about/index.html", text: "<img src=/x.svg alt=\"Velvet Ombr&eacute;, front\">"),
    Place(
      path: "en-eu/products/open-square/index.html",
      text:
        "{\"@type\":\"Product\",\"isRelatedTo\":[{\"url\":\"\\/en-eu\\/products\\/velvet\\u002dombre\\/\"}]}"
    ),
    Place(path: "en-eu/products/velvet-ombre/index.html", text: "<p>Nothing</p>"),
    Place(path: "media/velvet-front-480.webp", text: "RIFF"),
    Place(
      path: "assets/app.js.map",
      text: "{\"sources\":[\"x\"],\"sourcesContent\":[\"/* VELVET-77 */\"]}"),
    Place(
      path: "assets/app.js",
      text: "//# sourceMappingURL=data:application/json;base64,eyJ4IjoiVkVMVkVULTc3In0="),
    Place(path: "en-eu/collections/index.html", text: "<p>From OPEN-SQ-1: €399.15 to €550</p>"),
    Place(path: "availability/1.json", text: "{\"SHY-SQ-1\":{\"stock\":1}}"),
  ]

  /// What the public root of the small house is searched for, as its build worked it out.
  static func scanner() throws -> LeakScanner {
    let site = try VirtualSite(SmallHouse.archive)
    try site.build()
    let record = try #require(
      BuildRecord(reading: Files.read("\(site.path)/.trumeau/generations/main/record")))
    return LeakScanner(try #require(record.ledger(ofRoot: 0)))
  }

  /// Passes an output to where all outputs go, and gives what was found on the way.
  static func leaks(_ path: String, _ bytes: [UInt8], _ scanner: LeakScanner) throws -> [Leak] {
    let outputs = Outputs(
      target: Nowhere(), scanners: [scanner], mediaBase: "/media/",
      siteURL: "https://house.example")
    var scratch = LeakScratch()
    try bytes.withUnsafeBufferPointer { (raw) throws(MachineError) in
      _ = try outputs.put([path], in: 0, kind: "x", UnsafeRawBufferPointer(raw), scratch: &scratch)
    }
    return outputs.leaks
  }

  private struct Nowhere: OutputTarget {
    var roots: [String] { ["public"] }
    func put(
      _ paths: [String], in root: Int, kind: String, _ bytes: UnsafeRawBufferPointer
    ) throws(MachineError) -> [UInt8] { [] }
  }

  @Test("in outputs of every kind", arguments: places)
  func planted(_ place: Place) throws {
    let bytes = place.isPacked ? Gzip.compress(Array(place.text.utf8)) : Array(place.text.utf8)
    let scanner = try Self.scanner()
    let leaks = try Self.leaks(place.path, bytes, scanner)
    #expect(!leaks.isEmpty)
    let clean = try Self.leaks(
      "en-eu/x/index.html", Array("Open Square, €420.50".utf8), scanner)
    #expect(clean.isEmpty)
  }

  @Test("in what is different of an output, at its place in the whole; no word is cut off for that")
  func different() throws {
    let scanner = try Self.scanner()
    let line = String(repeating: "a", count: 5_000)
    func found(_ text: String, _ place: Int) throws -> [Int] {
      let outputs = Outputs(
        target: Nowhere(), scanners: [scanner], mediaBase: "/media/",
        siteURL: "https://house.example")
      try outputs.put(
        "sitemap.xml", in: 0, kind: "sitemap", Array(text.utf8), differentIn: [place..<(place + 1)])
      return outputs.leaks.map(\.offset)
    }
    #expect(try found("\(line)\n/velvet-ombre/\n\(line)", 5_010) == [5_002])
    // Wherever the reach ends, it ends within no word.
    for gap in 4_060...4_110 {
      let filler = String(repeating: "a", count: gap)
      #expect(try found("x\(filler) SHY-SQ-17\n\(line)\n", 0) == [])
    }
  }

  static func jpeg(_ marker: UInt8, _ note: [UInt8]) -> [UInt8] {
    let size = note.count + 2
    return [0xFF, 0xD8, 0xFF, marker, UInt8(size >> 8), UInt8(size & 255)] + note + [0xFF, 0xD9]
  }

  static func png(_ kind: String, _ data: [UInt8]) -> [UInt8] {
    let size = data.count
    let head: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    return head + (0..<4).map { UInt8(truncatingIfNeeded: size >> (24 - 8 * $0)) }
      + Array(kind.utf8)
      + data + [0, 0, 0, 0]
  }

  /// A zlib stream with its bytes stored as they are: 0x78 0x01, one stored block, Adler-32.
  static func zlib(_ bytes: [UInt8]) -> [UInt8] {
    var a = 1
    var b = 0
    for byte in bytes {
      a = (a + Int(byte)) % 65_521
      b = (b + a) % 65_521
    }
    let length = [UInt8(bytes.count & 255), UInt8(bytes.count >> 8)]
    return [0x78, 0x01, 1] + length + length.map { ~$0 } + bytes
      + [UInt8(b >> 8), UInt8(b & 255), UInt8(a >> 8), UInt8(a & 255)]
  }

  static func webp(_ note: [UInt8]) -> [UInt8] {
    let size = (0..<4).map { UInt8(truncatingIfNeeded: note.count >> (8 * $0)) }
    return Array("RIFF\0\0\0\0WEBPXMP ".utf8) + size + note
  }

  static let title = "Velvet Ombré"
  static let wide = title.utf16.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }

  @Test(
    "in the notes of pictures, however they are written",
    arguments: [
      ("EXIF", jpeg(0xE1, Array("Exif\0\0MM\0*".utf8) + Array(title.utf8))),
      ("EXIF title in UTF-16", jpeg(0xE1, Array("Exif\0\0II*\0".utf8) + wide)),
      ("EXIF title in UTF-16, odd place", jpeg(0xE1, Array("Exif\0\0II*\0x".utf8) + wide)),
      (
        "EXIF title in UTF-16, big end first",
        jpeg(
          0xE1,
          Array("Exif\0\0UNICODE\0".utf8)
            + title.utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] })
      ),
      ("XMP with references", jpeg(0xE1, Array("<dc:title>Velvet Ombr&#xE9;</dc:title>".utf8))),
      ("comment of a JPEG", jpeg(0xFE, Array("VELVET-77".utf8))),
      ("text of a PNG", png("tEXt", Array("Title\0VELVET-77".utf8))),
      ("packed text of a PNG", png("zTXt", Array("Title\0\0".utf8) + zlib(Array(title.utf8)))),
      (
        "packed XMP of a PNG",
        png(
          "iTXt",
          Array("XML:com.adobe.xmp\0\u{1}\0\0\0".utf8) + zlib(Array("Velvet Ombr&#233;".utf8)))
      ),
      ("XMP of a WebP", webp(Array("<dc:title>Velvet&#32;Ombr&#233;</dc:title>".utf8))),
    ] as [(String, [UInt8])])
  func notes(_ name: String, _ bytes: [UInt8]) throws {
    let leaks = try Self.leaks("media/open.jpg", bytes, try Self.scanner())
    #expect(!leaks.isEmpty, "\(name)")
  }

  @Test("in a redirect of the shop whose old address names a private product")
  func redirect() throws {
    let site = try VirtualSite(SmallHouse.archive)
    let lines = SmallHouse.seed.split(separator: "\n").filter { $0.hasPrefix("{") }
    let redirect =
      #"{"type":"redirect","id":"red_9","attributes":{"from":"/velvet-ombre","to":"/about","status":301}}"#
    try site.fill((lines + [Substring(redirect)]).joined(separator: "\n"))
    let leaks = try site.leaks()
    #expect(leaks.contains { $0.file == "public/_redirects" })
    #expect(leaks.contains { $0.file.hasPrefix("public/velvet-ombre") && $0.offset < 0 })
  }

  @Test("in a sitemap, beside the page that brought it there")
  func sitemap() throws {
    let site = try BuildFailureTests.house(
      "content/pages/velvet-ombre.md", BuildFailureTests.page("Nothing."))
    #expect(try site.leaks().contains { $0.file == "public/sitemaps/en-eu-1.xml" })
  }

  @Test("a feed of an earlier run that names what is private now is not carried over")
  func feed() throws {
    let site = try VirtualSite(SmallHouse.archive)
    try site.build()
    try site.folder.write("public/feeds/google.xml", "<g:id>VELVET-77</g:id>\n")
    let report = try site.build()
    #expect(report.diagnostics.contains { $0.code == "feed.outdated" })
    #expect(!site.exists("public/feeds/google.xml"))
  }

  @Test(
    "an old address of digits is no amount of money where addresses alone stand, and is one elsewhere"
  )
  func numericAddresses() throws {
    let scanner = try Self.scanner()
    let line = Array("/old/39915 /en-eu/products/open-square/ 301\n".utf8)
    for path in ["_redirects", "_redirects.nginx", "_redirects.json", "_gone"] {
      #expect(try Self.leaks(path, line, scanner).isEmpty)
    }
    let found = try Self.leaks("en-eu/about/index.html", line, scanner)
    #expect(found.map(\.kind) == [.price])
  }

  @Test("numbers over several products count those alone that the audience sees")
  func aggregates() throws {
    let site = try VirtualSite(SmallHouse.archive)
    try site.folder.write(
      "templates/pages/index.html.liquid",
      "{{ collections['silk'].all_products_count }} of {{ collections['silk'].all_types | size }}"
        + " {% for card in collections['silk'].products %}{{ card.price_min }}-{{ card.price_max }} {% endfor %}\n"
    )
    try site.build()
    let open = try site.read("public/en-eu/index.html")
    let gold = try site.read("private/main/gold/en-eu/index.html")
    #expect(open.contains("3 of ") && gold.contains("4 of "))
    #expect(!open.contains("9876") && !open.contains("550") && !open.contains("399"))
  }

  @Test("a search of what is published finds what was put there by hand, and what became private")
  func published() throws {
    let site = try VirtualSite(SmallHouse.archive)
    try site.build()
    func check() throws -> LeakCheckReport {
      let project = try Project.load(from: site.path, sink: DiagnosticSink())
      return try LeakCheck(
        project: project, storefront: try #require(project.storefronts.first),
        at: site.clock.now, time: site.clock, workers: 2
      ).run()
    }
    let clean = try check()
    #expect(clean.leaks.isEmpty && clean.byteCount > 10_000)
    #expect(clean.roots.map(\.path) == ["public", "private/main/gold"])
    try site.folder.write("public/notes/plan.txt", "Launch of VELVET-77 in May\n")
    #expect(try check().leaks.map(\.file) == ["public/notes/plan.txt"])
    try Files.remove("\(site.path)/public/notes/plan.txt")
    let gate =
      #"{"type":"gate","id":"gate_new","attributes":{"mode":"hidden","audience":{"tier_at_least":"tier_gold"}},"links":{"resource":{"type":"product","id":"prd_second"}}}"#
    let lines = SmallHouse.seed.split(separator: "\n").filter { $0.hasPrefix("{") }
    try site.fill((lines + [Substring(gate)]).joined(separator: "\n"))
    let leaks = try check().leaks
    #expect(leaks.contains { $0.file == "public/en-eu/products/second-square/index.html" })
    #expect(leaks.allSatisfy { $0.file.hasPrefix("public/") })
  }
}

import BuildComparison
import Bytes
import Contract
import Diagnostics
import Formats
import LocalMirror
import Machine
import Settings
import Support
import Testing

@testable import Site

@Suite("Freshness")
struct FreshnessTests {
  private func json(_ site: VirtualSite, _ path: String) throws -> TapeValue {
    try JSON.parse(try site.read(path)).value
  }

  // MARK: What can be bought

  @Test("what can be bought is told by product and variant, in a file of some hundred products")
  func availability() throws {
    let site = try VirtualSite(SmallHouse.archive)
    try site.build()
    let shard = try json(site, "public/availability/eu/0.json")
    #expect(shard["prd_open"]?["var_open"]?.string == "in_stock")
    #expect(shard["prd_second"]?["var_second"]?.string == "out_of_stock")
    let snapshot = try json(site, "public/snapshot.json")
    #expect(snapshot["availability"]?["shards"]?.integer == 1)
  }

  @Test("no product is told of to whom may not see it")
  func audience() throws {
    let site = try VirtualSite(SmallHouse.archive)
    try site.build()
    let open = try site.read("public/availability/eu/0.json")
    #expect(!open.contains("prd_hidden") && !open.contains("var_hidden"))
    #expect(!open.contains("prd_teaser") && !open.contains("var_teaser"))
    let gold = try json(site, "private/main/gold/availability/eu/0.json")
    #expect(gold["prd_hidden"]?["var_hidden"]?.string == "out_of_stock")
    #expect(gold["prd_teaser"] != nil)
  }

  @Test("a product takes at most 200 bytes, and a file about 400 products, however many there are")
  func size() throws {
    for products in [0, 1, 400, 401, 5_000, 100_000] {
      let count = AvailabilityFiles.shardCount(products: products)
      #expect(count.nonzeroBitCount == 1)
      #expect(products <= count * 400)
      var sizes = [Int](repeating: 0, count: count)
      for number in 0..<products {
        sizes[AvailabilityFiles.shard(of: "prd_\(number)", count: count)] += 1
      }
      #expect((sizes.max() ?? 0) <= 500, "\(products) products in \(count) files")
    }
    let site = try VirtualSite(SmallHouse.archive)
    try site.build()
    let lines = try site.read("public/availability/eu/0.json").split(separator: "\n")
    #expect(lines.dropFirst().dropLast().allSatisfy { $0.utf8.count <= 200 })
  }

  @Test("the shard of a product is the FNV-1a hash of its id, which a script works out too")
  func hash() {
    // Values of the reference implementation: http://www.isthe.com/chongo/tech/comp/fnv/
    #expect(AvailabilityFiles.shard(of: "", count: 1 << 16) == 0x811C_9DC5 & 0xFFFF)
    #expect(AvailabilityFiles.shard(of: "a", count: 1 << 16) == 0xE40C_292C & 0xFFFF)
    #expect(AvailabilityFiles.shard(of: "foobar", count: 1 << 16) == 0xBF9C_F968 & 0xFFFF)
  }

  @Test("a change of stock changes its file and its pages, and no other product's")
  func stock() throws {
    let site = try VirtualSite(SmallHouse.archive)
    try site.build()
    try site.change(
      #"{"type":"inventory_level","id":"inv_open","attributes":{"available":0},"links":{"variant":"var_open","location":"loc_paris"}}"#
    )
    let report = try site.build()
    #expect(report.extent == .update)
    for path in ["public/snapshot.json", "public/availability/eu/0.json"] {
      #expect(report.changes.contains { $0.path == path }, "\(path)")
    }
    #expect(!report.changes.contains { $0.path.contains("second-square") })
    let shard = try json(site, "public/availability/eu/0.json")
    #expect(shard["prd_open"]?["var_open"]?.string == "out_of_stock")
    #expect(shard["prd_second"] != nil)
    let quick = try site.content()
    try site.build(.init(workers: 2, isFull: true))
    #expect(try site.content() == quick)
  }

  // MARK: The snapshot

  @Test("one small file says from which state all of a root was made, and pages keep their bytes")
  func snapshot() throws {
    let site = try VirtualSite(SmallHouse.archive)
    let report = try site.build()
    let before = try site.content()
    for root in ["public", "private/main/gold"] {
      let snapshot = try json(site, "\(root)/snapshot.json")
      #expect(snapshot["snapshot_id"]?.string == report.snapshotID)
      #expect(snapshot["as_of"]?.string == report.asOf.rfc3339)
    }
    site.clock.sleep(milliseconds: 3_600_000)
    // The shop is asked again and has nothing new.
    try site.fill(
      try Files.readText("\(site.path)/seed.jsonl"))
    let again = try site.build()
    #expect(again.extent == .update)
    #expect(
      again.changes.map(\.path) == ["public/snapshot.json", "private/main/gold/snapshot.json"])
    let after = try site.content()
    #expect(before.keys.sorted() == after.keys.sorted())
    for (path, bytes) in before where !path.hasSuffix("snapshot.json") {
      #expect(after[path] == bytes, "\(path)")
    }
  }

  // MARK: An old mirror

  @Test("a mirror that is older than allowed is refused, and the old site stays")
  func maxAge() throws {
    let site = try VirtualSite(SmallHouse.archive)
    try site.build(.init(workers: 2, maxAge: 3600))
    let before = try site.content()
    site.clock.sleep(milliseconds: 3_601_000)
    let error = #expect(throws: SiteError.self) {
      try site.build(.init(workers: 2, isFull: true, maxAge: 3600))
    }
    #expect(error?.code == .mirrorStale)
    #expect(try site.content() == before)
    // The age is that of the mirror now, whatever time pages are made for.
    let past = site.clock.now.adding(seconds: -7200)
    #expect(throws: SiteError.self) {
      try site.build(.init(at: past, workers: 2, maxAge: 3600))
    }
    try site.build(.init(workers: 2, maxAge: 7200))
  }
}

@Suite("How long outputs may be kept")
struct CacheRulesTests {
  /// A small house with one sale price from then on.
  private func site(saleAfter seconds: Int64) throws -> VirtualSite {
    let site = try VirtualSite(SmallHouse.archive)
    let from = site.clock.now.adding(seconds: seconds).rfc3339
    let sale =
      #"{"type":"price","id":"prc_sale","attributes":{"amount":30015,"currency":"EUR","from":"\#(from)"},"links":{"variant":"var_open","price_list":"pl_eu"}}"#
    try site.fill(try Files.readText("\(site.path)/seed.jsonl") + "\n" + sale)
    return site
  }

  /// The lifetime of an address, as a host that reads `_headers` answers at an instant.
  private func lifetime(_ site: VirtualSite, _ path: String, at now: Instant) throws -> Int64 {
    var matches: [[String: String]] = []
    for line in try site.read("public/_headers").split(separator: "\n") {
      if line.hasPrefix("/") {
        let isWhole = !line.hasSuffix("*")
        let fits = isWhole ? path == line : path.hasPrefix(line.dropLast())
        matches.append(fits ? ["path": String(line)] : [:])
      } else if let last = matches.indices.last, matches[last]["path"] != nil {
        let pair = line.split(separator: ":", maxSplits: 1)
        matches[last][String(pair[0].drop { $0 == " " })] = String(pair[1].dropFirst())
      }
    }
    let found = matches.filter { $0["path"] != nil }
    #expect(found.count == 1, "\(path) falls under \(found.count) rules")
    let rule = found.first ?? [:]
    if let age = rule["Cache-Control"]?.ranges(of: "max-age=").first {
      let digits = rule["Cache-Control"]?[age.upperBound...].prefix { $0.isNumber }
      return Int64(digits ?? "") ?? -1
    }
    let expires = try #require(rule["Expires"].flatMap(HTTPTime.parse))
    return (expires.microseconds - now.microseconds) / 1_000_000
  }

  @Test(
    "no output may be kept for longer than until the next window",
    arguments: [30, 599, 600, 601, 5_000])
  func until(window: Int64) throws {
    let site = try site(saleAfter: window)
    let opening = site.clock.now.adding(seconds: window)
    var wakes: [Int64] = []
    while site.clock.now < opening {
      let report = try site.build()
      #expect(report.nextChange == opening)
      let wake = try #require(report.nextWake)
      // Whenever between this build and the next somebody asks.
      for asked in stride(from: site.clock.now.seconds, to: wake.seconds, by: 37) {
        let now = Instant(seconds: asked)
        for path in ["/", "/en-eu/products/open-square/", "/products/open-square/", "/sitemap.xml"]
        {
          let kept = try lifetime(site, path, at: now)
          #expect(kept > 0 && now.adding(seconds: kept) <= opening, "\(path) at \(asked)")
          #expect(kept <= 600)
        }
      }
      wakes.append(wake.seconds - opening.seconds)
      site.clock.sleep(milliseconds: Int(wake.seconds - site.clock.now.seconds) * 1000)
    }
    #expect(wakes == (window > 600 ? [-600, 0] : [0]))
    let report = try site.build()
    #expect(report.extent != .nothing)
    #expect(try lifetime(site, "/", at: site.clock.now) == 600)
  }

  @Test("assets and what is in stock have lifetimes of their own, and private pages stay private")
  func kinds() throws {
    let site = try site(saleAfter: 60)
    try site.build()
    let now = site.clock.now
    #expect(try lifetime(site, "/assets/theme.css", at: now) == 86_400)
    #expect(try lifetime(site, "/media/open.svg", at: now) == 86_400)
    #expect(try lifetime(site, "/availability/eu/0.json", at: now) == 60)
    #expect(try lifetime(site, "/snapshot.json", at: now) == 60)
    let gold = try site.read("private/main/gold/_headers")
    #expect(gold.contains("private, max-age=60"))
    #expect(!gold.contains("public"))
  }

  @Test("nginx and other hosts are told the same")
  func dialects() throws {
    let site = try site(saleAfter: 60)
    try site.build()
    let expires = HTTPTime.text(site.clock.now.adding(seconds: 60))
    let nginx = try site.read("public/_headers.nginx")
    #expect(nginx.contains("map $uri $trumeau_expires {\n  default \"\(expires)\";\n"))
    #expect(nginx.contains("  \"~^/assets/\" \"\";\n"))
    #expect(nginx.contains("  \"~^/snapshot\\.json$\" \"public, max-age=60\";\n"))
    let json = try JSON.parse(try site.read("public/_headers.json")).value
    #expect(json["default"]?["expires"]?.string == expires)
    #expect(json["rules"]?.children.first?["cache_control"]?.string == "public, max-age=86400")
  }

  @Test("the lifetimes are settings")
  func settings() throws {
    let site = try site(saleAfter: 5_000)
    let text = try site.read("storefronts/main.yaml")
    try site.folder.write(
      "storefronts/main.yaml", text + "\ncache: { pages: 2h, availability: 30s, assets: 7d }\n")
    let report = try site.build()
    #expect(report.nextWake == report.nextChange)
    #expect(try lifetime(site, "/assets/theme.css", at: site.clock.now) == 604_800)
    #expect(try lifetime(site, "/", at: site.clock.now) == 5_000)
  }

  @Test("headers are the same bytes after an update as after a full build, at any time")
  func incremental() throws {
    let houses = try TwoHouses(seed: 12)
    try houses.compare("first")
    for number in 0..<12 {
      var step = ChangingShop.Step(name: "time")
      step.seconds = 3_000
      try houses.take(step)
      try houses.compare("\(number) times 3,000 s")
    }
  }
}

@Suite("When the next build is due")
struct NextWakeTests {
  @Test("a file says it, for schedulers, and is empty where nothing is to come")
  func file() throws {
    let site = try VirtualSite(SmallHouse.archive)
    try site.build()
    #expect(try site.read(".trumeau/next-wake") == "")
    #expect(NextWake.read(project: site.path) == nil)
    try site.folder.write(
      "drops/winter.yaml",
      """
      opens: 2026-12-01T09:00
      early: { gold: 24h }
      products: [second-square]
      """)
    let report = try site.build()
    #expect(report.nextChange?.rfc3339 == "2026-11-30T08:00:00Z")
    #expect(try site.read(".trumeau/next-wake") == "2026-11-30T07:50:00Z\n")
    // A build for another time does not put it off.
    let later = try #require(Instant(rfc3339: "2026-12-02T00:00:00Z"))
    try site.build(.init(at: later, workers: 2))
    #expect(try site.read(".trumeau/next-wake") == "2026-11-30T07:50:00Z\n")
  }
}

@Suite("A build is due when the year ends that pages show")
struct YearsEndTests {
  /// A house whose layout shows a part of the time, in a zone.
  private func site(_ pattern: String, zone: String) throws -> VirtualSite {
    let site = try VirtualSite(SmallHouse.archive)
    let layout = "templates/layouts/theme.html.liquid"
    let text = try site.read(layout)
    try site.folder.write(
      layout,
      text.replacing("</body>", with: "<p>© {{ 'now' | date: '\(pattern)' }}</p></body>"))
    let settings = try site.read("trumeau.yaml")
    try site.folder.write(
      "trumeau.yaml",
      settings.replacing("time_zone: Europe/Paris", with: "time_zone: \(zone)"))
    return site
  }

  @Test(
    "by the clocks of the project, and not more exactly than pages show it",
    arguments: [
      ("%Y", "Asia/Tokyo", "2026-12-31T15:00:00Z"),
      ("%Y", "America/New_York", "2027-01-01T05:00:00Z"),
      ("%B %Y", "UTC", "2026-12-01T00:00:00Z"), ("%d.%m.", "Asia/Tokyo", "2026-11-24T15:00:00Z"),
      ("%H:%M", "UTC", nil), ("always", "UTC", nil),
    ] as [(String, String, String?)])
  func due(pattern: String, zone: String, wake: String?) throws {
    let site = try site(pattern, zone: zone)
    let report = try site.build()
    #expect(report.nextWake?.rfc3339 == wake)
    #expect(report.nextChange == nil)
    #expect(try site.read(".trumeau/next-wake") == wake.map { "\($0)\n" } ?? "")
  }

  @Test("then all pages show the new year, and the next one is due; builds before it find nothing")
  func turn() throws {
    let site = try site("%Y", zone: "Europe/Paris")
    let wake = try #require(try site.build().nextWake)
    #expect(wake.rfc3339 == "2026-12-31T23:00:00Z")
    #expect(try site.build().nextWake == wake)
    let left = (wake.microseconds - site.clock.now.microseconds) / 1000
    site.clock.sleep(milliseconds: Int(left) - 1000)
    let before = try site.build()
    #expect(before.renderedCount == 0 && before.nextWake == wake)
    site.clock.sleep(milliseconds: 1000)
    let after = try site.build()
    #expect(after.extent == .full("pages show the time"))
    #expect(try site.read("public/index.html").contains("© 2027"))
    #expect(after.nextWake?.rfc3339 == "2027-12-31T23:00:00Z")
  }

  @Test("a window that comes sooner is what a build is due for first")
  func window() throws {
    let site = try site("%Y", zone: "UTC")
    try site.folder.write(
      "drops/winter.yaml", "opens: 2026-12-01T09:00\nproducts: [second-square]\n")
    #expect(try site.build().nextWake?.rfc3339 == "2026-12-01T08:50:00Z")
  }
}

@Suite("Drops of a site")
struct SiteDropTests {
  private func site() throws -> VirtualSite {
    let site = try VirtualSite(SmallHouse.archive)
    try site.folder.write(
      "drops/winter.yaml",
      """
      # Opens in winter time.
      opens: 2026-12-01T09:00
      closes: 2026-12-24T18:00
      zone: Europe/Paris
      early: { gold: 24h }
      products: [second-square]
      """)
    return site
  }

  private func move(_ site: VirtualSite, to text: String) throws {
    let target = try #require(Instant(rfc3339: text))
    site.clock.sleep(milliseconds: Int(target.seconds - site.clock.now.seconds) * 1000)
  }

  @Test(
    "before it opens nothing of the product is in the public root; then it is, and then no more")
  func life() throws {
    let site = try site()
    let page = "en-eu/products/second-square/index.html"
    let times: [(String, gold: Bool, everybody: Bool)] = [
      ("2026-11-30T07:59:59Z", false, false), ("2026-11-30T08:00:00Z", true, false),
      ("2026-12-01T07:59:59Z", true, false), ("2026-12-01T08:00:00Z", true, true),
      ("2026-12-24T16:59:59Z", true, true), ("2026-12-24T17:00:00Z", false, false),
    ]
    for (time, gold, everybody) in times {
      try move(site, to: time)
      try site.build()
      #expect(site.exists("private/main/gold/\(page)") == gold, "gold at \(time)")
      #expect(site.exists("public/\(page)") == everybody, "everybody at \(time)")
      guard !everybody else { continue }
      for (path, bytes) in try site.content(["public"]) {
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(!text.contains("second-square") && !text.contains("Second Square"), "\(path)")
        #expect(!text.contains("SECOND-SQ-1") && !text.contains("prd_second"), "\(path)")
      }
    }
  }

  @Test("any future can be built, also across a change of the clocks")
  func future() throws {
    let site = try VirtualSite(SmallHouse.archive)
    try site.folder.write(
      "drops/spring.yaml",
      """
      opens: 2027-03-28T02:30
      zone: Europe/Paris
      products: [second-square]
      """)
    let page = "public/en-eu/products/second-square/index.html"
    // 02:30 is left out that night: it opens at 03:30, which is 01:30Z, and not before.
    for (time, isOpen) in [("2027-03-28T01:29:59Z", false), ("2027-03-28T01:30:00Z", true)] {
      let at = try #require(Instant(rfc3339: time))
      try site.build(.init(at: at, workers: 2))
      #expect(site.exists(page) == isOpen, "\(time)")
    }
  }

  @Test("a product that is renamed stays kept back")
  func renamed() throws {
    let site = try site()
    try site.build()
    do {
      let store = try MirrorStore(
        path: "\(site.path)/.trumeau/demo.sqlite", tenant: "demo", clock: site.clock)
      try store.edit(
        RecordKey(.product, "prd_second"), [FieldEdit("handle", .text("third-square"))],
        source: .cli)
    }
    try site.build()
    #expect(!site.exists("public/en-eu/products/third-square/index.html"))
    #expect(!site.exists("public/en-eu/products/second-square/index.html"))
  }

  @Test("a drop that is not understood opens nothing")
  func wrong() throws {
    let site = try site()
    let sink = DiagnosticSink()
    try site.folder.write("drops/other.yaml", "opens: tomorrow\nproducts: [open-square]\n")
    _ = try Project.load(from: site.path, sink: sink)
    #expect(sink.hasErrors)
    #expect(sink.all.first?.location?.file == "drops/other.yaml")
  }

  @Test("a name that nothing has is a warning, because it may be still to come")
  func unknown() throws {
    let site = try site()
    try site.folder.write(
      "drops/other.yaml", "opens: 2026-12-01T09:00\nproducts: [not-yet]\n")
    let report = try site.build()
    #expect(report.diagnostics.map(\.code).contains("catalogue.drop-unknown"))
  }

  @Test("an incremental build opens a drop as a full one does")
  func incremental() throws {
    let site = try site()
    try site.build()
    for time in ["2026-11-30T08:00:00Z", "2026-12-01T08:00:00Z", "2026-12-24T17:00:00Z"] {
      try move(site, to: time)
      try site.build()
      let quick = try site.content()
      try site.build(.init(workers: 2, isFull: true))
      #expect(try site.content() == quick, "\(time)")
    }
  }
}

@Suite("What coming windows change")
struct WindowForecastTests {
  private func lines(_ site: VirtualSite) throws -> [String] {
    let sink = DiagnosticSink()
    let project = try Project.load(from: site.path, sink: sink)
    let storefront = try #require(project.storefronts.first)
    let forecast = try WindowForecast(
      project, storefront, after: site.clock.now,
      until: site.clock.now.adding(seconds: 400 * 86_400))
    return forecast.wakes.flatMap { wake in
      wake.changes.map { change in
        "\(wake.at.rfc3339) \(change.kind.rawValue) \(change.id) "
          + "\(change.before ?? "-") \(change.after ?? "-") \(change.audiences.joined(separator: ","))"
      }
    }
  }

  @Test("drops, sales and articles are listed with whom they concern")
  func listed() throws {
    let site = try VirtualSite(SmallHouse.archive)
    let sale =
      #"{"type":"price","id":"prc_sale","attributes":{"amount":30000,"currency":"EUR","from":"2026-12-05T00:00:00Z","until":"2026-12-08T00:00:00Z"},"links":{"variant":"var_open","price_list":"pl_eu"}}"#
    try site.fill(try Files.readText("\(site.path)/seed.jsonl") + "\n" + sale)
    try site.folder.write(
      "drops/winter.yaml",
      "opens: 2026-12-01T09:00\nearly: { gold: 24h }\nproducts: [second-square]\n")
    try site.folder.write(
      "content/journal/winter.md",
      "---\ntitle: Winter\npublished_at: 2026-12-02T10:00\n---\nSnow.\n")
    #expect(
      try lines(site) == [
        "2026-11-30T08:00:00Z appears prd_second hidden purchase gold in eu,gold in jp",
        "2026-12-01T08:00:00Z appears prd_second hidden purchase public in eu,public in jp",
        "2026-12-02T09:00:00Z article winter - - everybody",
        "2026-12-05T00:00:00Z price prd_open 420.50 EUR 300.00 EUR public in eu",
        "2026-12-08T00:00:00Z price prd_open 300.00 EUR 420.50 EUR public in eu",
      ])
  }

  @Test("an article in the shop's own language is due, though the usual language is another")
  func sourceLanguage() throws {
    let site = try VirtualSite(
      SmallHouse.archive.replacing("locales: [en, fr]", with: "locales: [fr, en]"))
    try site.folder.write("trumeau.yaml", site.read("trumeau.yaml") + "source_locale: en\n")
    try site.folder.write(
      "content/journal/winter.en.md",
      "---\ntitle: Winter\npublished_at: 2026-12-02T10:00\n---\nSnow.\n")
    #expect(try lines(site) == ["2026-12-02T09:00:00Z article winter - - everybody"])
  }

  @Test("where no window is to come, nothing is listed")
  func none() throws { #expect(try lines(VirtualSite(SmallHouse.archive)) == []) }

  @Test("an article of a time to come is not there before, and is due")
  func article() throws {
    let site = try VirtualSite(SmallHouse.archive)
    try site.folder.write(
      "content/journal/winter.md",
      "---\ntitle: Winter\npublished_at: 2026-12-02T10:00 Europe/London\n---\nSnow.\n")
    let report = try site.build()
    #expect(report.nextChange?.rfc3339 == "2026-12-02T10:00:00Z")
    #expect(!site.exists("public/en-eu/journal/winter/index.html"))
    let due = try #require(report.nextChange)
    site.clock.sleep(milliseconds: Int(due.seconds - site.clock.now.seconds) * 1000)
    try site.build()
    #expect(site.exists("public/en-eu/journal/winter/index.html"))
  }
}

import Bytes
import Contract
import Diagnostics
import LocalMirror
import Machine
import Settings
import Support
import Synchronization
import Testing

@testable import Site
@testable import Storefront

/// One shop in two projects: in one each build renders what is different, in the other everything.
struct TwoHouses {
  let shop: ChangingShop
  let one: VirtualSite
  let whole: VirtualSite

  /// Templates that look things up, print the year and show related products.
  static let theme = """
    -- templates/layouts/theme.html.liquid --
    <!doctype html><html><head><title>{{ page_title | escape }}</title>
    {{ content_for_header }}</head><body>
    {% section 'header' %}{{ content_for_layout }}<p>{{ 'now' | date: '%Y' }}</p></body></html>
    -- templates/pages/index.html.liquid --
    {% for card in collections['silk'].products %}{% render 'card', card: card %}{% endfor %}
    {% render 'card', card: all_products['product-3'] %}
    -- templates/pages/product.html.liquid --
    <h1>{{ product.title | escape }}</h1>{{ product.description }}
    {% for image in product.images %}<img src="{{ image.src }}" alt="{{ image.alt | escape }}">{% endfor %}
    {% for variant in product.variants %}<p>{{ variant.sku }} {{ variant.price | money }}{% if variant.member_price %} member {{ variant.member_price.amount | money }}{% endif %}</p>{% endfor %}
    {% for link in product.collections %}<a href="{{ link.url }}">{{ link.title }}</a>{% endfor %}
    {% for card in product.related %}{% render 'card', card: card %}{% endfor %}
    {% for link in alternates %}{{ link.href }} {% endfor %}
    -- templates/pages/collection.html.liquid --
    <h1>{{ collection.title | escape }}</h1>{{ collection.description }}<img src="{{ collection.image.src }}" alt="{{ collection.image.alt | escape }}">
    {% for card in collection.products %}{% render 'card', card: card %}{% endfor %}{{ paginate | default_pagination }}
    {% for link in alternates %}{{ link.href }} {% endfor %}
    -- templates/pages/page.html.liquid --
    <h1>{{ page.title | escape }}</h1>{{ page.content }}{{ collections['room-1'].title | escape }}
    {{ collections[0].title | escape }} {{ collections['bags'].products.first.title | escape }}
    -- templates/pages/article.html.liquid --
    <h1>{{ article.title | escape }}</h1>{{ collections['red'].all_products_count }}
    -- content/pages/rooms.md --
    ---
    title: Rooms
    ---
    Come and see the Amber room, and Birch 3.

    """

  init(seed: UInt64) throws {
    one = try VirtualSite(SmallHouse.archive)
    whole = try VirtualSite(SmallHouse.archive)
    shop = ChangingShop(seed: seed, start: one.clock.now)
    for site in [one, whole] {
      try site.folder.unpack(Self.theme)
      let settings = try site.read("storefronts/main.yaml")
      try site.folder.write("storefronts/main.yaml", "\(settings)\nrelated_products: 2\n")
      try Files.remove("\(site.path)/.trumeau/demo.sqlite")
    }
    let step = try shop.first()
    for site in [one, whole] { try begin(site, step) }
  }

  private func begin(_ site: VirtualSite, _ step: ChangingShop.Step) throws {
    let store = try MirrorStore(
      path: "\(site.path)/.trumeau/demo.sqlite", tenant: "demo", clock: site.clock,
      random: SeededRandom(seed: 7))
    let snapshot = try store.beginSnapshot(of: VirtualSite.source, connector: "native")
    _ = try store.apply(
      SourcePage(records: step.records, cursor: "p", hasMore: false), of: snapshot)
    _ = try store.finish(snapshot, cursor: "c")
    #expect(try store.quarantine().map(\.reason) == [])
  }

  /// Makes a change in both projects.
  func take(_ step: ChangingShop.Step) throws {
    for site in [one, whole] {
      site.clock.sleep(milliseconds: Int(step.seconds) * 1000)
      for file in step.files {
        if let text = file.text {
          try site.folder.write(file.path, text)
        } else {
          try Files.remove("\(site.path)/\(file.path)")
        }
      }
      let isQuiet =
        step.records.isEmpty && step.tombstones.isEmpty && step.edits.isEmpty
      if isQuiet && !step.isIdlePull { continue }
      let store = try MirrorStore(
        path: "\(site.path)/.trumeau/demo.sqlite", tenant: "demo", clock: site.clock)
      if !step.records.isEmpty || !step.tombstones.isEmpty || step.isIdlePull {
        _ = try store.apply(
          SourcePage(
            records: step.records, tombstones: step.tombstones, cursor: "c", hasMore: false))
      }
      let refused = try store.quarantine().map { "\($0.id): \($0.reason)" }
      #expect(refused == [], "\(step.name)")
      for (key, edit) in step.edits {
        if let edit { try store.edit(key, [edit], source: .cli) } else { try store.withdraw(key) }
      }
    }
  }

  /// What became of a build.
  enum Outcome: Equatable {
    case built(String)
    case refused(String)
  }

  private func build(_ site: VirtualSite, isFull: Bool) throws -> (Outcome, BuildReport?) {
    do {
      let report = try site.build(
        .init(allowsShrink: true, workers: 1 + shop.random.below(3), isFull: isFull))
      return (.built(report.snapshotID), report)
    } catch let error as SiteError {
      let codes = error.diagnostics.filter { $0.severity == .error }.map(\.code).sorted()
      return (.refused(codes.joined(separator: " ")), nil)
    } catch let error as LeakError {
      return (.refused("leak \(Set(error.leaks.map(\.kind.rawValue)).sorted())"), nil)
    }
  }

  /// Builds both and compares everything; gives the report of the build that renders what is different.
  @discardableResult
  func compare(_ name: String) throws -> BuildReport? {
    let (first, report) = try build(one, isFull: false)
    let (second, _) = try build(whole, isFull: true)
    #expect(first == second, "\(name)")
    guard first == second, let report else { return nil }
    let how = "\(name), \(report.extent)"
    let (left, right) = (try one.content(), try whole.content())
    for path in Set(left.keys).union(right.keys).sorted() where left[path] != right[path] {
      Issue.record(
        "\(path) is \(text(left[path])) where a full build has \(text(right[path])), after \(how)")
    }
    #expect(try outputs(one) == outputs(whole), "\(how)")
    #expect(try manifest(one) == manifest(whole), "\(how)")
    #expect(try dates(one) == dates(whole), "\(how)")
    let (known, expected) = (try record(one), try record(whole))
    for (part, text) in expected where known[part] != text {
      Issue.record("the record has other \(part), after \(how): \(known[part] ?? "") for \(text)")
    }
    return report
  }

  /// What the record of the last build says, as text by part, without what tells builds apart.
  private func record(_ site: VirtualSite) throws -> [String: String] {
    let bytes = try Files.read("\(site.path)/.trumeau/generations/main/record")
    let record = try #require(BuildRecord(reading: bytes))
    var parts: [String: String] = [:]
    parts["products"] = "\(Array(record.ids)) \(Array(record.handles)) \(record.flags)"
    parts["cards"] = "\(record.traces.cards)"
    parts["windows"] =
      "\(record.traces.nextChanges) \(record.nextSharedChange) \(record.nextCollectionChange)"
    parts["collections"] = "\(record.collections)"
    parts["lookups"] =
      "\(record.lookups.map { page in "\(page.view) \(page.product) \(page.file) \(page.set > 0 ? record.lookupSets[Int(page.set) - 1].sorted() : [])" })"
    parts["pictures"] = "\(record.pictures.map { $0.map { "\($0.key.hex) \($0.value)" }.sorted() })"
    parts["sitemaps"] = "\(record.sitemaps)"
    parts["roots"] = "\(record.roots.map { root in var root = root; root.inode = 0; return root })"
    for root in record.roots.indices {
      let ledger = try #require(record.ledger(ofRoot: root))
      parts["secrets of \(root)"] =
        "\(ledger.texts.map { "\(String(decoding: $0.secret.text, as: UTF8.self)) \($0.secret.kind) \($0.secret.record.id) \($0.secret.owner) \($0.witnesses.isPublic)" })"
      parts["prices of \(root)"] =
        "\(ledger.priced.map { "\($0.record.id) \($0.owner) \($0.anchors) \($0.amounts.map(\.minor).sorted())" })"
      parts["short of \(root)"] = "\(ledger.short)"
    }
    return parts
  }

  /// All that is known of what is published, byte for byte.
  func state(_ site: VirtualSite) throws -> [String: [UInt8]] {
    var state = try site.content()
    for name in ["manifest", "record", "dates"] {
      state[name] = try? Files.read("\(site.path)/.trumeau/generations/main/\(name)")
    }
    state["outputs"] = Array("\(try outputs(site))".utf8)
    return state
  }

  private func text(_ bytes: [UInt8]?) -> String {
    bytes.map { "“\(String(decoding: $0, as: UTF8.self).suffix(1500))”" } ?? "not there"
  }

  private func outputs(_ site: VirtualSite) throws -> [OutputEntry] {
    let ledger = try BuildLedger(path: "\(site.path)/.trumeau/demo.sqlite")
    return try ledger.roots().flatMap { try ledger.outputs(in: $0) }
  }

  private func manifest(_ site: VirtualSite) throws -> SiteManifest {
    let bytes = try Files.read("\(site.path)/.trumeau/generations/main/manifest")
    var manifest = try #require(SiteManifest(reading: bytes))
    manifest.generation = 0
    for index in manifest.entries.indices { manifest.entries[index].modified = 0 }
    return manifest
  }

  private func dates(_ site: VirtualSite) throws -> String {
    var dates = SitemapDates(
      reading: try Files.read("\(site.path)/.trumeau/generations/main/dates"))
    dates.keepAll()
    return dates.text().string
  }
}

@Suite("A build that renders what is different")
struct IncrementalBuildTests {
  /// A number that the environment may set, for long runs.
  static func number(_ name: String, or usual: Int) -> Int {
    Environment.value(name).flatMap { Int($0) } ?? usual
  }

  private static func chance() -> Int {
    SystemRandom().bytes(3).reduce(0) { $0 << 8 | Int($1) }
  }

  @Test("gives what a full build gives, byte for byte, whatever changes")
  func equalsFull() throws {
    let seed = UInt64(Self.number("TRUMEAU_SEED", or: Self.chance()))
    let count = Self.number("TRUMEAU_SEQUENCES", or: 3)
    let length = Self.number("TRUMEAU_STEPS", or: 8)
    var extents: [String: Int] = [:]
    for sequence in 0..<count {
      let houses = try TwoHouses(seed: seed + UInt64(sequence))
      var steps: [String] = []
      for number in 0...length {
        if number > 0 {
          let step = try houses.shop.next()
          steps.append(step.name)
          try houses.take(step)
        }
        let name =
          "seed \(seed + UInt64(sequence)), step \(number): \(steps.joined(separator: ", "))"
        let before = number > 0 ? try houses.state(houses.one) : [:]
        var report = try houses.compare(name)
        if number > 0, report.map({ $0.extent != .nothing }) ?? false,
          houses.shop.random.below(5) == 0
        {
          try #require(try houses.one.rollBack() != nil, "\(name)")
          let after = try houses.state(houses.one)
          #expect(
            before.keys.sorted() == after.keys.sorted()
              && before.allSatisfy { after[$0.key] == $0.value }, "taken back, \(name)")
          report = try houses.compare("taken back and built again, \(name)")
          extents["taken back", default: 0] += 1
        }
        extents[report?.extent.word ?? "refused", default: 0] += 1
        if case .full(let reason)? = report?.extent, number > 0 {
          extents["full: \(reason)", default: 0] += 1
        }
      }
    }
    print("incremental builds with seed \(seed): \(extents.sorted { $0.key < $1.key })")
    #expect((extents["update"] ?? 0) > 0, "seed \(seed)")
  }

  struct Cut: Error {}

  @Test("is carried out to its end by the next start, wherever it was cut")
  func cuts() throws {
    let houses = try TwoHouses(seed: 11)
    try houses.compare("first")
    var cut = 0
    while true {
      try houses.take(houses.shop.retitle())
      let steps = Counter()
      let here = cut
      do {
        let report = try houses.one.build(after: { _ in if steps.next() == here { throw Cut() } })
        #expect(report.extent == .update)
        #expect(cut > 6)
        break
      } catch is Cut {
        try houses.compare("cut at step \(cut)")
      }
      cut += 1
    }
  }

  @Test("has nothing to do where nothing changed, and says why it does everything where it must")
  func extents() throws {
    let houses = try TwoHouses(seed: 5)
    let site = houses.one
    func extent() throws -> BuildExtent { try site.build().extent }
    #expect(try extent() == .full("nothing is known of a build before this one"))
    #expect(try extent() == .nothing)
    site.clock.sleep(milliseconds: 1000)
    #expect(try extent() == .nothing)
    try site.folder.write("templates/pages/404.html.liquid", "<h1>Gone</h1>")
    #expect(try extent() == .full("the template pages/404 changed"))
    try site.folder.write("content/pages/about.md", "---\ntitle: About us\n---\nText.\n")
    #expect(try extent() == .full("the content changed"))
    try houses.take(houses.shop.retitle())
    #expect(try extent() == .update)
    #expect(try extent() == .nothing)
    try Files.removeTree("\(site.path)/public")
    #expect(try extent() == .full("public is not what was published"))
  }

  @Test("makes anew what somebody removed or changed by hand, also after an update")
  func byHand() throws {
    let houses = try TwoHouses(seed: 5)
    let site = houses.one
    try site.build()
    try houses.take(houses.shop.retitle())
    #expect(try site.build().extent == .update)
    let whole = try site.content()
    let path = try #require(whole.keys.sorted().first { $0.contains("product-1/") })
    try Files.remove("\(site.path)/\(path)")
    #expect(try site.build().extent == .full("\(path) is not what was published"))
    #expect(try site.content() == whole)
    try Files.replace("\(site.path)/\(path)", with: Array("by hand".utf8))
    #expect(try site.build().extent == .full("\(path) is not what was published"))
    #expect(try site.content() == whole)
    #expect(try site.build().extent == .nothing)
  }

  @Test("renders only pages that a change can reach")
  func reach() throws {
    let houses = try TwoHouses(seed: 5)
    try houses.compare("first")
    try houses.take(houses.shop.redescribe())
    let report = try #require(try houses.compare("description"))
    #expect(report.extent == .update)
    #expect(
      report.changes.allSatisfy {
        $0.path.contains("product-1/") || $0.path.contains("sitemap")
          || $0.path.hasSuffix("/snapshot.json")
      })
    #expect(report.renderedCount < report.pageCount / 4)
  }

  @Test("a dry run lists what the next build changes, and changes nothing")
  func dry() throws {
    let houses = try TwoHouses(seed: 5)
    let site = houses.one
    try site.build()
    try houses.take(houses.shop.retitle())
    let before = try site.content()
    let dry = try site.build(.init(workers: 2, isDry: true))
    #expect(try site.content() == before)
    let real = try site.build()
    #expect(dry.changes == real.changes)
    #expect(!real.changes.isEmpty)
    let whole = try site.build(.init(workers: 2, isFull: true, isDry: true))
    #expect(whole.changes == [])
  }
}

/// Counts calls from any thread.
final class Counter: Sendable {
  private let count = Mutex(0)

  /// How many calls there were before this one.
  func next() -> Int {
    count.withLock { count in
      defer { count += 1 }
      return count
    }
  }
}

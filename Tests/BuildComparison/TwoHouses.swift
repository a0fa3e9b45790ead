import Bytes
import Contract
import Diagnostics
import LocalMirror
import Machine
package import Site
import Storefront
import Support

/// One shop in two projects: in one each build renders what is different, in the other everything.
package struct TwoHouses {
  /// What changes.
  package let shop: ChangingShop
  /// Where each build renders what is different.
  package let one: VirtualSite
  /// Where each build renders everything.
  package let whole: VirtualSite

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
    {% if product.tags contains 'new' %}{{ product.collections.first.products.last.title | escape }}{% endif %}
    {% for card in product.related %}{% render 'card', card: card %}{% endfor %}
    {% for link in alternates %}{{ link.href }} {% endfor %}
    -- templates/pages/collection.html.liquid --
    <h1>{{ collection.title | escape }}</h1>{{ collection.description }}<img src="{{ collection.image.src }}" alt="{{ collection.image.alt | escape }}">
    {% for card in collection.products %}{% render 'card', card: card %}
    {% if forloop.last %}{{ card.description }}{{ card.variants.first.sku }}{% endif %}{% endfor %}{{ paginate | default_pagination }}
    {% for link in alternates %}{{ link.href }} {% endfor %}
    -- templates/pages/page.html.liquid --
    <h1>{{ page.title | escape }}</h1>{{ page.content }}{{ collections['room-1'].title | escape }}
    {{ collections[0].title | escape }} {{ collections['bags'].products.first.title | escape }}
    -- templates/pages/article.html.liquid --
    <h1>{{ article.title | escape }}</h1>{{ collections['red'].all_products_count }}
    {% for collection in collections %}{{ collection.products.first.title | escape }}{% endfor %}
    -- content/pages/rooms.md --
    ---
    title: Rooms
    ---
    Come and see the Amber room, and Birch 3.

    """

  /// Two projects with the first catalogue of a shop, before their first build.
  package init(seed: UInt64) throws {
    one = try VirtualSite(unfilled: SmallHouse.archive)
    whole = try VirtualSite(unfilled: SmallHouse.archive)
    shop = ChangingShop(seed: seed, start: one.clock.now)
    let step = try shop.first()
    for site in [one, whole] {
      try site.folder.unpack(Self.theme)
      let settings = try site.read("storefronts/main.yaml")
      try site.folder.write("storefronts/main.yaml", "\(settings)\nrelated_products: 2\n")
      try site.fill(step.records)
    }
  }

  /// Makes a change in both projects.
  package func take(_ step: ChangingShop.Step) throws {
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
      let store = try site.openMirror()
      if !step.records.isEmpty || !step.tombstones.isEmpty || step.isIdlePull {
        _ = try store.apply(
          SourcePage(
            records: step.records, tombstones: step.tombstones, cursor: "c", hasMore: false))
      }
      try VirtualSite.expectNothingRefused(store)
      for (key, edit) in step.edits {
        if let edit { try store.edit(key, [edit], source: .cli) } else { try store.withdraw(key) }
      }
    }
  }

  // MARK: Building and comparing

  /// What became of a build.
  private enum Outcome: Equatable {
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

  /// What building both showed.
  package struct Comparison {
    /// Of the build that renders what is different; nil where it was refused.
    package var report: BuildReport?
    /// What differs, in words.
    package var differences: [String] = []
    /// What is published; nil where nothing was.
    package var state: PublishedSite?
  }

  /// Builds both and compares everything.
  package func compareBuilds(_ name: String) throws -> Comparison {
    let (first, report) = try build(one, isFull: false)
    let (second, _) = try build(whole, isFull: true)
    var result = Comparison()
    guard first == second else {
      result.differences = ["\(first) where a full build is \(second), after \(name)"]
      return result
    }
    guard let report else { return result }
    result.report = report
    let (state, expected) = (try PublishedSite(one), try PublishedSite(whole))
    result.differences = try state.differences(from: expected).map {
      "\($0), after \(name), \(report.extent)"
    }
    result.state = state
    return result
  }
}

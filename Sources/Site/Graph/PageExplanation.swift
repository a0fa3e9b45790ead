public import Bytes
import Catalog
import LocalMirror
import Machine
import Settings
import Storefront

/// What a published output was made from, as the last build remembers it.
public struct PageExplanation: Sendable {
  /// Its path below the project.
  public var path: String
  /// What it is: `product`, `collection`, `sitemap` …
  public var kind: String
  /// Size in bytes.
  public var byteCount: Int
  /// When what it is about last changed.
  public var lastModified: Instant?
  /// The next instant at which it can be different without any change in the shop.
  public var nextChange: Instant?
  /// The product that it is about.
  public var product: String?
  /// The collection that it lists, or from which its related products come.
  public var collection: String?
  /// Collections of its product, which it names: where one of them has another title or address, or is
  /// shown no more, the page is made again.
  public var collections: [String] = []
  /// Products whose cards it shows: where one of them changes, the page is made again.
  public var cards: [String] = []
  /// What its templates looked up besides: `collections/silk`; `*` is the whole table.
  public var lookups: [String] = []
  /// Which members of its values its templates read, where the build recorded that.
  public var reads: [String] = []
}

extension SiteBuild {
  /// What is known of the output at an address (`https://…`, `/en-eu/…`) or path (`public/…`) of a
  /// storefront, or of the first that has it; nil where there is none.
  public func explain(_ address: String, in name: String? = nil) throws -> PageExplanation? {
    let ledger = try BuildLedger(path: project.path(project.site.mirrorPath), clock: time)
    for storefront in project.storefronts where name == nil || storefront.name == name {
      let found = try StorefrontBuild(
        build: self, storefront: storefront, openLedger: ledger, progress: { _ in }
      ).explain(address)
      if let found { return found }
    }
    return nil
  }
}

extension StorefrontBuild {
  fileprivate func explain(_ address: String) throws -> PageExplanation? {
    let roots = [storefront.output] + storefront.tiers.map { storefront.privateOutput(tier: $0) }
    for (root, path) in roots.enumerated() {
      let file = Self.file(of: address, root: path, baseURL: storefront.baseURL)
      guard let output = try ledger.output(file, in: path) else { continue }
      var found = PageExplanation(
        path: "\(path)/\(file)", kind: output.kind, byteCount: output.byteCount,
        lastModified: output.lastModified, nextChange: output.nextChange)
      found.reads = try ledger.reads(of: file, in: path)
      let record = "\(project.root)/.trumeau/generations/\(storefront.name)/record"
      // Without a record there is less to tell.
      if let known = (try? Files.read(record)).flatMap({ BuildRecord(reading: $0) }) {
        try explain(file, root, known, &found)
      }
      return found
    }
    return nil
  }

  private static func file(of address: String, root: String, baseURL: String) -> String {
    var text = address
    if text.hasPrefix(baseURL) { text = String(text.dropFirst(baseURL.count)) }
    if text.hasPrefix("\(root)/") { text = String(text.dropFirst(root.count)) }
    if !text.hasSuffix("/"), !Path.name(of: text).contains(".") { text += "/" }
    return Addresses.file(of: text.isEmpty ? "/" : text)
  }

  private func explain(
    _ file: String, _ root: Int, _ record: BuildRecord, _ found: inout PageExplanation
  ) throws {
    let locales = markets.flatMap(\.locales)
    let rows = markets.flatMap { market in
      market.locales.map {
        Addresses(base: storefront.baseURL, locale: $0, market: market.key).prefix.dropFirst()
      }
    }
    // What stands at `/` is a second name of the first row's page.
    let row = rows.firstIndex { file.hasPrefix("\($0)/") } ?? 0
    let view = root * rows.count + row
    guard record.flags.indices.contains(view) else { return }
    let page = file.hasPrefix("\(rows[row])/") ? String(file.dropFirst(rows[row].count + 1)) : file
    let parts = page.split(separator: "/").map(String.init)
    if parts.count > 2, parts[0] == "products" {
      guard let number = record.number(handle: parts[1], in: locales[row]) else { return }
      try explainProduct(number, view, record, &found)
    } else if parts.count > 2, parts[0] == "collections" {
      explainListing(parts, view, record, &found)
    }
    let name = "\(rows[row])/\(page)"
    let set = record.lookups.first {
      $0.view == view
        && ($0.product >= 0 ? record.ids[Int($0.product)] == found.product : $0.file == name)
    }
    if let set { found.lookups = record.lookupSets[Int(set.set) - 1].sorted() }
  }

  private func explainProduct(
    _ number: Int, _ view: Int, _ record: BuildRecord, _ found: inout PageExplanation
  ) throws {
    found.product = record.ids[number]
    let own = record.collections.filter {
      $0.traces[view].isShown && $0.members.contains(Int32(number))
    }
    found.collections = own.map(\.id)
    guard let first = try first(of: own, record.ids[number]) else { return }
    let state = shown(first, view, record)
    guard let place = state.firstIndex(of: Int32(number)) else { return }
    found.collection = first.id
    for step in 0..<min(storefront.relatedCount, state.count - 1) {
      found.cards.append(record.ids[Int(state[(place + 1 + step) % state.count])])
    }
  }

  /// The collection that comes first on a product's page: the one that is called like its kind.
  private func first(of collections: [BuildRecord.Collection], _ product: String) throws
    -> BuildRecord.Collection?
  {
    let reader = try openReaders(1)[0]
    let context = try reader.contextWithoutMembers(terms: storefront.terms)
    let kind = try reader.product(product, in: .none)?.product.productType
    return collections.first { kind != nil && context.collection($0.id)?.record.title == kind }
      ?? collections.first
  }

  private func explainListing(
    _ parts: [String], _ view: Int, _ record: BuildRecord, _ found: inout PageExplanation
  ) {
    let shown = record.collections.first { collection in
      let translated = collection.pathHandles.isEmpty ? "" : collection.pathHandles[view]
      return (translated.isEmpty ? collection.handle : translated) == parts[1]
    }
    guard let collection = shown else { return }
    found.collection = collection.id
    let number = parts.dropFirst(2).lazy.compactMap { Int($0) }.first ?? 1
    found.cards = self.shown(collection, view, record).dropFirst((number - 1) * storefront.pageSize)
      .prefix(storefront.pageSize).map { record.ids[Int($0)] }
  }

  /// Products of a collection that a view shows.
  private func shown(_ collection: BuildRecord.Collection, _ view: Int, _ record: BuildRecord)
    -> [Int32]
  {
    collection.members.filter { Survey.Flags(bits: record.flags[view][Int($0)]).isVisible }
  }
}

public import Bytes
import Catalog
import Diagnostics
import LocalMirror
import Machine
public import Settings
import Storefront

/// What the coming windows of a storefront change, and for whom: found by looking at every product just
/// before and just after each border of a window.
public struct WindowForecast: Sendable {
  /// Something that is different from an instant on.
  public struct Change: Sendable, Hashable {
    /// What becomes of it; the raw value is part of the public contract.
    public enum Kind: String, Sendable {
      /// It can be seen, and could not.
      case appears
      /// It cannot be seen any more.
      case disappears
      /// More of it can be seen, or it can be bought.
      case opens
      /// Less of it can be seen, or it cannot be bought any more.
      case shuts
      /// It has another price.
      case price
      /// An article is published.
      case article
    }

    /// What becomes of it.
    public let kind: Kind
    /// `product`, `collection` or `article`.
    public let type: String
    /// Its id, or the article's handle.
    public let id: String
    /// What it is called.
    public let title: String
    /// For whom: `public` or the key of a tier, with the keys of their markets.
    public var audiences: [String]
    /// What was before: a visibility, or the lowest price.
    public let before: String?
    /// What is then.
    public let after: String?
  }

  /// An instant at which something changes.
  public struct Wake: Sendable {
    /// The instant.
    public let at: Instant
    /// From when on caches are told to end there: when the build before it is due.
    public let cachesFrom: Instant
    /// What changes, at most `WindowForecast.limit`.
    public fileprivate(set) var changes: [Change]
    /// How many changes there are.
    public fileprivate(set) var count: Int
  }

  /// The most changes that are kept of an instant.
  public static let limit = 500

  /// The instants at which something changes, in order.
  public let wakes: [Wake]

  /// Looks at the windows after `from` until `until`.
  ///
  /// Reads every product once, and works at those that have a window. O(products + windows × markets ×
  /// tiers).
  ///
  /// - Throws: `MirrorError`, `MachineError`.
  public init(
    _ project: Project, _ storefront: StorefrontSettings, after from: Instant, until: Instant
  ) throws {
    let reader = try MirrorReader(
      path: project.path(project.site.mirrorPath), tenant: project.site.tenant)
    let context = try reader.context(
      at: from, pricesOfMarket: storefront.defaultMarket.marketID, terms: storefront.terms)
    var finder = WindowFinder(context: context, storefront: storefront, from: from, until: until)
    try reader.forEachProduct(in: .none) { finder.look(at: $0) }
    for collection in context.collections { finder.look(at: collection.record) }
    try finder.lookAtArticles(project, reader)
    let notice = storefront.cache.pages
    wakes = finder.found.sorted { $0.key < $1.key }.map { instant, found in
      Wake(
        at: instant, cachesFrom: max(instant.adding(seconds: -notice), from),
        changes: found.changes, count: found.count)
    }
  }
}

/// Gathers what changes at the borders of windows.
private struct WindowFinder {
  struct Found {
    var changes: [WindowForecast.Change] = []
    var count = 0
  }

  /// Somebody who looks.
  private struct Looker {
    let viewer: Viewer
    let market: String
    let audience: String
  }

  private let context: CatalogContext
  private let storefront: StorefrontSettings
  private let from: Instant
  private let until: Instant
  private let lookers: [Looker]
  private let entitled: Set<ResourceReference>
  private(set) var found: [Instant: Found] = [:]

  init(
    context: CatalogContext, storefront: StorefrontSettings, from: Instant, until: Instant
  ) {
    self.context = context
    self.storefront = storefront
    self.from = from
    self.until = until
    let tiers = [nil] + storefront.tiers.map { key in context.tier(key: key) }.filter { $0 != nil }
    lookers = storefront.markets.flatMap { settings -> [Looker] in
      guard let market = context.market(settings.marketID) else { return [] }
      return tiers.map { tier in
        Looker(
          viewer: Viewer(market: market, tier: tier, in: context), market: settings.key,
          audience: tier?.key ?? "public")
      }
    }
    entitled = Set(
      context.entitlements.filter { $0.window != .always }.compactMap(\.resource))
  }

  private func isToCome(_ instant: Instant) -> Bool { instant > from && instant <= until }

  private func add(_ window: Window, to borders: inout Set<Instant>) {
    for border in [window.from, window.until].compactMap(\.self) where isToCome(border) {
      borders.insert(border)
    }
  }

  private func addBorders(of resource: ResourceReference, to borders: inout Set<Instant>) {
    for gate in context.gates(of: resource) {
      add(gate.window, to: &borders)
      if let opening = gate.publicFrom, isToCome(opening) { borders.insert(opening) }
    }
    guard entitled.contains(resource) else { return }
    for entitlement in context.entitlements(to: resource) { add(entitlement.window, to: &borders) }
  }

  // MARK: Products

  mutating func look(at bundle: ProductBundle) {
    guard bundle.product.status == .active else { return }
    var borders: Set<Instant> = []
    addBorders(of: bundle.reference, to: &borders)
    for variant in bundle.variants {
      addBorders(of: ResourceReference(type: "variant", id: variant.id), to: &borders)
      for price in bundle.prices[variant.id] ?? [] {
        add(price.window, to: &borders)
        if let list = context.priceList(price.priceListID) { add(list.window, to: &borders) }
        addBorders(of: ResourceReference(type: "price", id: price.id), to: &borders)
      }
    }
    let context = context
    for border in borders.sorted() {
      compare(at: border, "product", bundle.product.id, bundle.product.title) { viewer, instant in
        Self.state(of: bundle, viewer, context, instant)
      }
    }
  }

  private struct State: Equatable {
    var visibility: Visibility
    var price: String?
  }

  private static func state(
    of bundle: ProductBundle, _ viewer: Viewer, _ context: CatalogContext, _ instant: Instant
  ) -> State {
    let access = Gatekeeper.access(to: bundle.product, for: viewer, in: context, at: instant)
    guard access.visibility >= .viewOnly else { return State(visibility: access.visibility) }
    let range = bundle.priceRange(for: viewer, in: context, at: instant)
    return State(visibility: access.visibility, price: range.map { "\($0.lowest.amount)" })
  }

  mutating func look(at collection: CollectionRecord) {
    let resource = ResourceReference(type: "collection", id: collection.id)
    var borders: Set<Instant> = []
    addBorders(of: resource, to: &borders)
    let context = context
    for border in borders.sorted() {
      compare(at: border, "collection", collection.id, collection.title) { viewer, instant in
        State(
          visibility: Gatekeeper.access(to: resource, for: viewer, in: context, at: instant)
            .visibility)
      }
    }
  }

  private mutating func compare(
    at border: Instant, _ type: String, _ id: String, _ title: String,
    _ state: (Viewer, Instant) -> State
  ) {
    var changes: [WindowForecast.Change] = []
    func add(
      _ kind: WindowForecast.Change.Kind, _ looker: Looker, _ before: String?, _ after: String?
    ) {
      let who = "\(looker.audience) in \(looker.market)"
      let known = changes.firstIndex {
        $0.kind == kind && $0.before == before && $0.after == after
      }
      if let known { return changes[known].audiences.append(who) }
      changes.append(
        WindowForecast.Change(
          kind: kind, type: type, id: id, title: title, audiences: [who], before: before,
          after: after))
    }
    for looker in lookers {
      let before = state(looker.viewer, Instant(microseconds: border.microseconds - 1))
      let after = state(looker.viewer, border)
      if before.visibility != after.visibility {
        let kind: WindowForecast.Change.Kind =
          if before.visibility == .hidden { .appears } else if after.visibility == .hidden {
            .disappears
          } else {
            before.visibility < after.visibility ? .opens : .shuts
          }
        add(kind, looker, before.visibility.word, after.visibility.word)
      } else if before.price != after.price {
        add(.price, looker, before.price, after.price)
      }
    }
    for change in changes { note(change, at: border) }
  }

  private mutating func note(_ change: WindowForecast.Change, at instant: Instant) {
    found[instant, default: Found()].count += 1
    if found[instant]?.changes.count ?? 0 < WindowForecast.limit {
      found[instant]?.changes.append(change)
    }
  }

  // MARK: Articles

  mutating func lookAtArticles(_ project: Project, _ reader: MirrorReader) throws {
    let sink = DiagnosticSink()  // a build tells what is wrong with content
    let source = project.sourceLocale(of: storefront)
    let content = try ContentLibrary(
      folder: project.path(storefront.content), shownFolder: storefront.content,
      locales: [storefront.defaultLocale, source], sourceLocale: source,
      renderings: ProductRenderings(
        paths: try reader.fileLedger.renderings(in: storefront.content), isSEOLocal: false),
      zone: project.site.timeZone, sink: sink)
    for handle in content.all(.article) {
      guard let entry = content.entry(.article, handle, in: storefront.defaultLocale)?.entry,
        entry.fields["draft"]?.boolean != true, let due = entry.instant("published_at"),
        isToCome(due)
      else { continue }
      note(
        WindowForecast.Change(
          kind: .article, type: "article", id: handle, title: entry.title,
          audiences: ["everybody"], before: nil, after: nil), at: due)
    }
  }
}

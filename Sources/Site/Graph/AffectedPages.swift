import Storefront
import Catalog

/// Which pages can be different after some products changed, and why.
///
/// What a page is made from is known: its product; the cards that its listing or its related products
/// show; the names of its collections; how many products a collection has; which pages exist in other
/// languages and markets; and what its templates looked up. Each of these is compared with what the
/// record says, and where it is the same, the page is.
struct AffectedPages {
  /// Views in which the page of a product is made, by product.
  var products: [Int: Set<Int>] = [:]
  /// Views in which a product's page is made only if the collection is the first of the product, because
  /// a neighbour of it there has changed.
  var neighbours: [Int: [Int: Set<String>]] = [:]
  /// Other pages, by view.
  private(set) var others: [Int: Set<PageKey>] = [:]
  /// Pages of collections that are no more: view, handle, number.
  var gone: [(view: Int, key: PageKey)] = []
  /// Pages of products that are no more: view and the handle at which they stood.
  private(set) var goneProducts: [(view: Int, handle: String)] = []

  /// Digests of the pictures that stand for collections, by number and view, of those that were compared.
  var pictures: [Int: [UInt64]] = [:]
  /// What views show of collections, by number, of those that were compared.
  var traces: [Int: [CollectionTrace]] = [:]
  /// Whether pages of collections came or went, so that redirects can be others.
  var touchesAddresses = false
  /// Whether collections have other addresses, so that sitemaps have another order.
  var movesAddresses = false

  let record: BuildRecord
  let updated: UpdatedSurvey
  let roots: [RootState]
  let objects: [ViewObjects]
  /// Products of which lists show something else than before, by view.
  let changedCards: [Set<Int32>]
  /// What changed of all that pages can look up, by view.
  private var lookups: [Int: Set<String>] = [:]

  var survey: Survey { updated.survey }

  /// Works out which pages are affected.
  init(
    _ record: BuildRecord, _ updated: UpdatedSurvey, _ plan: StorefrontBuild.Plan,
    _ content: ContentLibrary, hasCollections: Bool
  ) {
    self.record = record
    self.updated = updated
    roots = plan.roots
    objects = plan.objects
    changedCards = objects.indices.map { view in
      Set(
        updated.bundles.keys.filter { Self.isCardChanged($0, view, record, updated) }
          .map { Int32($0) })
    }
    for root in roots {
      for state in root.states { addProducts(state) }
    }
    addCollections(hasCollections: hasCollections)
    addLookups(content)
  }

  /// How many outputs there are to make, at most: pages with all their names.
  var count: Int {
    func names(_ view: Int) -> Int { objects[view].state.isDefault ? 2 : 1 }
    return products.values.reduce(0) { $1.reduce($0) { $0 + names($1) } }
      + others.reduce(0) { $0 + $1.value.count * names($1.key) }
      + neighbours.values.reduce(0) { $1.keys.reduce($0) { $0 + names($1) } }
  }

  // MARK: Products

  private mutating func addProducts(_ state: ViewState) {
    let view = state.index
    for old in updated.old {
      let number = updated.numbers[old]
      let handle = record.handles[old]
      if Survey.Flags(bits: record.flags[view][old]).isVisible {
        note("products/\(handle)", view)
        let shown = record.handle(of: old, in: state.view.locale)
        let isKept =
          number >= 0 && survey.isVisible(Int(number), in: view)
          && survey.handle(of: Int(number), in: state.view.locale) == shown
        if !isKept { goneProducts.append((view, shown)) }
        if !isKept || changedCards[view].contains(number) { note("all_products/\(handle)", view) }
      }
    }
    for number in updated.bundles.keys where survey.isVisible(number, in: view) {
      products[number, default: []].insert(view)
      if changedCards[view].contains(Int32(number)) {
        note("all_products/\(survey.handles[number])", view)
      }
    }
  }

  mutating func note(_ lookup: String, _ view: Int) {
    lookups[view, default: []].insert(lookup)
  }

  mutating func note(_ key: PageKey, _ view: Int) { others[view, default: []].insert(key) }

  private static func isCardChanged(
    _ number: Int, _ view: Int, _ record: BuildRecord, _ updated: UpdatedSurvey
  ) -> Bool {
    let old = updated.oldNumbers[number]
    let before = old < 0 ? 0 : record.traces.cards[view][Int(old)]
    return updated.survey.traces.cards[view][number] != before
  }

  // MARK: Look-ups

  private mutating func addLookups(_ content: ContentLibrary) {
    guard !lookups.isEmpty else { return }
    for (view, changed) in lookups where changed.contains("collections/*") {
      // The list of collections shows the first picture of one of them in its head.
      note(.collections, view)
    }
    var files: [Int: [String: PageKey]] = [:]
    // Many pages share a set, which is looked at once a view.
    let isChanged = lookups.mapValues { changed in
      record.lookupSets.map { !changed.isDisjoint(with: $0) }
    }
    for page in record.lookups {
      guard page.set > 0, isChanged[page.view]?[Int(page.set) - 1] == true else { continue }
      if page.product >= 0 {
        let number = updated.numbers[Int(page.product)]
        guard number >= 0, survey.isVisible(Int(number), in: page.view) else { continue }
        products[Int(number), default: []].insert(page.view)
        continue
      }
      if files[page.view] == nil { files[page.view] = self.files(page.view, content) }
      if let key = files[page.view]?[page.file] { note(key, page.view) }
    }
  }

  private func files(_ view: Int, _ content: ContentLibrary) -> [String: PageKey] {
    let state = objects[view].state
    let root = roots[state.root]
    return Dictionary(
      root.pages(row: state.row, content: content).map { (root.file(of: $0, in: state), $0) },
      uniquingKeysWith: { first, _ in first })
  }
}

extension RootState {
  /// Path of a page's file below the root.
  func file(of key: PageKey, in state: ViewState) -> String {
    Addresses.file(of: state.view.addresses.prefix + suffix(of: key, row: state.row))
  }
}

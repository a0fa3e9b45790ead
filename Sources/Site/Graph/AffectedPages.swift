import Storefront
import Catalog

/// Which pages can be different after some products changed, and why.
///
/// What a page is made from is known: its product; the cards that its listing or its related products
/// show; how many products a collection has; which pages exist in other languages and markets; and what
/// its templates looked up. Each of these is compared with what the record says, and where it is the
/// same, the page is.
struct AffectedPages {
  /// Views in which the page of a product is made, by product.
  private(set) var products: [Int: Set<Int>] = [:]
  /// Views in which a product's page is made only if the collection is the first of the product, because
  /// a neighbour of it there has changed.
  private(set) var neighbours: [Int: [Int: Set<String>]] = [:]
  /// Other pages, by view.
  private(set) var others: [Int: Set<PageKey>] = [:]
  /// Pages of collections that are no more: view, handle, number.
  private(set) var gone: [(view: Int, key: PageKey)] = []
  /// Pages of products that are no more: view and old handle.
  private(set) var goneProducts: [(view: Int, handle: String)] = []

  /// Digests of the pictures that stand for collections, by number and view, of those that contain a
  /// product that changed.
  private(set) var pictures: [Int: [UInt64]] = [:]

  private let record: BuildRecord
  private let updated: UpdatedSurvey
  private let roots: [RootState]
  private let objects: [ViewObjects]
  /// What changed of all that pages can look up, by view.
  private var lookups: [Int: Set<String>] = [:]

  private var survey: Survey { updated.survey }

  /// Works out which pages are affected.
  init(
    _ record: BuildRecord, _ updated: UpdatedSurvey, _ plan: StorefrontBuild.Plan,
    _ content: ContentLibrary
  ) {
    self.record = record
    self.updated = updated
    roots = plan.roots
    objects = plan.objects
    for root in roots {
      for state in root.states { addProducts(state) }
      addCollections(root)
    }
    addLookups(content)
  }

  /// How many pages there are to make, at most.
  var count: Int {
    products.values.reduce(0) { $0 + $1.count } + others.values.reduce(0) { $0 + $1.count }
      + neighbours.values.reduce(0) { $0 + $1.count }
  }

  // MARK: Products

  private mutating func addProducts(_ state: ViewState) {
    let view = state.index
    for old in updated.old {
      let number = updated.numbers[old]
      let handle = record.handles[old]
      if Survey.Flags(bits: record.flags[view][old]).isVisible {
        let isKept =
          number >= 0 && survey.isVisible(Int(number), in: view)
          && survey.handles[Int(number)] == handle
        if !isKept { goneProducts.append((view, handle)) }
        if !isKept || isCardChanged(Int(number), view) { note("all_products/\(handle)", view) }
      }
    }
    for number in updated.bundles.keys where survey.isVisible(number, in: view) {
      products[number, default: []].insert(view)
      if isCardChanged(number, view) { note("all_products/\(survey.handles[number])", view) }
    }
  }

  private mutating func note(_ lookup: String, _ view: Int) {
    lookups[view, default: []].insert(lookup)
  }

  /// Whether lists show something else of a product than before.
  private func isCardChanged(_ number: Int, _ view: Int) -> Bool {
    let old = updated.oldNumbers[number]
    let before = old < 0 ? 0 : record.traces.cards[view][Int(old)]
    return survey.traces.cards[view][number] != before
  }

  // MARK: Collections

  private mutating func addCollections(_ root: RootState) {
    let context = root.states[0].view.context
    var isTouched = [Bool](repeating: false, count: survey.ids.count + 1)
    for number in updated.bundles.keys { isTouched[number] = true }
    for (index, collection) in context.collections.enumerated() {
      let old = record.collections[index].members
      let isOfInterest =
        survey.members[index].contains { isTouched[Int($0)] }
        || old.contains { updated.old.contains(Int($0)) }
      guard isOfInterest else { continue }
      if pictures[index] == nil {
        pictures[index] = objects.map { $0.pictureDigest(of: index) }
      }
      for state in root.states {
        guard let new = state.collection(id: collection.record.id) else { continue }
        compare(new, index, state, root)
      }
    }
  }

  private mutating func compare(
    _ new: CollectionState, _ number: Int, _ state: ViewState, _ root: RootState
  ) {
    let view = state.index
    let members = record.collections[number].members
    let showsOther = pictures[number]?[view] != record.collections[number].pictures[view]
    // By today's numbers, with who is gone as -1.
    let old = members.filter { Survey.Flags(bits: record.flags[view][Int($0)]).isVisible }
      .map { updated.numbers[Int($0)] }
    let now = new.products
    let changed = updated.bundles.keys.filter { isCardChanged($0, view) }
    var dirty: [Int] = []
    for place in now.indices {
      let isOther = place >= old.count || old[place] != now[place]
      if isOther
        || (updated.bundles[Int(now[place])] != nil && isCardChanged(Int(now[place]), view))
      {
        dirty.append(place)
      }
    }
    if dirty.isEmpty && old.count == now.count { return }
    addListing(new, dirty, oldCount: old.count, showsOther: showsOther, state, root)
    addNeighbours(new, old, Set(changed.map { Int32($0) }), state)
  }

  private mutating func addListing(
    _ new: CollectionState, _ dirty: [Int], oldCount: Int, showsOther: Bool, _ state: ViewState,
    _ root: RootState
  ) {
    let view = state.index
    let handle = new.view.handle
    let size = objects[view].pageSize
    let count = new.products.count
    let pages = Paging.pageCount(of: count, size: size)
    let oldPages = Paging.pageCount(of: oldCount, size: size)
    let isWhole = count != oldCount || showsOther || objects[view].wantsFacets
    let numbers = isWhole ? Set(1...max(pages, 1)) : Set(dirty.map { $0 / size + 1 })
    for number in numbers { note(.collection(handle, page: number), view) }
    if numbers.contains(1) { note("collections/\(handle)", view) }
    if isWhole { note("collections/*", view) }
    guard pages != oldPages else { return }
    for number in (min(pages, oldPages) + 1)...max(pages, oldPages) {
      // Pages in other languages and markets name this one, or do so no more.
      for other in root.states {
        let key = PageKey.collection(handle, page: number)
        if root.exists(key, row: other.row) {
          note(key, other.index)
        } else if other.index == view {
          gone.append((view, key))
        }
      }
    }
  }

  private mutating func note(_ key: PageKey, _ view: Int) { others[view, default: []].insert(key) }

  /// Products whose related ones follow them in a collection in which these have changed.
  private mutating func addNeighbours(
    _ new: CollectionState, _ old: [Int32], _ cards: Set<Int32>, _ state: ViewState
  ) {
    let reach = objects[state.index].relatedCount
    guard reach > 0 else { return }
    let now = new.products
    var moved = cards
    if old != now {
      for number in updated.bundles.keys { moved.insert(Int32(number)) }
      moved.insert(-1)
    }
    func add(_ list: [Int32]) {
      // Few are left of a list that is hardly longer than what is shown of it: all of them.
      let isShort = list.count <= reach + 1
      for place in list.indices
      where moved.contains(list[place]) || (isShort && old.count != now.count) {
        for step in 1...min(reach, max(list.count, 1)) {
          let before = list[((place - step) % list.count + list.count) % list.count]
          guard before >= 0, survey.isVisible(Int(before), in: state.index) else { continue }
          neighbours[Int(before), default: [:]][state.index, default: []].insert(new.view.id)
        }
      }
    }
    add(old)
    add(now)
  }

  // MARK: Look-ups

  private mutating func addLookups(_ content: ContentLibrary) {
    guard !lookups.isEmpty else { return }
    for (view, changed) in lookups where changed.contains("collections/*") {
      // The list of collections shows the first picture of one of them in its head.
      note(.collections, view)
    }
    var files: [Int: [String: PageKey]] = [:]
    for page in record.lookups {
      guard let changed = lookups[page.view], page.set > 0,
        !changed.isDisjoint(with: record.lookupSets[Int(page.set) - 1])
      else { continue }
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
    Addresses.file(of: state.view.addresses.prefix + suffix(of: key))
  }
}

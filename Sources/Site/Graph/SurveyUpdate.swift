import Bytes
import Catalog
import LocalMirror
import Machine
import Settings
import Storefront
import Synchronization

/// A survey that was brought up to date, and what became of the products in it.
struct UpdatedSurvey {
  var survey: Survey
  /// Number that each product of the record has now; -1 where it is gone.
  var numbers: [Int32]
  /// Products that changed or are new, by their numbers now.
  var bundles: [Int: ProductBundle]
  /// Numbers in the record of those that changed or are gone.
  var old: Set<Int>
  /// Whether handles or visibility changed, so that redirects can be others.
  var touchesAddresses = false
  /// Whether products have other handles, or others have them.
  var movesAddresses = false

  /// Number that a product had in the record.
  var oldNumbers: [Int32]

  /// Which collections there are, and were.
  let collections: CollectionNumbers

  /// What each root must be searched for that it was not searched for before; nil where there is
  /// nothing.
  var news: [LeakScanner?]
}

/// Brings the survey of the last build up to date: looks at products that changed, and at no other.
///
/// Where that is not enough to know what a full survey would find (two products with one handle), it
/// says so, and everything is built anew. Whether a value that nobody had before is public, or one of
/// which all who are known to make it public have changed, all other products are asked.
struct SurveyUpdate {
  let record: BuildRecord
  let surveyor: Surveyor
  let context: CatalogContext
  /// Whether collections can be others, or otherwise, than at the last build.
  let hasCollections: Bool
  /// The instant at which rules of collections ask for prices, and the market.
  let instant: Instant
  let market: String
  /// One a worker, all of the same state.
  let readers: [MirrorReader]
  /// What is public in each root besides products, noted in books of that kind.
  let common: ([SecretBook]) -> [SecretBook]
  /// The handles by which links of menus and content name products.
  let linkedProducts: () -> Set<String>

  private var reader: MirrorReader { readers[0] }

  /// The most values that are searched for in outputs that are not made anew: with more, everything is.
  static let newsLimit = 20_000

  /// Why a full build is needed.
  struct Insufficient: Error {
    var reason: String
  }

  /// Looks at the products with these ids.
  func run(_ changed: Set<String>, cards makeCards: (TextTable) throws -> CardStore) throws
    -> UpdatedSurvey
  {
    let collections = CollectionNumbers(record, context)
    guard hasCollections || collections.isSame else {
      throw Insufficient(reason: "collections came or went unnoticed")
    }
    guard Set(context.collections.map(\.record.handle)).count == context.collections.count,
      Set(record.collections.map(\.handle)).count == record.collections.count
    else { throw Insufficient(reason: "two collections have one handle") }
    var bare: [String: ProductBundle] = [:]
    for id in changed { bare[id] = try reader.product(id, in: .none) }
    let renumbering = Renumbering(record.ids, changed: changed, existing: Set(bare.keys))
    guard try reader.productCount() == renumbering.ids.count else {
      throw Insufficient(reason: "products came or went unnoticed")
    }
    let members = try members(bare, renumbering, collections)
    let index = Self.index(of: bare.keys.sorted(), members, renumbering.ids, context)
    var bundles: [Int: ProductBundle] = [:]
    for id in bare.keys {
      guard let bundle = try reader.product(id, in: index) else { continue }
      bundles[renumbering.ids.place(of: id).index] = bundle
    }
    return try look(at: bundles, changed, renumbering, members, collections, makeCards)
  }

  /// Which collections products are in.
  static func index(
    of products: [String], _ members: [[Int32]], _ ids: TextTable, _ context: CatalogContext
  ) -> CollectionIndex {
    var wanted: [Int32: String] = [:]
    for id in products { wanted[Int32(ids.place(of: id).index)] = id }
    var isWanted = [Bool](repeating: false, count: ids.count)
    for number in wanted.keys { isWanted[Int(number)] = true }
    var found: [String: [String]] = [:]
    for (collection, numbers) in members.enumerated() {
      for number in numbers where isWanted[Int(number)] {
        guard let id = wanted[number] else { continue }
        found[id, default: []].append(context.collections[collection].record.id)
      }
    }
    return CollectionIndex(ofProducts: found)
  }

  // MARK: Collections

  private func members(
    _ bare: [String: ProductBundle], _ renumbering: Renumbering, _ collections: CollectionNumbers
  ) throws -> [[Int32]] {
    let matcher = CollectionMatcher(context, at: instant, pricesOfMarket: market)
    var matches: [Int: [(number: Int32, title: String, id: String)]] = [:]
    for (id, bundle) in bare {
      let number = Int32(renumbering.ids.place(of: id).index)
      for collection in matcher.matches(bundle) {
        matches[collection, default: []].append((number, bundle.product.title, id))
      }
    }
    let changed = Set(bare.keys.map { Int32(renumbering.ids.place(of: $0).index) })
    let asked = try membersByNewRules(renumbering.ids, collections)
    return try context.collections.indices.map { index in
      if let found = asked[index] { return found }
      let old = collections.old(index).map { record.collections[$0] }
      switch context.collections[index].record.membership {
      case .manual(let listed):
        if let old, renumbering.isSame, !hasCollections { return old.members }
        return renumbering.ids.places(of: listed)
      case .rule:
        var list = (old?.members ?? []).compactMap { renumbering.number(of: $0) }
          .filter { !changed.contains($0) }
        for match in matches[index] ?? [] {
          list.insert(match.number, at: try place(of: match, in: list, renumbering.ids))
        }
        return list
      }
    }
  }

  /// Products of collections whose rule is new or another: all products are asked. By the collection's
  /// number.
  private func membersByNewRules(_ ids: TextTable, _ collections: CollectionNumbers) throws
    -> [Int: [Int32]]
  {
    guard hasCollections else { return [:] }
    let asked = context.collections.indices.filter { index in
      let digest = context.collections[index].record.ruleDigest
      return digest != 0 && collections.old(index).map { record.collections[$0].rule } != digest
    }
    guard !asked.isEmpty else { return [:] }
    let found = try reader.members(
      of: asked.map { context.collections[$0].record }, in: context, at: instant,
      pricesOfMarket: market)
    return Dictionary(uniqueKeysWithValues: zip(asked, found.map { ids.places(of: $0) }))
  }

  /// Where a product stands in a list that is in order of title, then id.
  private func place(
    of match: (number: Int32, title: String, id: String), in list: [Int32], _ ids: TextTable
  ) throws -> Int {
    var low = 0
    var high = list.count
    while low < high {
      let middle = (low + high) / 2
      let id = ids[Int(list[middle])]
      let title = try reader.title(ofProduct: id) ?? ""
      if (title, id) < (match.title, match.id) { low = middle + 1 } else { high = middle }
    }
    return low
  }

  // MARK: Looking

  private func look(
    at bundles: [Int: ProductBundle], _ changed: Set<String>, _ renumbering: Renumbering,
    _ members: [[Int32]], _ collections: CollectionNumbers,
    _ makeCards: (TextTable) throws -> CardStore
  ) throws -> UpdatedSurvey {
    let cards = try makeCards(renumbering.ids)
    var batch = CardStore.Batch()
    var books = Array(
      repeating: SecretBook(folder: surveyor.folder), count: surveyor.rootCount)
    var identity = ByteBuffer(capacity: 1 << 13)
    var flags = record.flags.map { renumbering.moved($0, filler: 0) }
    var traces = ProductTraces(viewCount: 0, productCount: 0)
    traces.cards = record.traces.cards.map { renumbering.moved($0, filler: 0) }
    traces.nextChanges = renumbering.moved(record.traces.nextChanges, filler: .max)
    var addresses = ChangedAddresses()
    var touches = !renumbering.isSame
    for (number, bundle) in bundles.sorted(by: { $0.key < $1.key }) {
      guard
        let trace = surveyor.look(
          at: bundle, number: number, &books, &batch, identity: &identity)
      else { throw Insufficient(reason: "a handle cannot be part of an address") }
      var isSeenOtherwise = false
      for view in surveyor.views.indices {
        let wasVisible = flags[view][number] & 3 != 0
        isSeenOtherwise = isSeenOtherwise || trace.flags[view].isVisible != wasVisible
        flags[view][number] = trace.flags[view].bits
        traces.cards[view][number] = trace.cards[view]
      }
      traces.nextChanges[number] = trace.nextChange
      addresses.note(trace, of: number, isSeenOtherwise: isSeenOtherwise)
      // The handle of a product that nobody sees is not known from before; another's old one may be
      // free now.
      touches = touches || isSeenOtherwise || trace.handle.isEmpty
    }
    try cards.flush(&batch)
    var moves = false
    let table = try handleTable(addresses.handles, renumbering, &moves)
    let translated = try translatedHandles(addresses, table, changed, renumbering, &moves)
    touches = touches || moves
    let old = Set(
      changed.compactMap { id in
        let place = record.ids.place(of: id)
        return place.isThere ? place.index : nil
      })
    let (before, ledgers) = try follow(books, old: old, renumbering, members, bundles)
    let changedNumbers = Set(bundles.keys.map { Int32($0) })
    let news = zip(before, ledgers).map { $1.news(since: $0, changed: changedNumbers) }
    guard news.allSatisfy({ $0?.count ?? 0 <= Self.newsLimit }) else {
      throw Insufficient(reason: "very much is private that was not before")
    }
    let survey = Survey(
      ids: renumbering.ids, handles: table, translatedHandles: translated,
      flags: flags.map { $0.map(Survey.Flags.init(bits:)) }, cards: cards,
      bundles: BundleCache(productCount: 0),
      ledgers: ledgers, members: members, traces: traces)
    return UpdatedSurvey(
      survey: survey, numbers: renumbering.numbers, bundles: bundles, old: old,
      touchesAddresses: touches, movesAddresses: moves, oldNumbers: renumbering.oldNumbers,
      collections: collections, news: news)
  }

  private func handleTable(
    _ handles: [Int: String], _ renumbering: Renumbering, _ moves: inout Bool
  ) throws -> TextTable {
    var isChanged = !renumbering.isSame
    for (number, handle) in handles {
      let old = renumbering.oldNumbers[number]
      let before = old < 0 ? "" : record.handles[Int(old)]
      if before != handle { isChanged = true }
    }
    guard isChanged else { return record.handles }
    moves = true
    let table = TextTable(
      renumbering.ids.indices.lazy.map { number in
        handles[number]
          ?? (renumbering.oldNumbers[number] < 0
            ? "" : record.handles[Int(renumbering.oldNumbers[number])])
      })
    for handle in handles.values
    where !handle.isEmpty
      && (table.indices(of: handle).count > 1
        || !record.translatedHandles.products(handle).isEmpty)
    {
      throw Insufficient(reason: "two products have one handle")
    }
    return table
  }

  // MARK: Secrets

  /// What is private and what is public, by root: as it was, and now.
  private func follow(
    _ books: [SecretBook], old: Set<Int>, _ renumbering: Renumbering, _ members: [[Int32]],
    _ changed: [Int: ProductBundle]
  ) throws -> (before: [SecretLedger], now: [SecretLedger]) {
    guard surveyor.notesSecrets else {
      let none = books.map { SecretLedger([$0]) }
      return (none, none)
    }
    var before: [SecretLedger] = []
    var now: [SecretLedger] = []
    let shared =
      hasCollections ? common(books.map { _ in SecretBook(folder: surveyor.folder) }) : []
    for (root, book) in books.enumerated() {
      guard let ledger = record.ledger(ofRoot: root) else {
        throw Insufficient(reason: "what is known of the last build is damaged")
      }
      before.append(ledger)
      now.append(ledger)
      now[root].follow(book, common: hasCollections ? shared[root] : nil) { number in
        old.contains(Int(number)) ? nil : renumbering.number(of: number)
      }
    }
    let questions = now.map(\.question)
    guard !questions.allSatisfy(\.isEmpty) else { return (before, now) }
    let answers = try ask(questions, renumbering.ids, members, except: changed)
    for root in now.indices { now[root].settle(answers[root]) }
    return (before, now)
  }

  /// Asks everything that has not changed whether it makes values public. O(products).
  private func ask(
    _ questions: [SecretQuestion], _ ids: TextTable, _ members: [[Int32]],
    except changed: [Int: ProductBundle]
  ) throws -> [SecretQuestion] {
    let blank = questions.map { SecretBook(answering: $0) }
    var collections: [String: [String]] = [:]
    for (collection, numbers) in members.enumerated() {
      let id = context.collections[collection].record.id
      for number in numbers { collections[ids[Int(number)], default: []].append(id) }
    }
    let index = CollectionIndex(ofProducts: collections)
    let workers = WorkerReaders(readers)
    let heard = Mutex(common(blank).map(\.question))
    let surveyor = surveyor
    let isChanged = Set(changed.keys)
    // Changed products were heard already, and their own values would answer for all.
    try Parallel.forEach(count: ids.count, chunk: Surveyor.chunk, workers: readers.count) {
      worker, range throws(any Error) in
      var books = blank
      var number = range.lowerBound
      try workers[worker].products(
        from: ids[range.lowerBound], through: ids[range.upperBound - 1], in: index
      ) { bundle in
        if !isChanged.contains(number) { surveyor.hear(bundle, number: number, &books) }
        number += 1
      }
      let answers = books.map(\.question)
      heard.withLock { heard in
        for root in heard.indices {
          if let answer = answers[root] { heard[root]?.add(answer) }
        }
      }
    }
    return heard.withLock { $0 }.compactMap(\.self)
  }
}

extension StorefrontBuild {
  /// Brings the survey of a record up to date. Cards of products that did not change are made when a
  /// page asks for them.
  func updatedSurvey(
    _ record: BuildRecord, _ changed: Set<String>, hasCollections: Bool, _ surveyor: Surveyor,
    _ views: Views, _ inputs: Inputs, common: @escaping ([SecretBook]) -> [SecretBook]
  ) throws -> UpdatedSurvey {
    let update = SurveyUpdate(
      record: record, surveyor: surveyor, context: inputs.context,
      hasCollections: hasCollections, instant: inputs.instant,
      market: storefront.defaultMarket.marketID, readers: inputs.readers, common: common,
      linkedProducts: { linkedProducts(inputs.content) })
    let reader = inputs.sharedReader
    let all = views.all
    return try update.run(changed) { ids in
      try CardStore(
        folder: "\(project.root)/.trumeau", viewCount: all.count, productCount: ids.count
      ) { number, batch in
        guard let bundle = try reader.product(ids[number]) else { return }
        for (index, view) in all.enumerated() {
          guard let product = view.product(bundle) else { continue }
          var builder = TapeBuilder()
          builder.appendCard(product)
          batch.add(builder.finish(), view: index, product: number)
        }
      }
    }
  }
}

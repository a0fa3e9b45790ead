import Bytes
import Catalog
import Diagnostics
import LocalMirror
import Locales
import Machine
import Storefront
import Synchronization

/// What a first pass over all products learns for every view: who may see which, the cards of
/// listings, and the values that must not be found in each root.
final class Survey: Sendable {
  /// What a view may do with a product, in one byte.
  struct Flags: Sendable {
    /// Bits 0 and 1 are the visibility, bit 2 says that it is translated.
    var bits: UInt8 = 0

    init(_ product: ProductView?) {
      guard let product else { return }
      bits = UInt8(product.visibility.rawValue) | (product.isTranslated ? 4 : 0)
    }

    init(bits: UInt8) { self.bits = bits }

    /// Whether there is a page.
    var isVisible: Bool { bits & 3 != 0 }
    /// Whether the page is a real version in its language.
    var isReal: Bool { isVisible && bits & 4 != 0 }
  }

  /// Ids of all products in byte order.
  let ids: TextTable
  /// Handle of each product that any view shows, "" for the rest.
  let handles: TextTable
  /// Handles of products in other languages.
  let translatedHandles: TranslatedHandles
  /// Flags by view and product.
  let flags: [[Flags]]
  /// Cards.
  let cards: CardStore
  /// Products that need not be read again.
  let bundles: BundleCache
  /// What is private and what is public, by root.
  let ledgers: [SecretLedger]
  /// What must not be found, by root.
  let scanners: [LeakScanner]
  /// Numbers of the products of each collection of the context, in order, whoever may see them.
  let members: [[Int32]]
  /// What the next build will want to know.
  let traces: ProductTraces

  /// Made when first asked for: many builds never look a product up by its handle.
  private let byHandle = Mutex<[String: Int32]?>(nil)
  /// The same for handles in other languages, by language.
  private let byTranslatedHandle = Mutex<[String: [String: Int32]]>([:])

  init(
    ids: TextTable, handles: TextTable, translatedHandles: TranslatedHandles, flags: [[Flags]],
    cards: CardStore, bundles: BundleCache, ledgers: [SecretLedger], members: [[Int32]],
    traces: ProductTraces
  ) {
    self.ids = ids
    self.handles = handles
    self.translatedHandles = translatedHandles
    self.flags = flags
    self.cards = cards
    self.bundles = bundles
    self.ledgers = ledgers
    scanners = ledgers.map { LeakScanner($0) }
    self.members = members
    self.traces = traces
  }

  /// The product with this id. O(log products).
  func number(id: String) -> Int? {
    let place = ids.place(of: id)
    return place.isThere ? place.index : nil
  }

  /// The last part of the address of a product's page in a language.
  func handle(of product: Int, in locale: String) -> String {
    (translatedHandles.isEmpty ? nil : translatedHandles.handle(of: product, in: locale))
      ?? handles[product]
  }

  /// The product whose page stands at a handle in a language.
  func number(handle: String, in locale: String) -> Int? {
    if translatedHandles.isEmpty { return number(handle: handle) }
    let translated = byTranslatedHandle.withLock { known in
      let table =
        known[locale]
        ?? Dictionary(
          translatedHandles.entries(in: locale).map { ($0.handle, $0.product) },
          uniquingKeysWith: { first, _ in first })
      known[locale] = table
      return table[handle].map(Int.init)
    }
    if let translated { return translated }
    return number(handle: handle).flatMap { number in
      translatedHandles.handle(of: number, in: locale) == nil ? number : nil
    }
  }

  /// The product with this handle as its own.
  func number(handle: String) -> Int? {
    byHandle.withLock { known in
      let table = known ?? handleTable()
      known = table
      return table[handle].map(Int.init)
    }
  }

  private func handleTable() -> [String: Int32] {
    Dictionary(
      handles.enumerated().filter { !$0.element.isEmpty }.map { ($0.element, Int32($0.offset)) },
      uniquingKeysWith: { first, _ in first })
  }

  /// Whether a view has a page of the product.
  func isVisible(_ product: Int, in view: Int) -> Bool { flags[view][product].isVisible }
}

/// Makes a survey: every product once, in all views.
struct Surveyor {
  let views: [StorefrontView]
  /// Number of the root of each view.
  let rootOfView: [Int]
  let rootCount: Int
  /// All languages of the storefront.
  let locales: [String]
  let collections: CollectionIndex
  let folder: String
  let sink: DiagnosticSink
  /// Whether it finds out what must not be found in outputs: a preview makes none.
  var notesSecrets = true

  /// Products that a worker takes at a time.
  static let chunk = 128

  /// What one worker has found.
  ///
  /// `@unchecked Sendable`: `Parallel.forEach` never calls the body twice at once for one worker, and
  /// the parts are put together when all calls have ended.
  private final class Partial: @unchecked Sendable {
    var found = FlatTraces()
    var identity = ByteBuffer(capacity: 1 << 13)
    var books: [SecretBook]

    init(rootCount: Int, folder: String) {
      books = Array(repeating: SecretBook(folder: folder), count: rootCount)
    }
  }

  /// Looks at every product. `base` are the books with what is known besides products.
  func run(
    readers: [MirrorReader], base: [SecretBook], progress: @Sendable (Int, Int) -> Void
  ) throws -> Survey {
    let ids = try readers[0].productIDs()
    let cards = try CardStore(folder: folder, viewCount: views.count, productCount: ids.count)
    let bundles = BundleCache(productCount: ids.count)
    let workers = WorkerReaders(readers)
    let done = Atomic<Int>(0)
    let partials = readers.map { _ in Partial(rootCount: rootCount, folder: folder) }
    try Parallel.forEach(count: ids.count, chunk: Self.chunk, workers: readers.count) {
      worker, range throws(any Error) in
      let partial = partials[worker]
      var batch = CardStore.Batch()
      var number = range.lowerBound
      let keeps = bundles.hasRoom
      try workers[worker].products(
        from: ids[range.lowerBound], through: ids[range.upperBound - 1], in: collections
      ) { bundle in
        look(at: bundle, number: number, partial, &batch)
        if keeps { bundles.keep(bundle, number: number) }
        number += 1
      }
      try cards.flush(&batch)
      let count = done.wrappingAdd(range.count, ordering: .relaxed).newValue
      progress(count, ids.count)
    }
    return finish(ids, partials, cards, bundles, base)
  }

  private func finish(
    _ ids: [String], _ partials: [Partial], _ cards: CardStore, _ bundles: BundleCache,
    _ base: [SecretBook]
  ) -> Survey {
    var handles = [String](repeating: "", count: ids.count)
    var flags = Array(
      repeating: [Survey.Flags](repeating: Survey.Flags(nil), count: ids.count),
      count: views.count)
    var traces = ProductTraces(viewCount: views.count, productCount: ids.count)
    var translated: [TranslatedHandles.Entry] = []
    for partial in partials {
      let found = partial.found
      translated += found.translatedHandles
      for (place, product) in found.products.enumerated() {
        let number = Int(product)
        handles[number] = found.handles[place]
        traces.nextChanges[number] = found.nextChanges[place]
        for view in views.indices {
          flags[view][number] = found.flags[place * views.count + view]
          traces.cards[view][number] = found.cards[place * views.count + view]
        }
      }
      partial.found = FlatTraces()
    }
    return Survey(
      ids: TextTable(ids), handles: TextTable(handles),
      translatedHandles: TranslatedHandles(translated), flags: flags, cards: cards,
      bundles: bundles,
      ledgers: (0..<rootCount).map { root in
        SecretLedger([base[root]] + partials.map { $0.books[root] })
      }, members: members(ids), traces: traces)
  }

  /// The products of each collection by number.
  private func members(_ ids: [String]) -> [[Int32]] {
    guard let context = views.first?.context, !context.collections.isEmpty else { return [] }
    let numbers = Dictionary(
      uniqueKeysWithValues: ids.enumerated().map { ($0.element, Int32($0.offset)) })
    return context.collections.map { $0.productIDs.compactMap { numbers[$0] } }
  }

  private func look(
    at bundle: ProductBundle, number: Int, _ partial: Partial, _ batch: inout CardStore.Batch
  ) {
    let trace = look(
      at: bundle, number: number, &partial.books, &batch, identity: &partial.identity)
    guard let trace else { return report(bundle) }
    partial.found.append(trace, of: number)
  }

  /// Looks at one product in all views: adds its cards to `batch` and its values to the books of the
  /// roots. Nil where one of its handles cannot be part of an address.
  func look(
    at bundle: ProductBundle, number: Int, _ books: inout [SecretBook],
    _ batch: inout CardStore.Batch, identity: inout ByteBuffer
  ) -> ProductTrace? {
    let handle = bundle.product.handle
    let isSafe = Handle.isSafe(handle)
    var shown = [[ProductView]](repeating: [], count: rootCount)
    var trace = ProductTrace(
      flags: Array(repeating: Survey.Flags(nil), count: views.count),
      cards: Array(repeating: 0, count: views.count), nextChange: .max, handle: "")
    for (index, view) in views.enumerated() {
      guard let product = view.product(bundle) else { continue }
      guard isSafe else { return nil }
      if bundle.translations.hasHandles,
        !trace.note(view.handle(of: bundle), in: view.locale, own: handle)
      {
        return nil
      }
      shown[rootOfView[index]].append(product)
      trace.flags[index] = Survey.Flags(product)
      var builder = TapeBuilder()
      let start = builder.extent
      builder.appendCard(product)
      let span = builder.span(since: start)
      let card = builder.finish()
      identity.removeAll()
      card.appendIdentity(of: span, to: &identity)
      trace.cards[index] = identity.withBytes { Fingerprint(of: $0).low | 1 }
      batch.add(card, view: index, product: number)
      trace.handle = handle
    }
    for root in 0..<rootCount where notesSecrets {
      let elsewhere = shown.indices.filter { $0 != root }.flatMap { shown[$0] }
      books[root].begin(product: number)
      ProductSecrets.note(
        bundle, shown: shown[root], elsewhere: elsewhere, locales: locales,
        context: views.first?.context, in: &books[root])
    }
    if let view = views.first {
      trace.nextChange = ProductTrace.nextChange(
        of: bundle, in: view.context, after: view.instant)
    }
    return trace
  }

  /// Lets books hear what a product makes public.
  func hear(_ bundle: ProductBundle, number: Int, _ books: inout [SecretBook]) {
    var shown = [[ProductView]](repeating: [], count: rootCount)
    for (index, view) in views.enumerated() {
      if let product = view.product(bundle) { shown[rootOfView[index]].append(product) }
    }
    for root in 0..<rootCount where books[root].question?.isEmpty == false {
      books[root].begin(product: number)
      ProductSecrets.note(
        bundle, shown: shown[root], elsewhere: [], locales: locales,
        context: views.first?.context, in: &books[root])
    }
  }

  private func report(_ bundle: ProductBundle) {
    let product = bundle.product
    let translated = Handle.isSafe(product.handle) ? locales.dropFirst() : []
    let unsafe = translated.first { !Handle.isSafe(bundle.handle(in: $0) ?? product.handle) }
    let language = unsafe.map { LanguageNames.name(of: $0, in: "en") }
    sink.report(
      Diagnostic(
        "catalogue.handle", .error,
        "the product's \(language.map { "\($0) " } ?? "")handle cannot be part of an address",
        record: RecordReference(type: "product", id: product.id, title: product.title),
        help:
          "change the \(language == nil ? "handle" : "translation of its handle") in the shop to "
          + "letters, digits and hyphens"))
  }
}

/// One mirror reader a worker.
///
/// `@unchecked Sendable`: `Parallel.forEach` never calls the body twice at once for one worker, so a
/// reader is used by one thread at a time.
struct WorkerReaders: @unchecked Sendable {
  private let readers: [MirrorReader]

  init(_ readers: [MirrorReader]) { self.readers = readers }

  subscript(worker: Int) -> MirrorReader { readers[worker] }
}

import Bytes
import Catalog
import Diagnostics
import LocalMirror
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

    /// Whether there is a page.
    var isVisible: Bool { bits & 3 != 0 }
    /// Whether the page is a real version in its language.
    var isReal: Bool { isVisible && bits & 4 != 0 }
  }

  /// Ids of all products in byte order.
  let ids: [String]
  /// Number of each product by id.
  let numbers: [String: Int32]
  /// Handle of each product that any view shows, "" for the rest.
  let handles: [String]
  /// Flags by view and product.
  let flags: [[Flags]]
  /// Cards.
  let cards: CardStore
  /// Products that need not be read again.
  let bundles: BundleCache
  /// What must not be found, by root.
  let scanners: [LeakScanner]

  private let byHandle: [String: Int32]

  init(
    ids: [String], handles: [String], flags: [[Flags]], cards: CardStore, bundles: BundleCache,
    scanners: [LeakScanner]
  ) {
    self.ids = ids
    self.handles = handles
    self.flags = flags
    self.cards = cards
    self.bundles = bundles
    self.scanners = scanners
    numbers = Dictionary(
      uniqueKeysWithValues: ids.enumerated().map { ($0.element, Int32($0.offset)) })
    byHandle = Dictionary(
      handles.enumerated().filter { !$0.element.isEmpty }.map { ($0.element, Int32($0.offset)) },
      uniquingKeysWith: { first, _ in first })
  }

  /// The product with this handle.
  func number(handle: String) -> Int? { byHandle[handle].map(Int.init) }

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

  /// Products that a worker takes at a time.
  static let chunk = 128

  /// What one worker has found.
  ///
  /// `@unchecked Sendable`: `Parallel.forEach` never calls the body twice at once for one worker, and
  /// the parts are put together when all calls have ended.
  private final class Partial: @unchecked Sendable {
    var handles: [(Int, String)] = []
    var flags: [(view: Int, product: Int, Survey.Flags)] = []
    var books: [SecretBook]

    init(rootCount: Int) { books = Array(repeating: SecretBook(), count: rootCount) }
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
    let partials = readers.map { _ in Partial(rootCount: rootCount) }
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
    var handles = [String](repeating: "", count: ids.count)
    var flags = Array(
      repeating: [Survey.Flags](repeating: Survey.Flags(nil), count: ids.count),
      count: views.count)
    for partial in partials {
      for (number, handle) in partial.handles { handles[number] = handle }
      for (view, product, value) in partial.flags { flags[view][product] = value }
    }
    return Survey(
      ids: ids, handles: handles, flags: flags, cards: cards, bundles: bundles,
      scanners: (0..<rootCount).map { root in
        LeakScanner([base[root]] + partials.map { $0.books[root] })
      })
  }

  private func look(
    at bundle: ProductBundle, number: Int, _ partial: Partial,
    _ batch: inout CardStore.Batch
  ) {
    let handle = bundle.product.handle
    let isSafe = Handle.isSafe(handle)
    var shown = [[ProductView]](repeating: [], count: rootCount)
    for (index, view) in views.enumerated() {
      guard let product = view.product(bundle) else { continue }
      guard isSafe else {
        report(bundle.product)
        return
      }
      shown[rootOfView[index]].append(product)
      partial.flags.append((index, number, Survey.Flags(product)))
      var builder = TapeBuilder()
      builder.appendCard(product)
      batch.add(builder.finish(), view: index, product: number)
    }
    if shown.contains(where: { !$0.isEmpty }) { partial.handles.append((number, handle)) }
    for root in 0..<rootCount {
      let elsewhere = shown.indices.filter { $0 != root }.flatMap { shown[$0] }
      ProductSecrets.note(
        bundle, shown: shown[root], elsewhere: elsewhere, locales: locales,
        in: &partial.books[root])
    }
  }

  private func report(_ product: ProductRecord) {
    sink.report(
      Diagnostic(
        "catalogue.handle", .error, "the product's handle cannot be part of an address",
        record: RecordReference(type: "product", id: product.id, title: product.title),
        help: "change the handle in the shop to letters, digits and hyphens"))
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

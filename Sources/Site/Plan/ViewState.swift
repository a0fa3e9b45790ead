import Bytes
import Catalog
import Liquid
import Storefront
import Synchronization

/// A collection in one view: which of its products the audience sees, in order.
final class CollectionState: Sendable {
  /// The collection.
  let view: CollectionView
  /// Name in the language of the records.
  let sourceTitle: String
  /// Numbers of its visible products in order.
  let products: [Int32]
  /// Product numbers in order with the place of each: for finding a product's neighbours. Made when
  /// first asked for.
  private let places = Mutex<[UInt64]?>(nil)

  init(view: CollectionView, sourceTitle: String, products: [Int32]) {
    self.view = view
    self.sourceTitle = sourceTitle
    self.products = products
  }

  /// Place of a product, or nil. O(log products).
  func place(of product: Int) -> Int? {
    let sorted = places.withLock { known in
      let places = known ?? sortedPlaces()
      known = places
      return places
    }
    return Self.place(of: product, in: sorted)
  }

  private func sortedPlaces() -> [UInt64] {
    products.enumerated()
      .map { UInt64(UInt32(bitPattern: $0.element)) << 32 | UInt64($0.offset) }.sorted()
  }

  private static func place(of product: Int, in places: [UInt64]) -> Int? {
    var low = 0
    var high = places.count
    while low < high {
      let middle = (low + high) / 2
      if places[middle] >> 32 < UInt64(product) { low = middle + 1 } else { high = middle }
    }
    guard low < places.count, places[low] >> 32 == UInt64(product) else { return nil }
    return Int(places[low] & 0xFFFF_FFFF)
  }

  /// Up to `count` products that follow one, beginning anew at the end.
  func neighbours(of product: Int, count: Int) -> [Int] {
    guard count > 0, let place = place(of: product), products.count > 1 else { return [] }
    return (1...min(count, products.count - 1)).map {
      Int(products[(place + $0) % products.count])
    }
  }
}

/// One view with all that its pages share, made before the first page is rendered.
final class ViewState: Sendable {
  /// Number among all views of the build.
  let index: Int
  /// Number of its root.
  let root: Int
  /// Number of its row in the table of alternates.
  let row: Int
  /// The catalogue as its audience sees it.
  let view: StorefrontView
  /// What its pages have in common.
  let frame: SiteFrame
  /// Where links that people wrote lead to.
  let links: ContentLinks
  /// Formats, words and files.
  let theme: ThemeServices
  /// Whether its pages are also at `/`.
  let isDefault: Bool
  /// Collections that its audience sees, in the catalogue's order.
  let collections: [CollectionState]

  private let byID: [String: Int]
  private let byHandle: [String: Int]
  /// Those with another handle in the view's language, by it.
  private let byPathHandle: [String: Int]

  init(
    index: Int, root: Int, row: Int, view: StorefrontView, frame: SiteFrame, theme: ThemeServices,
    isDefault: Bool, survey: Survey
  ) {
    self.index = index
    self.root = root
    self.row = row
    self.view = view
    self.frame = frame
    links = ContentLinks(view: view, index: index, survey: survey)
    self.theme = theme
    self.isDefault = isDefault
    collections = view.context.collections.enumerated().compactMap { number, resolved in
      guard let collection = view.collection(resolved), Handle.isSafe(collection.handle) else {
        return nil
      }
      let products = survey.members[number].filter { survey.isVisible(Int($0), in: index) }
      return CollectionState(
        view: collection, sourceTitle: resolved.record.title, products: products)
    }
    byID = Dictionary(
      collections.enumerated().map { ($0.element.view.id, $0.offset) },
      uniquingKeysWith: { first, _ in first })
    byHandle = Dictionary(
      collections.enumerated().map { ($0.element.view.handle, $0.offset) },
      uniquingKeysWith: { first, _ in first })
    byPathHandle = Dictionary(
      collections.enumerated().filter { $0.element.view.pathHandle != $0.element.view.handle }
        .map { ($0.element.view.pathHandle, $0.offset) }, uniquingKeysWith: { first, _ in first })
  }

  /// First folder of its pages: `en-eu`.
  var pathPrefix: String { String(view.addresses.prefix.dropFirst()) }

  /// The collection with this handle, if the audience sees it.
  func collection(handle: String) -> CollectionState? { byHandle[handle].map { collections[$0] } }

  /// The collection whose pages stand at a handle, if the audience sees it.
  func collection(at handle: String) -> CollectionState? {
    if let translated = byPathHandle[handle] { return collections[translated] }
    return collection(handle: handle).flatMap { $0.view.pathHandle == handle ? $0 : nil }
  }

  /// Collections with another handle in the view's language.
  var translatedCollections: [CollectionState] {
    byPathHandle.values.sorted().map { collections[$0] }
  }

  /// The collection with this id, if the audience sees it.
  func collection(id: String) -> CollectionState? { byID[id].map { collections[$0] } }

  /// The collections of a product that the audience sees; the one that is called like its kind
  /// first.
  func collections(of product: ProductView) -> [CollectionState] {
    let found = product.collectionIDs.compactMap { byID[$0].map { collections[$0] } }
    guard let main = found.firstIndex(where: { $0.sourceTitle == product.sourceType }) else {
      return found
    }
    return [found[main]] + found[..<main] + found[(main + 1)...]
  }
}

extension [ViewState] {
  /// The one below whose prefix a path stands; nil where it is of no language and market.
  func first(above path: String) -> ViewState? {
    first { path.hasPrefix("\($0.view.addresses.prefix)/") }
  }
}

import Bytes
import Catalog
import Synchronization

/// Products that the survey has read, kept for rendering as far as a budget of memory goes: what is
/// kept need not be read twice. A small catalogue fits whole; the memory of a build still does not
/// grow with a large one.
///
/// `@unchecked Sendable`: a place is written by the worker that surveys its product and emptied by the
/// worker that renders it, and all surveying ends before rendering begins.
final class BundleCache: @unchecked Sendable {
  /// How many bytes are kept, by estimate.
  static let budget = 32 << 20

  private let places: UnsafeMutablePointer<ProductBundle?>
  private let count: Int
  private let left: Atomic<Int>

  init(productCount: Int, budget: Int = BundleCache.budget) {
    count = productCount
    left = Atomic(budget)
    places = .allocate(capacity: max(productCount, 1))
    places.initialize(repeating: nil, count: max(productCount, 1))
  }

  deinit {
    places.deinitialize(count: max(count, 1))
    places.deallocate()
  }

  /// Whether more may be kept.
  var hasRoom: Bool { left.load(ordering: .relaxed) > 0 }

  /// Keeps a product under its number.
  func keep(_ bundle: ProductBundle, number: Int) {
    guard number < count else { return }
    left.wrappingSubtract(bundle.approximateByteCount, ordering: .relaxed)
    places[number] = bundle
  }

  /// Hands out the products with these numbers and forgets them; nil where one is not kept.
  func take(_ numbers: Range<Int>) -> [ProductBundle]? {
    var found: [ProductBundle] = []
    found.reserveCapacity(numbers.count)
    for number in numbers {
      guard let bundle = places[number] else { return nil }
      found.append(bundle)
    }
    for number in numbers { places[number] = nil }
    return found
  }
}

extension ProductBundle {
  /// About how much memory it takes: what its records and their longer texts are known to.
  fileprivate var approximateByteCount: Int {
    let text = (product.description?.source.utf8.count ?? 0) + 64 * product.tags.count
    let fields = product.metafields.map { $0.tape.byteCount } ?? 0
    return 1200 + text + fields + 520 * variants.count + 220 * media.count
      + 200 * (prices.isEmpty ? 0 : variants.count) + 80 * stock.count
      + (translations.isEmpty ? 0 : 4096)
  }
}

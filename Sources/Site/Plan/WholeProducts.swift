import Bytes
import Catalog
import LocalMirror
import Storefront
import Synchronization

/// One reader of the mirror for all threads: single products, one after the other.
///
/// `@unchecked Sendable`: while pages are made the reader is used here alone, under the lock; surveys, which
/// may use it too, are over before.
final class SharedReader: @unchecked Sendable {
  private let reader: MirrorReader
  private let turn = Mutex(())

  /// Nobody else may use the reader while pages are made.
  init(_ reader: MirrorReader) { self.reader = reader }

  /// A product by id, without its collections; nil where there is none.
  func product(_ id: String) throws -> ProductBundle? {
    try turn.withLock { _ in try reader.product(id, in: .none) }
  }
}

/// What templates ask of products that lists show in short (`card.variants`): read when they ask. The last
/// ones are kept, because a template asks the same product several times and neighbours follow each other.
final class WholeProducts: Sendable {
  private struct Place: Hashable {
    let view: Int
    let product: Int
  }

  private struct Known {
    var tapes: [Place: Tape] = [:]
    var failure: (any Error)?
  }

  /// How many are kept; each takes some 20 kB.
  private static let limit = 256

  private let reader: SharedReader
  private let ids: TextTable
  private let known = Mutex(Known())

  init(_ reader: SharedReader, ids: TextTable) {
    self.reader = reader
    self.ids = ids
  }

  /// What went wrong while products were read.
  var failure: (any Error)? { known.withLock { $0.failure } }

  /// A product by number as its own page in a view shows it, but for what belongs to that page alone: its
  /// collections, related products and the shop's own words. nil where the view does not show it.
  func product(_ number: Int, in state: ViewState) -> Tape? {
    let place = Place(view: state.index, product: number)
    if let tape = known.withLock({ $0.tapes[place] }) { return tape }
    do {
      guard let bundle = try reader.product(ids[number]), let product = state.view.product(bundle)
      else { return nil }
      var builder = TapeBuilder()
      builder.append(product, story: ProductStory(), collections: []) { _ in }
      let tape = builder.finish()
      known.withLock { known in
        if known.tapes.count >= Self.limit { known.tapes.removeAll(keepingCapacity: true) }
        known.tapes[place] = tape
      }
      return tape
    } catch {
      known.withLock { $0.failure = $0.failure ?? error }
      return nil
    }
  }
}

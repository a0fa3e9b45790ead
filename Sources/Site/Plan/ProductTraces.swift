import Bytes
import Catalog
import Storefront

/// What a survey notes of every product so that the next build can tell what a change of it reaches.
struct ProductTraces: Sendable {
  /// Digest of its card, by view and product; 0 where it has none.
  var cards: [[UInt64]]
  /// The next instant, in microseconds, at which anything of it can be different for anybody, by
  /// product; the greatest number where there is none.
  var nextChanges: [Int64]

  /// Nothing noted yet.
  init(viewCount: Int, productCount: Int) {
    cards = Array(repeating: [UInt64](repeating: 0, count: productCount), count: viewCount)
    nextChanges = [Int64](repeating: .max, count: productCount)
  }
}

/// What is noted of one product.
struct ProductTrace: Sendable {
  var flags: [Survey.Flags]
  var cards: [UInt64]
  var nextChange: Int64
  /// "" where no view shows it.
  var handle: String

  /// The borders of all windows of a product that are still to come: of its gates and of its prices,
  /// whoever they are for.
  static func nextChange(of bundle: ProductBundle, in context: CatalogContext, after now: Instant)
    -> Int64
  {
    var next: Instant?
    func look(at gates: [GateRecord]) {
      for gate in gates {
        next = NextChange.earliest(next, gate.nextBorder(after: now))
      }
    }
    if !context.gates.isEmpty {
      look(at: context.gates(of: bundle.reference))
      for variant in bundle.variants {
        look(at: context.gates(of: ResourceReference(type: "variant", id: variant.id)))
      }
    }
    for prices in bundle.prices.values {
      for price in prices where price.window != .always {
        next = NextChange.earliest(next, price.window.nextBorder(after: now))
      }
    }
    return next?.microseconds ?? .max
  }
}

/// What a worker has noted of its products, without an array for each.
struct FlatTraces {
  private(set) var products: [Int32] = []
  private(set) var handles: [String] = []
  private(set) var flags: [Survey.Flags] = []
  private(set) var cards: [UInt64] = []
  private(set) var nextChanges: [Int64] = []

  mutating func append(_ trace: ProductTrace, of product: Int) {
    products.append(Int32(product))
    handles.append(trace.handle)
    flags.append(contentsOf: trace.flags)
    cards.append(contentsOf: trace.cards)
    nextChanges.append(trace.nextChange)
  }
}

extension GateRecord {
  /// The next instant at which it can be another gate for anybody.
  func nextBorder(after now: Instant) -> Instant? {
    NextChange.earliest(
      window.nextBorder(after: now), publicFrom.flatMap { $0 > now ? $0 : nil })
  }
}

extension CatalogContext {
  /// The next instant at which something can be different that any page can show.
  func nextSharedChange(after now: Instant) -> Instant? {
    var next: Instant?
    for list in priceLists {
      next = NextChange.earliest(next, list.window.nextBorder(after: now))
    }
    for entitlement in entitlements {
      next = NextChange.earliest(next, entitlement.window.nextBorder(after: now))
    }
    for gate in gates where gate.resource.type != "product" && gate.resource.type != "variant" {
      next = NextChange.earliest(next, gate.nextBorder(after: now))
    }
    return next
  }
}

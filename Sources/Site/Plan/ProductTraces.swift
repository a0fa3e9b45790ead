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

  /// The next instant at which any product can be different, or that is one of `others`; nil where there is
  /// none.
  func nextChange(after instant: Instant, or others: Int64...) -> Instant? {
    let first = others.filter { $0 > instant.microseconds }.min() ?? .max
    let next = nextChanges.reduce(first) { $1 > instant.microseconds ? min($0, $1) : $0 }
    return next == .max ? nil : Instant(microseconds: next)
  }
}

/// What is noted of one product.
struct ProductTrace: Sendable {
  var flags: [Survey.Flags]
  var cards: [UInt64]
  var nextChange: Int64
  /// "" where no view shows it.
  var handle: String
  /// Its handles in other languages of views that show it, where it has such.
  var translatedHandles: [(locale: String, handle: String)] = []

  /// Notes the handle at which a view shows it. False where it cannot be part of an address.
  mutating func note(_ shown: String, in locale: String, own: String) -> Bool {
    if shown == own || translatedHandles.contains(where: { $0.locale == locale }) { return true }
    translatedHandles.append((locale, shown))
    return Handle.isSafe(shown)
  }

  /// The borders of all windows of a product that are still to come: of its gates, of entitlements to it,
  /// of its prices and of the lists that these are in, whoever they are for.
  static func nextChange(of bundle: ProductBundle, in context: CatalogContext, after now: Instant)
    -> Int64
  {
    var next: Instant?
    if !context.gates.isEmpty || !context.entitlements.isEmpty {
      next = context.nextBorder(of: bundle.reference, after: now)
      for variant in bundle.variants {
        let reference = ResourceReference(type: "variant", id: variant.id)
        next = NextChange.earliest(next, context.nextBorder(of: reference, after: now))
      }
    }
    let lists = context.priceLists.filter { $0.window != .always }
    for prices in bundle.prices.values {
      for price in prices {
        if price.window != .always {
          next = NextChange.earliest(next, price.window.nextBorder(after: now))
        }
        for list in lists where list.id == price.priceListID {
          next = NextChange.earliest(next, list.window.nextBorder(after: now))
        }
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
  private(set) var translatedHandles: [TranslatedHandles.Entry] = []

  mutating func append(_ trace: ProductTrace, of product: Int) {
    products.append(Int32(product))
    handles.append(trace.handle)
    flags.append(contentsOf: trace.flags)
    cards.append(contentsOf: trace.cards)
    nextChanges.append(trace.nextChange)
    for (locale, handle) in trace.translatedHandles {
      translatedHandles.append(
        TranslatedHandles.Entry(locale: locale, product: Int32(product), handle: handle))
    }
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
  /// The next instant at which a gate of a record or an entitlement to it can be otherwise for anybody.
  func nextBorder(of resource: ResourceReference, after now: Instant) -> Instant? {
    var next: Instant?
    for gate in gates(of: resource) {
      next = NextChange.earliest(next, gate.nextBorder(after: now))
    }
    for entitlement in entitlements(to: resource) {
      next = NextChange.earliest(next, entitlement.window.nextBorder(after: now))
    }
    return next
  }

  /// The next instant at which anybody can see another collection, or one no more.
  func nextCollectionChange(after now: Instant) -> Instant? {
    collections.reduce(nil) { next, collection in
      let reference = ResourceReference(type: "collection", id: collection.record.id)
      return NextChange.earliest(next, nextBorder(of: reference, after: now))
    }
  }

  /// The next instant at which something can be different that any page can show: an entitlement or gate
  /// that is of no product and of no collection.
  func nextSharedChange(after now: Instant) -> Instant? {
    let followed: Set<String> = ["product", "variant", "collection"]
    var next: Instant?
    for entitlement in entitlements
    where entitlement.benefitID != nil || !followed.contains(entitlement.resource?.type ?? "") {
      next = NextChange.earliest(next, entitlement.window.nextBorder(after: now))
    }
    for gate in gates where !followed.contains(gate.resource.type) {
      next = NextChange.earliest(next, gate.nextBorder(after: now))
    }
    return next
  }
}

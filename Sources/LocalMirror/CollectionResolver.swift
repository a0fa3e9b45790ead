import Bytes
import Catalog
import Contract
import SQL

/// Works out the products of collections: listed ones as listed, ruled ones by asking the rule.
struct CollectionResolver {
  private let records: [CollectionRecord]
  private let rules: [CollectionRule]

  init(_ records: [CollectionRecord]) {
    self.records = records
    rules = records.compactMap {
      if case .rule(let rule) = $0.membership { rule } else { nil }
    }
  }

  private struct Match {
    let title: String
    let id: String
  }

  /// The collections with their products. One pass over the products where there are rules; over
  /// whole bundles only where a rule asks for SKUs or prices.
  func resolve(
    from reader: MirrorReader, _ context: CatalogContext, at instant: Instant, market: String?
  ) throws -> [ResolvedCollection] {
    var matches: [[Match]] = Array(repeating: [], count: records.count)
    func ask(_ facts: ProductFacts, _ product: ProductRecord) {
      guard product.status == .active else { return }
      for (index, record) in records.enumerated() {
        if case .rule(let rule) = record.membership, rule.matches(facts) {
          matches[index].append(Match(title: product.title, id: product.id))
        }
      }
    }
    let fields = Set(rules.flatMap { $0.conditions.map(\.field) })
    if fields.contains("sku") || fields.contains("price") {
      let chosen = market.flatMap { context.market($0) } ?? context.markets.first
      let viewer = chosen.map { Viewer(market: $0, in: context) }
      try reader.forEachProduct(in: .none) { bundle in
        let range = viewer.flatMap { bundle.priceRange(for: $0, in: context, at: instant) }
        ask(bundle.facts(lowestPriceMinor: range?.lowest.amount.minor), bundle.product)
      }
    } else if !rules.isEmpty {
      let products = try reader.decode(.product) { (record) throws(CatalogError) in
        try ProductRecord(record)
      }
      for product in products {
        ask(ProductFacts(product: product, skus: [], priceMinor: nil), product)
      }
    }
    return zip(records, matches).map { record, found in
      switch record.membership {
      case .manual(let ids): ResolvedCollection(record: record, productIDs: ids)
      case .rule:
        ResolvedCollection(
          record: record,
          productIDs: found.sorted { ($0.title, $0.id) < ($1.title, $1.id) }.map(\.id))
      }
    }
  }
}

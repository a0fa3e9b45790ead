import Bytes
public import Catalog
import SQL

extension MirrorReader {
  /// The gates of drops for the products and collections that the mirror has.
  ///
  /// A product is kept back under its id and under every handle that it has or ever had: renaming it
  /// opens nothing.
  ///
  /// - Throws: `MirrorError` with `terms` where a drop names a tier that does not exist.
  func gates(of drops: [Drop], tiers: [TierRecord]) throws -> [GateRecord] {
    var gates: [GateRecord] = []
    for drop in drops {
      var resources: [ResourceReference] = []
      for name in drop.products {
        resources += try productIDs(named: name).map { ResourceReference(type: "product", id: $0) }
      }
      for name in drop.collections {
        resources += try collectionIDs(named: name)
          .map { ResourceReference(type: "collection", id: $0) }
      }
      var seen: Set<ResourceReference> = []
      for resource in resources where seen.insert(resource).inserted {
        do throws(CatalogError) {
          gates += try drop.gates(of: resource, tiers: tiers)
        } catch {
          throw MirrorError(.terms, error.message, cause: error)
        }
      }
      if resources.isEmpty,
        let unknown = drop.early.first(where: { entry in
          !tiers.contains { $0.key == entry.tier }
        })
      {
        throw MirrorError(
          .terms, "the drop \(drop.name) lets the tier \(unknown.tier) in, which the shop has not")
      }
    }
    return gates
  }

  /// Names in drops that no product or collection has or had: they keep nothing back until one comes.
  public func unknownNames(in drops: [Drop]) throws -> [(drop: String, name: String)] {
    try checked {
      var unknown: [(drop: String, name: String)] = []
      for drop in drops {
        for name in drop.products where try productIDs(named: name).isEmpty {
          unknown.append((drop.name, name))
        }
        for name in drop.collections where try collectionIDs(named: name).isEmpty {
          unknown.append((drop.name, name))
        }
      }
      return unknown
    }
  }

  /// How many texts the shop has translated into a language. O(translations).
  public func translationCount(into locale: String) throws -> Int {
    try checked {
      Int(
        try database.integer("SELECT count(*) FROM translation WHERE locale = ?", locale) ?? 0)
    }
  }

  private func productIDs(named name: String) throws -> [String] {
    try ids(
      """
      SELECT id FROM product WHERE id = ?1 OR handle = ?1
      UNION SELECT h.id FROM handle_history h JOIN product p ON p.id = h.id
      WHERE h.type = 'product' AND h.handle = ?1 ORDER BY 1
      """, name)
  }

  private func collectionIDs(named name: String) throws -> [String] {
    try ids(
      """
      SELECT id FROM collection WHERE id = ?1 OR handle = ?1
      UNION SELECT h.id FROM handle_history h JOIN collection c ON c.id = h.id
      WHERE h.type = 'collection' AND h.handle = ?1 ORDER BY 1
      """, name)
  }

  private func ids(_ sql: String, _ name: String) throws -> [String] {
    let rows = try database.prepare(sql)
    try rows.bind(1, name)
    var found: [String] = []
    while try rows.step() { found.append(rows.text(0)) }
    return found
  }

  /// Markets under the terms of a storefront.
  func markets(_ records: [MarketRecord], under terms: StorefrontTerms) throws(MirrorError)
    -> [MarketRecord]
  {
    var markets: [MarketRecord] = []
    for record in records {
      do throws(CatalogError) {
        markets.append(try terms.applied(to: record))
      } catch {
        throw MirrorError(.terms, "\(error.message) (\(error.pointer))", cause: error)
      }
    }
    return markets
  }
}

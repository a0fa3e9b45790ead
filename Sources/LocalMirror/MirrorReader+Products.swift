public import Catalog
import Contract
import SQL

extension MirrorReader {
  /// The ids of all products in byte order, shown or not: what a plan cuts into chunks for workers.
  public func productIDs() throws -> [String] {
    try checked {
      let rows = try database.prepare("SELECT id FROM product ORDER BY id")
      var ids: [String] = []
      while try rows.step() { ids.append(rows.text(0)) }
      return ids
    }
  }

  /// Calls `body` for every product whose id lies between two ids, both included, in order of id.
  ///
  /// One cursor runs over each table in order of product, so that memory is that of one product
  /// and the cost is linear. Workers take chunks of `productIDs()`, each with a reader of its own.
  ///
  /// - Parameter collections: tells which collections a product is in.
  public func products(
    from first: String, through last: String, in collections: CollectionIndex,
    _ body: (ProductBundle) throws -> Void
  ) throws {
    let cursors = try checked {
      try ProductCursors(database, from: first, through: last, memory: memory)
    }
    while let bundle = try checked({ try cursors.next(collections) }) { try body(bundle) }
  }

  /// Calls `body` for every product in order of id.
  public func forEachProduct(
    in collections: CollectionIndex, _ body: (ProductBundle) throws -> Void
  ) throws {
    guard let last = try checked({ try database.text("SELECT max(id) FROM product") }) else {
      return
    }
    try products(from: "", through: last, in: collections, body)
  }

  /// One product by id; nil where there is none.
  public func product(_ id: String, in collections: CollectionIndex) throws -> ProductBundle? {
    try checked {
      try ProductCursors(database, from: id, through: id, memory: memory).next(collections)
    }
  }
}

/// Which collections a product is in, by id and in the catalogue's order. Made once, shared by all
/// workers.
public struct CollectionIndex: Sendable {
  private let collections: [String: [String]]

  /// Lays the index. O(memberships).
  public init(_ context: CatalogContext) {
    self.init(context.collections)
  }

  /// An index without collections.
  public static let none = CollectionIndex([])

  /// An index by product id: for few products.
  public init(ofProducts collections: [String: [String]]) { self.collections = collections }

  init(_ resolved: [ResolvedCollection]) {
    var found: [String: [String]] = [:]
    for collection in resolved {
      for id in collection.productIDs { found[id, default: []].append(collection.record.id) }
    }
    collections = found
  }

  /// The collections of a product. O(1).
  public func ids(of productID: String) -> [String] { collections[productID] ?? [] }
}

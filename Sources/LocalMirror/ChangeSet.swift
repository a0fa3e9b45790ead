import Contract
import SQL

/// What changed in a mirror since a revision, as far as pages are concerned.
public struct ChangeSet: Sendable, Hashable {
  /// Products of which the record, or one that hangs on it, changed: also those that are gone.
  public var products: Set<String> = []
  /// Whether a redirect changed, or a handle in another language, from which redirects follow.
  public var hasRedirects = false
  /// Whether a collection changed, or a text, picture, gate or entitlement of one.
  public var hasCollections = false
  /// Types of other records that changed, those that any page can show: `market`, `tier` …
  public var others: Set<String> = []

  /// Whether something changed of which nobody can say what shows it.
  public var hasUnknown = false

  /// Makes an empty set.
  public init() {}

  /// Whether nothing changed that a page can show.
  public var isEmpty: Bool {
    products.isEmpty && !hasRedirects && !hasCollections && !hasUnknown && others.isEmpty
  }
}

extension MirrorReader {
  /// What changed after a revision, or nil where more than `limit` records did. O(changes).
  public func changeSet(since revision: Int64, limit: Int = 20_000) throws -> ChangeSet? {
    try checked {
      var set = ChangeSet()
      var parents: Set<RecordKey> = []
      let rows = try database.prepare(
        """
        SELECT type, id, 0 FROM record WHERE revision > ?1
        UNION ALL SELECT type, id, 1 FROM tombstone WHERE revision > ?1
        UNION ALL SELECT type, id, 2 FROM parent_change WHERE revision > ?1
        LIMIT ?2
        """)
      try rows.bind(1, revision)
      try rows.bind(2, limit + 1)
      var count = 0
      while try rows.step() {
        count += 1
        guard let type = ResourceType(rawValue: rows.text(0)) else {
          set.hasUnknown = true
          continue
        }
        let id = rows.text(1)
        // A row that is gone has left its parent, which is noted.
        if rows.integer(2) == 2 {
          parents.insert(RecordKey(type, id))
        } else {
          try add(type, id, to: &set, &parents)
        }
      }
      guard count <= limit else { return nil }
      for parent in parents { try add(parent, to: &set) }
      return set
    }
  }

  private func add(
    _ type: ResourceType, _ id: String, to set: inout ChangeSet, _ parents: inout Set<RecordKey>
  ) throws {
    switch type {
    case .product: set.products.insert(id)
    case .redirect: set.hasRedirects = true
    case .collection: set.hasCollections = true
    case .priceList: try addProducts(pricedIn: id, to: &set)
    case .customer, .membership: break
    case .variant: try follow("'product', c.product_id FROM variant", type, id, &parents)
    case .price: try follow("'variant', c.variant_id FROM price", type, id, &parents)
    case .inventoryLevel: try follow("'variant', c.variant_id FROM stock", type, id, &parents)
    case .media: try follow("c.parent_type, c.parent_id FROM media", type, id, &parents)
    case .translation:
      try follow("c.resource_type, c.resource_id FROM translation", type, id, &parents)
      if try isOfHandle(id) { set.hasRedirects = true }
    case .gate: try follow("c.resource_type, c.resource_id FROM gate", type, id, &parents)
    case .entitlement: try follow(Self.entitled, type, id, &parents)
    default: set.others.insert(type.rawValue)
    }
  }

  private func isOfHandle(_ translation: String) throws -> Bool {
    let row = try database.prepare(
      """
      SELECT 1 FROM translation t JOIN record r ON r.n = t.n
      WHERE r.type = 'translation' AND r.id = ? AND t.key = 'handle'
      """)
    try row.bind(1, translation)
    return try row.step()
  }

  /// What an entitlement is to; those of persons concern no page.
  private static let entitled = """
    iif(c.benefit_id IS NULL, coalesce(c.resource_type, 'benefit'), 'benefit'),
    coalesce(c.benefit_id, c.resource_id, '')
    FROM (SELECT * FROM entitlement WHERE subject_type IN ('tier', 'program'))
    """

  /// A price list says when its prices hold and for whom, and so it concerns the products that are
  /// priced in it. O(prices).
  private func addProducts(pricedIn list: String, to set: inout ChangeSet) throws {
    let rows = try database.prepare(
      """
      SELECT DISTINCT v.product_id FROM price p JOIN variant v ON v.id = p.variant_id
      WHERE p.price_list_id = ?
      """)
    try rows.bind(1, list)
    while try rows.step() { set.products.insert(rows.text(0)) }
  }

  private func follow(
    _ query: String, _ type: ResourceType, _ id: String, _ parents: inout Set<RecordKey>
  ) throws {
    let row = try database.prepare(
      "SELECT \(query) c JOIN record r ON r.n = c.n WHERE r.type = ? AND r.id = ?")
    try row.bind(1, type.rawValue)
    try row.bind(2, id)
    while try row.step() {
      // A text or gate of something that is no record: whoever asks takes it as unknown.
      let type = ResourceType(rawValue: row.text(0)) ?? .gate
      parents.insert(RecordKey(type, row.text(1)))
    }
  }

  private func add(_ parent: RecordKey, to set: inout ChangeSet) throws {
    switch parent.type {
    case .product: set.products.insert(parent.id)
    case .variant:
      if let id = try database.text("SELECT product_id FROM variant WHERE id = ?", parent.id) {
        set.products.insert(id)
      }
    case .media:
      var above: Set<RecordKey> = []
      try follow("c.parent_type, c.parent_id FROM media", .media, parent.id, &above)
      for key in above { try add(key, to: &set) }
    case .collection: set.hasCollections = true
    default: set.others.insert(parent.type.rawValue)
    }
  }

  /// How many products there are.
  public func productCount() throws -> Int {
    try checked { Int(try database.integer("SELECT count(*) FROM product") ?? 0) }
  }

  /// The title of a product as its record has it; nil where there is none.
  public func title(ofProduct id: String) throws -> String? {
    try checked { try database.text("SELECT title FROM product WHERE id = ?", id) }
  }
}

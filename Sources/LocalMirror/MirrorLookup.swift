public import Bytes
public import Contract
import Formats
import SQL

/// Finds records by what people call them, edits included: what is made here is found, what is
/// deleted here is not.
public struct MirrorLookup {
  let database: Database

  /// A record and its name.
  public struct Named: Sendable, Hashable {
    /// The id.
    public let id: String
    /// What people call it: a SKU, a handle or a name.
    public let name: String
  }

  /// A price list, as far as choosing one needs it.
  public struct PriceList: Sendable, Hashable {
    /// The id.
    public let id: String
    /// The name.
    public let name: String
    /// ISO 4217 code.
    public let currency: String
    /// Whether it is for everybody.
    public let isPublic: Bool
  }

  /// A price of a variant.
  public struct Price: Sendable, Hashable {
    /// The id.
    public let id: String
    /// The price list.
    public let priceListID: String
    /// ISO 4217 code.
    public let currency: String
    /// Minor units.
    public let amountMinor: Int64
    /// Whether it holds always and from one piece on.
    public let isPlain: Bool
  }

  /// How many pieces of a variant a location has.
  public struct StockLevel: Sendable, Hashable {
    /// The id.
    public let id: String
    /// The location.
    public let locationID: String
    /// Pieces.
    public let available: Int64
  }

  // MARK: Records

  /// The record with its edits; nil where there is none.
  ///
  /// - Parameter includingHidden: gives those too that are deleted here or on the server.
  public func record(_ key: RecordKey, includingHidden: Bool = false) throws -> Tape? {
    let row = try database.prepare(
      """
      SELECT \(Schema.shownBody) FROM record r WHERE r.type = ?1 AND r.id = ?2
        AND (?3 OR (r.state <> 'deleted' AND \(Schema.isNotDeletedHere)))
      """)
    try row.bind(1, key.type.rawValue)
    try row.bind(2, key.id)
    try row.bind(3, includingHidden ? 1 : 0)
    guard try row.step() else { return nil }
    return try LocalEdits.tape(row.bytes(0), key)
  }

  /// Records of any type with this id.
  public func keys(id: String) throws -> [RecordKey] {
    var found: [RecordKey] = []
    for type in ResourceType.allCases {
      let key = RecordKey(type, id)
      if try database.integer(
        """
        SELECT 1 FROM record r WHERE r.type = ? AND r.id = ? AND r.state <> 'deleted'
          AND \(Schema.isNotDeletedHere)
        """, type.rawValue, id) == 1
      {
        found.append(key)
      }
    }
    return found
  }

  /// Variants with this SKU.
  public func variants(sku: String) throws -> [RecordKey] {
    try keys(.variant, "SELECT id FROM variant WHERE sku = ? ORDER BY id", sku)
  }

  /// Products that have this handle now.
  public func products(handle: String) throws -> [RecordKey] {
    try keys(.product, "SELECT id FROM product WHERE handle = ? ORDER BY id", handle)
  }

  /// Collections that have this handle now.
  public func collections(handle: String) throws -> [RecordKey] {
    try keys(.collection, "SELECT id FROM collection WHERE handle = ? ORDER BY id", handle)
  }

  /// Records of a type by name, whatever the case of its letters: price lists, locations, markets and
  /// programmes have one.
  public func named(_ type: ResourceType, _ name: String) throws -> [RecordKey] {
    guard let table = Projection.of(type), table.columns.contains(where: { $0.name == "name" })
    else { return [] }
    return try keys(
      type, "SELECT id FROM \(table.table) WHERE name = ? COLLATE NOCASE ORDER BY id", name)
  }

  private func keys(_ type: ResourceType, _ sql: String, _ value: String) throws -> [RecordKey] {
    let rows = try database.prepare(sql)
    try rows.bind(1, value)
    var found: [RecordKey] = []
    while try rows.step() { found.append(RecordKey(type, rows.text(0))) }
    return found
  }

  /// The product that a variant belongs to.
  public func product(ofVariant id: String) throws -> RecordKey? {
    try database.text("SELECT product_id FROM variant WHERE id = ?", id)
      .map { RecordKey(.product, $0) }
  }

  /// The variants of a product in their order, by SKU.
  public func variants(ofProduct id: String) throws -> [Named] {
    try named("SELECT id, sku FROM variant WHERE product_id = ? ORDER BY position, id", id)
  }

  /// All locations.
  public func locations() throws -> [Named] {
    try named("SELECT id, name FROM location WHERE ? IS NOT NULL ORDER BY name, id", "")
  }

  private func named(_ sql: String, _ value: String) throws -> [Named] {
    let rows = try database.prepare(sql)
    try rows.bind(1, value)
    var found: [Named] = []
    while try rows.step() { found.append(Named(id: rows.text(0), name: rows.text(1))) }
    return found
  }

  /// SKUs and handles that begin like a word, for a suggestion; at most some thousand.
  public func namesLike(_ word: String) throws -> [String] {
    let start = String(word.prefix(2))
    let rows = try database.prepare(
      """
      SELECT sku FROM (SELECT sku FROM variant WHERE sku >= ?1 AND sku < ?2 LIMIT 5000)
      UNION SELECT handle FROM (SELECT handle FROM product WHERE handle >= ?1 AND handle < ?2
        LIMIT 5000)
      """)
    try rows.bind(1, start)
    try rows.bind(2, start + "\u{10FFFF}")
    var found: [String] = []
    while try rows.step() { found.append(rows.text(0)) }
    return found
  }

  /// SKUs that begin with a text, in order, at most `limit`.
  public func skus(beginningWith text: String, limit: Int) throws -> [String] {
    try names("SELECT DISTINCT sku FROM variant WHERE sku", beginningWith: text, limit)
  }

  /// Handles of products that begin with a text, in order, at most `limit`.
  public func handles(beginningWith text: String, limit: Int) throws -> [String] {
    try names("SELECT DISTINCT handle FROM product WHERE handle", beginningWith: text, limit)
  }

  private func names(_ column: String, beginningWith text: String, _ limit: Int) throws -> [String]
  {
    let rows = try database.prepare("\(column) BETWEEN ?1 AND ?2 ORDER BY 1 LIMIT ?3")
    try rows.bind(1, text)
    try rows.bind(2, text + "\u{10FFFF}")
    try rows.bind(3, limit)
    var found: [String] = []
    while try rows.step() { found.append(rows.text(0)) }
    return found
  }

  // MARK: Parts of a product

  /// All price lists by name.
  public func priceLists() throws -> [PriceList] {
    let rows = try database.prepare(
      """
      SELECT id, name, currency, coalesce(audience, '"public"') = '"public"' FROM price_list
      ORDER BY name, id
      """)
    var found: [PriceList] = []
    while try rows.step() {
      found.append(
        PriceList(
          id: rows.text(0), name: rows.text(1), currency: rows.text(2),
          isPublic: rows.integer(3) == 1))
    }
    return found
  }

  /// The prices of a variant.
  public func prices(ofVariant id: String) throws -> [Price] {
    let rows = try database.prepare(
      """
      SELECT id, price_list_id, currency, amount_minor,
        coalesce(min_quantity, 1) = 1 AND valid_from IS NULL AND valid_until IS NULL
      FROM price WHERE variant_id = ? ORDER BY price_list_id, id
      """)
    try rows.bind(1, id)
    var found: [Price] = []
    while try rows.step() {
      found.append(
        Price(
          id: rows.text(0), priceListID: rows.text(1), currency: rows.text(2),
          amountMinor: rows.integer(3), isPlain: rows.integer(4) == 1))
    }
    return found
  }

  /// The stock of a variant by location.
  public func stock(ofVariant id: String) throws -> [StockLevel] {
    let rows = try database.prepare(
      "SELECT id, location_id, available FROM stock WHERE variant_id = ? ORDER BY location_id, id")
    try rows.bind(1, id)
    var found: [StockLevel] = []
    while try rows.step() {
      found.append(
        StockLevel(id: rows.text(0), locationID: rows.text(1), available: rows.integer(2)))
    }
    return found
  }

  /// The translation of a record's field.
  public func translation(
    of resource: RecordKey, _ field: String, locale: String
  ) throws -> RecordKey? {
    try database.text(
      """
      SELECT id FROM translation
      WHERE resource_type = ? AND resource_id = ? AND locale = ? AND key = ? ORDER BY id LIMIT 1
      """, resource.type.rawValue, resource.id, locale, field
    ).map { RecordKey(.translation, $0) }
  }

  /// The languages of each market; the first of each is its default.
  public func locales() throws -> [[String]] {
    let rows = try database.prepare("SELECT id, locales FROM market ORDER BY id")
    var found: [[String]] = []
    while try rows.step() {
      let tape = try LocalEdits.tape(rows.bytes(1), RecordKey(.market, rows.text(0)))
      found.append(tape.value.children.compactMap(\.string))
    }
    return found
  }

  /// Records of a type that are deleted here, with what the server has: one of them may be what an
  /// edit is about to make again.
  public func deletedHere(_ type: ResourceType) throws -> [(RecordKey, StoredServerRecord)] {
    let edits = LocalEdits(database)
    var found: [(RecordKey, StoredServerRecord)] = []
    for (key, operation) in try edits.operations() where key.type == type && operation == .delete {
      if let record = try edits.serverRecord(key) { found.append((key, record)) }
    }
    return found
  }
}

extension MirrorReader {
  /// Finds records by what people call them.
  public var lookup: MirrorLookup { MirrorLookup(database: database) }
}

extension MirrorTransaction {
  /// Finds records by what people call them, what the transaction changed included.
  public var lookup: MirrorLookup { MirrorLookup(database: database) }

  /// Takes the deletion of a record back.
  ///
  /// - Returns: what was logged; empty where it was not deleted here.
  @discardableResult
  public func restore(_ key: RecordKey) throws -> [EditLogEntry] {
    guard try edits.operation(of: key) == .delete, let row = try row(key) else { return [] }
    try edits.setOperation(.none, of: key)
    let entry = try edits.log(
      key, "", from: .text(LocalOperation.delete.rawValue), to: .null, .withdrawal, at: now)
    try show(key, row, strictly: false)
    return [entry]
  }
}

import Bytes
import Catalog
import Contract
import Formats
import SQL

/// The cursors that run side by side over the tables of a range of products.
///
/// Each is ordered by the product's id. A join is used only from a variant to what hangs on it, by
/// its own index; 120,000 products a second come out of the same shape in one SQL statement, twice
/// as many by merging in this way. Products and texts are read as JSON; the many small records that
/// hang on a product come from the columns of their typed tables (`TypedRow`), which costs a quarter;
/// those say what readers are to see, edits included.
final class ProductCursors {
  private let products: Statement
  private var parts: [PartCursor] = []

  init(
    _ database: Database, from first: String, through last: String, memory: TypedRow.Memory
  ) throws(SQLError) {
    products = try database.prepare(
      """
      SELECT p.id, \(Schema.shownBody) FROM product p CROSS JOIN record r ON r.n = p.n
      WHERE p.id BETWEEN ? AND ? AND r.state <> 'deleted' ORDER BY p.id
      """)
    try products.bind(1, first)
    try products.bind(2, last)
    let hasParts = try Self.tablesInUse(database)
    for part in PartCursor.Part.allCases where hasParts.contains(part.source) {
      parts.append(try PartCursor(part, database, from: first, through: last, memory))
    }
  }

  /// Cursors over kinds of rows that do not exist at all are not opened.
  private static func tablesInUse(_ database: Database) throws(SQLError) -> Set<String> {
    let row = try database.prepare(
      """
      SELECT EXISTS(SELECT 1 FROM media WHERE parent_type = 'variant'),
        EXISTS(SELECT 1 FROM translation WHERE resource_type = 'product'),
        EXISTS(SELECT 1 FROM translation WHERE resource_type = 'variant'),
        EXISTS(SELECT 1 FROM translation WHERE resource_type = 'media')
      """)
    try row.step()
    var found: Set<String> = ["always"]
    for (column, name) in ["variant media", "texts", "variant texts", "media texts"].enumerated()
    where row.integer(column) == 1 {
      found.insert(name)
    }
    return found
  }

  /// The next product with all that belongs to it; nil after the last.
  func next(_ collections: CollectionIndex) throws -> ProductBundle? {
    guard try products.step() else { return nil }
    let id = products.text(0)
    var gatherer = Gatherer()
    try gatherer.add(.product, id: id, products.bytes(1))
    for part in parts {
      try part.take(for: products.bytes(0), into: &gatherer)
    }
    return try gatherer.bundle(collections.ids(of: id))
  }
}

/// One cursor over rows that begin with a product's id.
final class PartCursor {
  enum Part: CaseIterable {
    case variant, media, variantMedia, price, stock, text, variantText, mediaText

    /// What must exist for the cursor to be of use.
    var source: String {
      switch self {
      case .variantMedia: "variant media"
      case .text: "texts"
      case .variantText: "variant texts"
      case .mediaText: "media texts"
      default: "always"
      }
    }

    /// How its rows are read: from typed columns, or as JSON.
    var row: TypedRow.Kind? {
      switch self {
      case .variant: .variant
      case .media, .variantMedia: .media
      case .price: .price
      case .stock: .stock
      case .text, .variantText, .mediaText: nil
      }
    }

    var sql: String {
      switch self {
      case .variant:
        select(
          "v.product_id", "v", from: "variant v", "v.product_id", order: "v.position, v.id")
      case .media:
        select(
          "m.parent_id", "m", from: "media m", "m.parent_type = 'product' AND m.parent_id",
          order: "m.position, m.id")
      case .variantMedia:
        ofVariant("media", "parent_type = 'variant' AND x.parent_id")
      case .price: ofVariant("price", "variant_id")
      case .stock: ofVariant("stock", "variant_id")
      case .text:
        select(
          "t.resource_id", "t", from: "translation t",
          "t.resource_type = 'product' AND t.resource_id", order: "t.locale, t.key")
      case .variantText:
        ofVariant("translation", "resource_type = 'variant' AND x.resource_id")
      case .mediaText:
        select(
          "m.parent_id", "x",
          from: """
            media m CROSS JOIN translation x ON x.resource_type = 'media' AND x.resource_id = m.id
            """, "m.parent_type = 'product' AND m.parent_id", order: "m.position, m.id, x.locale")
      }
    }

    private func select(
      _ key: String, _ name: String, from tables: String, _ range: String, order: String? = nil
    ) -> String {
      let order = [key, order].compactMap(\.self).joined(separator: ", ")
      let place = "\(range) BETWEEN ?1 AND ?2"
      guard let row else {
        return """
          SELECT \(key), \(name).id, \(Schema.shownBody)
          FROM \(tables) CROSS JOIN record r ON r.n = \(name).n
          WHERE \(place) AND r.state <> 'deleted' ORDER BY \(order)
          """
      }
      let columns = row.columns.map { "\(name).\($0)" }.joined(separator: ", ")
      return """
        SELECT \(key), \(name).id, \(columns) FROM \(tables)
        WHERE \(place) ORDER BY \(order)
        """
    }

    /// What hangs on variants, in the order of the two indexes that are walked. To ask for more than
    /// the order of products would make SQLite sort, which it cannot see is needless.
    private func ofVariant(_ table: String, _ link: String) -> String {
      select(
        "v.product_id", "x", from: "variant v CROSS JOIN \(table) x ON x.\(link) = v.id",
        "v.product_id")
    }
  }

  private let part: Part
  private let statement: Statement
  private let memory: TypedRow.Memory
  private var isLive: Bool

  init(
    _ part: Part, _ database: Database, from first: String, through last: String,
    _ memory: TypedRow.Memory
  ) throws(SQLError) {
    self.part = part
    self.memory = memory
    statement = try database.prepare(part.sql)
    try statement.bind(1, first)
    try statement.bind(2, last)
    isLive = try statement.step()
  }

  /// Takes the rows of a product and passes over those of products that are not there.
  func take(for productID: UnsafeRawBufferPointer, into gatherer: inout Gatherer) throws {
    while isLive {
      let order = Self.compare(statement.bytes(0), productID)
      if order > 0 { return }
      if order == 0 { try add(to: &gatherer) }
      isLive = try statement.step()
    }
  }

  private func add(to gatherer: inout Gatherer) throws {
    guard let row = part.row else {
      return try gatherer.add(.translation, id: statement.text(1), statement.bytes(2))
    }
    try TypedRow.add(row, statement, memory, to: &gatherer.parts)
  }

  private static func compare(
    _ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer
  ) -> Int {
    for (one, other) in zip(left, right) where one != other { return one < other ? -1 : 1 }
    return left.count == right.count ? 0 : left.count < right.count ? -1 : 1
  }
}

/// Collects one product. What comes as JSON goes into one tape, which costs a third of a tape for
/// each.
struct Gatherer: ~Copyable {
  var parts = ProductParts()
  private var builder = TapeBuilder(textCapacity: 4096)
  private var names: [(type: ResourceType, id: String)] = []

  private static let attributes = Symbols.shared.intern("attributes")
  private static let links = Symbols.shared.intern("links")

  init() { builder.beginArray() }

  mutating func add(
    _ type: ResourceType, id: String, _ json: UnsafeRawBufferPointer
  ) throws(MirrorError) {
    do throws(FormatError) {
      try JSON.append(json, to: &builder)
    } catch {
      throw MirrorError.unreadable(type, id, error.description)
    }
    names.append((type, id))
  }

  consuming func bundle(_ collectionIDs: [String]) throws(MirrorError) -> ProductBundle {
    let names = self.names
    var parts = self.parts
    builder.end()
    let tape = builder.finish()
    let first = Int(tape.cells[tape.root].first)
    for (offset, name) in names.enumerated() {
      let value = TapeValue(tape: tape, index: first + offset)
      guard let attributes = value[Self.attributes] else {
        throw MirrorError.unreadable(name.type, name.id, "there are no attributes")
      }
      do throws(CatalogError) {
        try parts.add(name.type, id: name.id, attributes: attributes, links: value[Self.links])
      } catch {
        throw MirrorError.unreadable(name.type, name.id, "\(error)")
      }
    }
    guard let product = parts.product else {
      throw MirrorError.unreadable(.product, names.first?.id ?? "", "it is not a product")
    }
    return ProductBundle(
      product: product, variants: parts.variants, media: parts.media, prices: parts.prices,
      stock: parts.stock, translations: parts.translations, collectionIDs: collectionIDs)
  }
}

/// The records of one product, in the order in which they were read.
struct ProductParts {
  var product: ProductRecord?
  var variants: [VariantRecord] = []
  var media: [MediaRecord] = []
  var prices: [PriceRecord] = []
  var stock: [InventoryLevelRecord] = []
  var translations = TranslationTable()

  mutating func add(
    _ type: ResourceType, id: String, attributes: TapeValue, links: TapeValue?
  ) throws(CatalogError) {
    switch type {
    case .product: product = try ProductRecord(id: id, attributes: attributes, links: links)
    case .variant:
      variants.append(try VariantRecord(id: id, attributes: attributes, links: links))
    case .media: media.append(try MediaRecord(id: id, attributes: attributes, links: links))
    case .price: prices.append(try PriceRecord(id: id, attributes: attributes, links: links))
    case .inventoryLevel:
      stock.append(try InventoryLevelRecord(id: id, attributes: attributes, links: links))
    case .translation:
      translations.add(try TranslationRecord(id: id, attributes: attributes, links: links))
    default: break
    }
  }
}

extension MirrorError {
  static func unreadable(
    _ type: ResourceType, _ id: String, _ reason: String
  ) -> MirrorError {
    MirrorError(
      .unreadable,
      "the stored \(type.rawValue) \(id) cannot be read: \(reason); run trumeau mirror verify")
  }
}

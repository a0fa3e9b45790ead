import Bytes
import Catalog
import Contract
import Formats

/// Turns what Tryton says into records of the contract.
///
/// | Tryton | contract |
/// |---|---|
/// | product template | product; `code` is its external reference and, before its number, its handle |
/// | product, if active | variant |
/// | list price of the product, or else of its template | price |
/// | warehouse | location |
/// | quantity of a product in a warehouse | inventory level |
/// | company and its currency | price list and market |
/// | category | collection, with the products of its branches |
///
/// The entity tag of a product and variant is its stamp, that of a price the stamps of product and
/// template: by these Tryton guards its writes.
struct TrytonRecords {
  let shop: TrytonShop
  let configuration: TrytonConnector.Configuration

  /// How many records there will be at most, for a progress bar.
  var expectedCount: Int {
    shop.templates.count + shop.products.count * (2 + shop.warehouses.count)
      + shop.categories.count + shop.warehouses.count + 2
  }

  /// Hands on every record, what is linked to before what links to it.
  func forEach(_ receive: (EmulatedRecord) throws -> Void) throws {
    for warehouse in shop.warehouses { try receive(location(warehouse)) }
    try receive(priceList())
    try receive(market())
    for template in shop.templates { try receive(product(template)) }
    let templates = Dictionary(uniqueKeysWithValues: shop.templates.map { ($0.id, $0) })
    let siblings = Dictionary(grouping: shop.products, by: \.template)
    for product in shop.products where templates[product.template] != nil {
      try receive(variant(product, among: siblings[product.template] ?? []))
    }
    for category in shop.categories { try receive(collection(category)) }
    for product in shop.products {
      guard let template = templates[product.template] else { continue }
      for warehouse in shop.warehouses {
        if let level = level(product, template, warehouse) { try receive(level) }
      }
      if let price = price(product, template) { try receive(price) }
    }
  }

  // MARK: Products

  func product(_ template: TrytonShop.Template) -> EmulatedRecord {
    make(
      .product, TrytonIdentity.product(template.id), externalRef: template.code,
      stamp: template.stamp
    ) { json in
      json.key("handle"); json.value(Self.handle(template.code, template.id))
      json.key("title"); json.value(template.name)
      json.key("status"); json.value(Self.status(template))
      if let text = template.description {
        json.key("description")
        json.beginObject()
        json.key("markdown"); json.value(text)
        json.end()
      }
    }
  }

  private static func status(_ template: TrytonShop.Template) -> String {
    guard template.isActive else { return "archived" }
    return template.isSalable ?? true ? "active" : "draft"
  }

  func variant(
    _ product: TrytonShop.Product, among siblings: [TrytonShop.Product]
  ) -> EmulatedRecord {
    let place = (siblings.firstIndex { $0.id == product.id } ?? 0) + 1
    return make(
      .variant, TrytonIdentity.variant(product.id), externalRef: product.code,
      stamp: product.stamp, links: [("product", TrytonIdentity.product(product.template))]
    ) { json in
      json.key("sku"); json.value(product.code ?? "\(product.id)")
      if let gtin = product.gtin { json.key("gtin"); json.value(gtin) }
      json.key("position"); json.value(product.position ?? Int64(place))
    }
  }

  // MARK: Prices and stock

  func price(
    _ product: TrytonShop.Product, _ template: TrytonShop.Template
  ) -> EmulatedRecord? {
    guard let digits = product.price else { return nil }
    let id = TrytonIdentity.price(product.id, of: template.id, in: shop.currency)
    guard let currency = Currency(shop.currency),
      let amount = try? MinorUnits.parse(digits, digits: currency.exponent)
    else {
      return reject(
        .price, id, "\(digits) \(shop.currency) is no amount in whole minor units", digits)
    }
    return make(
      .price, id, stamp: "\(product.stamp) \(template.stamp)",
      links: [
        ("variant", TrytonIdentity.variant(product.id)),
        ("price_list", TrytonIdentity.priceList(shop.currency)),
      ]
    ) { json in
      json.key("amount"); json.value(amount)
      json.key("currency"); json.value(shop.currency)
    }
  }

  func level(
    _ product: TrytonShop.Product, _ template: TrytonShop.Template,
    _ warehouse: TrytonShop.Warehouse
  ) -> EmulatedRecord? {
    guard template.hasStock, let digits = shop.quantities[warehouse.id]?[product.id] else {
      return nil
    }
    let id = TrytonIdentity.inventory(product.id, warehouse.id)
    guard let count = try? MinorUnits.parse(digits, digits: 0) else {
      return reject(.inventoryLevel, id, "\(digits) is no whole number of pieces", digits)
    }
    return make(
      .inventoryLevel, id, stamp: nil,
      links: [
        ("variant", TrytonIdentity.variant(product.id)),
        ("location", TrytonIdentity.location(warehouse.id)),
      ]
    ) { json in
      json.key("available"); json.value(max(0, count))
    }
  }

  private func reject(
    _ type: ResourceType, _ id: String, _ reason: String, _ digits: String
  ) -> EmulatedRecord {
    var text = ByteBuffer(capacity: 32)
    text.append(jsonString: digits)
    return .reject(
      SourceReject(typeName: type.name, id: id, seq: 0, json: text.array, reason: reason))
  }

  // MARK: Around the products

  private func location(_ warehouse: TrytonShop.Warehouse) -> EmulatedRecord {
    make(.location, TrytonIdentity.location(warehouse.id), stamp: nil) { json in
      json.key("name"); json.value(warehouse.name)
      json.key("country"); json.value(configuration.country)
      json.key("time_zone"); json.value(shop.timeZone ?? configuration.timeZone)
    }
  }

  private func priceList() -> EmulatedRecord {
    make(.priceList, TrytonIdentity.priceList(shop.currency), stamp: nil) { json in
      json.key("name"); json.value(shop.currency)
      json.key("currency"); json.value(shop.currency)
      json.key("audience"); json.value("public")
      json.key("priority"); json.value(0)
      json.key("tax_included"); json.value(configuration.areTaxesIncluded)
    }
  }

  private func market() -> EmulatedRecord {
    make(
      .market, TrytonIdentity.market(shop.currency), stamp: nil,
      links: [("price_list", TrytonIdentity.priceList(shop.currency))]
    ) { json in
      json.key("name"); json.value(shop.currency)
      json.key("countries")
      json.beginArray()
      json.value(configuration.country)
      json.end()
      json.key("currency"); json.value(shop.currency)
      json.key("locales")
      json.beginArray()
      for locale in configuration.locales { json.value(locale) }
      json.end()
      json.key("tax_included"); json.value(configuration.areTaxesIncluded)
    }
  }

  private func collection(_ category: TrytonShop.Category) -> EmulatedRecord {
    let branch = branch(of: category.id)
    return make(
      .collection, TrytonIdentity.collection(category.id), stamp: category.stamp
    ) { json in
      json.key("handle"); json.value(Self.handle(category.name, category.id))
      json.key("title"); json.value(category.name)
      json.key("products")
      json.beginArray()
      for template in shop.templates where template.categories.contains(where: branch.contains) {
        json.value(TrytonIdentity.product(template.id))
      }
      json.end()
    }
  }

  /// A category and all below it.
  private func branch(of root: Int64) -> Set<Int64> {
    var found: Set<Int64> = [root]
    var waiting = [root]
    while let parent = waiting.popLast() {
      for category in shop.categories where category.parent == parent {
        if found.insert(category.id).inserted { waiting.append(category.id) }
      }
    }
    return found
  }

  // MARK: Parts

  /// A name for addresses: the letters and digits of a text, and the row's number, which keeps it
  /// the row's own.
  private static func handle(_ text: String?, _ id: Int64) -> String {
    var letters = ""
    for byte in (text ?? "").utf8 {
      switch byte {
      case 0x30...0x39, 0x61...0x7A: letters.unicodeScalars.append(Unicode.Scalar(byte))
      case 0x41...0x5A: letters.unicodeScalars.append(Unicode.Scalar(byte | 0x20))
      default: if !letters.isEmpty, !letters.hasSuffix("-") { letters += "-" }
      }
    }
    if !letters.isEmpty, !letters.hasSuffix("-") { letters += "-" }
    return "\(letters)\(id)"
  }

  private func make(
    _ type: ResourceType, _ id: String, externalRef: String? = nil, stamp: String?,
    links: [(String, String)] = [], _ write: (inout JSONWriter) -> Void
  ) -> EmulatedRecord {
    let newest = stamp?.split(separator: " ").compactMap { TrytonValue.instant(String($0)) }.max()
    return EmulatedRecord.make(
      type, id, externalRef: externalRef, updatedAt: newest, by: "tryton", stamp: stamp,
      links: links, write)
  }
}

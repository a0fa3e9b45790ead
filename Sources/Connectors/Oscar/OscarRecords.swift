import Bytes
import Catalog
import Contract
import Formats

/// Turns what django-oscar says into records of the contract.
///
/// | django-oscar | contract |
/// |---|---|
/// | product, parent or standalone | product; the handle is `slug-id`, as the shop's own addresses |
/// | child, and the standalone product once more | variant |
/// | stock record | inventory level (less what is promised to orders) and price |
/// | partner | location |
/// | currency of any price | price list, and a market where the settings name none |
/// | category | collection, with the products of its branches |
/// | image | media |
struct OscarRecords {
  let shop: OscarShop
  let configuration: OscarConnector.Configuration
  /// Children by the id of their parent, ascending.
  private let children: [Int64: [OscarProduct]]
  /// Article numbers that several variants share.
  private let sharedSKUs: Set<String>
  let sharedHandles: Set<String>
  let currencies: [String]

  init(_ shop: OscarShop, _ configuration: OscarConnector.Configuration) {
    self.shop = shop
    self.configuration = configuration
    var children: [Int64: [OscarProduct]] = [:]
    var seen: Set<String> = []
    var shared: Set<String> = []
    var currencies: Set<String> = []
    for product in shop.products {
      if let parent = product.parent { children[parent, default: []].append(product) }
      if product.structure != .parent, !seen.insert(Self.plainSKU(product)).inserted {
        shared.insert(Self.plainSKU(product))
      }
      for stock in product.stock where Currency(stock.currency) != nil {
        currencies.insert(stock.currency)
      }
    }
    var handles: Set<String> = []
    var sharedHandles: Set<String> = []
    for category in shop.categories {
      let handle = Self.plainHandle(category)
      if !handles.insert(handle).inserted { sharedHandles.insert(handle) }
    }
    self.children = children
    sharedSKUs = shared
    self.sharedHandles = sharedHandles
    self.currencies = currencies.sorted()
  }

  /// How many records there will be at most, for a progress bar.
  var expectedCount: Int {
    shop.products.reduce(shop.partners.count + shop.categories.count + currencies.count * 2) {
      $0 + 1 + ($1.structure == .standalone ? 1 : 0) + $1.stock.count * 2 + $1.images.count
    }
  }

  /// Hands on every record, what is linked to before what links to it.
  func forEach(
    sizes: (String) throws(ConnectorError) -> ImageSize?, _ receive: (EmulatedRecord) throws -> Void
  ) throws {
    for partner in shop.partners { try receive(location(partner)) }
    for currency in currencies { try receive(priceList(currency)) }
    for market in markets() { try receive(self.market(market)) }
    for product in shop.products where product.structure != .child {
      try receive(self.product(product))
    }
    let known = Set(shop.products.filter { $0.structure == .parent }.map(\.id))
    for product in shop.products where product.structure != .parent {
      try receive(variant(product, parents: known))
    }
    for product in shop.products {
      for image in product.images {
        try receive(media(image, of: product, try sizes(image.url)))
      }
    }
    for category in shop.categories { try receive(collection(category)) }
    for product in shop.products where product.structure != .parent {
      for stock in product.stock where stock.available != nil {
        try receive(inventory(stock, of: product))
      }
      for price in prices(of: product) { try receive(price) }
    }
  }

  // MARK: Products and variants

  func product(_ product: OscarProduct) -> EmulatedRecord {
    let options = options(of: product.id)
    let title = product.title.isEmpty ? product.upc ?? "" : product.title
    return make(.product, OscarIdentity.product(product.id), product, externalRef: product.upc) {
      json in
      json.key("handle"); json.value(Self.handle(product))
      json.key("title"); json.value(title)
      if let vendor = vendor(of: product) { json.key("vendor"); json.value(vendor) }
      if let type = product.productClass { json.key("product_type"); json.value(type) }
      json.key("status"); json.value(product.isPublic ? "active" : "draft")
      if !product.description.isEmpty { Self.html(product.description, &json) }
      if !options.isEmpty {
        json.key("options")
        json.beginArray()
        for option in options {
          json.beginObject()
          json.key("name"); json.value(option.name)
          json.key("values")
          json.beginArray()
          for value in option.values { json.value(value) }
          json.end()
          json.end()
        }
        json.end()
      }
      if product.metaTitle != nil || product.metaDescription != nil {
        json.key("seo")
        json.beginObject()
        if let title = product.metaTitle { json.key("title"); json.value(title) }
        if let text = product.metaDescription { json.key("description"); json.value(text) }
        json.end()
      }
      metafields(of: product, without: Set(options.map(\.code)), &json)
    }
  }

  private func variant(_ product: OscarProduct, parents: Set<Int64>) -> EmulatedRecord {
    let owner = product.structure == .child ? product.parent : product.id
    let id = OscarIdentity.variant(product.id)
    guard let owner, product.structure == .standalone || parents.contains(owner) else {
      let text = Array("{\"id\":\(product.id),\"structure\":\"child\"}".utf8)
      return .reject(
        SourceReject(
          typeName: ResourceType.variant.name, id: id, seq: 0, json: text,
          reason: "its parent is not among the products"))
    }
    let options = product.structure == .child ? options(of: owner) : []
    let siblings = children[owner] ?? []
    let position = (siblings.firstIndex { $0.id == product.id } ?? 0) + 1
    return make(
      .variant, id, product, externalRef: product.structure == .child ? product.upc : nil,
      links: [("product", OscarIdentity.product(owner))]
    ) { json in
      json.key("sku"); json.value(sku(product))
      if let upc = product.upc, Self.isGTIN(upc) { json.key("gtin"); json.value(upc) }
      json.key("position"); json.value(position)
      let own = product.attributes.filter { row in options.contains { $0.code == row.code } }
      if !own.isEmpty {
        json.key("options")
        json.beginObject()
        for attribute in own {
          guard let text = attribute.text else { continue }
          json.key(attribute.name); json.value(text)
        }
        json.end()
      }
    }
  }

  private struct Option {
    let code: String
    let name: String
    let values: [String]
  }

  /// The attributes in which the children of a product differ, with their values in the order of
  /// the children.
  private func options(of parent: Int64) -> [Option] {
    let siblings = children[parent] ?? []
    guard siblings.count > 1 else { return [] }
    var order: [String] = []
    var names: [String: String] = [:]
    var values: [String: [String]] = [:]
    var holders: [String: Int] = [:]
    for child in siblings {
      for attribute in child.attributes {
        guard let text = attribute.text, !text.isEmpty else { continue }
        if names[attribute.code] == nil { order.append(attribute.code) }
        names[attribute.code] = attribute.name
        holders[attribute.code, default: 0] += 1
        if values[attribute.code]?.contains(text) != true {
          values[attribute.code, default: []].append(text)
        }
      }
    }
    return order.compactMap { code in
      let found = values[code] ?? []
      guard found.count > 1 || (holders[code] ?? 0) < siblings.count else { return nil }
      return Option(code: code, name: names[code] ?? code, values: found)
    }
  }

  private func vendor(of product: OscarProduct) -> String? {
    let rows = product.attributes + (children[product.id]?.first?.attributes ?? [])
    for code in configuration.vendorAttributes {
      if let text = rows.first(where: { $0.code == code })?.text, !text.isEmpty { return text }
    }
    return nil
  }

  /// Attributes that are no options, under the namespace `oscar`; those of a parent are completed
  /// by those that all its children share.
  private func metafields(
    of product: OscarProduct, without options: Set<String>, _ json: inout JSONWriter
  ) {
    var rows = product.attributes
    let own = Set(rows.map(\.code))
    rows += (children[product.id]?.first?.attributes ?? []).filter { !own.contains($0.code) }
    rows.removeAll { options.contains($0.code) }
    guard !rows.isEmpty else { return }
    json.key("metafields")
    json.beginObject()
    json.key("oscar")
    json.beginObject()
    for row in rows { json.key(row.code); json.value(row.value) }
    json.end()
    json.end()
  }

  private static func handle(_ product: OscarProduct) -> String {
    product.slug.isEmpty ? "\(product.id)" : "\(product.slug.lowercased())-\(product.id)"
  }

  private static func plainSKU(_ product: OscarProduct) -> String {
    if let sku = product.stock.first?.sku, !sku.isEmpty { return sku }
    return product.upc ?? "\(product.id)"
  }

  private func sku(_ product: OscarProduct) -> String {
    let plain = Self.plainSKU(product)
    return sharedSKUs.contains(plain) ? "\(plain)-\(product.id)" : plain
  }

  /// Whether a product code is a GTIN: its length and check digit are right (GS1 §7.9).
  private static func isGTIN(_ text: String) -> Bool {
    let digits = text.utf8.map { Int($0) - 48 }
    guard [8, 12, 13, 14].contains(digits.count), digits.allSatisfy({ (0...9).contains($0) }) else {
      return false
    }
    let sum = digits.dropLast().reversed().enumerated().reduce(0) {
      $0 + $1.element * ($1.offset % 2 == 0 ? 3 : 1)
    }
    return (10 - sum % 10) % 10 == digits.last
  }
}

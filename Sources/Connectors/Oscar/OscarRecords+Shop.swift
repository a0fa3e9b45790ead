import Bytes
import Catalog
import Contract
import Formats

/// What stands around the products: where they lie, what they cost, how they are grouped.
extension OscarRecords {
  func location(_ partner: (id: Int64, name: String)) -> EmulatedRecord {
    make(.location, OscarIdentity.location(partner.id)) { json in
      json.key("name"); json.value(partner.name)
      json.key("country"); json.value(configuration.country)
      json.key("time_zone"); json.value(configuration.timeZone)
    }
  }

  func priceList(_ currency: String) -> EmulatedRecord {
    make(.priceList, OscarIdentity.priceList(currency)) { json in
      json.key("name"); json.value(currency)
      json.key("currency"); json.value(currency)
      json.key("audience"); json.value("public")
      json.key("priority"); json.value(0)
      json.key("tax_included"); json.value(configuration.areTaxesIncluded)
    }
  }

  /// The markets of the settings, or one for each currency that a price is in.
  func markets() -> [OscarConnector.Market] {
    if !configuration.markets.isEmpty {
      return configuration.markets.filter { currencies.contains($0.currency) }
    }
    return currencies.map { currency in
      OscarConnector.Market(
        name: currency, countries: OscarConnector.Market.countries(using: currency),
        currency: currency, locales: configuration.locales)
    }
  }

  func market(_ market: OscarConnector.Market) -> EmulatedRecord {
    make(
      .market, OscarIdentity.market(market.name),
      links: [("price_list", OscarIdentity.priceList(market.currency))]
    ) { json in
      json.key("name"); json.value(market.name)
      json.key("countries")
      json.beginArray()
      for country in market.countries { json.value(country) }
      json.end()
      json.key("currency"); json.value(market.currency)
      json.key("locales")
      json.beginArray()
      for locale in market.locales { json.value(locale) }
      json.end()
      json.key("tax_included"); json.value(configuration.areTaxesIncluded)
    }
  }

  func collection(_ category: OscarCategory) -> EmulatedRecord {
    let branch = category.breadcrumbs + " > "
    let products = shop.products.reversed().filter { product in
      product.structure != .child
        && product.categories.contains { $0 == category.breadcrumbs || $0.hasPrefix(branch) }
    }
    return make(.collection, OscarIdentity.collection(category.id)) { json in
      json.key("handle"); json.value(handle(category))
      json.key("title"); json.value(category.name)
      if !category.description.isEmpty { Self.html(category.description, &json) }
      json.key("products")
      json.beginArray()
      for product in products { json.value(OscarIdentity.product(product.id)) }
      json.end()
    }
  }

  func media(
    _ image: OscarProduct.Image, of product: OscarProduct, _ size: ImageSize?
  ) -> EmulatedRecord {
    let id = OscarIdentity.media(image.id)
    guard let size else {
      var url = ByteBuffer(capacity: 128)
      url.append(jsonString: image.url)
      return .reject(
        SourceReject(
          typeName: ResourceType.media.name, id: id, seq: 0, json: url.array,
          reason: "the width and height of the picture cannot be read from its file"))
    }
    let isVariant = product.structure == .child
    let parent = isVariant ? OscarIdentity.variant(product.id) : OscarIdentity.product(product.id)
    return make(
      .media, id, product,
      typedLinks: [("parent", isVariant ? .variant : .product, parent)]
    ) { json in
      json.key("kind"); json.value("image")
      json.key("url"); json.value(image.url)
      json.key("alt"); json.value(image.caption.isEmpty ? product.title : image.caption)
      json.key("width"); json.value(size.width)
      json.key("height"); json.value(size.height)
      json.key("position"); json.value(max(image.order, 0))
    }
  }

  func inventory(_ stock: OscarProduct.Stock, of product: OscarProduct) -> EmulatedRecord {
    make(
      .inventoryLevel, OscarIdentity.inventory(stock.id),
      links: [
        ("variant", OscarIdentity.variant(product.id)),
        ("location", OscarIdentity.location(stock.partner)),
      ]
    ) { json in
      json.key("available"); json.value(stock.available)
    }
  }

  /// The prices of a product, one a currency: where several partners sell in the same currency,
  /// the platform's own rule holds, the first stock record.
  func prices(of product: OscarProduct) -> [EmulatedRecord] {
    var done: Set<String> = []
    return product.stock.compactMap { stock in
      guard let price = stock.price, done.insert(stock.currency).inserted else { return nil }
      let id = OscarIdentity.price(product.id, stock.currency)
      func reject(_ reason: String) -> EmulatedRecord {
        var text = ByteBuffer(capacity: 64)
        text.append("{\"price\":")
        text.append(jsonString: price)
        text.append(",\"price_currency\":")
        text.append(jsonString: stock.currency)
        text.append(UInt8(ascii: "}"))
        return .reject(
          SourceReject(
            typeName: ResourceType.price.name, id: id, seq: 0, json: text.array, reason: reason))
      }
      guard let currency = Currency(stock.currency) else {
        return reject("“\(stock.currency)” is not a currency of ISO 4217")
      }
      do throws(MinorUnits.Fault) {
        let amount = try MinorUnits.parse(price, digits: currency.exponent)
        return make(
          .price, id,
          links: [
            ("variant", OscarIdentity.variant(product.id)),
            ("price_list", OscarIdentity.priceList(stock.currency)),
          ]
        ) { json in
          json.key("amount"); json.value(amount)
          json.key("currency"); json.value(stock.currency)
        }
      } catch {
        return reject("\(price) \(stock.currency) is no amount in whole minor units")
      }
    }
  }

  static func plainHandle(_ category: OscarCategory) -> String {
    category.slugs.joined(separator: "-").lowercased()
  }

  private func handle(_ category: OscarCategory) -> String {
    let plain = Self.plainHandle(category)
    return sharedHandles.contains(plain) ? "\(plain)-\(category.id)" : plain
  }

  static func html(_ text: String, _ json: inout JSONWriter) {
    json.key("description")
    json.beginObject()
    json.key("html"); json.value(text)
    json.end()
  }

  /// Makes a record of the attributes that `write` puts into an object.
  func make(
    _ type: ResourceType, _ id: String, _ product: OscarProduct? = nil,
    externalRef: String? = nil, links: [(String, String)] = [],
    typedLinks: [(String, ResourceType, String)] = [], _ write: (inout JSONWriter) -> Void
  ) -> EmulatedRecord {
    EmulatedRecord.make(
      type, id, externalRef: externalRef, createdAt: product?.createdAt,
      updatedAt: product?.updatedAt, by: "oscar", links: links, typedLinks: typedLinks, write)
  }
}

import Bytes
import Contract
import Formats
import HTTPClient

/// Where a record that can be written stands in django-oscar.
enum OscarPlace: Equatable {
  case product(Int64)
  case price(product: Int64, currency: String)
  case stock(Int64)

  /// The place of a record; nil for types that have no row of their own.
  init?(_ record: RecordKey) {
    switch record.type {
    case .product:
      guard let key = OscarIdentity.productKey(record.id) else { return nil }
      self = .product(key)
    case .price:
      guard let key = OscarIdentity.priceKey(record.id) else { return nil }
      self = .price(product: key.product, currency: key.currency)
    case .inventoryLevel:
      guard let key = OscarIdentity.inventoryKey(record.id) else { return nil }
      self = .stock(key)
    default: return nil
    }
  }
}

/// A record as the shop has it now, with the stock record behind it.
struct OscarRow {
  let record: SourceRecord
  let stock: OscarProduct.Stock?
}

/// Reads single rows of django-oscar and makes records of them.
struct OscarRows {
  let session: APISession
  let configuration: OscarConnector.Configuration
  private var reader: OscarReader {
    OscarReader(
      session: session, concurrency: configuration.concurrency, pageSize: configuration.pageSize)
  }

  init(session: APISession, configuration: OscarConnector.Configuration) {
    self.session = session
    self.configuration = configuration
  }

  /// The record at a place as it is now; nil where there is none.
  func read(_ place: OscarPlace) throws(ConnectorError) -> OscarRow? {
    switch place {
    case .product(let key):
      guard let product = try product(key), product.structure != .child else { return nil }
      var shop = OscarShop()
      shop.products = [product]
      for child in product.children {
        if let one = try self.product(child) { shop.products.append(one) }
      }
      return try row(OscarRecords(shop, configuration).product(product), nil)
    case .price(let key, let currency):
      guard let product = try product(key) else { return nil }
      let stock = product.stock.first { $0.currency == currency && $0.price != nil }
      let id = OscarIdentity.price(key, currency)
      let prices = records(product).prices(of: product)
      guard let stock, let price = prices.first(where: { $0.id == id }) else { return nil }
      return try row(price, stock)
    case .stock(let key):
      guard let owner = try owner(of: key), let product = try product(owner) else { return nil }
      guard let stock = product.stock.first(where: { $0.id == key }), stock.available != nil else {
        return nil
      }
      return try row(records(product).inventory(stock, of: product), stock)
    }
  }

  /// The ids of the products that carry a UPC: the API has no way to ask for one, so the thin list
  /// of all is read.
  func products(upc: String) throws(ConnectorError) -> [Int64] {
    var found: Set<Int64> = []
    try reader.pages("/products/") { (rows, _) throws(ConnectorError) in
      for row in rows where row["upc"]?.string == upc {
        if let id = row["id"]?.integer { found.insert(id) }
      }
    }
    return found.sorted()
  }

  private func records(_ product: OscarProduct) -> OscarRecords {
    var shop = OscarShop()
    shop.products = [product]
    return OscarRecords(shop, configuration)
  }

  private func row(
    _ made: EmulatedRecord, _ stock: OscarProduct.Stock?
  ) throws(ConnectorError) -> OscarRow {
    switch made {
    case .record(let record): return OscarRow(record: record, stock: stock)
    case .reject(let reject):
      throw ConnectorError(.malformed, "\(reject.typeName) \(reject.id): \(reject.reason)")
    }
  }

  private func product(_ key: Int64) throws(ConnectorError) -> OscarProduct? {
    guard let response = try answer("/admin/products/\(key)/") else { return nil }
    switch OscarReader.product(response, key) {
    case .success(let product): return product
    case .failure(let rejection):
      throw ConnectorError(.malformed, "product \(key): \(rejection.reject.reason)")
    }
  }

  private func owner(of stock: Int64) throws(ConnectorError) -> Int64? {
    guard let response = try answer("/admin/stockrecords/\(stock)/") else { return nil }
    let tape = try APISession.parse(response, of: "\(session.base)/admin/stockrecords/\(stock)/")
    guard let owner = tape.value["product"].flatMap(OscarProduct.number) else {
      throw ConnectorError(.malformed, "stock record \(stock) names no product")
    }
    return owner
  }

  /// A body; nil where the API itself says that there is none.
  private func answer(_ path: String) throws(ConnectorError) -> HTTPResponse? {
    let request = session.request(path)
    let response = try session.once(request, allowing: [404])
    if response.head.isSuccess { return response }
    guard reader.isOwnWord(response) else {
      throw session.failure(response.head, body: response.body, of: request.url)
    }
    return nil
  }
}

import Bytes
import Contract
import Formats
import Synchronization

/// All that Tryton has to say at one time, as far as its modules have it.
struct TrytonShop: Sendable {
  /// ISO 4217 code and digits of the company's currency.
  var currency = ""
  /// IANA zone of the company, if it names one.
  var timeZone: String?
  var warehouses: [Warehouse] = []
  var categories: [Category] = []
  /// By ascending key, as are the others.
  var templates: [Template] = []
  var products: [Product] = []
  /// Pieces by warehouse and product, by their digits.
  var quantities: [Int64: [Int64: String]] = [:]

  struct Warehouse: Sendable {
    let id: Int64
    let name: String
    /// Where its stock lies.
    let storage: Int64
  }

  struct Category: Sendable {
    let id: Int64
    let name: String
    let parent: Int64?
    let stamp: String
  }

  struct Template: Sendable {
    let id: Int64
    let name: String
    let code: String?
    let description: String?
    let isActive: Bool
    /// Whether it is sold; nil without the module `sale`.
    let isSalable: Bool?
    /// Whether pieces of it are counted.
    let hasStock: Bool
    let categories: [Int64]
    let stamp: String
  }

  struct Product: Sendable {
    let id: Int64
    let template: Int64
    let code: String?
    let gtin: String?
    let position: Int64?
    /// Price by its digits: its own or else its template's.
    let price: String?
    let stamp: String
  }
}

/// Reads Tryton over JSON-RPC, page by page in order of the keys, which nothing disturbs.
struct TrytonReader {
  let rpc: TrytonRPC
  let configuration: TrytonConnector.Configuration

  /// The context of every call.
  ///
  /// - Parameter extra: further members.
  func context(_ extra: [FieldValue.Member] = []) -> FieldValue {
    .object(
      of: [
        .init("company", .integer(configuration.company)),
        .init("language", .text(configuration.locales.first ?? "en")),
        .init("active_test", .boolean(false)),
      ] + extra)
  }

  /// Which optional fields this database has: they come with its modules.
  struct Modules: Sendable {
    let hasSale: Bool
    let hasShopText: Bool
    let hasCategories: Bool
    let hasStock: Bool
  }

  /// What this database has, asked for once.
  func modules() throws(ConnectorError) -> Modules {
    if let known = rpc.modules.withLock({ $0 }) { return known }
    let template = try fields("product.template")
    let product = try fields("product.product")
    let found = Modules(
      hasSale: template.contains("salable"),
      hasShopText: template.contains("web_shop_description"),
      hasCategories: template.contains("categories"), hasStock: product.contains("quantity"))
    rpc.modules.withLock { $0 = found }
    return found
  }

  private func fields(_ model: String) throws(ConnectorError) -> Set<String> {
    let found = try rpc.read(
      TrytonCall("model.\(model).fields_get", [.list([]), context()]))
    guard found.kind == .object, found.count > 0 else {
      throw ConnectorError(.malformed, "\(rpc.session.base) does not name the fields of \(model)")
    }
    return Set(found.members.map(\.name))
  }

  /// Reads everything.
  func read() throws(ConnectorError) -> TrytonShop {
    var shop = TrytonShop()
    let modules = try modules()
    try company(&shop)
    if modules.hasCategories { shop.categories = try categories() }
    shop.templates = try templates(modules)
    shop.products = try products(modules)
    if modules.hasStock {
      shop.warehouses = try warehouses()
      let ids = shop.products.map(\.id)
      for warehouse in shop.warehouses {
        shop.quantities[warehouse.id] = try quantities(of: ids, at: warehouse.id)
      }
    }
    return shop
  }

  func company(_ shop: inout TrytonShop) throws(ConnectorError) {
    let rows = try rows(
      "company.company", TrytonCall.domain(("id", "=", .integer(configuration.company))),
      ["currency", "currency.code", "timezone"])
    guard let row = rows.first, let code = row["currency."]?["code"]?.string else {
      throw ConnectorError(
        .refused,
        "\(rpc.session.base) has no company \(configuration.company); name the right one "
          + "as api.tryton.company")
    }
    shop.currency = code
    shop.timeZone = TrytonValue.text(row["timezone"])
  }

  func templates(
    _ modules: Modules, where condition: (String, String, FieldValue)? = nil
  ) throws(ConnectorError) -> [TrytonShop.Template] {
    var names = ["name", "code", "active", "type", "_timestamp"]
    if modules.hasSale { names.append("salable") }
    if modules.hasShopText { names.append("web_shop_description") }
    if modules.hasCategories { names.append("categories") }
    return try all("product.template", condition, names) { row in
      guard let id = row["id"]?.integer, let stamp = row["_timestamp"]?.string else { return nil }
      return TrytonShop.Template(
        id: id, name: row["name"]?.string ?? "", code: TrytonValue.text(row["code"]),
        description: TrytonValue.text(row["web_shop_description"]),
        isActive: TrytonValue.flag(row["active"]),
        isSalable: modules.hasSale ? TrytonValue.flag(row["salable"]) : nil,
        hasStock: row["type"]?.string == "goods",
        categories: (row["categories"]?.children ?? []).compactMap(\.integer), stamp: stamp)
    }
  }

  func products(
    _ modules: Modules, where condition: (String, String, FieldValue)? = nil
  ) throws(ConnectorError) -> [TrytonShop.Product] {
    let gtins = try gtins(where: condition.map { ("product.\($0.0)", $0.1, $0.2) })
    let names = ["template", "code", "active", "position", "list_price_used", "_timestamp"]
    return try all("product.product", condition, names) { row in
      guard let id = row["id"]?.integer, let template = row["template"]?.integer,
        let stamp = row["_timestamp"]?.string, TrytonValue.flag(row["active"])
      else { return nil }
      return TrytonShop.Product(
        id: id, template: template, code: TrytonValue.text(row["code"]), gtin: gtins[id],
        position: row["position"]?.integer, price: TrytonValue.digits(row["list_price_used"]),
        stamp: stamp)
    }
  }

  /// The first trade number of each product, by the product's key.
  private func gtins(
    where condition: (String, String, FieldValue)?
  ) throws(ConnectorError) -> [Int64: String] {
    var found: [Int64: String] = [:]
    let rows = try all("product.identifier", condition, ["type", "code", "product"]) { $0 }
    for row in rows where row["type"]?.string == "ean" {
      guard let product = row["product"]?.integer, let code = row["code"]?.string else { continue }
      if found[product] == nil { found[product] = code }
    }
    return found
  }

  private func categories() throws(ConnectorError) -> [TrytonShop.Category] {
    try all("product.category", nil, ["name", "parent", "_timestamp"]) { row in
      guard let id = row["id"]?.integer, let stamp = row["_timestamp"]?.string else { return nil }
      return TrytonShop.Category(
        id: id, name: row["name"]?.string ?? "", parent: row["parent"]?.integer, stamp: stamp)
    }
  }

  func warehouses() throws(ConnectorError) -> [TrytonShop.Warehouse] {
    let names = ["name", "storage_location"]
    return try all("stock.location", ("type", "=", .text("warehouse")), names) { row in
      guard let id = row["id"]?.integer, let storage = row["storage_location"]?.integer else {
        return nil
      }
      return TrytonShop.Warehouse(id: id, name: row["name"]?.string ?? "", storage: storage)
    }
  }

  /// Pieces of products at a place and the places within, by their digits.
  func quantities(
    of products: [Int64], at location: Int64
  ) throws(ConnectorError) -> [Int64: String] {
    var found: [Int64: String] = [:]
    for start in stride(from: 0, to: products.count, by: configuration.pageSize) {
      let part = Array(products[start..<min(start + configuration.pageSize, products.count)])
      let rows = try rows(
        "product.product", TrytonCall.domain(("id", "in", TrytonCall.ids(part))), ["quantity"],
        context([
          .init("locations", TrytonCall.ids([location])), .init("with_childs", .boolean(true)),
        ]))
      for row in rows {
        if let id = row["id"]?.integer { found[id] = TrytonValue.digits(row["quantity"]) }
      }
    }
    return found
  }

  // MARK: Rows

  /// All rows of a model that a condition allows, in order of their keys; what `make` gives nil
  /// for is left out.
  private func all<Row>(
    _ model: String, _ condition: (String, String, FieldValue)?, _ names: [String],
    _ make: (TapeValue) -> Row?
  ) throws(ConnectorError) -> [Row] {
    var found: [Row] = []
    var last: Int64 = 0
    while true {
      var conditions: [FieldValue] = [.list([.text("id"), .text(">"), .integer(last)])]
      if let condition {
        conditions.append(.list([.text(condition.0), .text(condition.1), condition.2]))
      }
      let page = try rows(model, .list(conditions), names)
      for row in page {
        guard let id = row["id"]?.integer, id > last else {
          throw ConnectorError(.malformed, "\(model): a row has no key or is out of order")
        }
        last = id
        if let made = make(row) { found.append(made) }
      }
      if page.count < configuration.pageSize { return found }
    }
  }

  func rows(
    _ model: String, _ domain: FieldValue, _ names: [String], _ context: FieldValue? = nil
  ) throws(ConnectorError) -> [TapeValue] {
    let order = FieldValue.list([.list([.text("id"), .text("ASC")])])
    let result = try rpc.read(
      TrytonCall(
        "model.\(model).search_read",
        [
          domain, .integer(0), .integer(Int64(configuration.pageSize)), order,
          TrytonCall.names(names), context ?? self.context(),
        ]))
    guard result.kind == .array else {
      throw ConnectorError(.malformed, "\(rpc.session.base) gives no rows of \(model)")
    }
    return result.children
  }
}

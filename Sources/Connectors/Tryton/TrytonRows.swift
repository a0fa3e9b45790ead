import Bytes
import Contract

/// A record as Tryton has it now, with what a write of it needs to know.
struct TrytonRow {
  let record: SourceRecord
  let template: TrytonShop.Template
  /// The product where the record is one, or of one.
  let product: TrytonShop.Product?
}

/// Reads single rows of Tryton and makes records of them.
struct TrytonRows {
  let reader: TrytonReader

  /// The record at a place as it is now; nil where there is none.
  func read(_ place: TrytonPlace) throws(ConnectorError) -> TrytonRow? {
    let modules = try reader.modules()
    switch place {
    case .template(let key):
      guard let template = try template(key, modules) else { return nil }
      return try row(records(TrytonShop()).product(template), template, nil)
    case .variant(let key):
      guard let (product, template) = try product(key, modules) else { return nil }
      let siblings = try reader.products(modules, where: ("template", "=", .integer(template.id)))
      return try row(
        records(TrytonShop()).variant(product, among: siblings), template, product)
    case .price(let key, _, let currency):
      guard let (product, template) = try product(key, modules) else { return nil }
      var shop = TrytonShop()
      try reader.company(&shop)
      guard shop.currency == currency else { return nil }
      guard let price = records(shop).price(product, template) else { return nil }
      return try row(price, template, product)
    case .stock(let key, let warehouse):
      guard modules.hasStock, let (product, template) = try product(key, modules),
        let place = try reader.warehouses().first(where: { $0.id == warehouse })
      else { return nil }
      var shop = TrytonShop()
      shop.quantities[warehouse] = try reader.quantities(of: [key], at: warehouse)
      guard let level = records(shop).level(product, template, place) else { return nil }
      return try row(level, template, product)
    }
  }

  /// The keys of the templates that carry a code, the active ones first.
  func templates(code: String) throws(ConnectorError) -> [TrytonShop.Template] {
    try reader.templates(try reader.modules(), where: ("code", "=", .text(code)))
      .sorted { $0.isActive && !$1.isActive }
  }

  /// The keys of the active products that carry a code.
  func products(code: String) throws(ConnectorError) -> [TrytonShop.Product] {
    try reader.products(try reader.modules(), where: ("code", "=", .text(code)))
  }

  private func template(
    _ key: Int64, _ modules: TrytonReader.Modules
  ) throws(ConnectorError) -> TrytonShop.Template? {
    try reader.templates(modules, where: ("id", "=", .integer(key))).first
  }

  private func product(
    _ key: Int64, _ modules: TrytonReader.Modules
  ) throws(ConnectorError) -> (TrytonShop.Product, TrytonShop.Template)? {
    guard let product = try reader.products(modules, where: ("id", "=", .integer(key))).first,
      let template = try template(product.template, modules)
    else { return nil }
    return (product, template)
  }

  private func records(_ shop: TrytonShop) -> TrytonRecords {
    TrytonRecords(shop: shop, configuration: reader.configuration)
  }

  private func row(
    _ made: EmulatedRecord, _ template: TrytonShop.Template, _ product: TrytonShop.Product?
  ) throws(ConnectorError) -> TrytonRow {
    switch made {
    case .record(let record):
      return TrytonRow(record: record, template: template, product: product)
    case .reject(let reject):
      throw ConnectorError(.malformed, "\(reject.typeName) \(reject.id): \(reject.reason)")
    }
  }
}

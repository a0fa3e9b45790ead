import Contract

/// The ids under which Tryton's rows are known here: stable, because they hold the row's own key,
/// and never the same for two types.
enum TrytonIdentity {
  static func product(_ template: Int64) -> String { "try_prd_\(template)" }
  static func variant(_ product: Int64) -> String { "try_var_\(product)" }
  static func collection(_ category: Int64) -> String { "try_col_\(category)" }
  static func location(_ warehouse: Int64) -> String { "try_loc_\(warehouse)" }
  static func price(_ product: Int64, of template: Int64, in currency: String) -> String {
    "try_prc_\(currency)_\(template)_\(product)"
  }
  static func inventory(_ product: Int64, _ warehouse: Int64) -> String {
    "try_inv_\(product)_\(warehouse)"
  }
  static func priceList(_ currency: String) -> String { "try_pls_\(currency)" }
  static func market(_ currency: String) -> String { "try_mkt_\(currency)" }

  /// The number behind a prefix, if the id has that form.
  static func key(_ id: String, _ prefix: String) -> Int64? {
    guard id.hasPrefix(prefix) else { return nil }
    return Int64(id.dropFirst(prefix.count))
  }

  /// The two numbers behind a prefix, if the id has that form.
  static func keys(_ id: String, _ prefix: String) -> (Int64, Int64)? {
    guard id.hasPrefix(prefix) else { return nil }
    let parts = id.dropFirst(prefix.count).split(separator: "_")
    guard parts.count == 2, let first = Int64(parts[0]), let second = Int64(parts[1]) else {
      return nil
    }
    return (first, second)
  }
}

/// Where a record that can be written stands in Tryton.
enum TrytonPlace: Equatable {
  case template(Int64)
  case variant(Int64)
  case price(product: Int64, template: Int64, currency: String)
  case stock(product: Int64, warehouse: Int64)

  /// The place of a record; nil for types that are not written.
  init?(_ record: RecordKey) {
    let id = record.id
    switch record.type {
    case .product:
      guard let key = TrytonIdentity.key(id, "try_prd_") else { return nil }
      self = .template(key)
    case .variant:
      guard let key = TrytonIdentity.key(id, "try_var_") else { return nil }
      self = .variant(key)
    case .price:
      guard id.hasPrefix("try_prc_") else { return nil }
      let currency = String(id.dropFirst(8).prefix { $0 != "_" })
      guard let (template, product) = TrytonIdentity.keys(id, "try_prc_\(currency)_") else {
        return nil
      }
      self = .price(product: product, template: template, currency: currency)
    case .inventoryLevel:
      guard let (product, warehouse) = TrytonIdentity.keys(id, "try_inv_") else { return nil }
      self = .stock(product: product, warehouse: warehouse)
    default: return nil
    }
  }
}

/// The ids under which django-oscar's rows are known here: stable, because they hold the row's own
/// key, and never the same for two types.
enum OscarIdentity {
  static func product(_ id: Int64) -> String { "osc_prd_\(id)" }
  static func variant(_ id: Int64) -> String { "osc_var_\(id)" }
  static func media(_ id: Int64) -> String { "osc_med_\(id)" }
  static func collection(_ id: Int64) -> String { "osc_col_\(id)" }
  static func location(_ partner: Int64) -> String { "osc_loc_\(partner)" }
  static func inventory(_ stock: Int64) -> String { "osc_inv_\(stock)" }
  static func priceList(_ currency: String) -> String { "osc_pls_\(currency)" }
  static func market(_ name: String) -> String { "osc_mkt_\(name)" }
  static func price(_ variant: Int64, _ currency: String) -> String {
    "osc_prc_\(variant)_\(currency)"
  }

  /// The key of the product row behind an id of a product, if it is one.
  static func productKey(_ id: String) -> Int64? {
    guard id.hasPrefix("osc_prd_") else { return nil }
    return Int64(id.dropFirst(8))
  }

  /// The key of the stock record behind an id of a stock level, if it is one.
  static func inventoryKey(_ id: String) -> Int64? {
    guard id.hasPrefix("osc_inv_") else { return nil }
    return Int64(id.dropFirst(8))
  }

  /// The key of the product row and the currency behind an id of a price, if it is one.
  static func priceKey(_ id: String) -> (product: Int64, currency: String)? {
    guard id.hasPrefix("osc_prc_") else { return nil }
    let parts = id.dropFirst(8).split(separator: "_")
    guard parts.count == 2, let product = Int64(parts[0]) else { return nil }
    return (product, String(parts[1]))
  }
}

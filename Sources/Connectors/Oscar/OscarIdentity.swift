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
}

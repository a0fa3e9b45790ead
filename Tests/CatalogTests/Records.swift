import Bytes
import Catalog
import Formats

/// Records for tests, from the JSON that a server sends.
enum Make {
  static func value(_ json: String) throws -> TapeValue { try JSON.parse(json).value }

  static func market(
    _ id: String = "mkt_eu", currency: String = "EUR", countries: String = #"["FR","DE"]"#,
    taxIncluded: Bool = true, taxRate: String? = "0.20", rounding: String = "null",
    list: String? = "pl_eu"
  ) throws -> MarketRecord {
    let rate = taxRate.map { #""tax_rate":"\#($0)","# } ?? ""
    return try MarketRecord(
      id: id,
      attributes: value(
        #"{"name":"Market","countries":\#(countries),"currency":"\#(currency)","locales":["en"],"#
          + #""tax_included":\#(taxIncluded),\#(rate)"rounding":\#(rounding)}"#),
      links: list.map { try value(#"{"price_list":"\#($0)"}"#) })
  }

  static func list(
    _ id: String, currency: String = "EUR", audience: String = #""public""#, priority: Int = 0,
    taxIncluded: Bool = true, extra: String = ""
  ) throws -> PriceListRecord {
    try PriceListRecord(
      id: id,
      attributes: value(
        #"{"name":"\#(id)","currency":"\#(currency)","audience":\#(audience),"#
          + #""priority":\#(priority),"tax_included":\#(taxIncluded)\#(extra)}"#))
  }

  static func price(
    _ id: String, list: String, _ minor: Int64, currency: String = "EUR", variant: String = "v1",
    extra: String = ""
  ) throws -> PriceRecord {
    try PriceRecord(
      id: id, attributes: value(#"{"amount":\#(minor),"currency":"\#(currency)"\#(extra)}"#),
      links: value(#"{"variant":"\#(variant)","price_list":"\#(list)"}"#))
  }

  static func tier(_ key: String, rank: Int, program: String = "prg") throws -> TierRecord {
    try TierRecord(
      id: "tier_\(key)",
      attributes: value(#"{"key":"\#(key)","rank":\#(rank),"name":{"en":"\#(key)"}}"#),
      links: value(#"{"program":"\#(program)"}"#))
  }

  static func variant(_ id: String = "v1", product: String = "p1") throws -> VariantRecord {
    try VariantRecord(
      id: id, attributes: value(#"{"sku":"SKU-\#(id)","position":1}"#),
      links: value(#"{"product":"\#(product)"}"#))
  }

  static func product(_ extra: String = "") throws -> ProductRecord {
    try ProductRecord(
      id: "p1", attributes: value(#"{"handle":"bag","title":"Bag","status":"active"\#(extra)}"#))
  }

  static func gate(
    _ id: String, mode: String, audience: String = #"{"tier_at_least":"tier_gold"}"#,
    resource: String = #"{"type":"product","id":"p1"}"#, extra: String = ""
  ) throws -> GateRecord {
    try GateRecord(
      id: id, attributes: value(#"{"mode":"\#(mode)","audience":\#(audience)\#(extra)}"#),
      links: value(#"{"resource":\#(resource)}"#))
  }

  static func entitlement(
    _ effect: String, to resource: String = #"{"type":"product","id":"p1"}"#,
    subject: String = #"{"type":"tier","id":"tier_gold"}"#, extra: String = ""
  ) throws -> EntitlementRecord {
    try EntitlementRecord(
      id: "ent_\(effect)", attributes: value(#"{"effect":"\#(effect)"\#(extra)}"#),
      links: value(#"{"subject":\#(subject),"resource":\#(resource)}"#))
  }

  static func audience(_ json: String) throws -> AudienceExpression {
    try AudienceExpression(value(json))
  }

  static func instant(_ text: String) throws -> Instant {
    guard let instant = Instant(rfc3339: text) else { throw CatalogError(.format, text) }
    return instant
  }

  /// Member 10, gold 20 and atelier 30 of one programme, and `vip` of another.
  static func ladder() throws -> [TierRecord] {
    [
      try tier("member", rank: 10), try tier("gold", rank: 20), try tier("atelier", rank: 30),
      try tier("vip", rank: 99, program: "prg_other"),
    ]
  }
}

/// Random numbers that can be had again: SplitMix64.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

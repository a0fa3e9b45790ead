import Bytes
import Catalog
import Formats

/// One offer that a built page states in its JSON-LD.
struct PageOffer: Equatable {
  var sku: String?
  var url: String?
  var price: Money?
  /// `InStock`, `OutOfStock`, …
  var availability: String?
}

/// Reads the JSON-LD of a page.
enum StructuredData {
  /// The offers of all script elements of type `application/ld+json`. O(page).
  static func offers(inHTML html: [UInt8]) -> [PageOffer] {
    let text = String(decoding: html, as: UTF8.self)
    var rest = text[...]
    var offers: [PageOffer] = []
    while let mark = rest.firstRange(of: "application/ld+json") {
      rest = rest[mark.upperBound...]
      guard let open = rest.firstIndex(of: ">"), let close = rest.firstRange(of: "</script")
      else { break }
      if open < close.lowerBound,
        let tape = try? JSON.parse(String(rest[rest.index(after: open)..<close.lowerBound]))
      {
        collect(tape.value, sku: nil, url: nil, into: &offers)
      }
      rest = rest[close.upperBound...]
    }
    return offers
  }

  private static func collect(
    _ value: TapeValue, sku: String?, url: String?, into offers: inout [PageOffer]
  ) {
    if value.kind == .array {
      for child in value.children { collect(child, sku: sku, url: url, into: &offers) }
      return
    }
    guard value.kind == .object else { return }
    let sku = value["sku"]?.string ?? sku
    let url = value["url"]?.string ?? url
    if value["@type"]?.string == "Offer" { offers.append(offer(value, sku: sku, url: url)) }
    for name in ["offers", "hasVariant", "@graph", "mainEntity", "itemListElement", "item"] {
      if let inner = value[name] { collect(inner, sku: sku, url: url, into: &offers) }
    }
  }

  private static func offer(_ value: TapeValue, sku: String?, url: String?) -> PageOffer {
    let price = value["price"]
    let digits =
      price?.string ?? price?.integer.map { String($0) }
      ?? price?.bytes.map { String(decoding: $0, as: UTF8.self) }
    let currency = value["priceCurrency"]?.string.flatMap { Currency($0) }
    var money: Money?
    if let digits, let currency {
      money = try? Money(decimal: digits, currency: currency)  // unreadable: reported as missing
    }
    return PageOffer(
      sku: sku, url: url, price: money,
      availability: value["availability"]?.string?.split(separator: "/").last.map(String.init))
  }
}

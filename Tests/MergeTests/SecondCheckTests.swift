import Contract
import Merge
import Testing

/// A shop in memory.
private struct Shop: MergedState {
  var records: [RecordKey: RecordMerge.Fields] = [:]

  mutating func add(_ type: ResourceType, _ id: String, _ fields: [String: String]) throws {
    records[RecordKey(type, id)] = try fields.mapValues { try FieldValue(json: $0) }
  }

  func fields(of record: RecordKey) -> RecordMerge.Fields? { records[record] }

  func records(of type: ResourceType, having values: RecordMerge.Fields) -> [RecordKey] {
    records.filter { record, fields in
      record.type == type && values.allSatisfy { (fields[$0.key] ?? .null) == $0.value }
    }.map(\.key)
  }

  func references(to record: RecordKey) -> [RecordKey] {
    records.filter { _, fields in
      fields.values.contains { value in
        value == .text(record.id) || value["id"] == .text(record.id)
          || value.list?.contains(.text(record.id)) == true
      }
    }.map(\.key)
  }
}

@Suite("The second check on the merged state")
struct SecondCheckTests {
  private var shop: Shop

  init() throws {
    shop = Shop()
    try shop.add(
      .product, "p1",
      ["handle": #""satchel""#, "options": #"[{"name":"Size","values":["S","M"]}]"#])
    try shop.add(.product, "p2", ["handle": #""case""#])
    try shop.add(
      .variant, "v1", ["sku": #""S-1""#, "links.product": #""p1""#, "options.Size": #""S""#])
    try shop.add(
      .variant, "v2", ["sku": #""S-2""#, "links.product": #""p1""#, "options.Size": #""M""#])
    try shop.add(.priceList, "l1", ["currency": #""EUR""#])
    try shop.add(.priceList, "l2", ["currency": #""EUR""#, "audience": #"{"tier":"gold"}"#])
    for (id, list, amount) in [("a1", "l1", "10000"), ("a2", "l2", "9000")] {
      try shop.add(
        .price, id,
        [
          "amount": amount, "currency": #""EUR""#, "links.price_list": "\"\(list)\"",
          "links.variant": #""v1""#,
        ])
    }
    try shop.add(.collection, "c1", ["handle": #""all""#, "products": #"["p1","p2"]"#])
  }

  private func check(_ changed: RecordKey...) -> [SecondCheckFinding] {
    SecondCheck.findings(of: changed, in: shop)
  }

  @Test("nothing is found where everything fits")
  func clean() {
    #expect(SecondCheck.findings(of: Array(shop.records.keys), in: shop).isEmpty)
  }

  @Test("two handles, two SKUs, two external references: each pair once")
  mutating func unique() throws {
    let (p1, p2) = (RecordKey(.product, "p1"), RecordKey(.product, "p2"))
    shop.records[p2]?["handle"] = .text("satchel")
    let found = check(p1, p2)
    #expect(found.map(\.kind) == [.unique])
    #expect(found.first?.records == [p1, p2])
    #expect(found.first?.fields == ["handle"])
    #expect(found.first?.conflict == .nameTaken)
    shop.records[RecordKey(.variant, "v2")]?["sku"] = .text("S-1")
    #expect(check(RecordKey(.variant, "v2")).map(\.fields) == [["sku"]])
    shop.records[p1]?["external_ref"] = .text("erp:1")
    shop.records[p2]?["external_ref"] = .text("erp:1")
    #expect(check(p2).map(\.fields) == [["handle"], ["external_ref"]])
  }

  @Test("a link to what is gone, and a part whose parent is gone")
  mutating func references() throws {
    shop.records[RecordKey(.product, "p1")] = nil
    let variant = check(RecordKey(.variant, "v1"))
    #expect(variant.map(\.rule) == [.parent])
    #expect(variant.first?.conflict == .parentDeleted)
    shop.records[RecordKey(.priceList, "l1")] = nil
    #expect(check(RecordKey(.price, "a1")).map(\.rule) == [.link])
  }

  @Test("a deleted record that a list still names, or that a guarded link holds")
  mutating func deleted() throws {
    shop.records[RecordKey(.product, "p2")] = nil
    #expect(check(RecordKey(.product, "p2")).map(\.fields) == [["products"]])
    try shop.add(.market, "m1", ["links.price_list": #""l1""#])
    shop.records[RecordKey(.priceList, "l1")] = nil
    #expect(check(RecordKey(.priceList, "l1")).map(\.fields) == [["links.price_list"]])
  }

  @Test("a former price must be above the price")
  mutating func compareAt() {
    let price = RecordKey(.price, "a1")
    shop.records[price]?["compare_at"] = .integer(10_000)
    #expect(check(price).map(\.rule) == [.compareAt])
    shop.records[price]?["compare_at"] = .integer(12_000)
    #expect(check(price).isEmpty)
  }

  @Test("a price is in the currency of its list, whichever of the two changed")
  mutating func listCurrency() {
    shop.records[RecordKey(.priceList, "l2")]?["currency"] = .text("USD")
    #expect(check(RecordKey(.priceList, "l2")).map(\.rule) == [.listCurrency])
    #expect(check(RecordKey(.price, "a2")).map(\.rule) == [.listCurrency])
  }

  @Test("members never pay more than everybody, whichever of the two prices changed")
  mutating func memberPrice() {
    let (all, members) = (RecordKey(.price, "a1"), RecordKey(.price, "a2"))
    shop.records[all]?["amount"] = .integer(8_000)
    for changed in [all, members] {
      let found = check(changed)
      #expect(found.map(\.rule) == [.memberPrice])
      #expect(found.first?.records == [members, all])
      #expect(found.first?.conflict == .price)
    }
    shop.records[all]?["until"] = .text("2026-01-01T00:00:00Z")
    shop.records[members]?["from"] = .text("2026-01-01T00:00:00Z")
    #expect(check(all).isEmpty)
  }

  @Test("variants have exactly the options of their product, and no two have the same")
  mutating func options() throws {
    let (first, second) = (RecordKey(.variant, "v1"), RecordKey(.variant, "v2"))
    shop.records[first]?["options.Size"] = .text("XL")
    #expect(check(first).map(\.rule) == [.options])
    #expect(check(RecordKey(.product, "p1")).map(\.rule) == [.options])
    shop.records[first]?["options.Size"] = .text("M")
    #expect(check(first).map(\.rule) == [.sameOptions])
    #expect(check(first).first?.records == [first, second])
    shop.records[first]?["options.Size"] = nil
    #expect(check(first).map(\.fields) == [["options.Size"]])
  }

  @Test("a span of time must not end before it begins")
  mutating func window() {
    let price = RecordKey(.price, "a1")
    shop.records[price]?["from"] = .text("2026-05-01T00:00:00Z")
    shop.records[price]?["until"] = .text("2026-04-01T00:00:00Z")
    #expect(check(price).map(\.rule) == [.window])
  }
}

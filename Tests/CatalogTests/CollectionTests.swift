import Catalog
import Testing

@Suite("Collections")
struct CollectionTests {
  private func collection(_ json: String) throws -> CollectionRecord {
    try CollectionRecord(
      id: "c", attributes: Make.value(#"{"handle":"c","title":"C",\#(json)}"#))
  }

  private func rule(_ json: String) throws -> CollectionRule {
    guard case .rule(let rule) = try collection(#""rule":\#(json)"#).membership else {
      throw CatalogError(.type, "not a rule")
    }
    return rule
  }

  private func facts() throws -> ProductFacts {
    ProductFacts(
      product: try Make.product(
        #","vendor":"Maison","product_type":"Bags","tags":["gift","new"],"#
          + #""metafields":{"maison":{"season":2026,"colours":["ink","sand"]}}"#),
      skus: ["BAG-1", "BAG-2"], priceMinor: 42_000)
  }

  @Test("a collection by hand keeps its order")
  func manual() throws {
    guard case .manual(let ids) = try collection(#""products":["b","a"]"#).membership else {
      Issue.record("not by hand")
      return
    }
    #expect(ids == ["b", "a"])
  }

  @Test(
    "conditions on a product",
    arguments: [
      (#"{"field":"tags","op":"contains","value":"gift"}"#, true),
      (#"{"field":"tags","op":"contains","value":"gif"}"#, false),
      (#"{"field":"tag","op":"equals","value":"new"}"#, true),
      (#"{"field":"tags","op":"not_contains","value":"old"}"#, true),
      (#"{"field":"title","op":"contains","value":"a"}"#, true),
      (#"{"field":"title","op":"starts_with","value":"Ba"}"#, true),
      (#"{"field":"title","op":"ends_with","value":"Ba"}"#, false),
      (#"{"field":"vendor","op":"not_equals","value":"Maison"}"#, false),
      (#"{"field":"product_type","op":"in","value":["Bags","Belts"]}"#, true),
      (#"{"field":"price","op":"greater_than","value":41999}"#, true),
      (#"{"field":"price","op":"gt","value":42000}"#, false),
      (#"{"field":"price","op":"at_least","value":"42000"}"#, true),
      (#"{"field":"price","op":"less_than","value":42000}"#, false),
      (#"{"field":"price","op":"at_most","value":42000.5}"#, true),
      (#"{"field":"price","op":"gt","value":"cheap"}"#, false),
      (#"{"field":"sku","op":"equals","value":"BAG-2"}"#, true),
      (#"{"field":"metafields.maison.season","op":"equals","value":2026}"#, true),
      (#"{"field":"metafields.maison.colours","op":"equals","value":"sand"}"#, true),
      (#"{"field":"metafields.maison.none","op":"is_not_set"}"#, true),
      (#"{"field":"google_category","op":"is_set"}"#, false),
    ])
  func conditions(json: String, matches: Bool) throws {
    #expect(try rule(#"{"all":[\#(json)]}"#).matches(facts()) == matches)
    #expect(try rule(#"{"any":[\#(json)]}"#).matches(facts()) == matches)
  }

  @Test("all needs every condition, any needs one, and none matches nothing")
  func combination() throws {
    let yes = #"{"field":"tags","op":"contains","value":"gift"}"#
    let no = #"{"field":"tags","op":"contains","value":"sale"}"#
    #expect(try !rule(#"{"all":[\#(yes),\#(no)]}"#).matches(facts()))
    #expect(try rule(#"{"any":[\#(no),\#(yes)]}"#).matches(facts()))
    #expect(try !rule(#"{"all":[]}"#).matches(facts()))
    #expect(try !rule(#"{"any":[]}"#).matches(facts()))
  }

  @Test(
    "a rule that cannot be meant is refused at its place",
    arguments: [
      (#"{}"#, "/attributes/rule/all"),
      (#"{"all":[{"field":"colour","op":"equals","value":"x"}]}"#, "/attributes/rule/all/0/field"),
      (#"{"any":[{"field":"title","op":"like","value":"x"}]}"#, "/attributes/rule/any/0/op"),
      (#"{"all":[{"field":"title","op":"equals"}]}"#, "/attributes/rule/all/0/value"),
      (
        #"{"all":[{"field":"title","op":"equals","value":["a","b"]}]}"#,
        "/attributes/rule/all/0/value"
      ),
    ])
  func refused(json: String, pointer: String) throws {
    let error = #expect(throws: CatalogError.self) { try rule(json) }
    #expect(error?.pointer == pointer)
  }
}

import Bytes
import Catalog
import Testing

@Suite("Records")
struct RecordTests {
  @Test("a product with everything is read as it was written")
  func product() throws {
    let product = try ProductRecord(
      id: "prd_1",
      attributes: Make.value(
        #"""
        {"handle":"carre-90","title":"Carré 90","vendor":"Maison","product_type":"Silk",
         "status":"active","description":{"markdown":"**Silk**"},"tags":["a","b"],
         "options":[{"name":"Colour","values":["Ivory","Ink"]},{"name":"Size","values":["90"]}],
         "google_category":"543673","seo":{"title":"T","description":"D"},
         "metafields":{"maison":{"material":"Silk twill"}},"a_field_of_tomorrow":{"x":1}}
        """#))
    #expect(product.title == "Carré 90")
    #expect(product.description == .markdown("**Silk**"))
    #expect(product.tags == ["a", "b"])
    #expect(product.options.map(\.name) == ["Colour", "Size"])
    #expect(product.seoDescription == "D")
    #expect(product.metafield("maison", "material")?.string == "Silk twill")
    #expect(product.metafield("maison", "none") == nil)

    let variant = try VariantRecord(
      id: "var_1",
      attributes: Make.value(
        #"{"sku":"C90-INK","position":2,"options":{"Size":"90","Colour":"Ink"},"weight_g":80}"#),
      links: Make.value(#"{"product":"prd_1"}"#))
    #expect(variant.values(of: product) == ["Ink", "90"])
    #expect(variant.title(in: product) == "Ink / 90")
    #expect(variant.weightG == 80)
  }

  @Test("null counts as absent")
  func null() throws {
    let product = try Make.product(#","vendor":null,"options":null,"seo":null"#)
    #expect(product.vendor == nil)
    #expect(product.options.isEmpty)
  }

  @Test(
    "what is wrong is told with its place",
    arguments: [
      (#"{"title":"A","status":"active"}"#, "/attributes/handle", .required),
      (#"{"handle":"a","title":"","status":"active"}"#, "/attributes/title", .required),
      (#"{"handle":"a","title":7,"status":"active"}"#, "/attributes/title", .type),
      (#"{"handle":"a","title":"A","status":"gone"}"#, "/attributes/status", .value),
      (#"{"handle":"a","title":"A","status":"draft","tags":["x",1]}"#, "/attributes/tags/1", .type),
      (
        #"{"handle":"a","title":"A","status":"draft","description":"text"}"#,
        "/attributes/description", .type
      ),
      (
        #"{"handle":"a","title":"A","status":"draft","options":[{"name":"X"},{"name":"X"}]}"#,
        "/attributes/options/1/name", .value
      ),
      ("[]", "/attributes", .type),
    ] as [(String, String, CatalogError.Code)])
  func faults(json: String, pointer: String, code: CatalogError.Code) throws {
    let error = #expect(throws: CatalogError.self) {
      try ProductRecord(id: "p", attributes: Make.value(json))
    }
    #expect(error?.pointer == pointer)
    #expect(error?.code == code)
  }

  @Test("money is a whole number of minor units, never a fraction, never negative")
  func money() throws {
    #expect(throws: CatalogError.self) {
      try PriceRecord(
        id: "p", attributes: Make.value(#"{"amount":12.5,"currency":"EUR"}"#),
        links: Make.value(#"{"variant":"v","price_list":"l"}"#))
    }
    #expect(throws: CatalogError.self) { try Make.price("p", list: "l", -1) }
    #expect(throws: CatalogError.self) { try Make.price("p", list: "l", 2_000_000_000_000) }
    let error = #expect(throws: CatalogError.self) {
      try Make.price("p", list: "l", 1, currency: "XYZ")
    }
    #expect(error?.pointer == "/attributes/currency")
    #expect(try Make.price("p", list: "l", 0).amount.minor == 0)
  }

  @Test("a link may be an id or an object with one, and is required")
  func links() throws {
    let attributes = try Make.value(#"{"available":3}"#)
    let level = try InventoryLevelRecord(
      id: "i", attributes: attributes,
      links: Make.value(#"{"variant":{"type":"variant","id":"v"},"location":"l"}"#))
    #expect(level.variantID == "v")
    #expect(level.locationID == "l")
    let error = #expect(throws: CatalogError.self) {
      try InventoryLevelRecord(id: "i", attributes: attributes, links: nil)
    }
    #expect(error?.pointer == "/links/variant")
  }

  @Test("a localised name falls back to the language, then to the first text")
  func localized() throws {
    let tier = try TierRecord(
      id: "t", attributes: Make.value(#"{"key":"k","rank":1,"name":{"en":"Gold","fr":"Or"}}"#),
      links: Make.value(#"{"program":"p"}"#))
    #expect(tier.name.text(in: "fr-CA") == "Or")
    #expect(tier.name.text(in: "ja") == "Gold")
  }

  @Test("a redirect has a target exactly where it is a 301")
  func redirects() throws {
    func record(_ json: String) throws -> RedirectRecord {
      try RedirectRecord(id: "r", attributes: Make.value(json))
    }
    #expect(try record(#"{"from":"/a","to":null,"status":410}"#).to == nil)
    #expect(throws: CatalogError.self) { try record(#"{"from":"/a","to":null,"status":301}"#) }
    #expect(throws: CatalogError.self) { try record(#"{"from":"/a","to":"/b","status":410}"#) }
    #expect(throws: CatalogError.self) { try record(#"{"from":"a","to":"/b","status":301}"#) }
    #expect(throws: CatalogError.self) { try record(#"{"from":"/a","to":"/b","status":302}"#) }
  }

  @Test("an entitlement links a benefit or a resource, not both and not neither")
  func entitlement() throws {
    let attributes = try Make.value(#"{"effect":"allow"}"#)
    for links in [
      #"{"subject":{"type":"tier","id":"t"}}"#,
      #"{"subject":{"type":"tier","id":"t"},"benefit":"b","resource":{"type":"product","id":"p"}}"#,
    ] {
      #expect(throws: CatalogError.self) {
        try EntitlementRecord(id: "e", attributes: attributes, links: Make.value(links))
      }
    }
  }

  @Test("translations fall back from the region to the language")
  func translations() throws {
    let record = try TranslationRecord(
      id: "t",
      attributes: Make.value(
        #"{"key":"title","locale":"fr","value":"Sac","source_digest":"sha256:0"}"#),
      links: Make.value(#"{"resource":{"type":"product","id":"p1"}}"#))
    let table = TranslationTable([record])
    let product = ResourceReference(type: "product", id: "p1")
    #expect(table.text("fr", of: product, "title") == "Sac")
    #expect(table.text("fr-CA", of: product, "title") == "Sac")
    #expect(table.text("en", of: product, "title") == nil)
    #expect(table.text("fr", of: ResourceReference(type: "variant", id: "p1"), "title") == nil)
    let bundle = ProductBundle(product: try Make.product(), translations: table)
    #expect(bundle.translation("title", in: "fr") == "Sac")
  }

  @Test("variants, media and prices of a bundle are in order and by owner")
  func bundle() throws {
    func media(_ id: String, _ position: Int, _ parent: String) throws -> MediaRecord {
      try MediaRecord(
        id: id,
        attributes: Make.value(
          #"{"kind":"image","url":"/media/\#(id).svg","alt":"","width":1,"height":1,"#
            + #""position":\#(position)}"#),
        links: Make.value(#"{"parent":\#(parent)}"#))
    }
    let product = #"{"type":"product","id":"p1"}"#
    let bundle = ProductBundle(
      product: try Make.product(), variants: [try Make.variant("v2"), try Make.variant("v1")],
      media: [
        try media("m2", 2, product), try media("m1", 1, product),
        try media("m3", 1, #"{"type":"variant","id":"v1"}"#),
      ],
      prices: [
        try Make.price("a", list: "l", 1), try Make.price("b", list: "l", 2, variant: "v2"),
      ])
    #expect(bundle.variants.map(\.id) == ["v1", "v2"])
    #expect(bundle.media.map(\.id) == ["m1", "m2"])
    #expect(bundle.variantMedia["v1"]?.map(\.id) == ["m3"])
    #expect(bundle.prices["v2"]?.map(\.id) == ["b"])
  }
}

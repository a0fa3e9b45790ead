import Catalog
import Contract
import LocalMirror
import Machine
import Testing

@Suite("Handles in other languages")
struct HandleTests {
  private func page(_ records: [SourceRecord]) -> SourcePage {
    SourcePage(records: records, cursor: "c", hasMore: false)
  }

  private func handle(
    _ value: String, of product: String = "a", locale: String = "fr", version: Int64 = 1
  ) throws -> SourceRecord {
    try Shop.record(
      .translation, "trn_\(product)_\(locale)",
      #"{"key":"handle","locale":"\#(locale)","value":"\#(value)","source_digest":"sha256:00"}"#,
      links: #"{"resource":{"type":"product","id":"prd_\#(product)"}}"#, version: version,
      seq: 100 + version)
  }

  @Test("every one that a product ever had is remembered, and told once it is another")
  func former() throws {
    let shop = try Shop()
    let store = try shop.open()
    try shop.fill(store)
    _ = try store.apply(page([handle("carre")]))
    #expect(try shop.reader().formerTranslatedProductHandles().isEmpty)
    _ = try store.apply(page([handle("carre-neuf", version: 2)]))
    let former = try shop.reader().formerTranslatedProductHandles()
    #expect(former.map(\.handle) == ["carre"])
    #expect(former.first?.locale == "fr" && former.first?.id == "prd_a")
    _ = try store.apply(
      SourcePage(
        records: [],
        tombstones: [
          SourceTombstone(
            type: .translation, id: "trn_a_fr", version: 3, seq: 103, isGone: false, at: nil)
        ], cursor: "c", hasMore: false))
    #expect(
      try shop.reader().formerTranslatedProductHandles().map(\.handle) == ["carre", "carre-neuf"])
  }

  @Test("that of a language is a former one where a region has another")
  func region() throws {
    let shop = try Shop()
    let store = try shop.open()
    try shop.fill(store)
    _ = try store.apply(page([handle("carre"), handle("suisse", locale: "fr-CH")]))
    let former = try shop.reader().formerTranslatedProductHandles()
    #expect(former.map(\.handle) == ["carre"])
  }

  @Test("a former one says who has it now, as their own or in a language")
  func claimants() throws {
    let shop = try Shop()
    let store = try shop.open()
    try shop.fill(store)
    _ = try store.apply(page([handle("carre")]))
    _ = try store.apply(page([handle("carre-neuf", version: 2), handle("carre", of: "b")]))
    #expect(
      try shop.reader().formerTranslatedProductHandles().map(\.claimants)
        == [[ResourceReference(type: "product", id: "prd_b")]])
    _ = try store.apply(
      page([Shop.product("b", handle: "neuf", version: 2, seq: 110)]))
    _ = try store.apply(page([handle("b", version: 3)]))
    let own = try shop.reader().formerProductHandles()
    #expect(own.map(\.handle) == ["b"])
    #expect(own.map(\.claimants) == [[ResourceReference(type: "product", id: "prd_a")]])
  }

  @Test("those of a product that is gone are found by what was its own")
  func gone() throws {
    let shop = try Shop()
    let store = try shop.open()
    try shop.fill(store)
    _ = try store.apply(page([handle("carre")]))
    func named(_ handle: String) throws -> [String] {
      try shop.reader().translatedHandles(ofProductsNamed: handle).map(\.handle)
    }
    #expect(try named("a") == ["carre"])
    _ = try store.apply(page([Shop.product("a", handle: "alpha", version: 2, seq: 110)]))
    #expect(try named("a").isEmpty)
    _ = try store.apply(
      SourcePage(
        records: [],
        tombstones: [
          SourceTombstone(
            type: .product, id: "prd_a", version: 3, seq: 111, isGone: false, at: nil)
        ], cursor: "c", hasMore: false))
    #expect(try named("a") == ["carre"] && named("alpha") == ["carre"])
  }

  @Test("a change of one is a change of redirects and of its product")
  func changes() throws {
    let shop = try Shop()
    let store = try shop.open()
    try shop.fill(store)
    let revision = try shop.reader().revision
    _ = try store.apply(page([handle("carre")]))
    let set = try #require(try shop.reader().changeSet(since: revision))
    #expect(set.products == ["prd_a"] && set.hasRedirects)
  }
}

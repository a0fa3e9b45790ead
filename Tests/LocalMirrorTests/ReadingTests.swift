import Bytes
import Catalog
import Contract
import LocalMirror
import Machine
import Support
import Testing

@Suite("Reading a mirror")
struct ReadingTests {
  @Test("a product comes with its variants in order, media, prices, stock, texts and collections")
  func bundle() throws {
    let shop = try Shop()
    try shop.fill(try shop.open())
    let reader = try shop.reader()
    let context = try reader.context(at: shop.clock.now)
    let index = CollectionIndex(context)
    let bundle = try #require(try reader.product("prd_a", in: index))
    #expect(bundle.variants.map(\.id) == ["var_a0", "var_a1"])
    #expect(bundle.media.map(\.id) == ["med_a"])
    #expect(bundle.variantMedia["var_a1"]?.map(\.id) == ["med_a1"])
    #expect(bundle.prices["var_a1"]?.map(\.amount.minor).sorted() == [39_000, 42_000])
    #expect(bundle.stock.map(\.available) == [5])
    #expect(bundle.translation("title", in: "fr") == "Alpha (fr)")
    #expect(bundle.collectionIDs == ["col_1", "col_2"])
    #expect(try reader.product("prd_x", in: index) == nil)
  }

  @Test("products stream in order of id, and chunks give what the whole gives")
  func streaming() throws {
    let shop = try Shop()
    try shop.fill(try shop.open())
    let reader = try shop.reader()
    var whole: [String] = []
    try reader.forEachProduct(in: .none) { whole.append("\($0.product.id) \($0.variants.count)") }
    #expect(whole == ["prd_a 2", "prd_b 1", "prd_c 0"])
    var pieces: [String] = []
    for id in try reader.productIDs() {
      try reader.products(from: id, through: id, in: .none) {
        pieces.append("\($0.product.id) \($0.variants.count)")
      }
    }
    #expect(pieces == whole)
  }

  @Test("the context holds the small things, with collections by rule resolved")
  func context() throws {
    let shop = try Shop()
    try shop.fill(try shop.open())
    let context = try shop.reader().context(at: shop.clock.now)
    #expect(context.markets.map(\.id) == ["mkt_eu"])
    #expect(context.priceLists.map(\.id) == ["pl_eu", "pl_gold"])
    #expect(context.collection("col_1")?.productIDs == ["prd_b", "prd_a"])
    #expect(context.collection("col_2")?.productIDs == ["prd_a", "prd_b", "prd_c"])
    #expect(context.tiers.map(\.key) == ["gold"])
    #expect(context.gates.count == 1)
    #expect(context.entitlements.count == 1)
  }
}

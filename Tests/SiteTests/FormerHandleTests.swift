import BuildComparison
import Machine
import Site
import Storefront
import Support
import Testing

@Suite("A handle that was given up")
struct FormerHandleTests {
  private static func collection(
    _ id: String, _ handle: String, _ products: String = #""prd_open","prd_second""#
  ) -> String {
    #"{"type":"collection","id":"\#(id)","attributes":{"handle":"\#(handle)","title":"A Collection","products":[\#(products)]}}"#
  }

  private static func product(_ id: String, _ handle: String) -> String {
    #"{"type":"product","id":"\#(id)","attributes":{"handle":"\#(handle)","title":"A Square","status":"active"}}"#
  }

  private func redirects(_ site: VirtualSite) throws -> Set<String> {
    Set(try site.read("public/_redirects").split(separator: "\n").map(String.init))
  }

  /// Builds, and demands that what stands is what a full build makes.
  private func build(_ site: VirtualSite) throws {
    try site.build()
    #expect(try site.build(.init(workers: 2, isFull: true, isDry: true)).changes == [])
  }

  @Test("leads to the collection that had it, in all languages and at the root")
  func collection() throws {
    let site = try VirtualSite(SmallHouse.archive)
    try site.build()
    try site.change(Self.collection("col_silk", "soft"), version: 2)
    try build(site)
    #expect(!site.exists("public/en-eu/collections/silk/page/2/index.html"))
    #expect(
      try redirects(site).isSuperset(of: [
        "/en-eu/collections/silk/ /en-eu/collections/soft/ 301",
        "/fr-eu/collections/silk/ /fr-eu/collections/soft/ 301",
        "/collections/silk/ /en-eu/collections/soft/ 301",
      ]))
  }

  @Test("leads nowhere once its collection has it again, or another one")
  func reused() throws {
    let site = try VirtualSite(SmallHouse.archive)
    try site.build()
    try site.change(Self.collection("col_silk", "soft"), version: 2)
    try site.build()
    try site.change(Self.collection("col_new", "silk"), version: 3)
    try build(site)
    #expect(try !redirects(site).contains { $0.hasPrefix("/en-eu/collections/silk") })
    #expect(site.exists("public/en-eu/collections/silk/index.html"))
    try site.change(Self.collection("col_new", "new"), version: 4)
    try site.change(Self.collection("col_silk", "silk"), version: 5)
    try build(site)
    #expect(try !redirects(site).contains { $0.hasPrefix("/en-eu/collections/silk") })
    #expect(try redirects(site).contains("/en-eu/collections/soft/ /en-eu/collections/silk/ 301"))
  }

  @Test("is not told of a product where a collection has it that visitors may not see")
  func hiddenCollection() throws {
    let site = try VirtualSite(SmallHouse.archive)
    try site.build()
    try site.change(Self.product("prd_second", "third-square"), version: 2)
    try build(site)
    let told = "/en-eu/products/second-square/ /en-eu/products/third-square/ 301"
    #expect(try redirects(site).contains(told))
    try site.change(
      Self.collection("col_cabinet", "second-square", #""prd_hidden""#), version: 3)
    try build(site)
    #expect(try !redirects(site).contains(told))
    try site.change(Self.collection("col_cabinet", "the-cabinet", #""prd_hidden""#), version: 4)
    try build(site)
    #expect(try redirects(site).contains(told))
  }

  @Test("is not told of a collection where a product has it that visitors may not see")
  func hiddenProduct() throws {
    let site = try VirtualSite(SmallHouse.archive)
    try site.build()
    try site.change(Self.collection("col_silk", "soft"), version: 2)
    try site.change(Self.product("prd_hidden", "silk"), version: 2)
    try build(site)
    #expect(try !redirects(site).contains { $0.contains("/collections/silk/") })
  }
}

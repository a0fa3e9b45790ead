import BuildComparison
import Machine
import Site
import Storefront
import Testing

@Suite("Products that were public before")
struct FormerlyPublicTests {
  private static let archived =
    #"{"type":"product","id":"prd_second","attributes":{"handle":"second-square","title":"Second Square","status":"archived"}}"#
  private static let gate =
    #"{"type":"gate","id":"gate_second","attributes":{"mode":"hidden","audience":{"tier_at_least":"tier_gold"}},"links":{"resource":{"type":"product","id":"prd_second"}}}"#
  private static let moved =
    #"{"type":"redirect","id":"red_9","attributes":{"from":"/products/second-square","to":"/products/open-square","status":301}}"#
  private static let gone =
    #"{"type":"redirect","id":"red_9","attributes":{"from":"/products/second-square","to":null,"status":410}}"#

  @Test("the old address of an archived product is redirected or gone", arguments: [true, false])
  func archived(isMoved: Bool) throws {
    let site = try VirtualSite(SmallHouse.archive)
    try site.build()
    try site.change(Self.archived)
    try site.change(isMoved ? Self.moved : Self.gone)
    for isFull in [false, true] {
      try site.build(.init(workers: 2, isFull: isFull))
      let lines = try site.read("public/_redirects").split(separator: "\n")
      #expect(
        lines.contains(
          isMoved
            ? "/en-eu/products/second-square /en-eu/products/open-square/ 301"
            : "/en-eu/products/second-square /404.html 410"))
    }
  }

  @Test(
    "the address of an archived product behind a gate stays a secret", arguments: [true, false])
  func gated(isMoved: Bool) throws {
    let site = try VirtualSite(SmallHouse.archive)
    try site.build()
    try site.change(Self.archived)
    try site.change(Self.gate)
    try site.build()
    try site.change(isMoved ? Self.moved : Self.gone)
    for isFull in [false, true] {
      #expect(throws: LeakError.self) { try site.build(.init(workers: 2, isFull: isFull)) }
    }
  }

  @Test("a member's price that is rounded to everybody's is not told as one")
  func rounded() throws {
    let site = try VirtualSite(SmallHouse.archive)
    func build(_ rounding: String) throws -> String {
      try site.change(
        #"{"type":"market","id":"mkt_eu","attributes":{"name":"Europe","countries":["FR","DE"],"currency":"EUR","locales":["en","fr"],"tax_included":true,"tax_rate":"0.20"\#(rounding)},"links":{"price_list":"pl_eu"}}"#
      )
      try site.build()
      return try site.read("private/main/gold/en-eu/products/open-square/index.html")
    }
    #expect(try build("").contains(" member "))
    let page = try build(#","rounding":{"mode":"half_up","step":"100"}"#)
    #expect(page.contains("400") && !page.contains("member"))
  }
}

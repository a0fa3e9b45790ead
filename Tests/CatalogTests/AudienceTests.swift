import Catalog
import Testing

@Suite("Audiences")
struct AudienceTests {
  @Test(
    "who is meant, by root",
    arguments: [
      (#""public""#, "public member gold atelier vip"),
      (#"{"tier_at_least":"tier_member"}"#, "member gold atelier"),
      (#"{"tier_at_least":"tier_gold"}"#, "gold atelier"),
      (#"{"tier_at_least":"tier_vip"}"#, "vip"),
      (#"{"tier_at_least":"tier_unknown"}"#, ""),
      (#"{"program":"prg"}"#, "member gold atelier"),
      (#"{"program":"prg_other"}"#, "vip"),
      (#"{"not":{"tier_at_least":"tier_gold"}}"#, "public member vip"),
      (#"{"any":[{"tier_at_least":"tier_gold"},{"program":"prg_other"}]}"#, "gold atelier vip"),
      (
        #"{"all":[{"tier_at_least":"tier_member"},{"not":{"tier_at_least":"tier_atelier"}}]}"#,
        "member gold"
      ),
      (#"{"any":[]}"#, ""),
      (#"{"all":[]}"#, "public member gold atelier vip"),
      (#"{"country":"FR"}"#, ""),
      (#"{"any":[{"country":"FR"},{"country":"DE"}]}"#, "public member gold atelier vip"),
    ])
  func table(expression: String, roots: String) throws {
    let context = CatalogContext(markets: [try Make.market()], tiers: try Make.ladder())
    let audience = try Make.audience(expression)
    let roster = AudienceRoster(market: try Make.market(), in: context)
    let meant = roster.viewers.filter { audience.includes($0) }.map(\.audience.name)
    #expect(Set(meant) == Set(roots.split(separator: " ").map(String.init)))
    let set = roster.set(of: audience)
    for viewer in roster.viewers {
      #expect(roster.mayWrite(set, to: viewer.audience) == meant.contains(viewer.audience.name))
    }
  }

  @Test("a tier of another programme counts for nothing, whatever its rank")
  func programmes() throws {
    let context = CatalogContext(tiers: try Make.ladder())
    let vip = Viewer(market: try Make.market(), tier: context.tier(key: "vip"), in: context)
    #expect(try !Make.audience(#"{"tier_at_least":"tier_member"}"#).includes(vip))
  }

  @Test("a country is meant only where the market has no other, unless one country is viewed")
  func countries() throws {
    let context = CatalogContext()
    let france = try Make.audience(#"{"country":"FR"}"#)
    let europe = Viewer(market: try Make.market(), in: context)
    #expect(!france.includes(europe))
    #expect(france.touches(europe))
    #expect(try !Make.audience(#"{"not":{"country":"FR"}}"#).includes(europe))
    #expect(france.includes(Viewer(market: try Make.market(), country: "FR", in: context)))
    let only = try Make.market(countries: #"["FR"]"#)
    #expect(france.includes(Viewer(market: only, in: context)))
  }

  @Test("a set of audiences inherits the strictest of its inputs")
  func sets() throws {
    let context = CatalogContext(tiers: try Make.ladder())
    let roster = AudienceRoster(market: try Make.market(), in: context)
    let gold = roster.set(of: try Make.audience(#"{"tier_at_least":"tier_gold"}"#))
    let everyone = roster.set(of: .everyone)
    #expect(everyone.intersection(gold) == gold)
    #expect(gold.isSubset(of: everyone))
    #expect(!everyone.isSubset(of: gold))
    #expect(everyone.includesPublic)
    #expect(!gold.includesPublic)
    #expect(!roster.mayWrite(gold, to: .everyone))
    #expect(!roster.mayWrite(everyone, to: .tier("unknown")))
  }

  @Test(
    "what is no audience is refused at its place",
    arguments: [
      (#""everyone""#, ""), (#"{"tier":"x"}"#, "/tier"), (#"{}"#, ""),
      (#"{"tier_at_least":"a","program":"b"}"#, ""), (#"{"any":"x"}"#, "/any"),
      (#"{"all":[{"country":3}]}"#, "/all/0/country"), ("7", ""),
    ])
  func malformed(json: String, pointer: String) throws {
    let error = #expect(throws: CatalogError.self) { try Make.audience(json) }
    #expect(error?.pointer == pointer)
  }

  @Test("an audience nested without end is refused")
  func depth() {
    let json =
      String(repeating: #"{"not":"#, count: 40) + #""public""# + String(repeating: "}", count: 40)
    #expect(throws: CatalogError.self) { try Make.audience(json) }
  }
}

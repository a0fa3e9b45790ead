import Bytes
import Catalog
import Testing

@Suite("Times as people write them")
struct AuthoredTimeTests {
  @Test(
    "a time by the clocks of a place is an instant",
    arguments: [
      ("2026-12-01T09:00", "2026-12-01T08:00:00Z"),
      ("2026-12-01 09:00:30", "2026-12-01T08:00:30Z"),
      ("2026-07-01T09:00", "2026-07-01T07:00:00Z"),
      ("2026-12-01T09:00 Asia/Tokyo", "2026-12-01T00:00:00Z"),
      ("2026-12-01T09:00[America/New_York]", "2026-12-01T14:00:00Z"),
      ("2026-12-01T09:00:00Z", "2026-12-01T09:00:00Z"),
      ("2026-12-01T09:00:00+02:00", "2026-12-01T07:00:00Z"),
      ("2026-12-01", "2026-11-30T23:00:00Z"),
      ("2026-12-01 UTC", "2026-12-01T00:00:00Z"),
    ])
  func reading(text: String, instant: String) throws {
    let time = try #require(AuthoredTime(text, zone: "Europe/Paris"))
    #expect(time.instant(.opening).rfc3339 == instant)
    #expect(time.instant(.shutting).rfc3339 == instant)
  }

  @Test(
    "what is no time is refused",
    arguments: [
      "", "soon", "2026-12-01T9:00", "2026-12-01T09", "2026-12-01T24:00", "2026-13-01T09:00",
      "2026-12-01T09:00 Europe/Lutetia", "2026-12-01T09:00[]", "2026-12-01T09:60",
      "2026-12-01X09:00",
    ])
  func refused(text: String) { #expect(AuthoredTime(text, zone: "Europe/Paris") == nil) }

  @Test(
    "where the clocks leave a time out or bring it twice, a window is open for the shortest time",
    arguments: [
      // Paris, 29 March 2026: 02:00 to 03:00 is left out at 01:00Z.
      ("2026-03-29T02:30", "Europe/Paris", "2026-03-29T01:30:00Z", "2026-03-29T00:30:00Z"),
      // Paris, 25 October 2026: 02:00 to 03:00 comes twice, from 00:00Z on.
      ("2026-10-25T02:30", "Europe/Paris", "2026-10-25T01:30:00Z", "2026-10-25T00:30:00Z"),
      // New York, 8 March and 1 November 2026.
      ("2026-03-08T02:15", "America/New_York", "2026-03-08T07:15:00Z", "2026-03-08T06:15:00Z"),
      ("2026-11-01T01:15", "America/New_York", "2026-11-01T06:15:00Z", "2026-11-01T05:15:00Z"),
      // Lord Howe Island moves by half an hour.
      ("2026-10-04T02:15", "Australia/Lord_Howe", "2026-10-03T15:45:00Z", "2026-10-03T15:15:00Z"),
      ("2026-04-05T01:45", "Australia/Lord_Howe", "2026-04-04T15:15:00Z", "2026-04-04T14:45:00Z"),
    ])
  func changes(text: String, zone: String, opens: String, shuts: String) throws {
    let time = try #require(AuthoredTime(text, zone: zone))
    #expect(time.instant(.opening).rfc3339 == opens)
    #expect(time.instant(.shutting).rfc3339 == shuts)
    #expect(time.instant(.opening) > time.instant(.shutting))
  }

  @Test(
    "spans of time are read and told",
    arguments: [
      ("90s", 90, "1 min 30 s"), ("30m", 1800, "30 min"), ("24h", 86_400, "24 h"),
      ("3d", 259_200, "3 days"), ("0s", 0, "0 s"),
    ] as [(String, Int64, String)])
  func spans(text: String, seconds: Int64, words: String) {
    #expect(AuthoredSpan.seconds(text) == seconds)
    #expect(AuthoredSpan.words(seconds) == words)
  }

  @Test("what is no span is refused", arguments: ["", "h", "-1h", "1.5h", "1w", "99999999999d"])
  func noSpans(text: String) { #expect(AuthoredSpan.seconds(text) == nil) }
}

@Suite("Drops")
struct DropTests {
  private func access(
    _ gates: [GateRecord], _ tier: String?, at text: String, entitlements: [EntitlementRecord] = []
  ) throws -> Visibility {
    let market = try Make.market()
    let tiers = try Make.ladder()
    let context = CatalogContext(
      markets: [market], tiers: tiers, entitlements: entitlements, gates: gates)
    let viewer = Viewer(market: market, tier: tiers.first { $0.key == tier }, in: context)
    return Gatekeeper.access(
      to: try Make.product(), for: viewer, in: context, at: try Make.instant(text)
    ).visibility
  }

  private func drop(early: [(String, String)] = []) throws -> [GateRecord] {
    let drop = Drop(
      name: "winter", opens: try Make.instant("2026-12-01T08:00:00Z"),
      closes: try Make.instant("2026-12-24T17:00:00Z"),
      early: try early.map { Drop.Early(tier: $0, from: try Make.instant($1)) })
    return try drop.gates(
      of: ResourceReference(type: "product", id: "p1"), tiers: try Make.ladder())
  }

  @Test("each tier gets in at its time, those above it too, and everybody when it opens")
  func early() throws {
    let gates = try drop(early: [
      ("gold", "2026-11-30T08:00:00Z"), ("member", "2026-12-01T06:00:00Z"),
    ])
    let times: [(String, [String?])] = [
      ("2026-11-30T07:59:59Z", []), ("2026-11-30T08:00:00Z", ["gold", "atelier"]),
      ("2026-12-01T06:00:00Z", ["gold", "atelier", "member"]),
      ("2026-12-01T08:00:00Z", ["gold", "atelier", "member", nil]),
      ("2026-12-24T17:00:00Z", []),
    ]
    for (time, inside) in times {
      for tier in [nil, "member", "gold", "atelier"] {
        let wanted: Visibility = inside.contains(tier) ? .purchasable : .hidden
        #expect(try access(gates, tier, at: time) == wanted, "\(tier ?? "public") at \(time)")
      }
    }
  }

  @Test("without early access nobody gets in before it opens")
  func nobody() throws {
    let gates = try drop()
    #expect(try access(gates, "atelier", at: "2026-12-01T07:59:59Z") == .hidden)
    #expect(try access(gates, nil, at: "2026-12-01T08:00:00Z") == .purchasable)
  }

  @Test("no gate of the shop and no entitlement opens a drop, and a drop opens no gate of the shop")
  func embargo() throws {
    let open = try Make.gate("g", mode: "hidden", audience: #""public""#)
    let allow = try Make.entitlement("allow")
    #expect(
      try access(try drop() + [open], "gold", at: "2026-11-01T00:00:00Z", entitlements: [allow])
        == .hidden)
    let shut = try Make.gate("g", mode: "hidden")
    #expect(try access(try drop() + [shut], nil, at: "2026-12-02T00:00:00Z") == .hidden)
    #expect(try access(try drop() + [shut], "gold", at: "2026-12-02T00:00:00Z") == .purchasable)
  }

  @Test("a tier that the shop has not is refused")
  func unknownTier() throws {
    let error = #expect(throws: CatalogError.self) {
      try drop(early: [("platinum", "2026-11-30T08:00:00Z")])
    }
    #expect(error?.message.contains("platinum") == true)
  }
}

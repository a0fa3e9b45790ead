import Bytes
import Catalog
import Testing

@Suite("Gates")
struct GatekeeperTests {
  private let now = Instant(seconds: 1_800_000_000)
  private let product = ResourceReference(type: "product", id: "p1")

  private func roster(_ gates: [GateRecord], _ entitlements: [EntitlementRecord] = []) throws
    -> (AudienceRoster, CatalogContext)
  {
    let context = CatalogContext(
      tiers: try Make.ladder(), entitlements: entitlements, gates: gates)
    return (AudienceRoster(market: try Make.market(), in: context), context)
  }

  private func words(
    _ gates: [GateRecord], _ entitlements: [EntitlementRecord] = [], at instant: Instant? = nil
  ) throws -> [String] {
    let (roster, context) = try roster(gates, entitlements)
    return roster.viewers.map {
      Gatekeeper.access(to: product, for: $0, in: context, at: instant ?? now).visibility.word
    }
  }

  @Test("a record without gates is open to all")
  func open() throws {
    #expect(try words([]) == Array(repeating: "purchase", count: 5))
  }

  @Test(
    "the mode says what those outside still get",
    arguments: [
      ("hidden", "hidden"), ("teaser", "teaser"), ("view_only", "view_only"),
      ("purchase", "view_only"),
    ])
  func modes(mode: String, outside: String) throws {
    #expect(
      try words([Make.gate("g", mode: mode)])
        == [outside, outside, "purchase", "purchase", outside])
  }

  @Test("of gates of one kind one way in is enough; of different kinds all count")
  func several() throws {
    let ladder = [
      try Make.gate("g1", mode: "purchase"),
      try Make.gate("g2", mode: "purchase", audience: #"{"tier_at_least":"tier_member"}"#),
    ]
    #expect(try words(ladder) == ["view_only", "purchase", "purchase", "purchase", "view_only"])
    let kinds = [
      try Make.gate("g1", mode: "purchase"),
      try Make.gate("g2", mode: "hidden", audience: #"{"tier_at_least":"tier_member"}"#),
    ]
    #expect(try words(kinds) == ["hidden", "view_only", "purchase", "purchase", "hidden"])
  }

  @Test("early access opens for each audience at its hour and for all at the public one")
  func drop() throws {
    let opening = now.adding(seconds: 86_400).rfc3339
    let gates = [
      try Make.gate(
        "gold", mode: "hidden", extra: #","from":"\#(now.rfc3339)","public_from":"\#(opening)""#),
      try Make.gate(
        "member", mode: "hidden", audience: #"{"tier_at_least":"tier_member"}"#,
        extra: #","from":"\#(now.adding(seconds: 79_200).rfc3339)","public_from":"\#(opening)""#),
    ]
    let shut = Array(repeating: "hidden", count: 5)
    #expect(try words(gates, at: now.adding(seconds: -1)) == shut)
    #expect(try words(gates, at: now) == ["hidden", "hidden", "purchase", "purchase", "hidden"])
    #expect(
      try words(gates, at: now.adding(seconds: 79_200))
        == ["hidden", "purchase", "purchase", "purchase", "hidden"])
    #expect(
      try words(gates, at: now.adding(seconds: 86_399))
        == ["hidden", "purchase", "purchase", "purchase", "hidden"])
    #expect(
      try words(gates, at: now.adding(seconds: 86_400)) == Array(repeating: "purchase", count: 5))
  }

  @Test("the next change is the next hour that matters to the viewer")
  func nextChange() throws {
    let gate = try Make.gate(
      "g", mode: "purchase",
      extra: #","from":"2027-02-01T00:00:00Z","public_from":"2027-03-01T00:00:00Z""#)
    let (roster, context) = try roster([gate])
    let instant = try Make.instant("2027-01-01T00:00:00Z")
    let changes = roster.viewers.map {
      Gatekeeper.visibility(of: product, for: $0, in: context, at: instant).nextChange?.rfc3339
    }
    #expect(
      changes == [
        "2027-03-01T00:00:00Z", "2027-03-01T00:00:00Z", "2027-02-01T00:00:00Z",
        "2027-02-01T00:00:00Z", "2027-03-01T00:00:00Z",
      ])
  }

  @Test("nothing changes between now and the next change")
  func nextChangeIsComplete() throws {
    let seed = UInt64.random(in: .min ... .max)
    var random = SplitMix(state: seed)
    let tiers = ["member", "gold", "atelier", "vip"]
    for _ in 0..<200 {
      var gates: [GateRecord] = []
      for number in 0..<Int.random(in: 1...3, using: &random) {
        let hours = (0..<3).map { _ in Int64.random(in: 0...20, using: &random) }
        let (from, until) = (min(hours[0], hours[1]), max(hours[0], hours[1]))
        let tier = tiers.randomElement(using: &random) ?? "gold"
        let mode = ["hidden", "teaser", "view_only", "purchase"].randomElement(using: &random)
        var extra = ""
        if Bool.random(using: &random) { extra += #","from":"\#(hour(from))""# }
        if Bool.random(using: &random) { extra += #","until":"\#(hour(until))""# }
        if Bool.random(using: &random) { extra += #","public_from":"\#(hour(hours[2]))""# }
        gates.append(
          try Make.gate(
            "g\(number)", mode: mode ?? "hidden", audience: #"{"tier_at_least":"tier_\#(tier)"}"#,
            extra: extra))
      }
      let (roster, context) = try roster(gates)
      for viewer in roster.viewers {
        for start in Int64(0)..<20 {
          let instant = now.adding(seconds: start * 3_600)
          let first = Gatekeeper.access(to: product, for: viewer, in: context, at: instant)
          for later in (start + 1)...21 {
            let other = now.adding(seconds: later * 3_600)
            if let change = first.nextChange, other >= change { break }
            let second = Gatekeeper.access(to: product, for: viewer, in: context, at: other)
            #expect(
              second.visibility == first.visibility, "seed \(seed): \(gates) \(viewer.audience)")
          }
        }
      }
    }
  }

  private func hour(_ number: Int64) -> String { now.adding(seconds: number * 3_600).rfc3339 }

  @Test("a gate that is over reveals nothing")
  func over() throws {
    let gate = try Make.gate(
      "g", mode: "hidden",
      extra: #","until":"\#(now.rfc3339)","public_from":"\#(now.adding(seconds: -60).rfc3339)""#)
    #expect(try words([gate]) == Array(repeating: "hidden", count: 5))
    #expect(
      try words([gate], at: now.adding(seconds: -1)) == Array(repeating: "purchase", count: 5))
  }

  @Test("an entitlement passes the gates, and a denial beats it")
  func entitlements() throws {
    let gate = try Make.gate("g", mode: "hidden", audience: #"{"tier_at_least":"tier_atelier"}"#)
    let allow = try Make.entitlement("allow")
    #expect(try words([gate], [allow]) == ["hidden", "hidden", "purchase", "purchase", "hidden"])
    let deny = try Make.entitlement("deny", subject: #"{"type":"program","id":"prg"}"#)
    #expect(try words([gate], [allow, deny]) == Array(repeating: "hidden", count: 5))
    #expect(try words([], [deny]) == ["purchase", "hidden", "hidden", "hidden", "purchase"])
  }

  @Test("an entitlement of one person never concerns a page")
  func persons() throws {
    let gate = try Make.gate("g", mode: "hidden")
    let allow = try Make.entitlement("allow", subject: #"{"type":"customer","id":"c"}"#)
    #expect(try words([gate], [allow])[0] == "hidden")
  }

  @Test("an entitlement holds within its window")
  func entitlementWindow() throws {
    let gate = try Make.gate("g", mode: "hidden", audience: #"{"any":[]}"#)
    let allow = try Make.entitlement("allow", extra: #","until":"\#(now.rfc3339)""#)
    #expect(try words([gate], [allow], at: now.adding(seconds: -1))[2] == "purchase")
    #expect(try words([gate], [allow])[2] == "hidden")
  }

  @Test("drafts and archived products are hidden from all")
  func status() throws {
    let (roster, context) = try roster([])
    for status in ["draft", "archived"] {
      let record = try ProductRecord(
        id: "p1", attributes: Make.value(#"{"handle":"a","title":"A","status":"\#(status)"}"#))
      for viewer in roster.viewers {
        let access = Gatekeeper.access(to: record, for: viewer, in: context, at: now)
        #expect(access.visibility == .hidden)
      }
    }
  }

  @Test("a variant is never more visible than its product")
  func variants() throws {
    let gates = [
      try Make.gate("g1", mode: "teaser"),
      try Make.gate("g2", mode: "hidden", resource: #"{"type":"variant","id":"v1"}"#),
      try Make.gate(
        "g3", mode: "view_only", audience: #"{"tier_at_least":"tier_atelier"}"#,
        resource: #"{"type":"variant","id":"v2"}"#),
    ]
    let (roster, context) = try roster(gates)
    func seen(_ id: String) throws -> [String] {
      try roster.viewers.map {
        Gatekeeper.access(
          to: try Make.variant(id), of: try Make.product(), for: $0, in: context, at: now
        ).visibility.word
      }
    }
    #expect(try seen("v1") == ["hidden", "hidden", "purchase", "purchase", "hidden"])
    #expect(try seen("v2") == ["teaser", "teaser", "view_only", "purchase", "teaser"])
    #expect(try seen("v3") == ["teaser", "teaser", "purchase", "purchase", "teaser"])
  }

  @Test("those who may buy early are told from when everybody may")
  func earlyAccess() throws {
    let gate = try Make.gate(
      "g", mode: "purchase",
      extra: #","from":"\#(now.rfc3339)","public_from":"2027-06-01T08:00:00Z""#)
    let (roster, context) = try roster([gate])
    for viewer in roster.viewers {
      let access = Gatekeeper.access(to: product, for: viewer, in: context, at: now)
      #expect(access.publicFrom?.rfc3339 == "2027-06-01T08:00:00Z")
      #expect(access.gate?.audience.namedTierID == "tier_gold")
    }
    let later = try Make.instant("2027-06-01T08:00:00Z")
    let access = Gatekeeper.access(to: product, for: roster.viewers[0], in: context, at: later)
    #expect(access.visibility == .purchasable)
    #expect(access.gate == nil)
  }
}

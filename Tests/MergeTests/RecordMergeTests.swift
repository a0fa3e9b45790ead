import Contract
import Merge
import Testing

private func json(_ text: String) throws -> FieldValue { try FieldValue(json: text) }

/// Merges one field.
private func field(
  _ policy: FieldPolicy, _ before: String, _ mine: String, _ shop: String,
  _ options: RecordMerge.Options = .init()
) throws -> RecordMerge.Result {
  RecordMerge.merge(
    base: ["f": try json(before)], ours: ["f": try json(mine)], theirs: ["f": try json(shop)],
    options: options
  ) { _ in policy }
}

@Suite("Merges of records: one policy a field")
struct RecordMergeTests {
  @Test("one side alone is taken, and only ours is sent")
  func oneSide() throws {
    let mine = try field(.scalar, "1", "2", "1")
    #expect(mine.merged == ["f": .integer(2)])
    #expect(mine.push == .update(set: ["f": .integer(2)], add: [:]))
    #expect(mine.decisions.map(\.rule) == [.oursOnly])
    let shop = try field(.scalar, "1", "1", "2")
    #expect(shop.merged == ["f": .integer(2)])
    #expect(shop.push == .nothing)
    #expect(shop.decisions.map(\.rule) == [.theirsOnly])
  }

  @Test(
    "both sides: the kind of question of each policy, and the shop's value stands",
    arguments: [
      (FieldPolicy.scalar, ConflictKind.editEdit), (.handle, .renameRename), (.money, .price),
      (.currency, .price), (.counterAbsolute, .stockCount), (.window, .schedule),
      (.status, .schedule), (.tier, .membership), (.readOnly, .readOnly),
    ])
  func kinds(policy: FieldPolicy, kind: ConflictKind) throws {
    let result = try field(policy, "1", "2", "3")
    #expect(result.conflicts.map(\.kind) == [kind])
    #expect(result.merged == ["f": .integer(3)])
    #expect(result.push == .nothing)
    #expect(result.conflicts.first?.mine == .integer(2))
    #expect(result.conflicts.first?.before == .integer(1))
  }

  @Test("the same in another way of writing is no edit")
  func normalised() throws {
    #expect(
      try field(
        .money, #"{"amount":"2.4E+3","currency":"EUR"}"#, #"{"amount":"2400","currency":"EUR"}"#,
        #"{"amount":"2400.00","currency":"EUR"}"#
      ).decisions.isEmpty)
    #expect(
      try field(.scalar, #""Gen\u00e8ve""#, #""Gene\u0300ve""#, #""Gen\u00e8ve""#).push == .nothing)
    #expect(try field(.set, #"["a","b"]"#, #"["b","a"]"#, #"["a","b"]"#).push == .nothing)
    #expect(try field(.scalar, "1.0", "1", "1").push == .nothing)
    #expect(
      try field(.scalar, "null", #""x""#, "null").push == .update(set: ["f": .text("x")], add: [:]))
  }

  @Test("a set has the additions and removals of both")
  func sets() throws {
    let result = try field(.set, #"["a","b","c"]"#, #"["a","c","d"]"#, #"["b","a","e"]"#)
    #expect(result.merged == ["f": try json(#"["a","d","e"]"#)])
    #expect(result.decisions.map(\.rule) == [.setMerged])
  }

  @Test("a list keeps one side's order and both sides' members")
  func lists() throws {
    let moved = try field(.list, #"["a","b","c"]"#, #"["c","a","b"]"#, #"["a","c","x"]"#)
    #expect(moved.merged == ["f": try json(#"["c","x","a"]"#)])
    let both = try field(.list, #"["a","b"]"#, #"["a","m","b"]"#, #"["a","s","b"]"#)
    #expect(both.merged == ["f": try json(#"["a","m","s","b"]"#)])
    let repeated = try field(.list, #"["a","a"]"#, #"["a","a","a"]"#, #"["a","a"]"#)
    #expect(repeated.push == .update(set: ["f": try json(#"["a","a","a"]"#)], add: [:]))
  }

  @Test("two new orders are asked about, with the members of both as a proposal")
  func orders() throws {
    let result = try field(
      .list, #"["a","b","c"]"#, #"["c","b","a","m"]"#, #"["b","a","c"]"#)
    #expect(result.conflicts.map(\.kind) == [.order])
    #expect(result.merged == ["f": try json(#"["b","a","c"]"#)])
    #expect(result.conflicts.first?.proposal == (try json(#"["b","a","m","c"]"#)))
  }

  @Test("a map is merged by key, and only the keys that differ are asked about")
  func maps() throws {
    let merged = try field(.map, #"{"a":1,"b":2}"#, #"{"a":9,"b":2}"#, #"{"a":1,"c":3}"#)
    #expect(merged.merged == ["f": try json(#"{"a":9,"c":3}"#)])
    #expect(merged.decisions.map(\.rule) == [.mapMerged])
    let open = try field(.map, #"{"a":1,"b":2}"#, #"{"a":2,"b":7}"#, #"{"a":3,"b":2}"#)
    #expect(open.conflicts.first?.differs == ["a"])
    #expect(open.conflicts.first?.proposal == (try json(#"{"a":3,"b":7}"#)))
    #expect(open.merged == ["f": try json(#"{"a":3,"b":2}"#)])
  }

  @Test("stock moves by both movements, also by two equal ones, and never below zero")
  func movements() throws {
    let equal = try field(.counterDelta, "12", "11", "11")
    #expect(equal.merged == ["f": .integer(10)])
    #expect(equal.push == .update(set: [:], add: ["f": -1]))
    let alone = try field(.counterDelta, "12", "9", "12")
    #expect(alone.push == .update(set: [:], add: ["f": -3]))
    let below = try field(.counterDelta, "12", "0", "1")
    #expect(below.conflicts.map(\.kind) == [.stockNegative])
    #expect(below.conflicts.first?.proposal == .integer(-11))
    // What somebody has let fall below zero comes up again without a question.
    let up = try field(.counterDelta, "-5", "-3", "-5")
    #expect(up.push == .update(set: [:], add: ["f": 2]))
    let both = try field(.counterDelta, "2", "3", "-4")
    #expect(both.merged == ["f": .integer(-3)])
    let unknown = try field(.counterDelta, "null", "3", "4")
    #expect(unknown.conflicts.map(\.kind) == [.stockCount])
    let largest = try field(
      .counterDelta, "-9223372036854775807", "9223372036854775807", "1")
    #expect(largest.conflicts.count == 1)
  }

  @Test("consent: the most restrictive answer holds")
  func consent() throws {
    let result = try field(.consent, "null", "true", "false")
    #expect(result.merged == ["f": .boolean(false)])
    #expect(result.decisions.map(\.rule) == [.consentRestrictive])
    #expect(result.decisions.first?.rule.kind == .membership)
    let mine = try field(.consent, #""pending""#, #""withdrawn""#, #""granted""#)
    #expect(mine.push == .update(set: ["f": .text("withdrawn")], add: [:]))
  }

  @Test("what is archived here stays hidden until it is decided")
  func archive() throws {
    let result = try field(.status, #""draft""#, #""archived""#, #""active""#)
    #expect(result.conflicts.first?.interim == .text("archived"))
    #expect(result.merged == ["f": .text("active")])
    #expect(
      try field(.status, #""draft""#, #""active""#, #""archived""#).conflicts.first?.interim == nil)
  }

  @Test("a span whose ends were set by one side each must not end before it begins")
  func windows() throws {
    let base: RecordMerge.Fields = [
      "from": .text("2026-05-01T00:00:00Z"), "until": .text("2026-08-01T00:00:00Z"),
    ]
    var (mine, shop) = (base, base)
    mine["from"] = .text("2026-07-01T00:00:00Z")
    shop["until"] = .text("2026-06-01T00:00:00Z")
    let result = RecordMerge.merge(base: base, ours: mine, theirs: shop) { _ in .window }
    #expect(result.conflicts.map(\.kind) == [.schedule])
    #expect(result.conflicts.map(\.field) == ["from"])
    #expect(result.merged == shop)
    #expect(result.push == .nothing)
    shop["until"] = .text("2026-07-02T00:00:00Z")
    #expect(
      RecordMerge.merge(base: base, ours: mine, theirs: shop) { _ in .window }.conflicts.isEmpty)
  }

  @Test("text is merged as prose, in its format, with notes")
  func text() throws {
    let result = try field(
      .text, #"{"markdown":"One two three four five."}"#,
      #"{"markdown":"One 2 three four five."}"#, #"{"markdown":"One two three four 5."}"#)
    #expect(result.merged == ["f": try json(#"{"markdown":"One 2 three four 5."}"#)])
    #expect(result.decisions.first?.notes.map(\.kind) == [.sameSentence])
    #expect(result.decisions.first?.segments.contains(.text("2", from: .mine)) == true)
    #expect(result.decisions.first?.kind == .textMerged)
    let moved = try field(
      .text, #""One two three four five six.\n\nA second one.\n\nA third one.""#,
      #""A second one.\n\nA third one.\n\nOne two three four five six.""#,
      #""One two three four five 6.\n\nA second one.\n\nA third one.""#)
    #expect(moved.decisions.first?.kind == .textMoved)
    #expect(
      moved.merged?["f"] == .text("A second one.\n\nA third one.\n\nOne two three four five 6."))
    let formats = try field(
      .text, #"{"markdown":"a"}"#, #"{"html":"b"}"#, #"{"markdown":"c"}"#)
    #expect(formats.conflicts.map(\.kind) == [.editEdit])
    let cleared = try field(.text, #""a b c""#, "null", #""a b d""#)
    #expect(cleared.conflicts.map(\.kind) == [.text])
  }
}

@Suite("What a person's choice makes of a field")
struct ResolutionTests {
  @Test("values, counts and lists")
  func values() throws {
    let price = try #require(try field(.money, "100", "110", "120").conflicts.first)
    #expect(price.value(for: .mine) == .integer(110))
    #expect(price.value(for: .shop) == .integer(120))
    #expect(price.value(for: .later) == nil)
    let stock = try #require(try field(.counterDelta, "12", "0", "1").conflicts.first)
    #expect(stock.value(for: .clamp) == .integer(0))
    #expect(stock.value(for: .backorder) == .integer(-11))
    let count = try #require(try field(.counterAbsolute, "12", "10", "9").conflicts.first)
    #expect(count.value(for: .replay) == .integer(7))
    let order = try #require(
      try field(.list, #"["a","b","c"]"#, #"["c","b","a","m"]"#, #"["b","a","c"]"#).conflicts.first)
    #expect(order.value(for: .both) == (try json(#"["b","a","c","m"]"#)))
  }

  @Test("only the places of a text that both changed, in the format of the field")
  func texts() throws {
    let open = try #require(
      try field(
        .text, #"{"markdown":"One two three four."}"#, #"{"markdown":"One 2 three 4."}"#,
        #"{"markdown":"One zwei three four."}"#
      ).conflicts.first)
    #expect(open.value(for: .mine) == (try json(#"{"markdown":"One 2 three 4."}"#)))
    #expect(open.value(for: .shop) == (try json(#"{"markdown":"One zwei three 4."}"#)))
    #expect(open.value(for: .both) == (try json(#"{"markdown":"One 2 zwei three 4."}"#)))
    #expect(open.segments.resolved { _ in "II" } == "One II three 4.")
  }
}

@Suite("Guards of prices")
struct PriceGuardTests {
  @Test(
    "a change of ours alone that may be a slip is confirmed before it is sent",
    arguments: [
      ("240000", "24000", [PriceGuardReason.limit]), ("240000", "312001", [.limit]),
      ("240000", "312000", []), ("240000", "168000", []), ("240000", "167999", [.limit]),
      ("240000", "0", [.toNothing]), ("240000", "null", [.toNothing]),
      ("null", "240000", [.fromNothing]), ("0", "5", [.fromNothing]),
      ("100", "-100", [.limit, .sign]), ("100", #""24OO""#, [.malformed]),
      (
        #"{"amount":"10.00","currency":"EUR"}"#, #"{"amount":"10.00","currency":"USD"}"#,
        [.currency]
      ),
      (
        #"{"amount":"10.00","currency":"EUR"}"#, #"{"amount":"10.005","currency":"EUR"}"#,
        [.decimals]
      ),
      (
        #"{"amount":"1000","currency":"JPY"}"#, #"{"amount":"1000.5","currency":"JPY"}"#,
        [.decimals]
      ),
    ])
  func reasons(before: String, mine: String, reasons: [PriceGuardReason]) throws {
    let result = try field(.money, before, mine, before)
    #expect(result.confirmations.flatMap(\.reasons) == reasons)
    #expect(result.merged?["f"] == (try json(mine)))
    #expect((result.push == .nothing) == !reasons.isEmpty)
  }

  @Test("a shop can set the limit, and ask when another amount of the record changed there")
  func options() throws {
    let strict = RecordMerge.Options(priceLimits: PriceLimits(percent: 5))
    #expect(try field(.money, "100", "106", "100", strict).confirmations.count == 1)
    let base: RecordMerge.Fields = ["amount": .integer(100), "compare_at": .integer(120)]
    var (mine, shop) = (base, base)
    mine["amount"] = .integer(110)
    shop["compare_at"] = .integer(105)
    func merge(_ asks: Bool) -> RecordMerge.Result {
      RecordMerge.merge(
        base: base, ours: mine, theirs: shop, options: .init(asksAboutLinkedPrices: asks)
      ) { _ in .money }
    }
    #expect(merge(false).conflicts.isEmpty)
    #expect(merge(true).conflicts.map(\.field) == ["amount"])
    #expect(merge(true).merged == shop)
  }

  @Test("another currency is confirmed, another spelling of the amount is not sent")
  func currency() throws {
    #expect(
      try field(.currency, #""EUR""#, #""USD""#, #""EUR""#).confirmations.first?.reasons == [
        .currency
      ])
    #expect(try field(.currency, "null", #""USD""#, "null").confirmations.isEmpty)
  }
}

@Suite("Merges of whole records")
struct WholeRecordTests {
  private let before: RecordMerge.Fields = ["title": .text("a"), "sold": .integer(3)]
  private var edited: RecordMerge.Fields { ["title": .text("b"), "sold": .integer(3)] }

  private func merge(
    _ base: RecordMerge.Fields?, _ ours: RecordMerge.Fields?, _ theirs: RecordMerge.Fields?
  ) -> RecordMerge.Result {
    RecordMerge.merge(base: base, ours: ours, theirs: theirs) { $0 == "sold" ? .readOnly : .scalar }
  }

  @Test("deleted by one and untouched by the other: deleted")
  func deleted() {
    #expect(merge(before, nil, before).push == .delete)
    #expect(merge(before, nil, before).decisions.map(\.rule) == [.deleteOurs])
    #expect(merge(before, before, nil).merged == nil)
    #expect(merge(before, before, nil).decisions.map(\.rule) == [.deleteTheirs])
    #expect(merge(before, nil, nil).decisions.map(\.rule) == [.sameDelete])
    #expect(merge(nil, nil, nil).decisions.isEmpty)
  }

  @Test("deleted by one and edited by the other: asked, nothing is sent")
  func deletedAndEdited() {
    let kept = merge(before, nil, edited)
    #expect(kept.conflicts.map(\.kind) == [.deleteEdit])
    #expect(kept.conflicts.first?.differs == ["title"])
    #expect(kept.merged == edited)
    let gone = merge(before, edited, nil)
    #expect(gone.conflicts.map(\.kind) == [.editDelete])
    #expect(gone.merged == nil)
    #expect(kept.push == .nothing && gone.push == .nothing)
  }

  @Test("made on one side: made; on both: adopted if equal, else asked")
  func created() {
    #expect(merge(nil, before, nil).push == .create(before))
    #expect(merge(nil, nil, before).merged == before)
    #expect(merge(nil, ["title": .text("a")], before).decisions.map(\.rule) == [.adopted])
    #expect(merge(nil, edited, before).conflicts.first?.differs == ["title"])
    #expect(merge(nil, edited, before).conflicts.map(\.kind) == [.createCreate])
  }
}

@Suite("The policy of every field")
struct FieldPolicyTests {
  /// The fields that a type can have, with one name for members that are data.
  static func fields(of type: ResourceType) -> [String] {
    let schema = ResourceSchema.of(type)
    let attributes = schema.attributes.flatMap { attribute -> [String] in
      switch attribute.kind {
      case .object(let members) where RecordFields.isSplit(attribute.kind):
        members.map { "\(attribute.name).\($0.name)" }
      case .map: ["\(attribute.name).x"]
      default: [attribute.name]
      }
    }
    return attributes + schema.links.map { "links.\($0.name)" } + ["external_ref"]
  }

  @Test("fits what the contract says the field is", arguments: ResourceType.allCases)
  func fits(type: ResourceType) {
    for field in Self.fields(of: type) {
      #expect(RecordFields.exists(field, in: type), "\(type) \(field)")
      let policy = FieldPolicy.of(type: type, field: field)
      switch RecordFields.kind(of: field, in: type) {
      case .list(_, _, let isUnique)?:
        #expect(policy == .list || (policy == .set && isUnique), "\(type) \(field)")
      case .instant?:
        #expect(policy == .window || field == "since", "\(type) \(field)")
      case .integer?:
        #expect([.scalar, .money, .counterDelta].contains(policy), "\(type) \(field)")
      case .oneOf?: #expect(policy == .text || field == "rule", "\(type) \(field)")
      case .text(.currency, _)?: #expect(policy == .currency || type == .market || type == .program)
      case .text(.handle, _)?: #expect(policy == .handle)
      case .text?, .choice?: #expect(policy != .set && policy != .list && policy != .money)
      default: #expect([.scalar, .tier, .text].contains(policy), "\(type) \(field)")
      }
    }
  }

  @Test(
    "is the one that the design names",
    arguments: [
      (ResourceType.product, "title", FieldPolicy.scalar), (.product, "handle", .handle),
      (.product, "description", .text), (.product, "tags", .set), (.product, "options", .list),
      (.product, "status", .status), (.product, "seo.title", .scalar),
      (.product, "seo.description", .text), (.product, "metafields.care", .scalar),
      (.collection, "products", .list), (.price, "amount", .money), (.price, "compare_at", .money),
      (.price, "from", .window), (.price, "currency", .currency),
      (.inventoryLevel, "available", .counterDelta), (.membership, "status", .tier),
      (.membership, "links.tier", .tier), (.membership, "tier_until", .window),
      (.translation, "value", .text), (.gate, "public_from", .window),
      (.benefit, "text.fr", .text), (.tier, "name.fr", .scalar), (.redirect, "from", .scalar),
      (.market, "countries", .set), (.variant, "options.Size", .scalar),
    ])
  func named(type: ResourceType, field: String, policy: FieldPolicy) {
    #expect(FieldPolicy.of(type: type, field: field) == policy)
  }
}

import Contract
import LocalMirror
import Merge
@testable import Sync
import Synchronization
import Testing

/// The answers of the taxonomy by which an edit goes on in another way than by one of two values.
@Suite struct AlternativesTests {
  typealias World = EditingWorld
  let world: EditingWorld
  init() throws { world = try EditingWorld() }

  private var inbox: Inbox { get throws { Inbox(mirror: try world.mirror, rules: world.rules) } }

  private func answer(_ choice: Alternative, _ value: String? = nil) throws {
    let question = try #require(try world.questions().first)
    try inbox.answer(
      try #require(question.number), .init(choice, value: value.map { .text($0) }))
  }

  // MARK: Row 26

  /// An edit whose field the contract has no more.
  private func loseField(_ value: FieldValue = .text("Silk")) throws {
    try world.edit(World.bag, "title", value)
    try Edits(world.mirror.path).rename(field: "title", to: "lining")
    #expect(try world.settle().questions.map(\.kind) == [.schemaChange])
  }

  @Test("row 26: the value is put into another field, and is an edit of that one from now on")
  func mapped() throws {
    try loseField()
    let question = try #require(try world.questions().first)
    #expect(Inbox.choices(of: question).first == .mapField)
    try answer(.mapField, "metafields.lining")
    #expect(try world.questions().isEmpty)
    let edit = try #require(try world.values().first)
    #expect(try world.values().count == 1)
    #expect(edit.field == "metafields.lining")
    #expect(edit.value == .text("Silk"))
    #expect(edit.isBaseKnown && edit.base.isNull)
    try world.push()
    #expect(world.shop.value(World.bag, "metafields.lining") == .text("Silk"))
    #expect(world.shop.value(World.bag, "title") == .text("Satchel"))
  }

  @Test("row 26: where the value went stands in the log, under both fields")
  func mappedLog() throws {
    try loseField()
    try answer(.mapField, "vendor")
    let decisions = try world.mirror.ledger.decisions().filter { $0.rule == "person" }
    #expect(
      decisions.map { "\($0.field ?? "") \($0.outcome)" }.sorted() == [
        "lining map-field", "vendor map-field",
      ])
    let lost = try #require(decisions.first { $0.field == "lining" })
    #expect(lost.ours == .text("Silk"))
    #expect(lost.result?.json == #"{"vendor":"Silk"}"#)
    // It begins from what the shop has there: somebody else's change of it is asked about.
    #expect(try world.values().map(\.base) == [.text("Nord")])
    world.shop.set(World.bag, "vendor", .text("Sud"))
    try world.pull()
    #expect(try world.kinds() == [.editEdit])
  }

  @Test("row 26: the fields that the value can go into are named")
  func fields() throws {
    try loseField()
    try world.edit(World.bag, "vendor", .text("Sud"))
    let question = try #require(try world.questions().first)
    let fields = try inbox.fields(for: question)
    #expect(fields.contains("seo.title") && fields.contains("description"))
    #expect(!fields.contains("status") && !fields.contains("vendor"))
    #expect(!fields.contains("lining"))
    try world.mirror.settle {
      _ = try $0.edit(World.scarf, [FieldEdit("title", .text("X"))], source: .cli)
    }
    world.shop.set(World.scarf, "title", .text("Y"))
    try world.pull()
    let other = try #require(try world.questions().first { $0.kind == .editEdit })
    #expect(try inbox.fields(for: other).isEmpty)
  }

  @Test("row 26: a field that there is not is refused, and the nearest one is named")
  func mappedNowhere() throws {
    try loseField()
    let error = try #require(throws: InboxError.self) { try answer(.mapField, "vendr") }
    #expect(error.code == .unknownField)
    #expect(error.help == "Did you mean `vendor`?")
    #expect(try world.kinds() == [.schemaChange])
    #expect(try world.values().map(\.field) == ["lining"])
  }

  @Test(
    "row 26: a value that does not fit the other field changes nothing",
    arguments: ["status", "featured_media", "handle"])
  func mappedMisfit(_ field: String) throws {
    try loseField(.text("Not a / thing"))
    let error = try #require(throws: InboxError.self) { try answer(.mapField, field) }
    #expect([.doesNotFit, .unknownField].contains(error.code))
    #expect(error.help != nil)
    #expect(try world.kinds() == [.schemaChange])
    #expect(try world.values().map(\.field) == ["lining"])
    #expect(try world.mirror.ledger.decisions().filter { $0.rule == "person" }.isEmpty)
  }

  @Test("row 26: a field that is edited here keeps its own edit")
  func mappedOverEdit() throws {
    try loseField()
    try world.edit(World.bag, "vendor", .text("Sud"))
    let error = try #require(throws: InboxError.self) { try answer(.mapField, "vendor") }
    #expect(error.code == .doesNotFit)
    #expect(try world.values().map(\.value) == [.text("Silk"), .text("Sud")])
  }

  @Test("row 26: a field that only the shop writes is refused")
  func mappedReadOnly() throws {
    try loseField()
    world.rules.policy = { $1 == "vendor" ? .readOnly : FieldPolicy.of(type: $0, field: $1) }
    #expect(throws: InboxError.self) { try answer(.mapField, "vendor") }
    #expect(try world.values().map(\.field) == ["lining"])
  }

  @Test(
    "row 26: a text is read as if it were typed into the other field",
    arguments: [
      ("tags", #"["Silk","red"]"#), ("description", #"{"markdown":"Silk, red"}"#),
      ("seo.title", #""Silk, red""#),
    ])
  func mappedText(field: String, json: String) throws {
    try loseField(.text("Silk, red"))
    try answer(.mapField, field)
    #expect(try world.values().map { "\($0.field) \($0.value.json)" } == ["\(field) \(json)"])
  }

  @Test(
    "row 26: a value of another kind than the field has now is asked about, and can be put back")
  func otherKind() throws {
    try world.edit(World.bagVariant, "sku", .text("7"))
    try Edits(world.mirror.path).rename(field: "sku", to: "position")
    #expect(try world.settle().questions.map(\.kind) == [.schemaChange])
    try answer(.mapField, "position")
    #expect(try world.values().map { "\($0.field) \($0.value.json)" } == ["position 7"])
    try world.push()
    #expect(world.shop.value(World.bagVariant, "position") == .integer(7))
  }

  // MARK: Row 28

  /// An edit by hand of which nobody knows what it began from.
  private func forget() throws {
    try world.edit(World.bag, "title", .text("Mine"))
    try Edits(world.mirror.path).forgetBases()
    #expect(try world.settle().questions.map(\.kind) == [.beforeUnknown])
  }

  private func comparison() throws -> QuestionDetail.Comparison? {
    try world.questions().first?.detail.comparison
  }

  @Test(
    "row 28: the answer leads to a comparison of everything, which tells that only we changed it")
  func compared() throws {
    try forget()
    try answer(.resync)
    // Until then it is open, and says what it waits for.
    let question = try #require(try world.questions().first)
    #expect(question.detail.comparison == .asked)
    #expect(question.detail.words?.contains("next pull") == true)
    #expect(!Inbox.choices(of: question).contains(.resync))
    #expect(try world.plan().operations.isEmpty)
    let report = try world.pull()
    #expect(report.kind == .full)
    #expect(report.comparison == PullReport.Comparison(asked: 1, open: 0))
    #expect(try world.questions().isEmpty)
    #expect(try world.values().map(\.base) == [.text("Satchel")])
    #expect(try world.decisions().contains("compared"))
    try world.push()
    #expect(world.shop.value(World.bag, "title") == .text("Mine"))
    // And it is over: the next pull reads only what has changed.
    #expect(try world.pull().kind == .changes)
  }

  @Test("row 28: where both changed it, it is asked anew with what was before")
  func comparedBoth() throws {
    try forget()
    try answer(.resync)
    world.shop.set(World.bag, "title", .text("Theirs"))
    try world.pull()
    let question = try #require(try world.questions().first)
    #expect(try world.kinds() == [.editEdit])
    #expect(question.before == .text("Satchel"))
    #expect(try world.values().map(\.baseVersion) == [1])
    #expect(question.mine == .text("Mine"))
    #expect(question.shop == .text("Theirs"))
  }

  @Test("row 28: where the shop has the same, there is nothing to send")
  func comparedSame() throws {
    try forget()
    try answer(.resync)
    world.shop.set(World.bag, "title", .text("Mine"))
    try world.pull()
    #expect(try world.questions().isEmpty)
    #expect(try world.values().isEmpty)
  }

  @Test("row 28: what was sent since is what the edit began from")
  func comparedAfterPush() throws {
    try world.edit(World.bag, "title", .text("First"))
    try world.push()
    try forget()
    try answer(.resync)
    try world.pull()
    #expect(try world.values().map(\.base) == [.text("First")])
    #expect(try world.questions().isEmpty)
  }

  @Test("row 28: of an edit by file nothing tells: it is asked anew, and not compared once more")
  func comparedInVain() throws {
    try world.mirror.settle {
      _ = try $0.edit(
        World.bag, [FieldEdit("title", .text("Mine"))], startingFrom: ["title": .unknown],
        source: .file)
    }
    try world.settle()
    try answer(.resync)
    let report = try world.pull()
    #expect(report.comparison == PullReport.Comparison(asked: 1, open: 1))
    #expect(try comparison() == .done)
    let question = try #require(try world.questions().first)
    #expect(question.kind == .beforeUnknown)
    #expect(Inbox.choices(of: question) == [.mine, .shop, .edit, .later])
    #expect(try world.pull().kind == .changes)
    try answer(.mine)
    try world.push()
    #expect(world.shop.value(World.bag, "title") == .text("Mine"))
  }

  @Test("row 28: what was asked for outlives the program, and a pull that is broken off")
  func comparedAfterDeath() throws {
    try forget()
    try answer(.resync)
    world.restart()
    #expect(try comparison() == .asked)
    // The server says who it is, gives a page, and then does not know the editor any more.
    world.source.fail(
      .scramble, .breakAfter(pages: 1), .fail(.init(.unauthenticated, "who are you?")))
    #expect(throws: (any Error).self) { try world.pull() }
    world.restart()
    #expect(try comparison() == .asked)
    #expect(try world.values().map(\.value) == [.text("Mine")])
    world.source.state.withLock { $0.faults = [] }
    #expect(try world.pull().kind == .full)
    #expect(try world.questions().isEmpty)
  }

  @Test("row 28: who decides meanwhile need not wait")
  func decidedMeanwhile() throws {
    try forget()
    try answer(.resync)
    try answer(.shop)
    #expect(try world.questions().isEmpty)
    #expect(try world.pull().kind == .changes)
  }

  // MARK: Row 30

  @Test("row 30: a shop that was restored is a question, until everything has been compared")
  func otherShop() throws {
    try world.edit(World.bag, "title", .text("Mine"))
    world.source.state.withLock { $0.epoch = "e2" }
    for _ in 1...2 {
      #expect(throws: PushError.self) {
        _ = try Push.check(world.shop, against: world.mirror, connector: "simulated")
      }
    }
    let question = try #require(try world.questions().first)
    #expect(try world.kinds() == [.otherShop])
    #expect(Inbox.choices(of: question) == [.resync, .later])
    #expect(question.isAboutShop)
    try answer(.resync)
    #expect(try world.questions().map(\.detail.comparison) == [.asked])
    let report = try world.pull()
    #expect(report.kind == .full)
    #expect(report.comparison == PullReport.Comparison(asked: 1, open: 0))
    #expect(try world.questions().isEmpty)
    #expect(try world.values().map(\.value) == [.text("Mine")])
    try world.push()
    #expect(world.shop.value(World.bag, "title") == .text("Mine"))
  }

  @Test("row 30: it ends with the pull also where nobody has answered")
  func otherShopUnanswered() throws {
    world.source.state.withLock { $0.epoch = "e2" }
    #expect(throws: PushError.self) {
      _ = try Push.check(world.shop, against: world.mirror, connector: "simulated")
    }
    try world.pull()
    #expect(try world.questions().isEmpty)
    #expect(try world.decisions() == ["compared"])
  }
}

import Contract
import LocalMirror
import Machine
import Merge
import Support
@testable import Sync
import Testing

@Suite struct InboxTests {
  typealias World = EditingWorld
  let world: EditingWorld
  init() throws { world = try EditingWorld() }

  private func conflict(_ key: RecordKey = World.bag, mine: String = "Mine", shop: String = "Shop")
    throws -> Int64
  {
    try world.edit(key, "title", .text(mine))
    world.shop.set(key, "title", .text(shop))
    try world.pull()
    return try #require(try world.questions().first { $0.key == key }?.number)
  }

  private var inbox: Inbox {
    get throws { Inbox(mirror: try world.mirror, random: SeededRandom(seed: 5)) }
  }

  @Test func mineIsSentOverWhatWasShown() throws {
    let number = try conflict()
    try inbox.answer(number, .init(.mine))
    #expect(try world.questions().isEmpty)
    try world.push()
    #expect(world.shop.value(World.bag, "title") == .text("Mine"))
    let decision = try #require(try world.mirror.ledger.decisions().last)
    #expect(decision.rule == "person")
    #expect(decision.outcome == "mine")
    #expect(decision.theirs == .text("Shop"))
  }

  @Test func theShopsValueEndsTheEdit() throws {
    let number = try conflict()
    try inbox.answer(number, .init(.shop))
    #expect(try world.values().isEmpty)
    #expect(try world.plan().isEmpty)
    #expect(try world.mirror.ledger.decisions().last?.ours == .text("Mine"))
  }

  @Test func aValueOfOnesOwnIsSent() throws {
    let number = try conflict()
    try inbox.answer(number, .init(.edit, value: .text("Third")))
    try world.push()
    #expect(world.shop.value(World.bag, "title") == .text("Third"))
  }

  @Test func anAnswerToValuesThatChangedAgainIsRefused() throws {
    let number = try conflict()
    world.shop.set(World.bag, "title", .text("Shop, again"))
    let page = try #require(try world.shop.record(.product, "p1"))
    try world.mirror.settle { try $0.confirm(World.bag, sent: [:], server: page) }
    let error = try #require(throws: InboxError.self) { try inbox.answer(number, .init(.mine)) }
    #expect(error.code == .changed)
    #expect(try world.questions().count == 1)
  }

  @Test(
    "an edit that was made after the question is not given up by an answer to it",
    arguments: [Alternative.mine, .shop])
  func answerToAnOlderEdit(choice: Alternative) throws {
    let number = try conflict()
    try world.edit(World.bag, "title", .text("Mine, later"))
    let error = try #require(throws: InboxError.self) { try inbox.answer(number, .init(choice)) }
    #expect(error.code == .changed)
    #expect(try world.values().first?.value == .text("Mine, later"))
    try world.settle()
    #expect(try world.questions().first?.mine == .text("Mine, later"))
    try inbox.answer(number, .init(choice))
    #expect(try world.questions().isEmpty)
  }

  @Test("an edit that was taken back does not return by an answer to an older question")
  func answerToAnEditThatIsGone() throws {
    let number = try conflict()
    try world.edit(World.bag, "title", try #require(try world.questions().first?.before))
    #expect(throws: InboxError.self) { try inbox.answer(number, .init(.mine)) }
    #expect(try world.values().isEmpty)
  }

  @Test func aQuestionFollowsTheShopsNewValue() throws {
    let number = try conflict()
    world.shop.set(World.bag, "title", .text("Shop, again"))
    try world.pull()
    let question = try #require(try world.questions().first)
    #expect(question.number == number)
    #expect(question.shop == .text("Shop, again"))
  }

  @Test func aQuestionClosesWhenItsEditIsWithdrawn() throws {
    _ = try conflict()
    try world.mirror.withdraw(World.bag)
    try world.settle()
    #expect(try world.questions().isEmpty)
  }

  @Test func bothReadingsOfATextStandAfterEachOther() throws {
    func markdown(_ text: String) -> FieldValue { .object(of: [.init("markdown", .text(text))]) }
    try world.edit(World.bag, "description", markdown("Wash by machine. Dry it flat."))
    world.shop.set(World.bag, "description", markdown("Wash by steam. Dry it flat."))
    try world.pull()
    let question = try #require(try world.questions().first)
    #expect(Inbox.choices(of: question).contains(.both))
    try inbox.answer(try #require(question.number), .init(.both))
    try world.push()
    let text = try #require(Inbox.text(of: world.shop.value(World.bag, "description")))
    #expect(text.contains("machine") && text.contains("steam") && text.contains("Dry it flat."))
  }

  @Test func equalQuestionsCanBeAnsweredTogether() throws {
    for key in [World.bag, World.scarf] {
      world.shop.set(key, "vendor", .text("Old"))
    }
    try world.pull()
    for key in [World.bag, World.scarf] {
      try world.edit(key, "vendor", .text("Mine"))
      world.shop.set(key, "vendor", .text("Shop"))
    }
    try world.pull()
    let first = try #require(try world.questions().first)
    let same = try inbox.same(as: first)
    #expect(same.count == 1)
    try inbox.answer([first] + same, .init(.shop))
    #expect(try world.questions().isEmpty)
    #expect(try world.values().isEmpty)
  }

  @Test func aWrongChoiceIsRefusedWithTheChoices() throws {
    let number = try conflict()
    let error = try #require(throws: InboxError.self) { try inbox.answer(number, .init(.recount)) }
    #expect(error.code == .noChoice)
  }

  @Test func details() throws {
    var detail = QuestionDetail()
    detail.name = "Bag"
    detail.who = "studio"
    detail.differs = ["a"]
    detail.segments = [
      .text("One ", from: .both), .conflict(TextConflict(mine: "m", before: "b", shop: "s")),
    ]
    detail.proposal = .integer(3)
    detail.other = World.scarf
    detail.isFromPush = true
    #expect(QuestionDetail(json: detail.json) == detail)
  }

  @Test func aPushIsTakenBackAsAPlanOfItsOwn() throws {
    try world.edit(World.bag, "title", .text("Mine"))
    try world.edit(World.bagStock, "available", .integer(9))
    let number = try #require(try world.push().number)
    let undo = Undo(mirror: try world.mirror)
    #expect(try undo.lastPush()?.number == number)
    let keys = try undo.apply(number)
    #expect(keys == [World.bag, World.bagStock])
    try world.push()
    #expect(world.shop.value(World.bag, "title") == .text("Satchel"))
    #expect(world.shop.value(World.bagStock, "available") == .integer(12))
  }

  @Test func undoAsksWhereTheShopHasChangedItSince() throws {
    try world.edit(World.bag, "title", .text("Mine"))
    let number = try #require(try world.push().number)
    world.shop.set(World.bag, "title", .text("Theirs"))
    try world.pull()
    _ = try Undo(mirror: world.mirror).apply(number)
    let question = try #require(try world.settle().questions.first)
    #expect(question.kind == .editEdit)
    #expect(question.before == .text("Mine"))
    #expect(question.mine == .text("Satchel"))
    #expect(question.shop == .text("Theirs"))
  }

  @Test func undoOfADeletionMakesTheWholeAgainWithItsParts() throws {
    try world.mirror.delete(World.bag, source: .cli)
    let number = try #require(try world.push().number)
    for key in [World.bagVariant, World.bagPrice, World.bagStock] {
      world.source.remove(key.type, key.id)  // the shop deletes parts with their whole
    }
    try world.pull()
    let keys = try Undo(mirror: world.mirror, random: SeededRandom(seed: 5)).apply(number)
    #expect(keys.count == 4)
    try world.push()
    let price = try #require(keys.first { $0.type == .price })
    let variant = try #require(keys.first { $0.type == .variant })
    let product = try #require(keys.first { $0.type == .product })
    #expect(world.shop.value(price, "amount") == .integer(240_000))
    #expect(world.shop.value(price, "links.variant") == .text(variant.id))
    #expect(world.shop.value(variant, "links.product") == .text(product.id))
    #expect(world.shop.value(product, "status") == .text("active"))
  }

  /// A collection with other products around the scarf.
  private func collect() throws -> RecordKey {
    let key = RecordKey(.collection, "k1")
    world.source.put(.product, "p3", #"{"handle":"belt","title":"Belt","status":"active"}"#)
    world.source.put(
      .collection, "k1", #"{"handle":"gifts","title":"Gifts","products":["p1","p2","p3"]}"#)
    try world.pull()
    return key
  }

  @Test("undo of a deletion puts the record back into the lists that it was in, at its place")
  func undoOfADeletionRestoresLists() throws {
    let gifts = try collect()
    try world.mirror.delete(World.scarf, source: .cli)
    let number = try #require(try world.push().number)
    // The shop takes it out of its lists; somebody adds to the list, too.
    world.shop.set(gifts, "products", .list([.text("p3"), .text("p1")]))
    try world.pull()
    let undo = Undo(mirror: try world.mirror, random: SeededRandom(seed: 5))
    #expect(
      try undo.changes(of: number).contains {
        if case .join = $0.action { $0.key == gifts } else { false }
      })
    let keys = try undo.apply(number)
    #expect(keys.contains(gifts))
    try world.push()
    let again = try #require(keys.first { $0.type == .product })
    #expect(
      world.shop.value(gifts, "products") == .list([.text("p3"), .text("p1"), .text(again.id)]))
    #expect(try world.questions().isEmpty)
  }

  @Test("undo of a record and its list deleted together makes both again, the one in the other")
  func undoOfADeletionWithItsList() throws {
    let gifts = try collect()
    try world.mirror.delete(World.scarf, source: .cli)
    try world.mirror.delete(gifts, source: .cli)
    let number = try #require(try world.push().number)
    try world.pull()
    let keys = try Undo(mirror: world.mirror, random: SeededRandom(seed: 5)).apply(number)
    try world.push()
    let scarf = try #require(keys.first { $0.type == .product })
    let again = try #require(keys.first { $0.type == .collection && $0 != gifts })
    #expect(
      world.shop.value(again, "products") == .list([.text("p1"), .text(scarf.id), .text("p3")]))
    #expect(try world.questions().isEmpty)
  }

  @Test("undo says of a list that is gone that nothing is put back into it")
  func undoOfADeletionWithoutItsList() throws {
    let gifts = try collect()
    try world.mirror.delete(World.scarf, source: .cli)
    let number = try #require(try world.push().number)
    world.source.remove(.collection, gifts.id)
    try world.pull()
    let change = try #require(
      try Undo(mirror: world.mirror).changes(of: number).first { $0.key == gifts })
    #expect(change.action == .skip(reason: "it is gone, and nothing is put back into it"))
  }

  @Test func undoOfACreationDeletesAndUndoOfADeletionMakesAgain() throws {
    let made = RecordKey(.product, "n1")
    try world.mirror.create(
      made, fields: ["handle": .text("belt"), "title": .text("Belt"), "status": .text("draft")],
      source: .cli)
    try world.mirror.delete(World.scarf, source: .cli)
    let number = try #require(try world.push().number)
    let keys = try Undo(mirror: world.mirror, random: SeededRandom(seed: 5)).apply(number)
    try world.push()
    #expect(world.shop.value(made, "title") == nil)
    let again = try #require(keys.first { $0 != made })
    #expect(world.shop.value(again, "title") == .text("Scarf"))
  }

  /// What was decided about fields of a record, as the log has it.
  private func decidedAbout(_ key: RecordKey) throws -> [String: FieldValue] {
    let path = "\(world.folder.path)/demo.sqlite"
    let entries = try MirrorReader(path: path).log(of: key).filter { $0.origin == .decision }
    return Dictionary(entries.map { ($0.field, $0.from) }) { _, last in last }
  }

  @Test("an edit that a swap of names overwrites in the other record is decided about, not lost")
  func swapOverAnEdit() throws {
    try world.edit(World.bag, "handle", .text("scarf"))
    try world.edit(World.scarf, "title", .text("Mine"))
    _ = try world.settle()
    let question = try #require(try world.questions().first { $0.kind == .nameTaken })
    try world.edit(World.scarf, "handle", .text("shawl"))
    try world.edit(World.scarf, "handle", .text("scarf-2"))
    try inbox.answer(try #require(question.number), .init(.swapNames))
    #expect(try decidedAbout(World.scarf)["handle"] == .text("scarf-2"))
    let decision = try #require(
      try world.mirror.ledger.decisions().first { $0.key == World.scarf })
    #expect(decision.rule == "person" && decision.outcome == "swap-names")
    #expect(decision.ours == .text("scarf-2") && decision.result == .text("satchel"))
    #expect(
      try world.values().first { $0.key == World.scarf && $0.field == "title" }?.value
        == .text("Mine"))
  }

  @Test("what was moved after a movement without an answer is still sent when that one has worked")
  func movedAfterAnUncertainMovement() throws {
    try world.edit(World.bagStock, "available", .integer(9))
    world.options.unknownTries = 1
    world.shop.script(.dropAnswer)
    try world.push()
    world.time.sleep(milliseconds: 3 * 86_400_000)  // the shop has forgotten the key
    try world.push()
    let question = try #require(try world.questions().first)
    #expect(question.kind == .uncertain)
    try world.edit(World.bagStock, "available", .integer(7))
    try inbox.answer(try #require(question.number), .init(.itWorked))
    try world.push()
    #expect(world.shop.value(World.bagStock, "available") == .integer(7))
  }

  @Test("names are not swapped with a record that is deleted here")
  func swapWithADeletedRecord() throws {
    try world.edit(World.bag, "handle", .text("scarf"))
    _ = try world.settle()
    let question = try #require(try world.questions().first { $0.kind == .nameTaken })
    try world.mirror.delete(World.scarf, source: .cli)
    let error = try #require(throws: InboxError.self) {
      try inbox.answer(try #require(question.number), .init(.swapNames))
    }
    #expect(error.code == .noChoice)
    #expect(try world.values().allSatisfy { $0.key == World.bag })
  }

  @Test("a field's question is not answered after the record was deleted here")
  func answerAfterADeletion() throws {
    let number = try conflict()
    try world.mirror.delete(World.bag, source: .cli)
    let error = try #require(throws: InboxError.self) {
      try inbox.answer(number, .init(.edit, value: .text("Third")))
    }
    #expect(error.code == .changed)
    #expect(try world.values().first?.value == .text("Mine"))
  }

  @Test("an edit that a merge of two records overwrites is decided about, not lost")
  func mergeOverAnEdit() throws {
    let made = RecordKey(.product, "new-1")
    let other = RecordKey(.product, "p9")
    try world.mirror.create(
      made,
      fields: ["handle": .text("belt"), "title": .text("New"), "status": .text("active")],
      source: .cli)
    world.source.put(.product, "p9", #"{"handle":"belt","title":"Belt","status":"active"}"#)
    try world.pull()
    try world.edit(other, "title", .text("Mine"))
    let question = try #require(try world.questions().first { $0.kind == .createCreate })
    try inbox.answer(try #require(question.number), .init(.merge))
    #expect(
      try world.values().first { $0.key == other && $0.field == "title" }?.value == .text("New"))
    #expect(try decidedAbout(other)["title"] == .text("Mine"))
  }
}

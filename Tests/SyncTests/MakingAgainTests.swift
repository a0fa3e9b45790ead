import Bytes
import Contract
import LocalMirror
import Machine
import Merge
@testable import Sync
import Testing

@Suite struct MakingAgainTests {
  typealias World = EditingWorld
  let world: EditingWorld
  let gate = RecordKey(.gate, "g1")
  let random = SeededRandom(seed: 9)

  /// The bag is for members, and its title is edited.
  init() throws {
    world = try EditingWorld()
    world.source.put(
      .program, "o1", #"{"name":"Circle","kind":"earned","currency":"EUR"}"#)
    world.source.put(
      .tier, "t1", #"{"key":"gold","rank":30,"name":{"en":"Gold"}}"#,
      links: #"{"program":"o1"}"#)
    world.source.put(
      .gate, "g1", #"{"mode":"hidden","audience":{"tier_at_least":"t1"}}"#,
      links: #"{"resource":{"type":"product","id":"p1"}}"#)
    try world.pull()
    try world.edit(World.bag, "title", .text("My Satchel"))
  }

  /// The shop deletes the bag with all that belongs to it.
  private func deleteBag() {
    for key in [World.bagPrice, World.bagStock, World.bagVariant, gate, World.bag] {
      world.source.remove(key.type, key.id)
    }
  }

  private func makeAgain(_ key: RecordKey = World.bag) throws {
    let question = try #require(
      try world.questions().first { $0.key == key && $0.kind == .editDelete })
    try Inbox(mirror: world.mirror, random: random).answer(
      try #require(question.number), .init(.recreate))
  }

  private func made(_ report: PushReport, _ type: ResourceType) -> RecordKey? {
    report.items.first { $0.operation == .create && $0.key.type == type }?.key
  }

  @Test("what the shop deleted with an edited product is made again with it")
  func whole() throws {
    deleteBag()
    try world.pull()
    try makeAgain()
    let report = try world.push()
    let product = try #require(made(report, .product))
    let variant = try #require(made(report, .variant))
    let price = try #require(made(report, .price))
    let stock = try #require(made(report, .inventoryLevel))
    let gate = try #require(made(report, .gate))
    #expect(world.shop.value(product, "title") == .text("My Satchel"))
    #expect(world.shop.value(variant, "sku") == .text("BAG-1"))
    #expect(world.shop.value(variant, "links.product") == .text(product.id))
    #expect(world.shop.value(price, "amount") == .integer(240_000))
    #expect(world.shop.value(price, "links.variant") == .text(variant.id))
    #expect(world.shop.value(stock, "available") == .integer(12))
    #expect(
      world.shop.value(gate, "links.resource")
        == .object(of: [.init("type", .text("product")), .init("id", .text(product.id))]))
    #expect(world.shop.value(product, "status") == .text("active"))
    #expect(try world.plan().isEmpty)
    #expect(try world.questions().isEmpty)
  }

  @Test("parts whose deletion comes a pull before that of their whole come back too")
  func twoPulls() throws {
    for key in [World.bagPrice, World.bagVariant] { world.source.remove(key.type, key.id) }
    try world.pull()
    world.time.sleep(milliseconds: 60_000)
    world.source.remove(.product, "p1")
    try world.pull()
    try makeAgain()
    #expect(made(try world.push(), .price) != nil)
  }

  /// A collection kept by hand.
  private func putCollection(_ products: [String], handle: String = "leather") {
    let list = products.map { "\"\($0)\"" }.joined(separator: ",")
    world.source.put(
      .collection, "k-\(handle)",
      #"{"handle":"\#(handle)","title":"Leather","products":[\#(list)]}"#)
  }

  private func products(_ handle: String = "leather") -> [String] {
    world.shop.value(RecordKey(.collection, "k-\(handle)"), "products")?.list?
      .compactMap(\.text) ?? []
  }

  @Test("it goes back into collections that are kept by hand, beside its old neighbours")
  func collections() throws {
    for id in ["p3", "p4"] {
      world.source.put(.product, id, #"{"handle":"\#(id)","title":"\#(id)","status":"active"}"#)
    }
    putCollection(["p3", "p1", "p2"])
    putCollection(["p1"], handle: "alone")
    try world.pull()
    putCollection(["p4", "p3", "p2"])
    putCollection([], handle: "alone")
    deleteBag()
    try world.pull()
    #expect(try MirrorReader(path: world.mirror.path).lostPlaces(of: World.bag).count == 2)
    try makeAgain()
    let made = try #require(made(try world.push(), .product)).id
    #expect(products() == ["p4", "p3", made, "p2"])
    #expect(products("alone") == [made])
    #expect(try world.plan().isEmpty)
    try world.pull()
    #expect(try MirrorReader(path: world.mirror.path).lostPlaces(of: World.bag).isEmpty)
  }

  @Test("two that are made again keep their order in a collection")
  func twoOfOneCollection() throws {
    world.source.put(.product, "p3", #"{"handle":"p3","title":"p3","status":"active"}"#)
    putCollection(["p3", "p1", "p2"])
    try world.pull()
    try world.edit(World.scarf, "title", .text("My Scarf"))
    putCollection(["p3"])
    deleteBag()
    world.source.remove(.product, "p2")
    try world.pull()
    try makeAgain()
    try makeAgain(World.scarf)
    try world.push()
    let titles = products().map { world.shop.value(RecordKey(.product, $0), "title")?.text }
    #expect(titles == ["p3", "My Satchel", "My Scarf"])
  }

  @Test("a collection that lost it in another act, or is gone, does not take it up")
  func otherCollections() throws {
    putCollection(["p1", "p2"])
    putCollection(["p1", "p2"], handle: "gone")
    putCollection(["p1", "p2"], handle: "back")
    try world.pull()
    putCollection(["p2"])
    putCollection(["p2"], handle: "back")
    try world.pull()
    world.time.sleep(milliseconds: 3_600_000)
    putCollection(["p2", "p1"], handle: "back")
    try world.pull()
    putCollection(["p2"], handle: "back")
    world.source.remove(.collection, "k-gone")
    deleteBag()
    try world.pull()
    try makeAgain()
    let made = try #require(made(try world.push(), .product)).id
    #expect(products() == ["p2"])
    #expect(products("back") == ["p2", made])
  }

  @Test("a part that the shop had deleted before, in another act, does not come back")
  func earlier() throws {
    world.source.remove(.inventoryLevel, "i1")
    try world.pull()
    world.time.sleep(milliseconds: 3_600_000)
    deleteBag()
    try world.pull()
    try makeAgain()
    let report = try world.push()
    #expect(made(report, .price) != nil)
    #expect(made(report, .inventoryLevel) == nil)
  }

  @Test(
    "a part that is edited itself is asked about by itself, and belongs to what is made again",
    arguments: [true, false])
  func editedPart(isPriceFirst: Bool) throws {
    try world.edit(World.bagPrice, "amount", .integer(250_000))
    deleteBag()
    try world.pull()
    #expect(try world.kinds() == [.editDelete, .editDelete])
    try makeAgain(isPriceFirst ? World.bagPrice : World.bag)
    try makeAgain(isPriceFirst ? World.bag : World.bagPrice)
    let report = try world.push()
    let variant = try #require(made(report, .variant))
    let price = try #require(made(report, .price))
    #expect(report.items.filter { $0.key.type == .price }.count == 1)
    #expect(world.shop.value(price, "amount") == .integer(250_000))
    #expect(world.shop.value(price, "links.variant") == .text(variant.id))
    #expect(try world.questions().isEmpty)
  }

  @Test("a part whose own edit is given up comes back as it was, once its whole is made again")
  func partGivenUp() throws {
    try world.edit(World.bagPrice, "amount", .integer(250_000))
    deleteBag()
    try world.pull()
    try makeAgain()
    try world.pull()
    let question = try #require(try world.questions().first { $0.key == World.bagPrice })
    try Inbox(mirror: world.mirror, random: random).answer(
      try #require(question.number), .init(.drop))
    let report = try world.push()
    let price = try #require(made(report, .price))
    #expect(world.shop.value(price, "amount") == .integer(240_000))
    #expect(world.shop.value(price, "links.variant") == .text(made(report, .variant)?.id ?? ""))
    #expect(try world.questions().isEmpty)
  }

  @Test("a list that is edited here and names the product names the one that is made again")
  func list() throws {
    world.source.put(
      .collection, "k1", #"{"handle":"gifts","title":"Gifts","products":["p2"]}"#)
    try world.pull()
    let gifts = RecordKey(.collection, "k1")
    try world.edit(gifts, "products", .list([.text("p1"), .text("p2")]))
    deleteBag()
    try world.pull()
    try makeAgain()
    let report = try world.push()
    let product = try #require(made(report, .product))
    #expect(world.shop.value(gifts, "products") == .list([.text(product.id), .text("p2")]))
    #expect(try world.questions().isEmpty)
  }

  @Test("the question says when the shop deleted it, and nothing where the shop does not say")
  func when() throws {
    try world.edit(World.scarf, "title", .text("My Scarf"))
    let deleted = world.time.now.adding(seconds: -90)
    world.source.remove(.product, World.bag.id, at: deleted)
    world.source.remove(.product, World.scarf.id)
    try world.pull()
    let times = Dictionary(
      uniqueKeysWithValues: try world.questions().map { ($0.key, $0.detail.when) })
    #expect(times == [World.bag: deleted.rfc3339, World.scarf: nil])
  }

  @Test("nothing is kept of what belonged to a record once its edits have ended")
  func forgotten() throws {
    deleteBag()
    try world.pull()
    let reader = try MirrorReader(path: world.mirror.path)
    #expect(try reader.lostParts(of: World.bag)[.price] == 1)
    try world.mirror.withdraw(World.bag)
    try world.pull()
    #expect(try MirrorReader(path: world.mirror.path).lostParts(of: World.bag).isEmpty)
  }

  @Test("a record that the push misses is not made again before a pull has told what went with it")
  func missedByPush() throws {
    let plan = try world.plan()
    deleteBag()
    world.time.sleep(milliseconds: 5000)
    let report = try world.pushing().run(plan)
    #expect(report.items.map(\.kind) == [.editDelete])
    #expect(throws: InboxError.self) { try makeAgain() }
    world.time.sleep(milliseconds: 5000)
    try world.pull()
    try makeAgain()
    #expect(made(try world.push(), .price) != nil)
  }
}

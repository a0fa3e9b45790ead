import Bytes
import Contract
import LocalMirror
import Machine
import Merge
import Support
@testable import Sync
import Testing

/// An editor with a mirror, and the shop at the other end.
final class EditingWorld {
  let source: SimulatedSource
  let shop: Shop
  let folder: ScratchFolder
  let time = FixedTime(Instant(seconds: 1_790_000_000))
  let random = SeededRandom(seed: 7)
  var rules = SettlementRules()
  var options = Push.Options()
  /// By how many seconds the shop's clock is ahead of the editor's; nil where it does not say.
  var shopIsAhead: Int64?
  private var open: MirrorStore?

  static let bag = RecordKey(.product, "p1")
  static let scarf = RecordKey(.product, "p2")
  static let bagVariant = RecordKey(.variant, "v1")
  static let bagPrice = RecordKey(.price, "c1")
  static let bagStock = RecordKey(.inventoryLevel, "i1")

  /// A shop with two products, a variant with its price and stock, and a mirror of it.
  init() throws {
    source = SimulatedSource(pageSize: 100)
    shop = Shop(source, time: time)
    folder = try ScratchFolder()
    source.put(
      .location, "l1", #"{"name":"Geneva","country":"CH","time_zone":"Europe/Zurich"}"#)
    source.put(
      .priceList, "e1", #"{"name":"Retail","currency":"EUR","priority":0,"tax_included":true}"#)
    source.put(
      .product, "p1",
      ##"{"handle":"satchel","title":"Satchel","status":"active","vendor":"Nord","tags":["bag"],"##
        + ##""description":{"markdown":"Wash by hand. Dry it flat."}}"##)
    source.put(
      .product, "p2", #"{"handle":"scarf","title":"Scarf","status":"active"}"#)
    source.put(.variant, "v1", #"{"sku":"BAG-1","position":1}"#, links: #"{"product":"p1"}"#)
    source.put(
      .price, "c1", #"{"amount":240000,"currency":"EUR"}"#,
      links: #"{"variant":"v1","price_list":"e1"}"#)
    source.put(
      .inventoryLevel, "i1", #"{"available":12}"#, links: #"{"variant":"v1","location":"l1"}"#)
    try pull()
  }

  var mirror: MirrorStore {
    get throws {
      if let open { return open }
      let store = try MirrorStore(
        path: "\(folder.path)/demo.sqlite", tenant: "demo", clock: time,
        random: SeededRandom(seed: 3))
      open = store
      return store
    }
  }

  /// The program ends: nothing but the file stays.
  func restart() { open = nil }

  @discardableResult
  func pull() throws -> PullReport {
    var options = Pull.Options()
    options.rules = rules
    options.allowsShrink = true
    return try Pull(
      source: shop, mirror: mirror, connector: "simulated", options: options, time: time,
      random: random
    ).run()
  }

  func edit(_ key: RecordKey, _ field: String, _ value: FieldValue, isCount: Bool = false) throws {
    try mirror.edit(key, [FieldEdit(field, value, isCount: isCount)], source: .cli)
  }

  @discardableResult
  func settle() throws -> Settlement.State { try Settlement(mirror: mirror, rules: rules).run() }

  func plan() throws -> Plan {
    Planner(capabilities: shop.capabilities, shop: "sim").plan(try settle())
  }

  func pushing() throws -> Push {
    try Push(
      target: shop, mirror: mirror, capabilities: shop.capabilities,
      shopNow: shopIsAhead.map { time.now.adding(seconds: $0) }, rules: rules,
      options: options, time: time, random: random)
  }

  @discardableResult
  func push() throws -> PushReport { try pushing().run(try plan()) }

  func values() throws -> [LocalValue] { try mirror.settle { try $0.localValues() } }

  func questions() throws -> [Question] {
    try mirror.ledger.openConflicts().compactMap { Question($0) }
  }

  func kinds() throws -> [ConflictKind] { try questions().map(\.kind) }

  func decisions() throws -> [String] { try mirror.ledger.decisions().map(\.rule) }
}

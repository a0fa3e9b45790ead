package import Bytes
package import Contract
import Formats
package import LocalMirror
package import Machine

/// A shop of a few products that changes at random, always in the same way for the same seed: what it
/// has now, and the changes as its mirrors hear of them.
package final class ChangingShop {
  /// What changed in one step.
  package struct Step {
    package var name: String
    package var records: [SourceRecord] = []
    package var tombstones: [SourceTombstone] = []
    /// Edits made in the mirror itself.
    package var edits: [(key: RecordKey, edit: FieldEdit?)] = []
    /// Files of the project that are written, or removed where the text is nil.
    package var files: [(path: String, text: String?)] = []
    /// Whether the shop was asked and had nothing new.
    package var isIdlePull = false
    /// By how many seconds the clock goes on.
    package var seconds: Int64 = 0

    /// A step that changes nothing yet.
    package init(name: String) { self.name = name }
  }

  struct Record {
    var type: ResourceType
    var id: String
    var attributes: String
    var links: String
  }

  package let random: SeededRandom
  package let start: Instant
  private(set) var records: [String: Record] = [:]
  private var versions: [String: Int64] = [:]
  var removed: [Record] = []
  private(set) var sequence: Int64 = 0
  private var nextProduct = 0
  var elapsed: Int64 = 0

  package init(seed: UInt64, start: Instant) {
    random = SeededRandom(seed: seed)
    self.start = start
  }

  func pick<Element>(_ list: [Element]) -> Element { list[random.below(list.count)] }
  func word() -> String {
    pick([
      "Amber", "Birch", "Cedar", "Dune", "Ember", "Fjord", "Grove", "Heron", "Isle", "Jade", "Kelp",
      "Larch",
    ])
  }

  func ids(_ type: ResourceType) -> [String] {
    records.values.filter { $0.type == type }.map(\.id).sorted()
  }

  // MARK: The first catalogue

  /// The records that the shop begins with.
  package func first() throws -> Step {
    var step = Step(name: "first")
    for line in Self.house { try add(line, &step) }
    for _ in 0..<(7 + random.below(8)) { try addProduct(&step) }
    try putLists(&step)
    return step
  }

  private static let house: [String] = [
    #"{"type":"price_list","id":"pl_eu","attributes":{"name":"EU","currency":"EUR","audience":"public","priority":0,"tax_included":true}}"#,
    #"{"type":"price_list","id":"pl_gold","attributes":{"name":"Gold","currency":"EUR","audience":{"tier_at_least":"tier_gold"},"priority":9,"tax_included":true}}"#,
    #"{"type":"price_list","id":"pl_jp","attributes":{"name":"JP","currency":"JPY","audience":"public","priority":0,"tax_included":true}}"#,
    #"{"type":"market","id":"mkt_eu","attributes":{"name":"Europe","countries":["FR","DE"],"currency":"EUR","locales":["en","fr"],"tax_included":true,"tax_rate":"0.20"},"links":{"price_list":"pl_eu"}}"#,
    #"{"type":"market","id":"mkt_jp","attributes":{"name":"Japan","countries":["JP"],"currency":"JPY","locales":["en"],"tax_included":true,"tax_rate":"0.10"},"links":{"price_list":"pl_jp"}}"#,
    #"{"type":"location","id":"loc_paris","attributes":{"name":"Paris","country":"FR","time_zone":"Europe/Paris"}}"#,
    #"{"type":"program","id":"prg","attributes":{"name":"The Ring","kind":"earned","currency":"EUR"}}"#,
    #"{"type":"tier","id":"tier_gold","attributes":{"key":"gold","rank":20,"name":{"en":"Gold","fr":"Or"}},"links":{"program":"prg"}}"#,
    #"{"type":"collection","id":"col_b_red","attributes":{"handle":"red","title":"Red","rule":{"all":[{"field":"tags","op":"contains","value":"red"}]}}}"#,
    #"{"type":"collection","id":"col_c_dear","attributes":{"handle":"dear","title":"Dear","rule":{"all":[{"field":"price","op":"at_least","value":14000}]}}}"#,
    #"{"type":"redirect","id":"red_1","attributes":{"from":"/products/old","to":"/products/product-1","status":301}}"#,
  ]

  private func add(_ line: String, _ step: inout Step) throws {
    let value = try JSON.parse(line).value
    guard let type = value["type"]?.string.flatMap(ResourceType.init(rawValue:)),
      let id = value["id"]?.string, let attributes = value["attributes"]
    else { return }
    try put(type, id, JSON.text(attributes), value["links"].map { JSON.text($0) } ?? "{}", &step)
  }

  func put(
    _ type: ResourceType, _ id: String, _ attributes: String, _ links: String, _ step: inout Step
  ) throws {
    records["\(type.rawValue) \(id)"] = Record(
      type: type, id: id, attributes: attributes, links: links)
    step.records.append(try source(type, id, attributes, links))
  }

  private func source(
    _ type: ResourceType, _ id: String, _ attributes: String, _ links: String
  ) throws -> SourceRecord {
    sequence += 1
    let version = (versions["\(type.rawValue) \(id)"] ?? 0) + 1
    versions["\(type.rawValue) \(id)"] = version
    let hash = ContentHash.of(
      type: type, id: id, attributes: try JSON.parse(attributes).value,
      links: try JSON.parse(links).value)
    let json = """
      {"type":"\(type.rawValue)","id":"\(id)","version":\(version),"etag":"1","seq":\(sequence),\
      "created_at":"2026-01-01T00:00:00Z","updated_at":"2026-01-01T00:00:00Z",\
      "updated_by":"seed","content_hash":"\(hash)","attributes":\(attributes),"links":\(links)}
      """
    return SourceRecord(
      type: type, id: id, version: version, seq: sequence, etag: "1", contentHash: hash,
      updatedAt: nil, body: try JSON.parse(json), json: Array(json.utf8))
  }

  func remove(_ type: ResourceType, _ id: String, _ step: inout Step) {
    guard let record = records.removeValue(forKey: "\(type.rawValue) \(id)") else { return }
    removed.append(record)
    sequence += 1
    let version = (versions["\(type.rawValue) \(id)"] ?? 0) + 1
    versions["\(type.rawValue) \(id)"] = version
    step.tombstones.append(
      SourceTombstone(
        type: type, id: id, version: version, seq: sequence, isGone: false, at: nil))
  }

  // MARK: Parts of it

  func productText(_ number: Int, title: String, handle: String, status: String) -> String {
    let tags = ["red", "blue", "new"].filter { _ in random.below(2) == 0 }
      .map { "\"\($0)\"" }.joined(separator: ",")
    let text = "Some \(word()) and *\(word())*, number \(number)."
    return """
      {"handle":"\(handle)","title":"\(title)","status":"\(status)","tags":[\(tags)],\
      "product_type":"\(pick(["Silk", "Red", "Bags"]))","description":{"markdown":"\(text)"}}
      """
  }

  func addProduct(_ step: inout Step) throws {
    nextProduct += 1
    let n = nextProduct
    // Ids in no order, so that new products come between old ones.
    let id = "prd_\((n * 7919) % 1000)_\(n)"
    try put(
      .product, id,
      productText(
        n, title: "\(word()) \(n)", handle: "product-\(n)",
        status: random.below(9) == 0 ? "draft" : "active"), "{}", &step)
    for variant in 0..<(1 + random.below(2)) { try addVariant(id, "\(n)_\(variant)", &step) }
    if random.below(2) == 0 { try putMedia(id, n, &step) }
    if random.below(3) == 0 { try putTranslation(id, n, &step) }
    if random.below(6) == 0 { try putGate(id, &step) }
    if random.below(4) == 0 { try putHandle(id, n, &step) }
  }

  func addVariant(_ product: String, _ name: String, _ step: inout Step) throws {
    let id = "var_\(name)"
    try put(
      .variant, id, #"{"sku":"SKU-\#(name)-X","position":1}"#, #"{"product":"\#(product)"}"#, &step)
    try putPrice(id, "eu", &step)
    if random.below(2) == 0 { try putPrice(id, "jp", &step) }
    if random.below(4) == 0 { try putPrice(id, "gold", &step) }
    try putStock(id, &step)
  }

  func putPrice(_ variant: String, _ list: String, _ step: inout Step) throws {
    let currency = list == "jp" ? "JPY" : "EUR"
    var window = ""
    if random.below(4) == 0 {
      let from = start.adding(seconds: elapsed + Int64(random.below(90_000)) - 20_000)
      window =
        #","from":"\#(from.rfc3339)","until":"\#(from.adding(seconds: 30_000).rfc3339)""#
    }
    // Few different amounts, so that private ones are often public elsewhere; none that reads like
    // one of another currency.
    let amount = list == "jp" ? 910_000 + random.below(8) * 1_011 : 10_007 + random.below(8) * 1_013
    try put(
      .price, "prc_\(variant.dropFirst(4))_\(list)",
      #"{"amount":\#(amount),"currency":"\#(currency)"\#(window)}"#,
      #"{"variant":"\#(variant)","price_list":"pl_\#(list)"}"#, &step)
  }

  func putStock(_ variant: String, _ step: inout Step) throws {
    try put(
      .inventoryLevel, "inv_\(variant.dropFirst(4))", #"{"available":\#(random.below(3))}"#,
      #"{"variant":"\#(variant)","location":"loc_paris"}"#, &step)
  }

  func putMedia(_ product: String, _ n: Int, _ step: inout Step) throws {
    let picture = pick(["open.svg", "velvet-front.svg", "absent.svg"])
    try put(
      .media, "med_\(n)",
      #"{"kind":"image","url":"/media/\#(picture)","alt":"View \#(n)","width":1600,"height":2000,"position":1}"#,
      #"{"parent":{"type":"product","id":"\#(product)"}}"#, &step)
  }

  func putTranslation(_ product: String, _ n: Int, _ step: inout Step) throws {
    for (key, value) in [("title", "\(word()) fr \(n)"), ("description", "Un \(word())")] {
      try put(
        .translation, "tr_\(n)_\(key)",
        #"{"key":"\#(key)","locale":"fr","value":"\#(value)","source_digest":"sha256:00"}"#,
        #"{"resource":{"type":"product","id":"\#(product)"}}"#, &step)
    }
  }

  func putGate(_ product: String, _ step: inout Step) throws {
    let mode = pick(["hidden", "teaser", "view_only", "purchase"])
    let from = start.adding(seconds: elapsed + Int64(random.below(90_000)) - 20_000)
    let window =
      random.below(2) == 0
      ? #","public_from":"\#(from.rfc3339)""#
      : random.below(2) == 0 ? #","until":"\#(from.rfc3339)""# : ""
    try put(
      .gate, "gate_\(product)",
      #"{"mode":"\#(mode)","audience":{"tier_at_least":"tier_gold"}\#(window)}"#,
      #"{"resource":{"type":"product","id":"\#(product)"}}"#, &step)
  }
}

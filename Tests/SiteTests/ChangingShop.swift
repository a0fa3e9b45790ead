import Bytes
import Contract
import Formats
import LocalMirror
import Machine

/// A shop of a few products that changes at random, always in the same way for the same seed: what it
/// has now, and the changes as its mirrors hear of them.
final class ChangingShop {
  /// What changed in one step.
  struct Step {
    var name: String
    var records: [SourceRecord] = []
    var tombstones: [SourceTombstone] = []
    /// Edits made in the mirror itself.
    var edits: [(key: RecordKey, edit: FieldEdit?)] = []
    /// Files of the project that are written, or removed where the text is nil.
    var files: [(path: String, text: String?)] = []
    /// Whether the shop was asked and had nothing new.
    var isIdlePull = false
    /// By how many seconds the clock goes on.
    var seconds: Int64 = 0
  }

  struct Record {
    var type: ResourceType
    var id: String
    var attributes: String
    var links: String
  }

  let random: SeededRandom
  let start: Instant
  private(set) var records: [String: Record] = [:]
  private var versions: [String: Int64] = [:]
  private var removed: [Record] = []
  private var sequence: Int64 = 0
  private var nextProduct = 0
  private(set) var elapsed: Int64 = 0

  init(seed: UInt64, start: Instant) {
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
  func first() throws -> Step {
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

  private func productText(_ number: Int, title: String, handle: String, status: String) -> String {
    let tags = ["red", "blue", "new"].filter { _ in random.below(2) == 0 }
      .map { "\"\($0)\"" }.joined(separator: ",")
    let text = "Some \(word()) and *\(word())*, number \(number)."
    return """
      {"handle":"\(handle)","title":"\(title)","status":"\(status)","tags":[\(tags)],\
      "product_type":"\(pick(["Silk", "Red", "Bags"]))","description":{"markdown":"\(text)"}}
      """
  }

  private func addProduct(_ step: inout Step) throws {
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
  }

  private func addVariant(_ product: String, _ name: String, _ step: inout Step) throws {
    let id = "var_\(name)"
    try put(
      .variant, id, #"{"sku":"SKU-\#(name)-X","position":1}"#, #"{"product":"\#(product)"}"#, &step)
    try putPrice(id, "eu", &step)
    if random.below(2) == 0 { try putPrice(id, "jp", &step) }
    if random.below(4) == 0 { try putPrice(id, "gold", &step) }
    try putStock(id, &step)
  }

  private func putPrice(_ variant: String, _ list: String, _ step: inout Step) throws {
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

  private func putStock(_ variant: String, _ step: inout Step) throws {
    try put(
      .inventoryLevel, "inv_\(variant.dropFirst(4))", #"{"available":\#(random.below(3))}"#,
      #"{"variant":"\#(variant)","location":"loc_paris"}"#, &step)
  }

  private func putMedia(_ product: String, _ n: Int, _ step: inout Step) throws {
    let picture = pick(["open.svg", "velvet-front.svg", "absent.svg"])
    try put(
      .media, "med_\(n)",
      #"{"kind":"image","url":"/media/\#(picture)","alt":"View \#(n)","width":1600,"height":2000,"position":1}"#,
      #"{"parent":{"type":"product","id":"\#(product)"}}"#, &step)
  }

  private func putTranslation(_ product: String, _ n: Int, _ step: inout Step) throws {
    for (key, value) in [("title", "\(word()) fr \(n)"), ("description", "Un \(word())")] {
      try put(
        .translation, "tr_\(n)_\(key)",
        #"{"key":"\#(key)","locale":"fr","value":"\#(value)","source_digest":"sha256:00"}"#,
        #"{"resource":{"type":"product","id":"\#(product)"}}"#, &step)
    }
  }

  private func putGate(_ product: String, _ step: inout Step) throws {
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

  // MARK: Changes

  /// The next change, at random.
  func next() throws -> Step {
    var step = Step(name: "")
    let products = ids(.product)
    guard let product = products.isEmpty ? nil : pick(products) else {
      step.name = "new product"
      try addProduct(&step)
      return step
    }
    let n = Int(product.split(separator: "_").last ?? "") ?? 0
    switch random.below(44) {
    case 0, 1, 2: try changeProduct(product, n, &step)
    case 3, 4, 5: try changePrice(product, &step)
    case 6:
      step.name = "stock"
      if let variant = variant(of: product) { try putStock(variant, &step) }
    case 7:
      step.name = "gate"
      try putGate(product, &step)
    case 8:
      step.name = "gate gone"
      if let gate = ids(.gate).first { remove(.gate, gate, &step) }
    case 9, 10:
      step.seconds = Int64(random.below(40_000))
      elapsed += step.seconds
      step.name = "time"
    case 11, 12:
      step.name = "new product"
      try addProduct(&step)
    case 13: removeProduct(product, &step)
    case 14: try bringBack(&step)
    case 15:
      step.name = "lists"
      try putLists(&step)
    case 16:
      step.name = "picture"
      try putMedia(product, n, &step)
    case 17:
      step.name = "picture gone"
      if let media = ids(.media).last { remove(.media, media, &step) }
    case 18:
      step.name = "translation"
      try putTranslation(product, n, &step)
    case 19:
      step.name = "translation gone"
      if let text = ids(.translation).first { remove(.translation, text, &step) }
    case 20: try moveVariant(product, &step)
    case 21: changeFile(&step)
    case 22:
      step.name = "redirect"
      // Some lead to collections, and some from where one stands now and then.
      let to = pick(["products/product-\(1 + random.below(9))", "collections/room-1"])
      let from = pick([
        "products/was-\(random.below(3))", "collections/bags", "collections/room-2",
        "collections/red/page/2",
      ])
      try put(
        .redirect, "red_2", #"{"from":"/\#(from)","to":"/\#(to)","status":301}"#, "{}", &step)
    case 23, 24:
      step.name = "price for members of \(product)"
      if let variant = variant(of: product) { try putPrice(variant, "gold", &step) }
    case 25, 26:
      let status = random.below(2) == 0 ? "draft" : "active"
      step.name = "\(product) is \(status)"
      try put(
        .product, product,
        productText(n, title: "\(word()) \(n)", handle: "product-\(n)", status: status), "{}", &step
      )
    case 27:
      step.name = "\(product) is hidden"
      try put(
        .gate, "gate_\(product)",
        #"{"mode":"hidden","audience":{"tier_at_least":"tier_gold"}}"#,
        #"{"resource":{"type":"product","id":"\#(product)"}}"#, &step)
    case 28:
      step.name = "nothing new"
      step.isIdlePull = true
    case 29, 30, 31: edit(product, n, &step)
    case 32...39: try changeCollections(&step)
    default: try changeSharedRecords(product, &step)
    }
    return step
  }

  /// The first product gets another title.
  func retitle() throws -> Step {
    try change { text, number in text.replacing("\"title\":\"", with: "\"title\":\"New \(number) ")
    }
  }

  /// The first product gets another long text.
  func redescribe() throws -> Step {
    try change { text, number in text.replacing("Some ", with: "Some \(number) ") }
  }

  private func change(_ body: (String, Int64) -> String) throws -> Step {
    var step = Step(name: "the first product")
    guard let record = records.values.first(where: { $0.attributes.contains("\"product-1\"") })
    else { return step }
    let open = record.attributes.replacing("\"draft\"", with: "\"active\"")
    try put(.product, record.id, body(open, sequence), "{}", &step)
    return step
  }

  private func variant(of product: String) -> String? {
    records.values.filter { $0.type == .variant && $0.links.contains("\"\(product)\"") }
      .map(\.id).min()
  }

  private func changeProduct(_ product: String, _ n: Int, _ step: inout Step) throws {
    let isRenamed = random.below(4) == 0
    step.name = isRenamed ? "handle of \(product)" : "fields of \(product)"
    // Some names have been another product's before.
    let handle = isRenamed ? "product-\(n)-\(random.below(3))" : "product-\(n)"
    try put(
      .product, product,
      productText(
        n, title: "\(word()) \(n)", handle: handle,
        status: random.below(8) == 0 ? "archived" : "active"), "{}", &step)
  }

  private func changePrice(_ product: String, _ step: inout Step) throws {
    step.name = "price of \(product)"
    guard let variant = variant(of: product) else { return }
    let list = pick(["eu", "eu", "jp", "gold"])
    let id = "prc_\(variant.dropFirst(4))_\(list)"
    if random.below(6) == 0 {
      remove(.price, id, &step)
    } else {
      try putPrice(variant, list, &step)
    }
  }

  private func moveVariant(_ product: String, _ step: inout Step) throws {
    step.name = "variant moved to \(product)"
    guard let variant = ids(.variant).first(where: { _ in random.below(4) == 0 }),
      let record = records["variant \(variant)"]
    else { return }
    try put(.variant, variant, record.attributes, #"{"product":"\#(product)"}"#, &step)
  }

  private func removeProduct(_ product: String, _ step: inout Step) {
    step.name = "\(product) deleted"
    let variants = records.values.filter {
      $0.type == .variant && $0.links.contains("\"\(product)\"")
    }.map(\.id).sorted()
    for variant in variants {
      for list in ["eu", "jp", "gold"] {
        remove(.price, "prc_\(variant.dropFirst(4))_\(list)", &step)
      }
      remove(.inventoryLevel, "inv_\(variant.dropFirst(4))", &step)
      remove(.variant, variant, &step)
    }
    remove(.product, product, &step)
  }

  private func bringBack(_ step: inout Step) throws {
    step.name = "brought back"
    let all = removed
    removed = []
    for record in all where records["\(record.type.rawValue) \(record.id)"] == nil {
      try put(record.type, record.id, record.attributes, record.links, &step)
    }
  }

  private func edit(_ product: String, _ n: Int, _ step: inout Step) {
    step.name = "edit of \(product)"
    let key = RecordKey(.product, product)
    switch random.below(4) {
    case 0: step.edits = [(key, nil)]
    case 1: step.edits = [(key, FieldEdit("status", .text(pick(["active", "draft"]))))]
    default: step.edits = [(key, FieldEdit("title", .text("\(word()) by hand \(n)")))]
    }
  }

  private func changeFile(_ step: inout Step) {
    let number = random.below(1000)
    switch random.below(8) {
    case 6, 7:
      let product = pick(ids(.product))
      let from = start.adding(seconds: elapsed + Int64(random.below(90_000)) - 20_000)
      step.name = "drop of \(product)"
      let mode = pick(["hidden", "teaser", "view_only"])
      let text = """
        opens: \(from.rfc3339)
        closes: \(from.adding(seconds: 60_000).rfc3339)
        before: \(mode)
        early: { gold: 3h }
        products: [\(product), product-\(1 + random.below(9)), never-there]

        """
      step.files = [("drops/one.yaml", random.below(4) == 0 ? nil : text)]
    case 4, 5:
      let product = pick(ids(.product))
      step.name = "story of \(product)"
      let text = "---\nid: \(product)\ncare: Number \(number)\n---\nA story.\n"
      step.files = [("content/products/\(product).md", random.below(4) == 0 ? nil : text)]
    case 0:
      step.name = "template"
      step.files = [
        (
          "templates/pages/404.html.liquid", "<h1>{{ 'not_found.title' | t }}</h1><p>\(number)</p>"
        )
      ]
    case 1:
      step.name = "content"
      step.files = [
        ("content/pages/about.md", "---\ntitle: About\n---\nNumber \(number).\n")
      ]
    case 2:
      step.name = "picture file"
      step.files = [
        (
          "media/open.svg",
          "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"1600\" height=\"2000\"><!--\(number)--></svg>"
        )
      ]
    default:
      step.name = "feed"
      step.files = [("public/feeds/main.xml", random.below(3) == 0 ? nil : "<rss>\(number)</rss>")]
    }
  }
}

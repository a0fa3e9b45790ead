import Bytes
import Contract
import LocalMirror
import Machine

extension ChangingShop {
  /// The next change, at random.
  package func next() throws -> Step {
    var step = Step(name: "")
    let products = ids(.product)
    guard let product = products.isEmpty ? nil : pick(products) else {
      step.name = "new product"
      try addProduct(&step)
      return step
    }
    let n = Int(product.split(separator: "_").last ?? "") ?? 0
    switch random.below(48) {
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
    case 21: try changeFile(&step)
    case 22:
      try changeRedirect(&step)
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
    case 44...47: try changeTranslatedHandle(product, n, &step)
    default: try changeSharedRecords(product, &step)
    }
    return step
  }

  /// The first product gets another title.
  package func retitle() throws -> Step {
    try change { text, number in text.replacing("\"title\":\"", with: "\"title\":\"New \(number) ")
    }
  }

  /// The first product gets another long text.
  package func redescribe() throws -> Step {
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

  /// Some lead to collections or on to each other, and some begin where a page stands now and then.
  private func changeRedirect(_ step: inout Step) throws {
    let id = "red_\(2 + random.below(4))"
    if records["redirect \(id)"] != nil, random.below(3) == 0 {
      step.name = "redirect gone"
      remove(.redirect, id, &step)
      return
    }
    step.name = "redirect"
    let product = 1 + random.below(9)
    let was = "products/was-\(random.below(3))"
    let to = pick([
      "products/product-\(product)", "products/product-\(product)/?x=é", "collections/room-1", was,
    ])
    let from = pick([
      was, "products/product-\(1 + random.below(9))", "products/product-\(product)-0/",
      "collections/bags", "collections/room-2", "collections/red/page/2",
    ])
    let answer =
      random.below(4) == 0 ? #""to":null,"status":410"# : #""to":"/\#(to)","status":301"#
    let locale = random.below(4) == 0 ? #","locale":"fr""# : ""
    try put(.redirect, id, #"{"from":"/\#(from)",\#(answer)\#(locale)}"#, "{}", &step)
  }

  /// A link to a product by its own handle, now and then.
  func link() throws -> String {
    guard random.below(2) == 0, let product = records["product \(pick(ids(.product)))"],
      let handle = try Self.value("handle", in: product)
    else { return "" }
    return
      " [One](products/\(handle)) [of them](/products/\(handle)?from=here) [red](collections/red)."
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

  private func changeFile(_ step: inout Step) throws {
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
        ("content/pages/about.md", "---\ntitle: About\n---\nNumber \(number).\(try link())\n")
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

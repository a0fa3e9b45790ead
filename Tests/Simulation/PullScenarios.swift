public import Contract
import LocalMirror
import Machine
import Sync

/// The ways of a pull, for crashes at every call.
public enum PullScenarios {
  /// All of them.
  public static let all = [first, delta, shrink, quarantine, replaced, stamps]

  /// A first pull: the file is made, migrated and filled by a snapshot of several pages.
  public static let first = CrashScenario("first pull") { site in
    Shop.fill(site.server, products: 6)
  } act: { site in
    try site.pull()
  }

  /// Changes of every kind by the feed, over records with edits.
  public static let delta = CrashScenario("delta pull") { site in
    try prepare(site)
    for number in 0..<6 { site.server.put(Shop.product(number), ["title": .text("New \(number)")]) }
    site.server.put(Shop.price(1), ["amount": .integer(1)], by: .erp)
    site.server.remove(Shop.product(2))
    Shop.addProduct(9, to: site.server)
  } act: { site in
    try site.pull { $0.pageSize = 3 }
  }

  /// Too much vanishes at once: the guard stops, and nothing goes.
  public static let shrink = CrashScenario("shrink and tombstones") { site in
    try prepare(site, products: 14)
    for number in 0..<12 { site.server.remove(Shop.product(number)) }
    site.server.put(Shop.product(13), ["title": .text("The last")])
  } act: { site in
    // First the guard refuses, as a person sees it; then the person says that it is right.
    do { try site.pull() } catch is PullError {}
    try site.pull { $0.allowsShrink = true }
  }

  /// Bodies that fit no schema come, stay, and are put right.
  public static let quarantine = CrashScenario("quarantine") { site in
    try prepare(site)
    site.server.poison(Shop.product(1), true)
    try site.pull()
    site.server.poison(Shop.product(1), false)
    site.server.poison(Shop.product(3), true)
    site.server.poison(Shop.product(4), true)
    site.server.put(Shop.product(5), ["title": .text("Sound")])
  } act: { site in
    try site.pull { $0.pageSize = 2 }
  }

  /// The server begins a new epoch and has lost records: everything is read and compared.
  public static let replaced = CrashScenario("new epoch") { site in
    try prepare(site)
    site.server.remove(Shop.product(0))
    site.server.put(Shop.product(3), ["title": .text("Restored")])
    site.server.beginEpoch()
  } act: { site in
    try site.pull { $0.allowsShrink = true }
  }

  /// A platform that knows only time stamps, some of which came late, and shows no deletions.
  public static let stamps = CrashScenario("time stamps", profile: ServerProfile(.stamps)) { site in
    try prepare(site)
    site.time.sleep(milliseconds: 3_600_000)
    site.server.put(Shop.product(1), ["title": .text("In time")])
    site.server.setCommitLag(seconds: 1800)
    site.server.put(Shop.product(2), ["title": .text("Late")])
    site.server.remove(Shop.product(4))
  } act: { site in
    try site.pull()
  }

  private static func prepare(_ site: CrashSite, products: Int = 6) throws {
    Shop.fill(site.server, products: products)
    try site.pull()
    // Edits of a scalar and of a text; pull must leave every row of them alone.
    let mirror = try site.open()
    try mirror.edit(Shop.product(1), [FieldEdit("title", .text("Mine"))], source: .cli)
    try mirror.edit(
      Shop.product(2),
      [FieldEdit("title", .text("Also mine")), FieldEdit("tags", .list([.text("wool")]))],
      source: .csv)
  }
}

/// The catalogue of the simulated server: few records, few words, so that everything meets.
public enum Shop {
  /// The product of a number.
  public static func product(_ number: Int) -> RecordKey { RecordKey(.product, "prd_\(number)") }
  /// Its variant.
  public static func variant(_ number: Int) -> RecordKey { RecordKey(.variant, "var_\(number)") }
  /// Its price in euros.
  public static func price(_ number: Int) -> RecordKey { RecordKey(.price, "prc_\(number)") }
  /// Its stock.
  public static func stock(_ number: Int) -> RecordKey {
    RecordKey(.inventoryLevel, "inv_\(number)")
  }
  /// Its title in French.
  public static func translation(_ number: Int) -> RecordKey {
    RecordKey(.translation, "trn_\(number)")
  }
  /// The one place of stock.
  public static let location = RecordKey(.location, "loc_1")
  /// The one price list.
  public static let priceList = RecordKey(.priceList, "pls_1")
  /// A collection by hand.
  public static let collection = RecordKey(.collection, "col_1")

  /// Fills a server.
  public static func fill(_ server: ServerModel, products: Int) {
    server.put(
      location,
      ["name": .text("Geneva"), "country": .text("CH"), "time_zone": .text("Europe/Zurich")])
    server.put(
      priceList,
      [
        "name": .text("Retail"), "currency": .text("EUR"), "priority": .integer(0),
        "tax_included": .boolean(true),
      ])
    server.put(
      RecordKey(.market, "mkt_1"),
      [
        "name": .text("Home"), "countries": .list([.text("FR")]), "currency": .text("EUR"),
        "locales": .list([.text("en"), .text("fr")]), "tax_included": .boolean(true),
        "links.price_list": .text(priceList.id),
      ])
    for number in 0..<products { addProduct(number, to: server) }
    server.put(
      collection,
      [
        "handle": .text("new"), "title": .text("New"),
        "products": .list((0..<min(products, 3)).map { .text(product($0).id) }),
      ])
  }

  /// Adds a product with variant, price, stock and translation.
  public static func addProduct(_ number: Int, to server: ServerModel) {
    server.put(
      product(number),
      [
        "handle": .text("thing-\(number)"), "title": .text("Thing \(number)"),
        "status": .text("active"), "vendor": .text("Maison"),
        "tags": .list([.text("red"), .text("new")]),
        "description": .object(of: [.init("markdown", .text(text(number)))]),
      ])
    server.put(
      variant(number),
      [
        "sku": .text("S-\(number)"), "position": .integer(1),
        "links.product": .text(product(number).id),
      ])
    server.put(
      price(number),
      [
        "amount": .integer(10_000 + Int64(number) * 100), "currency": .text("EUR"),
        "links.variant": .text(variant(number).id), "links.price_list": .text(priceList.id),
      ])
    server.put(
      stock(number),
      [
        "available": .integer(10), "links.variant": .text(variant(number).id),
        "links.location": .text(location.id),
      ])
    server.put(
      translation(number),
      [
        "key": .text("title"), "locale": .text("fr"), "value": .text("Chose \(number)"),
        "source_digest": .text(ContentHash.ofText("Thing \(number)")),
        "links.resource": .object(of: [
          .init("id", .text(product(number).id)), .init("type", .text("product")),
        ]),
      ])
  }

  /// A description of two paragraphs and a list.
  public static func text(_ number: Int) -> String {
    """
    A quiet thing, made by hand in a small house by the lake. It wears well.

    Wash by hand in cool water with a mild soap. Dry it flat, away from the sun.

    - made of wool
    - number \(number)
    """
  }
}

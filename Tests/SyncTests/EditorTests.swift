import Bytes
import Catalog
import Contract
import Formats
import LocalMirror
import Machine
import Support
import Sync
import Testing

/// A shop with two price lists in EUR, one in JPY, two locations and two languages.
struct EditedShop {
  let folder: ScratchFolder
  let store: MirrorStore
  let time = FixedTime(Instant(seconds: 1_800_000_000))
  let random = SeededRandom(seed: 11)
  var path: String { "\(folder.path)/demo.sqlite" }

  init() throws {
    folder = try ScratchFolder()
    store = try MirrorStore(path: "\(folder.path)/demo.sqlite", tenant: "demo", clock: time)
    let source = SourceDescription(
      serverID: "s", epoch: "e", tenant: "demo", scope: "all", types: ResourceType.allCases,
      hasChangeFeed: true, capabilities: Capabilities(standard: FieldCapability()), pageMax: 1000)
    let snapshot = try store.beginSnapshot(of: source, connector: "native")
    _ = try store.apply(
      SourcePage(records: try Self.records(), cursor: "p", hasMore: false), of: snapshot)
    _ = try store.finish(snapshot, cursor: "c1")
  }

  static func record(
    _ type: ResourceType, _ id: String, _ attributes: String, links: String = "{}",
    version: Int64 = 1, seq: Int64 = 1
  ) throws -> SourceRecord {
    let json = """
      {"type":"\(type.rawValue)","id":"\(id)","version":\(version),"attributes":\(attributes),\
      "links":\(links)}
      """
    return SourceRecord(
      type: type, id: id, version: version, seq: seq, etag: "\"\(id)-\(version)\"",
      contentHash: "", updatedAt: nil, body: try JSON.parse(json), json: Array(json.utf8))
  }

  private static func records() throws -> [SourceRecord] {
    func list(_ id: String, _ name: String, _ currency: String, _ audience: String) throws
      -> SourceRecord
    {
      try record(
        .priceList, id,
        """
        {"name":"\(name)","currency":"\(currency)","audience":\(audience),"priority":0,\
        "tax_included":true}
        """)
    }
    func price(_ id: String, _ variant: String, _ list: String, _ minor: Int, _ code: String) throws
      -> SourceRecord
    {
      try record(
        .price, id, #"{"amount":\#(minor),"currency":"\#(code)"}"#,
        links: #"{"variant":"\#(variant)","price_list":"\#(list)"}"#)
    }
    return try [
      list("pl_eu", "Europe", "EUR", "\"public\""), list("pl_jp", "Japan", "JPY", "\"public\""),
      list("pl_gold", "Europe, Gold", "EUR", #"{"tier_at_least":"tier_gold"}"#),
      record(
        .market, "mkt_eu",
        #"{"name":"Europe","countries":["FR"],"currency":"EUR","locales":["en","fr"],"#
          + #""tax_included":true}"#, links: #"{"price_list":"pl_eu"}"#),
      record(.location, "loc_1", #"{"name":"Geneva","country":"CH","time_zone":"Europe/Zurich"}"#),
      record(.location, "loc_2", #"{"name":"Paris","country":"FR","time_zone":"Europe/Paris"}"#),
      record(
        .product, "prd_1",
        #"{"handle":"satchel","title":"Trocadero Satchel","status":"active","tags":["bag","new"],"#
          + #""description":{"markdown":"A bag."},"vendor":"Maison","#
          + #""options":[{"name":"Size","values":["Large"]}],"#
          + #""metafields":{"maison":{"care":"Wipe.","origin":"Lyon"}}}"#),
      record(
        .product, "prd_2", #"{"handle":"scarf","title":"Scarf","status":"active"}"#),
      record(
        .variant, "var_1", #"{"sku":"SAT-1","position":1,"options":{"Size":"Large"}}"#,
        links: #"{"product":"prd_1"}"#),
      record(
        .variant, "var_2", #"{"sku":"SCF-1","position":1}"#, links: #"{"product":"prd_2"}"#),
      record(
        .variant, "var_3", #"{"sku":"SCF-2","position":2}"#, links: #"{"product":"prd_2"}"#),
      price("prc_1", "var_1", "pl_eu", 240_000, "EUR"),
      price("prc_1g", "var_1", "pl_gold", 230_000, "EUR"),
      price("prc_1j", "var_1", "pl_jp", 390_000, "JPY"),
      price("prc_2", "var_2", "pl_eu", 42_000, "EUR"),
      record(
        .inventoryLevel, "inv_1", #"{"available":12}"#,
        links: #"{"variant":"var_1","location":"loc_1"}"#),
      record(
        .translation, "trn_1",
        #"{"key":"title","locale":"fr","value":"Cartable","source_digest":"sha256:00"}"#,
        links: #"{"resource":{"type":"product","id":"prd_1"}}"#),
      record(
        .collection, "col_1", #"{"handle":"bags","title":"Bags","products":["prd_1"]}"#),
    ]
  }

  func reader() throws -> MirrorReader { try MirrorReader(path: path) }

  @discardableResult
  func set(
    _ target: String, _ words: String..., owners: [String: Editor.Owner] = [:],
    sourceLocale: String? = nil
  ) throws -> Editor {
    try store.settle { transaction in
      var editor = Editor(
        transaction, source: .cli, owners: owners, sourceLocale: sourceLocale, random: random)
      try editor.set(target, words.map { try FieldAssignment($0) })
      return editor
    }
  }

  /// The mistake that must come.
  func mistake(_ target: String, _ words: String..., owners: [String: Editor.Owner] = [:])
    -> EditError?
  {
    do {
      try store.settle { transaction in
        var editor = Editor(transaction, source: .cli, owners: owners, random: random)
        try editor.set(target, words.map { try FieldAssignment($0) })
      }
      return nil
    } catch {
      return error as? EditError
    }
  }

  func value(_ type: ResourceType, _ id: String, _ field: String) throws -> FieldValue {
    let record = try #require(try reader().effectiveRecord(RecordKey(type, id)))
    return RecordFields.value(
      field, attributes: try #require(record.value["attributes"]), links: record.value["links"])
  }
}

@Suite("What a person types to edit")
struct EditorTests {
  let shop: EditedShop

  init() throws { shop = try EditedShop() }

  // MARK: Records

  @Test(
    "a record is meant by SKU, handle, id, or type and name",
    arguments: [
      ("SAT-1", RecordKey(.variant, "var_1")), ("satchel", RecordKey(.product, "prd_1")),
      ("prd_1", RecordKey(.product, "prd_1")), ("collection:bags", RecordKey(.collection, "col_1")),
      ("variant:SAT-1", RecordKey(.variant, "var_1")), ("prc_1g", RecordKey(.price, "prc_1g")),
      ("location:geneva", RecordKey(.location, "loc_1")),
    ])
  func finds(target: String, key: RecordKey) throws {
    #expect(try RecordFinder(try shop.reader().lookup).find(target) == key)
  }

  @Test("a name that nobody has comes with the nearest one")
  func unknownRecord() {
    let mistake = shop.mistake("SAT-2", "title=x")
    #expect(mistake?.code == .unknownRecord)
    #expect(mistake?.help == "did you mean `SAT-1`?")
    #expect(shop.mistake("bags", "title=x")?.help?.contains("collection:bags") == true)
  }

  // MARK: Fields

  @Test("text, choice, list, description and members are read by the field's kind")
  func fields() throws {
    try shop.set(
      "satchel", "title=Trocadéro Satchel", "status=archived", "tags+=leather, gift", "tags-=new",
      "description=A *bag*.", "seo.title=Bag", "vendor=!clear", "metafields.maison.care=Brush.")
    #expect(try shop.value(.product, "prd_1", "title") == .text("Trocadéro Satchel"))
    #expect(try shop.value(.product, "prd_1", "status") == .text("archived"))
    #expect(
      try shop.value(.product, "prd_1", "tags")
        == .list([.text("bag"), .text("leather"), .text("gift")]))
    #expect(
      try shop.value(.product, "prd_1", "description")
        == .object([.init("markdown", .text("A *bag*."))]))
    #expect(try shop.value(.product, "prd_1", "seo.title") == .text("Bag"))
    #expect(try shop.value(.product, "prd_1", "vendor") == .null)
    #expect(
      try shop.value(.product, "prd_1", "metafields.maison")
        == .object([.init("care", .text("Brush.")), .init("origin", .text("Lyon"))]))
  }

  @Test("a SKU reaches its product's fields, a product its only variant's")
  func relatives() throws {
    try shop.set("SAT-1", "title=One", "weight_g=900")
    try shop.set("satchel", "mpn=M-1")
    #expect(try shop.value(.product, "prd_1", "title") == .text("One"))
    #expect(try shop.value(.variant, "var_1", "weight_g") == .integer(900))
    #expect(try shop.value(.variant, "var_1", "mpn") == .text("M-1"))
    let mistake = shop.mistake("scarf", "mpn=M-2")
    #expect(mistake?.code == .whichVariant)
    #expect(mistake?.help?.contains("SCF-1, SCF-2") == true)
  }

  @Test("collections take products by handle")
  func collection() throws {
    try shop.set("collection:bags", "products+=scarf")
    #expect(
      try shop.value(.collection, "col_1", "products") == .list([.text("prd_1"), .text("prd_2")]))
    #expect(shop.mistake("collection:bags", "products+=scraf")?.code == .unknownRecord)
  }

  @Test(
    "what cannot be a value is refused with what to type",
    arguments: [
      ("title=", EditError.Code.badValue, "!clear"), ("titel=x", .unknownField, "`title`"),
      ("title=!clear", .badValue, ""), ("status=active!", .badValue, "`active`"),
      ("title", .syntax, "title="), ("weight_g=1.5", .badValue, "12"),
      ("title+=x", .badValue, "title="), ("price.EUR=2,500.00", .badValue, "price.EUR=2500.00"),
      ("price.EUR=2.500,00", .badValue, "price.EUR=2500.00"),
      ("price.EUR=2,500", .badValue, "price.EUR=2500.00"), ("price.EUR=24.999", .badValue, ""),
      ("price.EUR=€2500", .badValue, "price.EUR=2500.00"), ("price.JPY=100.5", .badValue, ""),
      ("price.CHF=1", .whichPrice, "EUR, JPY"), ("price=1", .whichPrice, "price.EUR"),
      ("price@Europa=1", .whichPrice, "price@Europe"), ("price.EUR=!clear", .badValue, "delete"),
      ("stock@Genava=1", .whichLocation, "stock@Geneva"), ("stock@Geneva=-1", .badValue, ""),
      ("stock@Geneva+=-13", .badValue, ""), ("count@Geneva+=1", .badValue, "count@Geneva=9"),
      ("title.de=x", .unknownField, "en, fr"), ("vendor@Geneva=1", .unknownField, ""),
      ("product_type.fr=x", .unknownField, ""), ("links.product=x", .unknownField, ""),
    ])
  func refused(word: String, code: EditError.Code, help: String) throws {
    let mistake = try #require(shop.mistake("SAT-1", word), "\(word)")
    #expect(mistake.code == code, "\(word): \(mistake)")
    if !help.isEmpty { #expect(mistake.help?.contains(help) == true, "\(word): \(mistake)") }
    #expect(try shop.reader().log().isEmpty)
  }

  @Test("several assignments are stored together or not at all")
  func together() throws {
    #expect(shop.mistake("SAT-1", "title=One", "price.EUR=x") != nil)
    #expect(try shop.reader().localValues().isEmpty)
  }

  @Test("fields of the shop and of this project's files are refused")
  func owners() throws {
    let owners: [String: Editor.Owner] = ["product.vendor": .api, "product.seo": .local]
    #expect(shop.mistake("satchel", "vendor=x", owners: owners)?.code == .notOwned)
    #expect(shop.mistake("satchel", "seo.title=x", owners: owners)?.code == .notOwned)
    #expect(shop.mistake("satchel", "title=x", owners: owners) == nil)
  }

  // MARK: Money

  @Test("an amount is exact by its currency's digits, in the list that is meant")
  func prices() throws {
    try shop.set("SAT-1", "price.EUR=2500", "price@Europe, Gold=2399.90", "price.JPY=410000")
    #expect(try shop.value(.price, "prc_1", "amount") == .integer(250_000))
    #expect(try shop.value(.price, "prc_1g", "amount") == .integer(239_990))
    #expect(try shop.value(.price, "prc_1j", "amount") == .integer(410_000))
    try shop.set("SAT-1", "compare_at.EUR=2700", "price.EUR-=0.05")
    #expect(try shop.value(.price, "prc_1", "compare_at") == .integer(270_000))
    #expect(try shop.value(.price, "prc_1", "amount") == .integer(249_995))
    try shop.set("prc_1", "amount=2600.00 EUR", "compare_at=null")
    #expect(try shop.value(.price, "prc_1", "amount") == .integer(260_000))
    #expect(try shop.value(.price, "prc_1", "compare_at") == .null)
  }

  @Test("the only price needs no list; one that is missing is made, with its id as reference")
  func madePrice() throws {
    try shop.set("SCF-1", "price=450")
    #expect(try shop.value(.price, "prc_2", "amount") == .integer(45_000))
    let editor = try shop.set("SCF-1", "price@Europe, Gold=400")
    let made = try #require(editor.entries.first?.key)
    #expect(made.id.hasPrefix("prc_"))
    let record = try #require(try shop.reader().effectiveRecord(made))
    #expect(record.value["external_ref"]?.string == made.id)
    #expect(try shop.value(.price, made.id, "links.price_list") == .text("pl_gold"))
    // Again it is the same record.
    try shop.set("SCF-1", "price@Europe, Gold=410")
    #expect(try shop.value(.price, made.id, "amount") == .integer(41_000))
  }

  @Test("a price that changes by more than a third is noted, not refused")
  func guarded() throws {
    #expect(try shop.set("SAT-1", "price.EUR=2500").notes.isEmpty)
    let editor = try shop.set("SAT-1", "price.EUR=240")
    #expect(editor.notes == ["2,500.00 becomes 240.00 EUR: the plan will ask you to confirm it"])
  }

  // MARK: Stock

  @Test("stock is set, moved and counted; a level that is missing is made")
  func stock() throws {
    try shop.set("SAT-1", "stock@Geneva+=-3")
    let moved = try #require(try shop.reader().localValues().first)
    #expect(moved.base == .integer(12))
    #expect(moved.value == .integer(9))
    #expect(moved.isCount == false)
    try shop.set("SAT-1", "stock-=2")
    #expect(try shop.value(.inventoryLevel, "inv_1", "available") == .integer(7))
    try shop.set("SAT-1", "count@loc_1=8")
    #expect(try shop.reader().localValues().first?.isCount == true)
    let editor = try shop.set("SAT-1", "stock@Paris=4")
    let made = try #require(editor.entries.first?.key)
    #expect(made.type == .inventoryLevel)
    #expect(try shop.value(.inventoryLevel, made.id, "links.location") == .text("loc_2"))
  }

  @Test("a name's first words are enough while no other begins so")
  func beginnings() throws {
    try shop.set("location:Geneva", "name=Geneva, quai du Rhône")
    try shop.set("SAT-1", "stock@geneva=3")
    #expect(try shop.value(.inventoryLevel, "inv_1", "available") == .integer(3))
    #expect(shop.mistake("SAT-1", "stock@Gene=3")?.code == .whichLocation)
  }

  // MARK: Translations

  @Test("the language of the shop's own texts is the record's, the first of a market a translation")
  func sourceLocale() throws {
    try shop.set("satchel", "vendor.en=The Maison", sourceLocale: "en")
    #expect(try shop.value(.product, "prd_1", "vendor") == .text("The Maison"))
    try shop.set("satchel", "vendor.en=A Maison", sourceLocale: "fr")
    #expect(try shop.value(.product, "prd_1", "vendor") == .text("The Maison"))
  }

  @Test("a translation is changed or made, with the digest of what it is a translation of")
  func translations() throws {
    try shop.set("SAT-1", "title.fr=Le cartable")
    #expect(try shop.value(.translation, "trn_1", "value") == .text("Le cartable"))
    #expect(
      try shop.value(.translation, "trn_1", "source_digest")
        == .text(ContentHash.ofText("Trocadero Satchel")))
    let editor = try shop.set(
      "satchel", "description.fr=Un sac.", "metafields.maison.care.fr=Essuyer.",
      "options.Size.fr=Taille", "options.Size.Large.fr=Grand")
    let made = editor.entries.filter { $0.field == "key" }
    #expect(
      made.map(\.to) == [
        .text("description"), .text("metafields.maison.care"), .text("options.Size"),
        .text("options.Size.Large"),
      ])
    let first = try #require(made.first)
    #expect(
      try shop.value(.translation, first.key.id, "source_digest")
        == .text(ContentHash.ofText("A bag.")))
    try shop.set("satchel", "description.fr=!clear", "title.fr=!clear")
    #expect(try shop.reader().effectiveRecord(first.key) == nil)
    #expect(
      try shop.reader().localOperation(of: RecordKey(.translation, "trn_1")) == .delete)
    // Set again, the deleted one comes back instead of a second one.
    try shop.set("satchel", "title.fr=Sacoche")
    #expect(try shop.value(.translation, "trn_1", "value") == .text("Sacoche"))
  }

  @Test("the language that the records are in is the field itself")
  func ownLanguage() throws {
    try shop.set("satchel", "title.en=Satchel")
    #expect(try shop.value(.product, "prd_1", "title") == .text("Satchel"))
  }

  // MARK: Records

  private func create(_ type: String, _ name: String, _ words: String...) throws -> RecordKey {
    try create(type, name, all: words)
  }

  private func create(_ type: String, _ name: String, all words: [String]) throws -> RecordKey {
    try shop.store.settle { transaction in
      var editor = Editor(transaction, source: .cli, random: shop.random)
      return try editor.create(type, named: name, words.map { try FieldAssignment($0) })
    }
  }

  @Test("a product is made with variant, price, stock and translation")
  func createProduct() throws {
    let key = try create(
      "product", "lantern", "title=Lantern earrings", "sku=LAN-1", "price@Europe=120",
      "stock@Paris=4", "title.fr=Boucles", "tags=jewel, new", "metafields.maison.care=Wipe.")
    let bundle = try #require(try shop.reader().product(key.id, in: .none))
    #expect(bundle.product.title == "Lantern earrings")
    #expect(bundle.product.status == .draft)
    #expect(bundle.product.tags == ["jewel", "new"])
    #expect(bundle.variants.map(\.sku) == ["LAN-1"])
    #expect(bundle.prices.values.joined().map(\.amount.minor) == [12_000])
    #expect(try shop.reader().verify().findings.isEmpty)
    #expect(throws: EditError.self) { _ = try create("product", "lantern") }
    #expect(throws: EditError.self) { _ = try create("product", "x", "price=1") }
    #expect(throws: EditError.self) { _ = try create("produkt", "y") }
  }

  @Test(
    "what can be no name is refused, with what to type",
    arguments: [
      (
        ["product", "handle=lantern", "title=Lantern"], EditError.Code.syntax,
        "its handle comes first, without a field: trumeau create product NAME …"
      ),
      (
        ["variant", "product=scarf", "sku=SCF-9"], .syntax,
        "its sku comes first, without a field: trumeau create variant NAME …"
      ),
      (
        ["redirect", "to=/new"], .syntax,
        "its old path comes first, without a field: trumeau create redirect NAME …"
      ),
      (
        ["collection", "Été 2027"], .badValue,
        #"type trumeau create collection ete-2027 title="Été 2027""#
      ),
    ])
  func noName(words: [String], code: EditError.Code, help: String) throws {
    let error = #expect(throws: EditError.self) {
      _ = try create(words[0], words[1], all: Array(words.dropFirst(2)))
    }
    #expect(error?.code == code && error?.help == help)
    #expect(try shop.reader().lookup.products(handle: "handle=lantern").isEmpty)
  }

  @Test("variants, collections and redirects are made as well")
  func createOthers() throws {
    let variant = try create("variant", "SCF-3", "product=scarf", "price.EUR=99", "options.Size=M")
    #expect(try shop.value(.variant, variant.id, "position") == .integer(3))
    let collection = try create("collection", "gifts", "title=Gifts", "products=scarf,satchel")
    #expect(
      try shop.value(.collection, collection.id, "products")
        == .list([.text("prd_2"), .text("prd_1")]))
    let redirect = try create("redirect", "/old", "to=/new")
    #expect(try shop.value(.redirect, redirect.id, "status") == .integer(301))
  }

  // MARK: Names

  @Test("records, fields and values are told in the words in which they are typed")
  func names() throws {
    let names = try RecordWords(try shop.reader().lookup)
    let price = RecordKey(.price, "prc_1")
    #expect(try names.name(of: price).address == "SAT-1")
    #expect(try names.name(of: price).title == "Trocadero Satchel")
    #expect(try names.field("amount", of: price) == "price.EUR")
    #expect(
      try names.field("amount", of: RecordKey(.price, "prc_1g")) == "price@\"Europe, Gold\"")
    #expect(try names.text(.integer(240_000), "amount", of: price) == "2,400.00 EUR")
    #expect(
      try names.text(.integer(390_000), "amount", of: RecordKey(.price, "prc_1j"))
        == "390,000 JPY")
    #expect(
      try names.field("available", of: RecordKey(.inventoryLevel, "inv_1")) == "stock@Geneva")
    #expect(try names.field("value", of: RecordKey(.translation, "trn_1")) == "title.fr")
  }
}

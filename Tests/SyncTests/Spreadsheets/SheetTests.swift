import Bytes
import Contract
import Diagnostics
import Formats
import LocalMirror
import Machine
import Support
import Sync
import Testing

/// A shop with prices and stock, and a person with a spreadsheet.
private final class Office {
  let world: World
  let random = SeededRandom(seed: 5)

  init() throws {
    world = try World()
    let source = world.source
    source.put(
      .location, "loc_1", #"{"name":"Geneva","country":"CH","time_zone":"Europe/Zurich"}"#)
    source.put(
      .priceList, "pls_1",
      #"{"name":"Europe","currency":"EUR","priority":0,"tax_included":true}"#)
    source.put(
      .market, "mkt_eu",
      #"{"name":"EU","countries":["FR"],"currency":"EUR","locales":["en","fr"],"tax_included":true}"#,
      links: #"{"price_list":"pls_1"}"#)
    putCarre()
    source.put(
      .product, "prd_halo", #"{"handle":"halo","title":"=HYPERLINK(1)","status":"active"}"#)
    putVariant("1", "00123", position: 1)
    putVariant("2", "B-2", position: 2)
    putPrice(240_000)
    source.put(
      .inventoryLevel, "inv_1", #"{"available":12}"#,
      links: #"{"variant":"var_1","location":"loc_1"}"#)
    try world.pull()
  }

  func putCarre(title: String = "Square", tags: String = #"["silk","new"]"#) {
    world.source.put(
      .product, "prd_carre",
      #"{"handle":"carre","title":"\#(title)","vendor":"2026-12-01","status":"active","tags":\#(tags)}"#
    )
  }

  func putVariant(_ number: String, _ sku: String, position: Int) {
    world.source.put(
      .variant, "var_\(number)",
      #"{"sku":"\#(sku)","position":\#(position),"gtin":"9520001126482","weight_g":65}"#,
      links: #"{"product":"prd_carre"}"#)
  }

  func putPrice(_ amount: Int) {
    world.source.put(
      .price, "prc_1", #"{"amount":\#(amount),"currency":"EUR"}"#,
      links: #"{"variant":"var_1","price_list":"pls_1"}"#)
  }

  var archive: ExportArchive { ExportArchive(folder: "\(world.folder.path)/exports") }

  /// The rows of an export, the first with the names of the columns.
  func export(_ fields: [String]? = nil, counts: Bool = false) throws -> [[String]] {
    var options = SheetExport.Options()
    options.fields = fields
    options.includesCounts = counts
    var bytes: [UInt8] = []
    _ = try SheetExport(MirrorReader(path: world.path), archive: archive, random: random)
      .run(options) { $0.withBytes { bytes += Array($0) } }
    return try CSVReader.records(in: bytes).map(\.texts)
  }

  func store() throws -> MirrorStore {
    try MirrorStore(path: world.path, tenant: "demo", clock: world.time)
  }

  func take(
    _ rows: [[String]], _ change: (inout SheetImport.Options) -> Void = { _ in }
  ) throws -> SheetReport {
    var options = SheetImport.Options()
    change(&options)
    var table = CSVWriter()
    for row in rows { table.record(row) }
    var bytes: [UInt8] = []
    table.take { $0.withBytes { bytes = Array($0) } }
    return try SheetImport(store(), archive: archive, options: options, random: random)
      .run(name: "t.csv") { take in try bytes.withUnsafeBytes { try take($0) } }
  }

  func locals() throws -> [LocalValue] { try MirrorReader(path: world.path).localValues() }

  func edited() throws -> [String] {
    try locals().map { "\($0.key.id).\($0.field)=\($0.value.json)" }
  }
}

extension [[String]] {
  /// The rows with another text in a column of the row that has a text in another.
  fileprivate func setting(_ column: String, to text: String, row: Int) -> [[String]] {
    var rows = self
    if let index = rows[0].firstIndex(of: column) { rows[row][index] = text }
    return rows
  }

  fileprivate func cell(_ column: String, row: Int) -> String? {
    self[0].firstIndex(of: column).map { self[row][$0] }
  }

  fileprivate func without(_ column: String) -> [[String]] {
    guard let index = self[0].firstIndex(of: column) else { return self }
    return map { row in
      var row = row
      row.remove(at: index)
      return row
    }
  }
}

extension SheetReport {
  fileprivate var codes: [String] { rows.flatMap(\.findings).map(\.code) }
}

@Suite("The catalogue as a spreadsheet")
struct SheetTests {
  @Test("a row a variant; a product's own fields stand in the first of its rows")
  func export() throws {
    let rows = try Office().export(counts: true)
    #expect(
      rows[0] == [
        "command", "product_id", "variant_id", "revision", "handle", "sku", "title", "vendor",
        "product_type", "status", "tags", "gtin", "weight_g", "price@Europe", "compare_at@Europe",
        "count@Geneva",
      ])
    #expect(rows.count == 4)
    #expect(
      rows[1][4...] == [
        "carre", "00123", "Square", "2026-12-01", "", "active", "silk, new", "9520001126482", "65",
        "2400.00", "", "12",
      ])
    #expect(
      rows[2][4...] == [
        "carre", "B-2", "", "", "", "", "", "9520001126482", "65", "", "", "",
      ])
    #expect(rows[3][4...].prefix(3) == ["halo", "", "=HYPERLINK(1)"])
    #expect(rows[1][3].hasSuffix("-p1-v1"))
  }

  @Test("what comes back unchanged is no edit")
  func unchanged() throws {
    let office = try Office()
    let report = try office.take(office.export(counts: true))
    #expect(report.rows.isEmpty)
    #expect(report.rowCount == 3)
    #expect(try office.edited().isEmpty)
  }

  @Test("a row of a product that has got its id from the shop since is compared with its export")
  func renamedByShop() throws {
    let office = try Office()
    let (made, remote) = (RecordKey(.product, "prd_made"), RecordKey(.product, "prd_900"))
    _ = try office.store().settle { transaction in
      try transaction.create(
        made,
        fields: ["handle": .text("lamp"), "title": .text("Lamp"), "status": .text("active")],
        source: .cli)
    }
    let rows = try office.export()
    try office.store().settle { transaction in
      try transaction.mapCreated(local: made, to: remote, externalReference: made.id)
    }
    try office.store().edit(remote, [FieldEdit("title", .text("Big lamp"))], source: .cli)
    #expect(try office.take(rows).count(.changed) == 0)
    #expect(try office.edited().contains(#"prd_900.title="Big lamp""#))
  }

  @Test("changed cells are edits, and nothing else")
  func changed() throws {
    let office = try Office()
    let rows = try office.export(counts: true)
      .setting("title", to: "Grand carré", row: 1).setting("price@Europe", to: "2500", row: 1)
      .setting("count@Geneva", to: "9", row: 1).setting("weight_g", to: "70", row: 2)
    let report = try office.take(rows)
    #expect(report.count(.changed) == 2)
    #expect(
      try office.edited() == [
        #"prd_carre.title="Grand carré""#, "var_2.weight_g=70", "inv_1.available=9",
        "prc_1.amount=250000",
      ])
    let count = try #require(try office.locals().first { $0.field == "available" })
    #expect(count.isCount)
    #expect(try office.locals().allSatisfy { $0.source == .csv && $0.isBaseKnown })
  }

  @Test(
    "what a spreadsheet program writes in its own way is no edit",
    arguments: [
      ("sku", "123"), ("gtin", "9.520001126482E+12"), ("gtin", "9.52E+12"), ("vendor", "01.12.26"),
      ("vendor", "12/1/2026"), ("price@Europe", "2400"), ("price@Europe", "2,400.00"),
      ("price@Europe", "2.400,00"), ("tags", "silk,new"), ("title", "Square "),
    ])
  func rewritten(column: String, text: String) throws {
    let office = try Office()
    let report = try office.take(try office.export().setting(column, to: text, row: 1))
    #expect(try office.edited().isEmpty)
    #expect(report.count(.failed) == 0)
  }

  @Test("lost zeros are told")
  func spoilt() throws {
    let office = try Office()
    #expect(
      try office.take(try office.export().setting("sku", to: "123", row: 1)).codes
        == ["table.spoilt"])
  }

  @Test(
    "a value that cannot be is an error at its cell with what to do",
    arguments: [
      ("price@Europe", "1.234,00", "edit.bad-value"),
      ("price@Europe", "2400.005", "edit.bad-value"),
      ("gtin", "1.23E+12", "table.lost-digits"), ("status", "aktiv", "edit.bad-value"),
      ("title", "#REF!", "table.formula"), ("weight_g", "heavy", "edit.bad-value"),
      ("title", "!clear", "edit.bad-value"), ("command", "remove", "table.command"),
    ])
  func wrong(column: String, text: String, code: String) throws {
    let office = try Office()
    let report = try office.take(
      try office.export().setting("vendor", to: "X", row: 1).setting(column, to: text, row: 1)
        .setting("weight_g", to: "70", row: 2))
    #expect(report.codes == [code])
    #expect(report.rows.first { $0.outcome == .failed }?.findings.first?.location?.line == 2)
    // The bad row is not taken in at all, the good one is.
    #expect(try office.edited() == ["var_2.weight_g=70"])
  }

  @Test("the rows that failed make a file of their own, which can be imported again")
  func retry() throws {
    let office = try Office()
    let rows = try office.export().setting("price@Europe", to: "1.234,00", row: 1)
      .setting("weight_g", to: "70", row: 2)
    let report = try office.take(rows)
    let retry = try CSVReader.records(in: try #require(report.retryFile)).map(\.texts)
    #expect(retry.count == 2)
    #expect(retry[0].last == "# why")
    let again = try office.take(retry.setting("price@Europe", to: "1234.00", row: 1))
    #expect(again.count(.failed) == 0)
    #expect(try office.edited().contains("prc_1.amount=123400"))
    let results = try CSVReader.records(in: report.resultsFile).map(\.texts)
    #expect(results.map { $0[2] } == ["result", "failed", "changed"])
    #expect(results[1][4] == report.rows.first { $0.outcome == .failed }?.findings.first?.code)
  }

  // MARK: Missing, empty, cleared

  @Test("an empty cell, a missing column and a missing row change nothing")
  func untouched() throws {
    let office = try Office()
    var rows = try office.export().setting("title", to: "", row: 1).setting("tags", to: "", row: 1)
    rows.removeLast()
    _ = try office.take(rows.without("vendor"))
    #expect(try office.edited().isEmpty)
  }

  @Test("`!clear` clears, an empty cell only where that is said")
  func cleared() throws {
    let office = try Office()
    let rows = try office.export()
    _ = try office.take(rows.setting("tags", to: "!clear", row: 1))
    #expect(try office.edited() == ["prd_carre.tags=null"])
    _ = try office.take(rows.setting("vendor", to: "", row: 1)) { $0.blankClears = true }
    #expect(try office.edited() == ["prd_carre.tags=null", "prd_carre.vendor=null"])
  }

  // MARK: Against the shop

  @Test("an old export is merged, not laid over what is newer")
  func oldExport() throws {
    let office = try Office()
    let rows = try office.export()
    office.putCarre(title: "Theirs", tags: #"["silk"]"#)
    office.putPrice(260_000)
    try office.world.pull()
    _ = try office.take(rows.setting("vendor", to: "Mine", row: 1))
    #expect(try office.edited() == [#"prd_carre.vendor="Mine""#])
    _ = try office.take(
      rows.setting("title", to: "Mine", row: 1).setting("price@Europe", to: "2500.00", row: 1))
    let title = try #require(try office.locals().first { $0.field == "title" })
    #expect(title.base == .text("Square"))
    #expect(title.baseVersion == 1)
    // Of a price the version is not in the row: a person is asked.
    let price = try #require(try office.locals().first { $0.field == "amount" })
    #expect(!price.isBaseKnown)
  }

  @Test("without the export, a row of today's versions begins from the shop's values of now")
  func forgottenExport() throws {
    let office = try Office()
    let rows = try office.export()
    try Files.removeTree("\(office.world.folder.path)/exports")
    _ = try office.take(rows.setting("title", to: "Mine", row: 1))
    let title = try #require(try office.locals().first)
    #expect(title.base == .text("Square"))
    #expect(title.isBaseKnown)
  }

  @Test("a table made by hand is compared and asked about, unless it is said to begin from now")
  func handMade() throws {
    let office = try Office()
    let rows = [["sku", "title", "# note"], ["B-2", "Mine", "call Marie"]]
    _ = try office.take(rows)
    #expect(try office.locals().map(\.isBaseKnown) == [false])
    let other = try Office()
    _ = try other.take(rows) { $0.beginsFromNow = true }
    #expect(try other.locals().map(\.isBaseKnown) == [true])
  }

  @Test("rows may be sorted, but columns that were sorted apart are found out")
  func sorted() throws {
    let office = try Office()
    let rows = try office.export()
    let shuffled = [rows[0], rows[3], rows[2], rows[1]]
    #expect(try office.take(shuffled).rows.isEmpty)
    let ids = rows.setting("product_id", to: "prd_halo", row: 1)
    #expect(try office.take(ids).codes == ["table.sorted-apart"])
  }

  @Test("two rows that say different things of one product are refused")
  func twoValues() throws {
    let office = try Office()
    let rows = try office.export().setting("title", to: "One", row: 1)
      .setting("title", to: "Two", row: 2)
    let report = try office.take(rows)
    #expect(report.codes == ["table.two-values"])
    #expect(try office.edited() == [#"prd_carre.title="One""#])
  }

  @Test("rows of empty cells below the table are no rows")
  func emptyRows() throws {
    let office = try Office()
    var rows = try office.export()
    let count = rows.count - 1
    rows += [rows[0].map { _ in "" }, rows[0].map { _ in " " }]
    let report = try office.take(rows)
    #expect(report.rowCount == count)
    #expect(report.codes == [])
  }

  // MARK: Commands

  @Test("records are made and deleted by the column command only")
  func commands() throws {
    let office = try Office()
    let rows = [
      ["command", "handle", "sku", "title", "price@Europe"],
      ["create", "lantern", "LAN-1", "Lantern", "120.00"], ["delete", "", "B-2", "", ""],
    ]
    let report = try office.take(rows)
    #expect(report.codes.isEmpty)
    let operations = try MirrorReader(path: office.world.path).localOperations()
    #expect(
      operations.map { "\($0.0.type.rawValue) \($0.1.rawValue)" } == [
        "product create", "variant create", "variant delete", "price create",
      ])
  }

  @Test("many deletions need a word more")
  func manyDeletions() throws {
    let office = try Office()
    let rows = [
      ["command", "handle"], ["delete product", "carre"], ["delete product", "halo"],
    ]
    #expect(try office.take(rows).codes == ["table.many-deletions"])
    #expect(try Office().take(rows) { $0.confirmedDeletions = 2 }.codes.isEmpty)
  }

  // MARK: The first row

  @Test(
    "a column that does not exist stops the import before anything is taken in",
    arguments: ["titel", "price@Asia", "count@Rome"])
  func unknownColumn(_ name: String) throws {
    let office = try Office()
    let error = #expect(throws: SheetError.self) {
      _ = try office.take([["sku", name], ["B-2", "1"]])
    }
    #expect(error?.diagnostic.code == "table.column")
    #expect(error?.diagnostic.location?.column == 5)
    #expect(try office.edited().isEmpty)
  }

  @Test("texts of languages and of the merchant's own fields can be exported and edited")
  func otherFields() throws {
    let office = try Office()
    let rows = try office.export(["title", "title.fr", "seo.title", "metafields.care"])
    _ = try office.take(
      rows.setting("title.fr", to: "Carré", row: 1).setting("seo.title", to: "S", row: 1)
        .setting("metafields.care", to: "Dry clean", row: 1))
    let edited = try office.edited()
    #expect(edited.contains(#"prd_carre.seo.title="S""#))
    #expect(edited.contains(#"prd_carre.metafields.care="Dry clean""#))
    #expect(edited.contains { $0.hasSuffix(#"value="Carré""#) })
  }

  @Test("only the newest exports are kept")
  func archive() throws {
    let office = try Office()
    for _ in 0..<(ExportArchive.limit + 3) { _ = try office.export() }
    #expect(
      try Files.list("\(office.world.folder.path)/exports").count == ExportArchive.limit)
  }
}

import Bytes
import Contract
import Diagnostics
import Formats
import LocalMirror
import Machine
import SQL
import Sync

extension World {
  /// An editor writes a spreadsheet.
  func exportSheet(_ editor: EditorSite, _ random: SeededRandom) throws -> String {
    _ = try editor.mirror()
    let reader = try MirrorReader(path: editor.path, tenant: "demo", vfs: editor.disk.name)
    var options = SheetExport.Options()
    options.includesCounts = random.below(3) == 0
    var bytes: [UInt8] = []
    let export = SheetExport(reader, archive: editor.extras.desk.archive, random: editor.random)
    let report = try export.run(options) { piece in
      piece.withBytes { bytes.append(contentsOf: $0) }
    }
    editor.extras.desk.sheet = bytes
    return "\(report.name): \(report.rowCount) rows"
  }

  /// An editor changes cells of the spreadsheet and takes it in: some time after the export.
  func importSheet(_ editor: EditorSite, _ random: SeededRandom) throws -> String {
    guard let sheet = editor.extras.desk.sheet else { return try exportSheet(editor, random) }
    var rows = try CSVReader.records(in: sheet, separator: ",").map(\.texts)
    guard rows.count > 1 else { return "no rows" }
    let header = rows[0]
    var typed: [(line: Int, column: String, text: String)] = []
    for _ in 0...random.below(3) {
      let row = 1 + random.below(rows.count - 1)
      let (wanted, text) = Self.cell(random)
      guard let column = header.firstIndex(where: { $0.hasPrefix(wanted) }),
        column < rows[row].count, !rows[row][column].isEmpty, rows[row][column] != text
      else { continue }
      rows[row][column] = text
      typed.append((row + 1, header[column], text))
    }
    // Rows may be left out and sorted; what is missing is not edited.
    if random.below(4) == 0, rows.count > 2 {
      rows[1...].reverse()
      rows.removeLast()
    }
    var table = CSVWriter()
    for row in rows { table.record(row) }
    var bytes: [UInt8] = []
    table.take { piece in piece.withBytes { bytes = Array($0) } }
    let report: SheetReport
    do {
      report = try SheetImport(
        editor.mirror(), archive: editor.extras.desk.archive, random: editor.random
      ).run(name: "products.csv") { feed in try bytes.withUnsafeBytes { try feed($0) } }
    } catch let error as SheetError {
      // A folder that came since from elsewhere, and has not pulled yet, cannot know what a column names.
      guard error.diagnostic.code == "table.column", error.report == nil,
        try Self.names(in: header).contains(where: { try !editor.knows($0) })
      else { throw error }
      return "refused, \(error.diagnostic.code)"
    }
    // What a sheet says of stock is a count.
    let counted = report.rows.flatMap(\.changes).map(\.key).filter { $0.type == .inventoryLevel }
    editor.counted.formUnion(counted)
    try accept(report.rows.flatMap(\.changes), editor)
    checkSheet(report, typed, editor)
    return "\(typed.map { "\($0.column)=\($0.text)" }): \(report.count(.changed)) changed, "
      + "\(report.count(.failed)) failed"
  }

  /// The price lists and locations that the columns of a sheet name.
  private static func names(in header: [String]) -> [String] {
    header.filter { column in
      ["price@", "compare_at@", "count@"].contains { column.hasPrefix($0) }
    }.compactMap { $0.split(separator: "@", maxSplits: 1).last.map(String.init) }
  }

  private static func cell(_ random: SeededRandom) -> (column: String, text: String) {
    func pick(_ words: [String]) -> String { words[random.below(words.count)] }
    switch random.below(7) {
    case 0, 1: return ("title", pick(["Satchel", "Lantern", "Sheet thing"]))
    case 2: return ("vendor", pick(["Maison", "Atelier", "!clear"]))
    case 3: return ("weight_g", pick(["100", "200", "heavy"]))
    case 4: return ("tags", pick(["red, wool", "new", "sale"]))
    case 5: return ("count@", pick(["3", "12"]))
    default: return ("price@", pick(["105.00", "99.50", "110.00"]))
    }
  }

  /// A row is taken in whole, or it says why not; rows that nobody touched are no edits.
  private func checkSheet(
    _ report: SheetReport, _ typed: [(line: Int, column: String, text: String)],
    _ editor: EditorSite
  ) {
    checked("sheet")
    for row in report.rows {
      if row.outcome == .failed, row.findings.isEmpty || !row.changes.isEmpty {
        violate("sheet", "editor \(editor.number): line \(row.line) failed without a word")
      }
    }
    let edits = report.rows.reduce(0) { $0 + $1.changes.count }
    if typed.isEmpty, edits > 0 {
      let fields = report.rows.flatMap(\.changes).map { "\($0.key) \($0.field)=\($0.to.json)" }
      violate("sheet", "editor \(editor.number): nobody typed \(fields)")
    }
  }
}

extension EditorSite {
  /// Whether the mirror has a price list or location of a name.
  fileprivate func knows(_ name: String) throws -> Bool {
    try look().integer(
      """
      SELECT EXISTS(SELECT 1 FROM record WHERE type IN ('price_list', 'location')
        AND (id = ?1 OR server_json ->> '$.attributes.name' = ?1))
      """, name) == 1
  }
}

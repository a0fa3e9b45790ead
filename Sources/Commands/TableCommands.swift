import Bytes
import CommandTree
import Diagnostics
import LocalMirror
import Machine
import Settings
import Sync

/// `trumeau export csv` and `trumeau import csv`: the catalogue as a spreadsheet, and back.
enum TableCommands {
  static let export = Command(
    "export", "write the catalogue for a spreadsheet",
    subcommands: [
      Command(
        "csv", "products and prices as a spreadsheet, a row a variant",
        discussion: """
          A product's own fields stand in the first of its rows; the other rows leave them empty.
          Change what you like in LibreOffice, Excel or Numbers, save as CSV (UTF-8) and bring it back
          with `trumeau import csv`: only cells that you changed become edits, even if the shop has
          gone on in the meantime. The columns product_id, variant_id and revision say which row is
          which; leave them as they are.
          """,
        examples: [
          Example("trumeau export csv products.csv", "the usual fields, and all price lists"),
          Example(
            "trumeau export csv --fields title,title.fr,tags - > texts.csv",
            "texts in two languages"),
          Example("trumeau export csv --market eu --counts stock.csv", "with what lies where"),
        ],
        options: [
          .value("fields", "LIST", "fields as `trumeau set` names them, with commas between them"),
          .value("market", "MARKET", "only the price lists in this market's currency"),
          .flag("counts", "with stock, a column a location; what comes back changed is a count"),
          .value(
            "separator", "SIGN", "what stands between cells", choices: [",", ";", "tab"]),
        ],
        positionals: [
          Positional("FILE", "where to; - or nothing is standard output", isRequired: false)
        ], work: runExport)
    ])

  static let importing = Command(
    "import", "take a spreadsheet in",
    subcommands: [
      Command(
        "csv", "edits from a spreadsheet that was exported, or made by hand",
        discussion: """
          A missing column, a missing row and an empty cell change nothing; `!clear` clears a field.
          The column `command` may say create, delete or delete product. A row is taken in whole or
          not at all, and a bad row stops no other: what failed is written to a file of its own, to be
          mended and imported again.
          """,
        examples: [
          Example("trumeau import csv products.csv", "what was changed in it"),
          Example("trumeau import csv --begins-from-now prices.csv", "a table from elsewhere"),
          Example("trumeau import csv - < products.csv", "from standard input"),
        ],
        options: [
          .flag("blank-clears", "an empty cell clears what was there"),
          .flag("begins-from-now", "rows that are from no known export change what is here now"),
          .value("confirm-deletions", "N", "how many products may be deleted, where it is many"),
          .value("results", "FILE", "what became of each row (default: FILE.results.csv)"),
          .value("retry", "FILE", "the rows that failed (default: FILE.retry.csv)"),
        ],
        positionals: [Positional("FILE", "the table; - is standard input")], work: runImport)
    ])

  // MARK: Export

  private static func runExport(_ invocation: Invocation, _ console: Console) throws -> ExitCode {
    let project = try OpenProject(invocation, console)
    try project.takeInFiles(console).tell(console)
    let reader = try MirrorReader(
      path: project.mirrorPath, tenant: project.settings.site.tenant)
    var options = SheetExport.Options()
    options.fields = invocation.value("fields").map { list in
      list.split(separator: ",").map { $0.drop { $0 == " " } }.map(String.init)
    }
    options.market = invocation.value("market")
    options.includesCounts = invocation.flag("counts")
    if let sign = invocation.value("separator") {
      options.separator = sign == "tab" ? "\t" : sign == ";" ? ";" : ","
    }
    let target = invocation.arguments.first ?? "-"
    let export = SheetExport(reader, archive: project.exportArchive)
    var bytes: [UInt8] = []
    let report = try export.run(options) { piece in
      piece.withBytes { bytes.append(contentsOf: $0) }
    }
    if target == "-" {
      if !console.isJSON { console.data(String(decoding: bytes, as: UTF8.self)) }
    } else {
      try SystemFiles().replace(target, with: bytes)
    }
    console.note(
      "\(ProgressLine.grouped(report.productCount)) products in "
        + "\(ProgressLine.grouped(report.rowCount)) rows"
        + (target == "-" ? "." : ": \(target). Bring it back with `trumeau import csv \(target)`."))
    console.json(
      Document("export csv") { document in
        document.field("file", target)
        document.field("export", report.name)
        document.field("products", report.productCount)
        document.field("rows", report.rowCount)
        document.strings("columns", report.columns)
      }.text)
    return .done
  }

  // MARK: Import

  private static func runImport(_ invocation: Invocation, _ console: Console) throws -> ExitCode {
    let project = try OpenProject(invocation, console)
    let store = try project.openMirrorToEdit(console)
    // What waits in files comes first: it began earlier.
    try project.takeInFiles(console, into: store).tell(console)
    var options = SheetImport.Options()
    options.blankClears = invocation.flag("blank-clears")
    options.beginsFromNow = invocation.flag("begins-from-now")
    options.confirmedDeletions = try invocation.integer("confirm-deletions", in: 1...1_000_000)
    options.owners = project.owners
    let source = invocation.arguments[0]
    let task = SheetImport(store, archive: project.exportArchive, options: options)
    let report: SheetReport
    do {
      report = try task.run(name: source == "-" ? "standard input" : source) { take in
        try pieces(of: source, take)
      }
    } catch let error as SheetError {
      if let report = error.report { tell(report, console) }
      throw Failure("", "", findings: [error.diagnostic])
    }
    let files = try writeFiles(report, invocation, source)
    for content in project.contentFiles { _ = try content.renderChanges(from: store) }
    tell(report, console)
    let failed = report.count(.failed)
    if let retry = files.retry {
      console.report("The rows that failed: \(retry). Mend and import that file.")
    }
    if let results = files.results {
      console.note(console.faint("What became of each row: \(results)"))
    }
    console.json(document(report, files, ok: failed == 0).text)
    return failed == 0 ? .done : .findings
  }

  private static func pieces(
    of source: String, _ take: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    let file = source == "-" ? try OpenFile.standardInput() : try OpenFile(reading: source)
    let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 65_536, alignment: 16)
    defer { room.deallocate() }
    while true {
      let count = try file.read(into: room)
      if count == 0 { return }
      try take(UnsafeRawBufferPointer(rebasing: room[..<count]))
    }
  }

  private static func writeFiles(
    _ report: SheetReport, _ invocation: Invocation, _ source: String
  ) throws -> (results: String?, retry: String?) {
    func path(_ option: String) -> String? {
      if let given = invocation.value(option) { return given }
      guard source != "-" else { return nil }
      let stem = source.hasSuffix(".csv") ? String(source.dropLast(4)) : source
      return "\(stem).\(option).csv"
    }
    let results = path("results")
    if let results, !report.rows.isEmpty {
      try SystemFiles().replace(results, with: report.resultsFile)
    }
    guard let retry = path("retry"), let rows = report.retryFile else {
      return (report.rows.isEmpty ? nil : results, nil)
    }
    try SystemFiles().replace(retry, with: rows)
    return (results, retry)
  }

  private static func tell(_ report: SheetReport, _ console: Console) {
    let told = report.rows.filter { $0.outcome != .unchanged }
    for row in told.prefix(200) {
      let sign = row.outcome == .failed ? "!" : row.outcome == .changed ? "~" : " "
      let fields = row.changes.filter { !$0.field.isEmpty }.map(\.field)
      console.report(
        "\(sign) line \(String(row.line).padding(to: 6)) \(row.name.padding(to: 20)) "
          + fields.joined(separator: ", "))
    }
    if told.count > 200 { console.report("  … and \(told.count - 200) rows more") }
    show(report.rows.flatMap(\.findings), console)
    console.report(
      "\(ProgressLine.grouped(report.rowCount)) rows: "
        + "\(ProgressLine.grouped(report.count(.changed))) changed, "
        + "\(ProgressLine.grouped(report.count(.unchanged))) as they were, "
        + "\(ProgressLine.grouped(report.count(.failed))) failed.")
    if report.count(.changed) > 0 {
      console.note("Kept here. Look: `trumeau diff`. Send: `trumeau plan`, then `trumeau push`.")
    }
  }

  /// Shows findings, of each kind the first few: a spreadsheet that rewrote a column did so in every row.
  private static func show(_ findings: [Diagnostic], _ console: Console) {
    var counts: [String: Int] = [:]
    var shown: [Diagnostic] = []
    for finding in findings {
      counts[finding.code, default: 0] += 1
      if counts[finding.code, default: 0] <= 10 { shown.append(finding) }
    }
    console.show(shown)
    guard !console.isJSON, !console.isQuiet else { return }
    for (code, count) in counts.sorted(by: { $0.key < $1.key }) where count > 10 {
      console.complain(
        "… and \(ProgressLine.grouped(count - 10)) more with [\(code)]; the table of results and --json "
          + "name them all")
    }
  }

  private static func document(
    _ report: SheetReport, _ files: (results: String?, retry: String?), ok: Bool
  ) -> Document {
    Document("import csv", ok: ok) { document in
      document.field("rows", report.rowCount)
      document.field("changed", report.count(.changed))
      document.field("unchanged", report.count(.unchanged))
      document.field("failed", report.count(.failed))
      document.field("results_file", files.results)
      document.field("retry_file", files.retry)
      document.list("results", report.rows) { document, row in
        document.field("line", row.line)
        document.field("record", row.name)
        document.field("result", row.outcome.rawValue)
        document.strings("fields", row.changes.map(\.field))
        document.list("findings", row.findings) { document, finding in document.fill(finding) }
      }
    }
  }
}

extension OpenProject {
  /// Where copies of exports are kept, beside the mirror.
  var exportArchive: ExportArchive {
    ExportArchive(folder: Path.join(Path.folder(of: mirrorPath), "exports"))
  }
}

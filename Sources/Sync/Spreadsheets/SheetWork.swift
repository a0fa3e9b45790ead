import Bytes
import Contract
import Diagnostics
import Formats
import LocalMirror

/// One import at work: columns, what is kept of exports, and what became of the rows so far.
struct SheetWork {
  /// A cell that is to be edited.
  struct Change {
    let column: SheetColumn
    let text: String
    let cell: CSVCell
    let origin: EditOrigin?
  }

  let task: SheetImport
  let file: String
  let columns: [SheetColumn]
  var report = SheetReport()
  private var exports: [String: KeptExport?] = [:]
  /// What a row said of a product's field, by field and product.
  private var said: [String: (line: Int, text: String)] = [:]
  private var deleted: Set<RecordKey> = []
  private var waiting: [CSVRecord] = []
  private let productCount: Int

  init(_ task: SheetImport, header: CSVRecord, file: String) throws {
    self.task = task
    self.file = file
    report.header = header.texts
    let (columns, count) = try task.store.settle { transaction in
      let names = try SheetColumns(transaction.lookup)
      var seen: [String: Int] = [:]
      let columns = try header.cells.map { cell -> SheetColumn in
        do {
          let column = try names.column(cell.text)
          if column.content != .remark,
            let first = seen.updateValue(cell.column, forKey: column.header)
          {
            throw EditError(
              .unknownField, "the column `\(column.header)` stands there twice",
              help: "the first is at character \(first); remove one of them")
          }
          return column
        } catch let error as EditError {
          throw SheetError(
            Self.finding("table.column", error.message, cell, file, help: error.help), report: nil)
        }
      }
      return (columns, try transaction.lookup.productIDs().count)
    }
    self.columns = columns
    productCount = count
    let isNamed = columns.contains {
      $0.content == .variantID || $0.content == .productID || $0.header == "sku"
        || $0.header == "handle"
    }
    guard isNamed else {
      throw SheetError(
        Self.finding(
          "table.column", "no column says which product a row is about",
          header.cells[0], file, help: "add a column `sku` or `handle`"), report: nil)
    }
  }

  static func finding(
    _ code: String, _ message: String, _ cell: CSVCell, _ file: String, help: String? = nil,
    severity: Severity = .error
  ) -> Diagnostic {
    Diagnostic(
      code, severity, message,
      at: SourceLocation(
        file: file, line: cell.line, column: cell.column, length: cell.text.unicodeScalars.count),
      help: help)
  }

  // MARK: Rows

  /// How many rows are stored together.
  private static let batchSize = 200

  /// Takes one row in, at the latest with `finish`. A row of nothing but empty cells, as spreadsheets
  /// write them below what was deleted, is none.
  mutating func take(_ record: CSVRecord) throws {
    guard record.cells.contains(where: { !$0.text.allSatisfy(\.isWhitespace) }) else { return }
    waiting.append(record)
    if waiting.count >= Self.batchSize { try storeWaiting() }
  }

  /// Stores the rows that still wait.
  mutating func finish() throws { try storeWaiting() }

  /// Rows are stored many at a time, because each transaction waits for the disk. Where one of them
  /// fails, each gets a transaction of its own.
  private mutating func storeWaiting() throws {
    let records = waiting
    waiting = []
    let before = (said, deleted)
    if let rows = try? task.store.settle({ transaction in
      try records.map { try perform($0, transaction) }
    }) {
      report.rowCount += rows.count
      report.rows += rows.compactMap(\.self)
      return
    }
    (said, deleted) = before
    for record in records { try takeAlone(record) }
  }

  private mutating func takeAlone(_ record: CSVRecord) throws {
    report.rowCount += 1
    let before = (said, deleted)
    do {
      let row = try task.store.settle { try perform(record, $0) }
      if let row { report.rows.append(row) }
      return
    } catch let error as RowRefusal {
      fail(record, [error.diagnostic])
    } catch let error as EditError {
      fail(
        record,
        [Self.finding(error.code.rawValue, error.message, record.cells[0], file, help: error.help)])
    } catch let error as MirrorError where error.code == .notEditable || error.code == .noRecord {
      fail(record, [Self.finding("table.refused", error.message, record.cells[0], file)])
    }
    (said, deleted) = before
  }

  /// Brings a row about; nil where it says what it said.
  private mutating func perform(
    _ record: CSVRecord, _ transaction: MirrorTransaction
  ) throws -> SheetReport.Row? {
    if record.cells.count > columns.count,
      record.cells[columns.count...].contains(where: { !$0.text.isEmpty })
    {
      throw RowRefusal(
        Self.finding(
          "table.cells", "the row has \(record.cells.count) cells, the first row \(columns.count)",
          record.cells[columns.count], file, help: "a cell with a separator in it stands in quotes")
      )
    }
    var row = try SheetRowWork(self, record, transaction)
    let (edits, findings) = try row.apply(&exports, &said, &deleted)
    guard !edits.isEmpty || !findings.isEmpty else { return nil }
    return SheetReport.Row(
      line: record.line, name: row.name, outcome: edits.isEmpty ? .unchanged : .changed,
      changes: edits, findings: findings)
  }

  /// What a row calls its record.
  private func name(of record: CSVRecord) -> String {
    for header in ["sku", "handle", "variant_id", "product_id"] {
      if let index = columns.firstIndex(where: { $0.header == header }), index < record.cells.count,
        !record.cells[index].text.isEmpty
      {
        return record.cells[index].text
      }
    }
    return record.texts.first { !$0.isEmpty } ?? ""
  }

  private mutating func fail(_ record: CSVRecord, _ findings: [Diagnostic]) {
    report.failed.append(record.texts)
    report.rows.append(
      SheetReport.Row(
        line: record.line, name: name(of: record), outcome: .failed, changes: [], findings: findings
      ))
  }

  // MARK: What rows ask

  /// What an export held, read once.
  static func export(
    _ name: String, _ exports: inout [String: KeptExport?], _ archive: ExportArchive
  ) throws -> KeptExport? {
    if let known = exports[name] { return known }
    let kept = try archive.rows(of: name)
    exports[name] = .some(kept)
    return kept
  }

  /// Whether one deletion more needs a person's word.
  func mayDelete(_ count: Int) -> Bool {
    let asks = count > 5 || (count > 1 && count * 50 > productCount)
    return !asks || (task.options.confirmedDeletions ?? 0) >= count
  }
}

/// Why a row is not taken in.
struct RowRefusal: Error {
  let diagnostic: Diagnostic

  init(_ diagnostic: Diagnostic) { self.diagnostic = diagnostic }
}

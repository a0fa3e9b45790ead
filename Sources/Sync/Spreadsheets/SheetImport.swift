import Bytes
import Contract
public import Diagnostics
import Formats
public import LocalMirror
public import Machine

/// Takes a spreadsheet back in: what differs from what was exported becomes edits, row by row.
///
/// - A column or row that is missing is not edited, nor is an empty cell, unless
///   `Options.blankClears`; `!clear` clears. Rows are deleted only by the column `command`.
/// - A cell is compared with the cell of the export that its row is from. Where that is no longer
///   known, but product and variant are as they were, with the shop's value; else a person is asked.
/// - A row is taken in whole or not at all; a bad row stops no other.
public struct SheetImport {
  /// How it is taken in.
  public struct Options: Sendable {
    /// Whether an empty cell clears what was there.
    public var blankClears = false
    /// Whether rows without a known export are taken to be made from what the mirror has now.
    public var beginsFromNow = false
    /// How many products may be deleted, where it is many; nil where nobody was asked.
    public var confirmedDeletions: Int?
    /// Owners by field, for `Editor`.
    public var owners: [String: Editor.Owner] = [:]

    /// The careful ones.
    public init() {}
  }

  let store: MirrorStore
  let archive: ExportArchive
  let options: Options
  let random: any RandomSource

  /// Prepares an import.
  public init(
    _ store: MirrorStore, archive: ExportArchive, options: Options = Options(),
    random: any RandomSource = SystemRandom()
  ) {
    self.store = store
    self.archive = archive
    self.options = options
    self.random = random
  }

  /// Takes a file in.
  ///
  /// - Parameters:
  ///   - name: the file as the person named it, for places.
  ///   - pieces: calls its argument with the bytes of the file, piece by piece.
  /// - Throws: `SheetError` where the first row cannot be used, the text is no CSV, or too much would
  ///   be deleted; then nothing was taken in. Of a file that breaks off in the middle, the rows before
  ///   that place were.
  public func run(
    name: String, _ pieces: ((UnsafeRawBufferPointer) throws -> Void) throws -> Void
  ) throws -> SheetReport {
    let reader = CSVReader()
    var work: SheetWork?
    func take(_ record: CSVRecord) throws {
      if work == nil {
        work = try SheetWork(self, header: record, file: name)
      } else {
        try work?.take(record)
      }
    }
    do {
      try pieces { piece in try reader.feed(piece, take) }
      try reader.finish(take)
    } catch let error as FormatError {
      try work?.finish()
      throw SheetError(
        error.diagnostic(file: name, help: Self.help(error)), report: work?.report)
    }
    try work?.finish()
    guard let report = work?.report else {
      throw SheetError(
        Diagnostic(
          "table.empty", .error, "\(name) has no rows",
          at: SourceLocation(file: name, line: 1, column: 1),
          help: "the first row names the columns; `trumeau export csv` writes such a file"),
        report: nil)
    }
    return report
  }

  private static func help(_ error: FormatError) -> String? {
    "save the table as CSV in UTF-8"
  }
}

/// Why a spreadsheet could not be taken in, or not to its end.
public struct SheetError: Error {
  /// The cause, with its place.
  public let diagnostic: Diagnostic
  /// What was taken in before.
  public let report: SheetReport?

  init(_ diagnostic: Diagnostic, report: SheetReport?) {
    self.diagnostic = diagnostic
    self.report = report
  }
}

/// What became of the rows of a spreadsheet.
public struct SheetReport: Sendable {
  /// What became of one row.
  public enum Outcome: String, Sendable {
    /// Something of it was edited.
    case changed
    /// It says what it said.
    case unchanged
    /// It was not taken in.
    case failed
  }

  /// One row that was not simply unchanged.
  public struct Row: Sendable {
    /// Its line in the file.
    public let line: Int
    /// SKU or handle.
    public let name: String
    /// What became of it.
    public let outcome: Outcome
    /// What was edited, one sentence a field; for a failed row empty.
    public let changes: [EditLogEntry]
    /// What is wrong with it, or to be looked at again.
    public let findings: [Diagnostic]
  }

  /// Rows with changes, faults or remarks, in order.
  public internal(set) var rows: [Row] = []
  /// How many rows there were.
  public internal(set) var rowCount = 0
  /// The first record of the file.
  public internal(set) var header: [String] = []
  /// The cells of rows that failed, as they were.
  public internal(set) var failed: [[String]] = []

  /// How many rows had such an outcome.
  public func count(_ outcome: Outcome) -> Int {
    let found = rows.count { $0.outcome == outcome }
    guard outcome == .unchanged else { return found }
    return rowCount - rows.count { $0.outcome != .unchanged }
  }

  /// The rows that failed as a CSV file of their own, with a remark why; nil where none did.
  public var retryFile: [UInt8]? {
    guard !failed.isEmpty else { return nil }
    var table = CSVWriter()
    table.record(header + ["# why"])
    let reasons = rows.filter { $0.outcome == .failed }
      .map { $0.findings.map(\.message).joined(separator: "; ") }
    for (cells, reason) in zip(failed, reasons) {
      let padding = Array(repeating: "", count: max(header.count - cells.count, 0))
      table.record(cells + padding + [reason])
    }
    var bytes: [UInt8] = []
    table.take { $0.withBytes { bytes = Array($0) } }
    return bytes
  }

  /// A line a row: what became of it.
  public var resultsFile: [UInt8] {
    var table = CSVWriter()
    table.record(["line", "record", "result", "fields", "code", "message", "help"])
    for row in rows {
      table.cell(number: String(row.line))
      table.cell(row.name)
      table.cell(row.outcome.rawValue)
      table.cell(row.changes.map(\.field).joined(separator: " "))
      table.cell(row.findings.map(\.code).joined(separator: " "))
      table.cell(row.findings.map(\.message).joined(separator: "; "))
      table.cell(row.findings.compactMap(\.help).joined(separator: "; "))
      table.endRecord()
    }
    var bytes: [UInt8] = []
    table.take { $0.withBytes { bytes = Array($0) } }
    return bytes
  }
}

public import Bytes
import Contract
import Formats
public import LocalMirror
public import Machine

/// Writes products as a spreadsheet: a row a variant, a product's own fields in the first of its rows.
public struct SheetExport {
  /// What is exported.
  public struct Options: Sendable {
    /// Fields as `trumeau set` names them; nil for the usual ones.
    public var fields: [String]?
    /// The market whose price lists are exported; nil for all lists.
    public var market: String?
    /// Whether stock is exported, as counts.
    public var includesCounts = false
    /// What stands between cells.
    public var separator: Unicode.Scalar = ","
    /// The products that are exported, each with a remark that stands in a last column, `# why`; nil for
    /// all products, without one.
    public var remarks: [String: String]?

    /// The usual ones.
    public init() {}
  }

  /// What came of it.
  public struct Report: Sendable {
    /// The export's name, which stands in each of its rows.
    public let name: String
    /// Products that were written.
    public let productCount: Int
    /// Rows that were written, without the first.
    public let rowCount: Int
    /// The columns.
    public let columns: [String]
  }

  private let reader: MirrorReader
  private let archive: ExportArchive
  private let random: any RandomSource

  /// Prepares an export of what the reader sees, edits included.
  public init(
    _ reader: MirrorReader, archive: ExportArchive, random: any RandomSource = SystemRandom()
  ) {
    self.reader = reader
    self.archive = archive
    self.random = random
  }

  /// Writes the file, piece by piece, and keeps a copy to compare with what comes back.
  ///
  /// - Throws: `EditError` where a field or market does not exist.
  public func run(
    _ options: Options, _ put: (borrowing ByteBuffer) throws -> Void
  ) throws -> Report {
    let lookup = reader.lookup
    let columns = try SheetColumns(lookup).export(
      fields: options.fields, market: options.market, counts: options.includesCounts)
    let name = ExportArchive.newName(random)
    let edited = Set(try reader.editedKeys())
    var table = CSVWriter(separator: options.separator)
    var copy = CSVWriter(marksByteOrder: false)
    var kept: [UInt8] = []
    var (products, rows) = (0, 0)
    let headers = columns.map(\.header)
    table.record(options.remarks == nil ? headers : headers + ["# why"])
    copy.record(headers)
    for product in try lookup.productIDs() {
      let remark = options.remarks?[product]
      if options.remarks != nil, remark == nil { continue }
      let key = RecordKey(.product, product)
      let variants = try lookup.variants(ofProduct: product).map { RecordKey(.variant, $0.id) }
      products += 1
      for (index, variant) in (variants.isEmpty ? [nil] : variants.map(Optional.some)).enumerated()
      {
        guard let row = try SheetRow(key, variant, lookup) else { continue }
        let versions = try row.versions(in: { edited.contains($0) }) {
          try reader.serverRecord($0)?.version ?? 0
        }
        let revision = "\(name)-p\(versions.product)-v\(versions.variant)"
        for column in columns {
          var cell = try row.cell(column)
          if column.content == .revision { cell.text = revision }
          if column.isProducts, index > 0, column.header != "handle" { cell.text = "" }
          Self.write(cell, into: &table)
          Self.write(cell, into: &copy)
        }
        if let remark { table.cell(index == 0 ? remark : "") }
        table.endRecord()
        copy.endRecord()
        rows += 1
      }
      if table.count > 65_536 {
        try table.take(put)
        copy.take { buffer in buffer.withBytes { kept.append(contentsOf: $0) } }
      }
    }
    copy.take { buffer in buffer.withBytes { kept.append(contentsOf: $0) } }
    try archive.keep(name, kept)
    try table.take(put)
    return Report(
      name: name, productCount: products, rowCount: rows, columns: columns.map(\.header))
  }

  /// Whether a spreadsheet has a column for a field, as `trumeau set` names it.
  public func hasColumn(_ field: String) throws -> Bool {
    let columns = try SheetColumns(reader.lookup)
    do {
      return try columns.column(field).isField
    } catch is EditError {
      return false
    }
  }

  private static func write(_ cell: SheetCell, into table: inout CSVWriter) {
    if cell.isNumber { table.cell(number: cell.text) } else { table.cell(cell.text) }
  }
}

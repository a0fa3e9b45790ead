import Bytes
import Contract
import Machine
import SQL

/// What an export wrote.
public struct ExportReport: Sendable, Hashable {
  /// Names of the files below the folder.
  public internal(set) var files: [String] = []
  /// Records written as JSON lines.
  public internal(set) var recordCount = 0
}

extension MirrorReader {
  /// Writes the mirror into a folder: a file of JSON lines for each type that has records, in order
  /// of id, each line as the server sent it with what is edited here laid over it; and `products.csv` and `prices.csv` for spreadsheets
  /// (RFC 4180, UTF-8, amounts in minor units).
  ///
  /// The lines of all files together, in the contract's order of types, are a seed file. Records
  /// about persons are written only on request. Files are replaced whole.
  public func export(to folder: String, includingPersonal: Bool = false) throws -> ExportReport {
    try checked {
      try Files.makeFolders(folder)
      var report = ExportReport()
      for type in ResourceType.allCases where includingPersonal || !type.isPersonal {
        let rows = try database.prepare(
          """
          SELECT \(Schema.shownBody) FROM record r
          WHERE r.type = ? AND r.state <> 'deleted' AND \(Schema.isNotDeletedHere) ORDER BY r.id
          """)
        try rows.bind(1, type.rawValue)
        guard try rows.step() else { continue }
        let file = try ExportFile(folder: folder, name: "\(type.path).jsonl")
        repeat {
          try file.write { buffer in
            buffer.append(rows.bytes(0))
            buffer.append(UInt8(ascii: "\n"))
          }
          report.recordCount += 1
        } while try rows.step()
        report.files.append(try file.finish())
      }
      report.files.append(try table(Self.productTable, "products.csv", folder))
      report.files.append(try table(Self.priceTable, "prices.csv", folder))
      return report
    }
  }

  private func table(_ sql: String, _ name: String, _ folder: String) throws -> String {
    let rows = try database.prepare(sql)
    let file = try ExportFile(folder: folder, name: name)
    let count = rows.columnCount
    try file.write { CSVLine.append((0..<count).map { rows.name($0) }, to: &$0) }
    while try rows.step() {
      try file.write { CSVLine.append((0..<count).map { rows.text($0) }, to: &$0) }
    }
    return try file.finish()
  }

  private static let productTable = """
    SELECT p.id, p.handle, p.title, p.status, p.vendor, p.product_type, p.google_category,
      (SELECT group_concat(tag, ', ') FROM
        (SELECT tag FROM product_tag t WHERE t.n = p.n ORDER BY t.position)) AS tags,
      v.id AS variant_id, v.sku, v.gtin, v.mpn, v.position, v.options, v.weight_g,
      (SELECT sum(available) FROM stock s WHERE s.variant_id = v.id) AS available
    FROM product p LEFT JOIN variant v ON v.product_id = p.id
    ORDER BY p.id, v.position, v.id
    """

  private static let priceTable = """
    SELECT p.handle, v.sku, l.name AS price_list, c.currency, c.amount_minor, c.compare_at_minor,
      c.min_quantity, c.valid_from, c.valid_until, c.id, c.variant_id, c.price_list_id
    FROM price c
    JOIN price_list l ON l.id = c.price_list_id
    JOIN variant v ON v.id = c.variant_id
    JOIN product p ON p.id = v.product_id
    ORDER BY p.id, v.position, v.id, l.id, c.id
    """
}

/// A file of an export, written beside its place and put there when it is whole.
final class ExportFile {
  private let name: String
  private let target: String
  private let file: OpenFile
  private var buffer = ByteBuffer(capacity: 1 << 17)

  init(folder: String, name: String) throws(MachineError) {
    self.name = name
    target = Path.join(folder, name)
    file = try OpenFile(creating: "\(target).new")
  }

  func write(_ body: (inout ByteBuffer) -> Void) throws(MachineError) {
    body(&buffer)
    if buffer.count > 1 << 16 { try flush() }
  }

  private func flush() throws(MachineError) {
    try file.write(buffer)
    buffer.removeAll()
  }

  func finish() throws(MachineError) -> String {
    try flush()
    try file.sync()
    try Files.rename("\(target).new", to: target)
    return name
  }
}

/// One line of CSV as RFC 4180 has it.
enum CSVLine {
  static func append(_ fields: [String], to buffer: inout ByteBuffer) {
    for (index, field) in fields.enumerated() {
      if index > 0 { buffer.append(UInt8(ascii: ",")) }
      let needsQuotes = field.utf8.contains { $0 == 0x22 || $0 == 0x2C || $0 == 0x0A || $0 == 0x0D }
      guard needsQuotes else {
        buffer.append(field)
        continue
      }
      buffer.append(UInt8(ascii: "\""))
      for byte in field.utf8 {
        if byte == 0x22 { buffer.append(byte) }
        buffer.append(byte)
      }
      buffer.append(UInt8(ascii: "\""))
    }
    buffer.append("\r\n")
  }
}

import Bytes
import Contract
import SQL

extension MirrorReader {
  /// How many findings a report holds.
  public static let findingLimit = 1000

  /// Reads every record and checks that what is stored is what came: the hash is computed anew from
  /// the body, and columns, typed tables and stream sums are computed anew from the bodies; what
  /// readers see is computed anew from body and edits. O(size).
  ///
  /// - Parameter progress: called now and then with the number of records checked; false ends the
  ///   check early.
  public func verify(progress: (Int) -> Bool = { _ in true }) throws -> MirrorReport {
    try checked {
      var report = MirrorReport()
      for line in try database.damages() { report.add(.file, nil, nil, line) }
      report.quarantinedCount = Int(try database.integer("SELECT count(*) FROM quarantine") ?? 0)
      report.dangling = try DanglingReference.all(in: database, limit: Self.findingLimit)
      for type in ResourceType.allCases {
        guard try verify(type, &report, progress) else { return report }
      }
      try verifyTypes(&report)
      return report
    }
  }

  private func verifyTypes(_ report: inout MirrorReport) throws {
    let rows = try database.prepare("SELECT DISTINCT type FROM record")
    while try rows.step() {
      guard ResourceType(rawValue: rows.text(0)) == nil else { continue }
      report.add(.column, nil, nil, "there are records of the unknown type \"\(rows.text(0))\"")
    }
  }

  private func verify(
    _ type: ResourceType, _ report: inout MirrorReport, _ progress: (Int) -> Bool
  ) throws -> Bool {
    let rows = try database.prepare(
      """
      SELECT n, id, server_json, server_hash, handle, version, state, local_json FROM record
      WHERE type = ? ORDER BY id
      """)
    try rows.bind(1, type.rawValue)
    let typed = try Projection.of(type).map { try ProjectionCheck(type, $0, database) }
    let edited = Set(try LocalEdits(database).keys().filter { $0.type == type }.map(\.id))
    var sum = StreamSum()
    while try rows.step() {
      let (id, hash) = (rows.text(1), rows.text(3))
      if rows.text(6) != "deleted", !hash.isEmpty { sum.add(id: id, hash: hash) }
      report.checkedCount += 1
      if report.checkedCount % 1024 == 0, !progress(report.checkedCount) { return false }
      var body: RecordBody?
      if !hash.isEmpty {
        body = verifiedBody(type, rows, &report)
        if body == nil { continue }
      }
      let key = RecordKey(type, id)
      let shown = try shown(
        key, body, isEdited: edited.contains(id), local: rows.optionalText(7), &report)
      let visible = rows.text(6) == "deleted" ? nil : shown
      for column in try typed?.differences(n: rows.integer(0), id: id, visible) ?? [] {
        report.add(.projection, type, id, "the table \(column) does not say what the body says")
      }
    }
    let stored = try StreamSum.stored(type, in: database)
    if stored.count != sum.count || stored.sum != sum.sum {
      report.add(
        .stream, type, nil,
        "the stream has \(sum.count) records, its stored figures are for \(stored.count)"
          + (stored.count == sum.count ? " with other contents" : ""))
    }
    if let extra = try typed?.surplus(), extra > 0 {
      report.add(.projection, type, nil, "the typed table has \(extra) rows without a record")
    }
    return true
  }

  /// The server's body of a row, if it can be read, checked against the columns beside it.
  private func verifiedBody(
    _ type: ResourceType, _ row: borrowing Statement, _ report: inout MirrorReport
  ) -> RecordBody? {
    let (id, hash) = (row.text(1), row.text(3))
    let body: RecordBody
    do {
      body = try RecordBody(row.bytes(2))
      try body.check(type: type, id: id)
    } catch {
      let pointer = error.pointer.map { "\($0): " } ?? ""
      report.add(.body, type, id, "the body is damaged: \(pointer)\(error.reason)")
      return nil
    }
    let computed = ContentHash.of(
      type: type, id: id, attributes: body.attributes, links: body.links)
    if computed != hash {
      report.add(.hash, type, id, "the body does not have the hash \(hash); it has \(computed)")
    }
    if body.handle != row.optionalText(4) {
      report.add(.column, type, id, "the column handle is not the body's handle")
    }
    if let version = body.tape.value["version"]?.integer, version != row.integer(5) {
      report.add(.column, type, id, "the column version is not the body's version")
    }
    return body
  }

  /// What readers must see of a record; nil where it is hidden.
  private func shown(
    _ key: RecordKey, _ server: RecordBody?, isEdited: Bool, local: String?,
    _ report: inout MirrorReport
  ) throws -> RecordBody? {
    var shown = server
    var expected: String?
    if isEdited {
      let edits = LocalEdits(database)
      let overlay: LocalOverlay?
      if let server {
        overlay = try edits.overlay(key, over: server)
      } else {
        let fields = LocalEdits.fields(try edits.values(of: key))
        overlay = try? LocalOverlay(fields, over: nil, key)  // told below
      }
      if let overlay {
        expected = overlay.json.map { String(decoding: $0, as: UTF8.self) }
        shown = overlay.body
      }
    }
    if local != expected || (server == nil && shown == nil) {
      report.add(
        .edit, key.type, key.id, "what readers see is not the shop's record with the edits")
    }
    return shown
  }
}

/// Compares typed rows with the bodies that they came from.
final class ProjectionCheck {
  private let projection: Projection
  private let type: ResourceType
  private let row: Statement
  private let first: Statement?
  private let values: Statement?
  private let orphans: Statement

  init(_ type: ResourceType, _ projection: Projection, _ database: Database) throws(SQLError) {
    self.type = type
    self.projection = projection
    let names = ["id"] + projection.columns.map(\.name)
    row = try database.prepare(
      "SELECT \(names.joined(separator: ",")) FROM \(projection.table) WHERE n = ?")
    orphans = try database.prepare(
      """
      SELECT count(*) FROM \(projection.table) t
      WHERE NOT EXISTS (SELECT 1 FROM record r WHERE r.n = t.n)
      """)
    switch type {
    case .product:
      first = try database.prepare(
        "SELECT product_id, tag FROM product_tag WHERE n = ? ORDER BY position")
      values = try database.prepare(
        """
        SELECT product_id, position, 0, name FROM option WHERE n = ?1
        UNION ALL SELECT product_id, option_position, position, value FROM option_value
          WHERE n = ?1
        ORDER BY 2, 3
        """)
    case .collection:
      first = try database.prepare(
        "SELECT collection_id, product_id FROM collection_product WHERE n = ? ORDER BY position")
      values = nil
    default:
      first = nil
      values = nil
    }
  }

  /// Names of the columns and tables that do not say what the body says; without a body there must be
  /// no row.
  func differences(n: Int64, id: String, _ body: RecordBody?) throws -> [String] {
    defer { row.reset() }
    try row.bind(1, n)
    guard try row.step() else { return body == nil ? [] : [projection.table] }
    guard let body else { return [projection.table] }
    var found: [String] = []
    if row.text(0) != id { found.append("\(projection.table).id") }
    for (offset, column) in projection.columns.enumerated() {
      let expected = (try? column.value(in: body.tape)) ?? .null  // then the column must be null
      if row.value(offset + 1) != expected { found.append("\(projection.table).\(column.name)") }
    }
    switch type {
    case .product:
      let tags = (body.attributes["tags"]?.children ?? []).compactMap(\.string)
      if try list(first, n, id) != tags { found.append("product_tag") }
      var words: [String] = []
      for option in body.attributes["options"]?.children ?? [] {
        words.append(option["name"]?.string ?? "")
        words += (option["values"]?.children ?? []).compactMap(\.string)
      }
      if try list(values, n, id, column: 3) != words { found.append("option_value") }
    case .collection:
      let products = (body.attributes["products"]?.children ?? []).compactMap(\.string)
      if try list(first, n, id) != products { found.append("collection_product") }
    default: break
    }
    return found
  }

  private func list(
    _ statement: borrowing Statement?, _ n: Int64, _ id: String, column: Int = 1
  ) throws(SQLError) -> [String] {
    try statement?.bind(1, n)
    var words: [String] = []
    while try statement?.step() == true {
      // A row that names another owner is as wrong as one with another word.
      let isOwn = statement?.text(0) == id
      words.append(isOwn ? statement?.text(column) ?? "" : "\0")
    }
    statement?.reset()
    return words
  }

  /// How many typed rows have no record.
  func surplus() throws(SQLError) -> Int {
    defer { orphans.reset() }
    return try orphans.step() ? Int(orphans.integer(0)) : 0
  }
}

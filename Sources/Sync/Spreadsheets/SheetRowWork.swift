import Bytes
import Contract
import Diagnostics
import Formats
import LocalMirror

/// One row of a spreadsheet, in one transaction.
struct SheetRowWork {
  private let work: SheetWork
  private let record: CSVRecord
  private let transaction: MirrorTransaction
  private let lookup: MirrorLookup
  private var editor: Editor
  private var findings: [Diagnostic] = []
  /// SKU or handle, for people.
  let name: String

  init(_ work: SheetWork, _ record: CSVRecord, _ transaction: MirrorTransaction) throws {
    self.work = work
    self.record = record
    self.transaction = transaction
    lookup = transaction.lookup
    editor = Editor(
      transaction, source: .csv, owners: work.task.options.owners, random: work.task.random)
    let cells = record.texts
    func text(_ name: String) -> String? {
      work.columns.firstIndex { $0.header == name }
        .flatMap { $0 < cells.count && !cells[$0].isEmpty ? cells[$0] : nil }
    }
    name = text("sku") ?? text("handle") ?? text("variant_id") ?? text("product_id") ?? ""
  }

  // MARK: The row as a whole

  /// Brings the row about.
  mutating func apply(
    _ exports: inout [String: KeptExport?], _ said: inout [String: (line: Int, text: String)],
    _ deleted: inout Set<RecordKey>
  ) throws -> ([EditLogEntry], [Diagnostic]) {
    let command = text(.command)?.trimmingSpaces.lowercased() ?? ""
    switch command {
    case "", "update":
      let row = try find()
      try update(row, &exports, &said)
    case "create": try create()
    case "delete", "delete product": try delete(find(), command, &deleted)
    default:
      throw refusal(
        "table.command", "there is no command \"\(command)\"", .command,
        help: "it is create, update, delete or delete product; an empty cell is update")
    }
    return (editor.entries, findings)
  }

  private func index(_ content: SheetColumn.Content) -> Int? {
    work.columns.firstIndex { $0.content == content }
  }

  private func cell(_ index: Int) -> CSVCell? {
    index < record.cells.count ? record.cells[index] : nil
  }

  private func text(_ content: SheetColumn.Content) -> String? {
    guard let index = index(content), let cell = cell(index), !cell.text.isEmpty else { return nil }
    return cell.text
  }

  private func refusal(
    _ code: String, _ message: String, _ content: SheetColumn.Content, help: String? = nil
  ) -> RowRefusal {
    let place = index(content).flatMap(cell) ?? record.cells[0]
    return RowRefusal(SheetWork.finding(code, message, place, work.file, help: help))
  }

  // MARK: Which records

  private func find() throws -> SheetRow {
    let sku = text(.variant(field: "sku"))
    let handle = text(.product(field: "handle", locale: nil))
    var variant = try text(.variantID).map { try known(.variant, $0, .variantID) }
    var product = try text(.productID).map { try known(.product, $0, .productID) }
    if variant == nil, product == nil || index(.variantID) == nil, let sku {
      let found = try lookup.variants(sku: sku)
      guard found.count <= 1 else {
        throw refusal(
          "table.record", "\(found.count) variants have the SKU \(sku)", .variant(field: "sku"),
          help: "add the column variant_id, as an export has it")
      }
      guard let only = found.first else {
        throw refusal(
          "table.record", "no variant has the SKU \(sku)", .variant(field: "sku"),
          help: "write `create` into the column command to make it")
      }
      variant = only
    }
    if product == nil, variant == nil, let handle {
      let found = try lookup.products(handle: handle)
      guard let only = found.first else {
        throw refusal(
          "table.record", "no product has the handle \(handle)",
          .product(field: "handle", locale: nil),
          help: "write `create` into the column command to make it")
      }
      product = only
    }
    if let variant, let own = try lookup.product(ofVariant: variant.id) {
      guard product == nil || product == own else {
        throw refusal(
          "table.sorted-apart", "the variant of this row belongs to another product", .variantID,
          help: "some columns were probably sorted without the others; sort the whole table")
      }
      product = own
    }
    guard let product, let row = try SheetRow(product, variant, lookup) else {
      throw RowRefusal(
        SheetWork.finding(
          "table.record", "the row does not say which product it is about", record.cells[0],
          work.file, help: "fill product_id, variant_id, sku or handle"))
    }
    return row
  }

  private func known(
    _ type: ResourceType, _ id: String, _ content: SheetColumn.Content
  ) throws -> RecordKey {
    let key = RecordKey(type, id)
    if try lookup.record(key) != nil { return key }
    if let remote = try transaction.remoteID(of: id) { return RecordKey(type, remote) }
    throw refusal(
      "table.record", "there is no \(type.rawValue) \(id)", content,
      help: "it was deleted since the export, or the id was changed by the spreadsheet")
  }

  // MARK: Changes

  private mutating func update(
    _ row: SheetRow, _ exports: inout [String: KeptExport?],
    _ said: inout [String: (line: Int, text: String)]
  ) throws {
    let revision = text(.revision).flatMap(Revision.init)
    let export = try revision.flatMap {
      try SheetWork.export($0.export, &exports, work.task.archive)
    }
    let before = Set(try edited(row))
    for (index, column) in work.columns.enumerated() where column.isField {
      guard let cell = cell(index) else { continue }
      guard let change = try change(column, cell, row, revision, export) else { continue }
      if column.isProducts {
        let key = "\(row.product.id)\t\(column.header)"
        if let other = said[key], other.text != change.text {
          throw RowRefusal(
            SheetWork.finding(
              "table.two-values",
              "`\(column.header)` of the product is something else in line \(other.line)", cell,
              work.file, help: "write it in one row only"))
        }
        said[key] = (record.line, change.text)
      }
      try apply(change, row, before)
    }
  }

  /// Records whose edits the row might add to.
  private func edited(_ row: SheetRow) throws -> [String] {
    var found: [String] = []
    for key in [row.product, row.variant].compactMap({ $0 }) {
      found += try transaction.localValues(of: key).map { "\(key) \($0.field)" }
    }
    return found
  }

  /// What a cell changes; nil where it changes nothing.
  private mutating func change(
    _ column: SheetColumn, _ cell: CSVCell, _ row: SheetRow, _ revision: Revision?,
    _ export: KeptExport?
  ) throws -> SheetWork.Change? {
    let current = try row.cell(column)
    let before = export.flatMap { exported($0, row, column) }
    if cell.text.isEmpty {
      guard work.task.options.blankClears, !(before ?? current.text).isEmpty, !current.text.isEmpty
      else { return nil }
      return SheetWork.Change(
        column: column, text: "!clear", cell: cell,
        origin: origin(before, current, column, row, revision))
    }
    if cell.text != "!clear" {
      for reference in [before, current.text].compactMap({ $0 }) {
        switch CellComparison.compare(cell.text, with: reference, isNumber: current.isNumber) {
        case .same: return nil
        case .spoilt(let words):
          findings.append(
            SheetWork.finding(
              "table.spoilt", "the spreadsheet has rewritten \(words); it was left as it was", cell,
              work.file, help: "format the column `\(column.header)` as text to change it",
              severity: .warning))
          return nil
        case .different:
          let meant = row.value(of: cell.text, in: column)
          if meant != nil, meant == row.value(of: reference, in: column) { return nil }
        }
      }
      try checkDamage(column, cell)
    } else if current.text.isEmpty {
      return nil
    }
    return SheetWork.Change(
      column: column, text: cell.text, cell: cell,
      origin: origin(before, current, column, row, revision))
  }

  /// What a cell held in the export. A record that has got its id from the server since stands there
  /// under the one that is still in the row.
  private func exported(
    _ export: KeptExport, _ row: SheetRow, _ column: SheetColumn
  ) -> String? {
    let (product, variant) = (row.product.id, row.variant?.id ?? "")
    return export.text(product, variant, column: column.header)
      ?? export.text(
        text(.productID) ?? product, text(.variantID) ?? variant, column: column.header)
  }

  /// Numbers that lost digits on the way are no values.
  private func checkDamage(_ column: SheetColumn, _ cell: CSVCell) throws {
    let isDigits = column.header == "gtin" || column.header == "sku" || column.header == "mpn"
    let hasExponent =
      cell.text.contains { $0 == "E" }
      && cell.text.allSatisfy {
        $0.isNumber || $0 == "E" || $0 == "+" || $0 == "." || $0 == ","
      }
    if isDigits, hasExponent {
      throw RowRefusal(
        SheetWork.finding(
          "table.lost-digits", "\(cell.text) is a number that has lost its last digits", cell,
          work.file, help: "format the column `\(column.header)` as text and type it again"))
    }
    if ["#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#N/A", "Err:"].contains(where: {
      cell.text.hasPrefix($0)
    }) {
      throw RowRefusal(
        SheetWork.finding(
          "table.formula", "\(cell.text) is the error of a formula", cell, work.file,
          help: "mend the formula, or write the value"))
    }
  }

  /// What an edit of a cell began from; nil for the shop's value of now.
  private func origin(
    _ before: String?, _ current: SheetCell, _ column: SheetColumn, _ row: SheetRow,
    _ revision: Revision?
  ) -> EditOrigin? {
    let version: Int64 =
      switch column.content {
      case .product(_, nil): revision?.product ?? 0
      case .variant: revision?.variant ?? 0
      default: 0
      }
    if let before {
      let value = row.value(of: before, in: column) ?? .null
      if value == current.value { return nil }
      return version > 0 ? .known(value, version: version) : .unknown
    }
    if work.task.options.beginsFromNow { return nil }
    let key = column.isProducts ? row.product : row.variant
    let now = key.flatMap { try? transaction.serverRecord($0) }?.version
    return version > 0 && now == version ? nil : .unknown
  }

  private mutating func apply(
    _ change: SheetWork.Change, _ row: SheetRow, _ before: Set<String>
  ) throws {
    let count = editor.entries.count
    do {
      try editor.apply(
        FieldAssignment(change.column.address, .set, change.text),
        to: change.column.isProducts ? row.product : row.variant ?? row.product)
    } catch let error as EditError {
      throw RowRefusal(
        SheetWork.finding(
          error.code.rawValue, error.message, change.cell, work.file, help: error.help))
    }
    guard let origin = change.origin else { return }
    for entry in editor.entries[count...] where !before.contains("\(entry.key) \(entry.field)") {
      if try transaction.operation(of: entry.key) == .create { continue }
      try transaction.begin(entry.key, entry.field, from: origin)
    }
  }

  // MARK: New and gone

  private mutating func create() throws {
    var assignments: [FieldAssignment] = []
    for (index, column) in work.columns.enumerated() where column.isField {
      guard let cell = cell(index), !cell.text.isEmpty, !["sku", "handle"].contains(column.header)
      else { continue }
      assignments.append(FieldAssignment(column.address, .set, cell.text))
    }
    let sku = text(.variant(field: "sku"))
    guard let handle = text(.product(field: "handle", locale: nil)) else {
      throw refusal(
        "table.record", "a new row needs a handle", .command, help: "fill the column handle")
    }
    if let product = try lookup.products(handle: handle).first {
      guard let sku else {
        throw refusal(
          "table.record", "there is a product \(handle) already", .command,
          help: "fill the column sku to make a variant of it")
      }
      let own = assignments.filter { assignment in
        !work.columns.contains { $0.isProducts && $0.address == assignment.address }
      }
      try editor.create(
        "variant", named: sku,
        [FieldAssignment(FieldAddress(name: "product"), .set, product.id)] + own)
    } else {
      let variant = sku.map { [FieldAssignment(FieldAddress(name: "sku"), .set, $0)] } ?? []
      try editor.create("product", named: handle, variant + assignments)
    }
  }

  private mutating func delete(
    _ row: SheetRow, _ command: String, _ deleted: inout Set<RecordKey>
  ) throws {
    guard command == "delete product" else {
      guard let variant = row.variant else {
        throw refusal(
          "table.command", "the row has no variant", .command, help: "write `delete product`")
      }
      return try editor.delete(variant)
    }
    guard !deleted.contains(row.product) else { return }
    guard work.mayDelete(deleted.count + 1) else {
      throw refusal(
        "table.many-deletions", "many products would be deleted", .command,
        help: "if that is meant, say how many: --confirm-deletions N")
    }
    try editor.delete(row.product)
    deleted.insert(row.product)
  }
}

/// What the column `revision` says: `x1f2e3d4c-p12-v3`.
struct Revision: Hashable {
  let export: String
  let product: Int64
  let variant: Int64

  init?(_ text: String) {
    let parts = text.trimmingSpaces.split(separator: "-")
    guard parts.count == 3, parts[0].first == "x", parts[1].first == "p", parts[2].first == "v",
      let product = Int64(parts[1].dropFirst()), let variant = Int64(parts[2].dropFirst())
    else { return nil }
    export = String(parts[0])
    self.product = product
    self.variant = variant
  }
}

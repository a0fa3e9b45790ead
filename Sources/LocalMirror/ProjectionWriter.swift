import Bytes
import Contract
import Formats
import SQL

/// Writes the typed row of records of one type.
///
/// Binding looks at every value and so can fail; storing comes after and writes only. That is what
/// lets a body that does not fit go to quarantine before anything of it is stored.
final class ProjectionWriter {
  private let projection: Projection
  private let database: Database
  /// Two statements, because replacing costs a statement journal and a new row needs none. Each is
  /// compiled when the first row needs it.
  private let inserting: String
  private let replacing: String
  /// The statement with the values of the row that comes next.
  private var bound: Statement?
  private let lists: ListWriter?
  private var scratch = ByteBuffer(capacity: 1024)

  init(_ type: ResourceType, _ projection: Projection, _ database: Database) {
    self.projection = projection
    self.database = database
    let names = ["n", "id"] + projection.columns.map(\.name)
    let marks = Array(repeating: "?", count: names.count).joined(separator: ",")
    let row = "INTO \(projection.table)(\(names.joined(separator: ","))) VALUES(\(marks))"
    inserting = "INSERT \(row)"
    replacing = "INSERT OR REPLACE \(row)"
    lists = ListWriter(type, database)
  }

  /// Takes the values from a record, whose tape must live until `store`.
  ///
  /// - Parameter isNew: whether the record has no row yet.
  func bind(_ body: RecordBody, isNew: Bool) throws {
    bound = nil
    let statement = try database.prepare(isNew ? inserting : replacing)
    try bind(body, statement)
    bound = consume statement
  }

  private func bind(_ body: RecordBody, _ statement: borrowing Statement) throws {
    let tape = body.tape
    for (offset, column) in projection.columns.enumerated() {
      var index = tape.root
      for key in column.path where index >= 0 { index = tape.member(of: index, key: key) }
      let parameter = offset + 3
      guard index >= 0, tape.cells[index].kind != .null else {
        if column.isRequired {
          throw Misfit(reason: "\(column.name) is missing", pointer: column.pointer)
        }
        try statement.bindNull(parameter)
        continue
      }
      try bind(parameter, TapeValue(tape: tape, index: index), column, statement)
    }
  }

  private func bind(
    _ parameter: Int, _ value: TapeValue, _ column: ProjectedColumn,
    _ statement: borrowing Statement
  ) throws {
    let cell = value.cell
    switch (column.kind, cell.kind) {
    case (.text, .string), (.scalar, .string), (.scalar, .number):
      try statement.bind(parameter, keptText: value.tape.bytes(of: cell))
    case (.scalar, .integer):
      try statement.bind(parameter, String(cell.integer))
    case (.integer, .integer):
      try statement.bind(parameter, cell.integer)
    case (.integer, .string):
      guard let number = value.string.flatMap({ Int64($0) }) else { fallthrough }
      try statement.bind(parameter, number)
    case (.boolean, .yes):
      try statement.bind(parameter, 1)
    case (.boolean, .no):
      try statement.bind(parameter, 0)
    case (.instant, .string):
      guard let instant = value.string.flatMap(Instant.init(rfc3339:)) else { fallthrough }
      try statement.bind(parameter, instant.rfc3339)
    case (.json, _):
      scratch.removeAll()
      JSON.write(value, into: &scratch)
      try scratch.withBytes { try statement.bind(parameter, text: $0) }
    default:
      throw Misfit(reason: "\(column.name) has a value of the wrong kind", pointer: column.pointer)
    }
  }

  /// Writes the row that was bound, for the record with the number `n`.
  func store(n: Int64, id: UnsafeRawBufferPointer, _ body: RecordBody) throws(SQLError) {
    guard let statement = bound.take() else { preconditionFailure("a row is bound before") }
    try statement.bind(1, n)
    try statement.bind(2, keptText: id)
    try statement.run()
    try lists?.store(n: n, id: id, body)
  }
}

/// Writes the rows of lists within a product or collection.
final class ListWriter {
  private enum Kind { case product, collection }

  private let kind: Kind
  private let database: Database

  private static let tags = Symbols.shared.intern("tags")
  private static let options = Symbols.shared.intern("options")
  private static let name = Symbols.shared.intern("name")
  private static let values = Symbols.shared.intern("values")
  private static let products = Symbols.shared.intern("products")

  init?(_ type: ResourceType, _ database: Database) {
    switch type {
    case .product: kind = .product
    case .collection: kind = .collection
    default: return nil
    }
    self.database = database
  }

  // The rows of an earlier version are gone: replacing the typed row has cascaded to them.
  func store(n: Int64, id: UnsafeRawBufferPointer, _ body: RecordBody) throws(SQLError) {
    switch kind {
    case .product:
      try rows(
        body.attributes[Self.tags], n, id,
        "INSERT INTO product_tag(n, position, product_id, tag) VALUES(?,?,?,?)")
      try storeOptions(body.attributes[Self.options], n, id)
    case .collection:
      try rows(
        body.attributes[Self.products], n, id,
        "INSERT INTO collection_product(n, position, collection_id, product_id) VALUES(?,?,?,?)")
    }
  }

  private func rows(
    _ list: TapeValue?, _ n: Int64, _ id: UnsafeRawBufferPointer, _ sql: String
  ) throws(SQLError) {
    guard let list, list.kind == .array, list.count > 0 else { return }
    let statement = try database.prepare(sql)
    let firstChild = Int(list.cell.first)
    for offset in 0..<list.count {
      let text = TapeValue(tape: list.tape, index: firstChild + offset)
      guard let bytes = text.bytes else { continue }
      try statement.bind(1, n)
      try statement.bind(2, offset + 1)
      try statement.bind(3, keptText: id)
      try statement.bind(4, keptText: bytes)
      try statement.run()
    }
  }

  private func storeOptions(
    _ list: TapeValue?, _ n: Int64, _ id: UnsafeRawBufferPointer
  ) throws(SQLError) {
    guard let list, list.kind == .array, list.count > 0 else { return }
    let option = try database.prepare(
      "INSERT INTO option(n, position, product_id, name) VALUES(?,?,?,?)")
    let value = try database.prepare(
      """
      INSERT INTO option_value(n, position, product_id, value, option_position)
      VALUES(?,?,?,?,?)
      """)
    for (offset, entry) in list.children.enumerated() {
      guard let name = entry[Self.name]?.bytes else { continue }
      try option.bind(1, n)
      try option.bind(2, offset + 1)
      try option.bind(3, keptText: id)
      try option.bind(4, keptText: name)
      try option.run()
      guard let values = entry[Self.values] else { continue }
      try value.bind(5, offset + 1)
      for (position, text) in values.children.enumerated() {
        guard let bytes = text.bytes else { continue }
        try value.bind(1, n)
        try value.bind(2, position + 1)
        try value.bind(3, keptText: id)
        try value.bind(4, keptText: bytes)
        try value.run()
      }
    }
  }
}

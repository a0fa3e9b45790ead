import Bytes
public import Contract
import Diagnostics
public import LocalMirror
public import Machine

/// The one door for edits, whichever surface they come from: finds what a person named, reads the value
/// by the field's kind, checks who owns the field, and stores the edit.
///
/// It works inside of a transaction, so that the edits of a command, file or spreadsheet are stored
/// together or not at all:
///
/// ```swift
/// let entries = try store.settle { transaction in
///   var editor = Editor(transaction, source: .cli)
///   try editor.set("SCF-90", [FieldAssignment("price.EUR=2500")])
///   return editor.entries
/// }
/// ```
public struct Editor {
  /// Who may change a field.
  public enum Owner: String, Sendable, CaseIterable {
    /// The shop: it is never edited here.
    case api
    /// This project's files: it is never sent.
    case local
    /// Both.
    case shared
  }

  /// Everything that was changed, in order.
  public private(set) var entries: [EditLogEntry] = []
  /// What a person should look at again; nothing is refused for it.
  public internal(set) var notes: [String] = []

  let transaction: MirrorTransaction
  let lookup: MirrorLookup
  let source: EditSource
  /// Language of the records' own texts; nil where it is the first of every market.
  let sourceLocale: String?
  private let owners: [String: Owner]
  private let random: any RandomSource

  /// Opens the door.
  ///
  /// - Parameters:
  ///   - owners: owners by field, as `product.title`, or by attribute, as `product.seo`; a field
  ///     without one is shared.
  ///   - sourceLocale: language of the records' own texts; nil where nothing says it, and it is
  ///     taken to be the first of every market.
  ///   - random: draws the ids of records that are made.
  public init(
    _ transaction: MirrorTransaction, source: EditSource, owners: [String: Owner] = [:],
    sourceLocale: String? = nil, random: any RandomSource = SystemRandom()
  ) {
    self.transaction = transaction
    lookup = transaction.lookup
    self.source = source
    self.owners = owners
    self.sourceLocale = sourceLocale
    self.random = random
  }

  // MARK: What people type

  /// Changes fields of the record with this SKU, handle or id.
  ///
  /// - Throws: `EditError`; `MirrorError` where the mirror cannot be written.
  public mutating func set(_ target: String, _ assignments: [FieldAssignment]) throws {
    let key = try find(target)
    for assignment in assignments { try apply(assignment, to: key) }
  }

  /// Changes one field of a record.
  public mutating func apply(_ assignment: FieldAssignment, to key: RecordKey) throws {
    let address = assignment.address
    let isSold = key.type == .product || key.type == .variant
    switch address.head {
    case "price" where isSold, "compare_at" where isSold:
      return try setPrice(assignment, of: try variant(of: key, for: address))
    case "stock" where isSold, "count" where isSold:
      return try setStock(assignment, of: try variant(of: key, for: address))
    default: break
    }
    guard address.place == nil else {
      throw EditError(
        .unknownField, "\(address.name) has no @: only price, compare_at, stock and count have")
    }
    let field = try field(named: address.name, of: key)
    if let locale = field.locale {
      guard assignment.operation == .set else {
        throw EditError(.badValue, "a translation is set with =", help: "type \(address)=…")
      }
      guard !assignment.text.isEmpty else { throw Self.empty(address) }
      try translate(
        field.key, field.name, into: locale, assignment.isClearing ? nil : assignment.text)
    } else {
      try assign(assignment, to: field)
    }
  }

  static func empty(_ address: FieldAddress) -> EditError {
    EditError(
      .badValue, "\(address) has an empty value", help: "type \(address)=!clear to clear it")
  }

  // MARK: What other surfaces hand over

  /// Sets fields to values.
  ///
  /// - Parameter origins: what the edits began from, by field, where they come from a copy that was
  ///   made earlier; else the shop's values of now.
  /// - Throws: `EditError` with `notOwned` or `badValue`.
  public mutating func edit(
    _ key: RecordKey, _ edits: [FieldEdit], startingFrom origins: [String: EditOrigin] = [:]
  ) throws {
    for edit in edits { try checkOwner(key.type, edit.field) }
    entries += try asEdit {
      try transaction.edit(key, edits, startingFrom: origins, source: source)
    }
  }

  /// Makes a record; its id is also its external reference.
  @discardableResult
  public mutating func create(
    _ type: ResourceType, fields: [String: FieldValue]
  ) throws -> RecordKey {
    for field in fields.keys.sorted() where field != "external_ref" {
      try checkOwner(type, field)
    }
    let id = "\(type.idPrefix)_\(random.sortableID(at: transaction.now))"
    var fields = fields
    if fields["external_ref"] == nil { fields["external_ref"] = .text(id) }
    let key = RecordKey(type, id)
    entries += try asEdit { try transaction.create(key, fields: fields, source: source) }
    return key
  }

  /// Deletes a record here.
  public mutating func delete(_ key: RecordKey) throws {
    entries += try asEdit { try transaction.delete(key, source: source) }
  }

  /// Takes a deletion back.
  mutating func restore(_ key: RecordKey) throws {
    entries += try asEdit { try transaction.restore(key) }
  }

  /// What the mirror refuses is a mistake of the person who typed it.
  private func asEdit<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let error as MirrorError where error.code == .notEditable {
      throw EditError(.badValue, error.message)
    }
  }

  // MARK: Owners

  /// Refuses a field that is not edited here (row 23 of the taxonomy).
  func checkOwner(_ type: ResourceType, _ field: String) throws(EditError) {
    let attribute = RecordFields.split(field).name
    let names = ["\(type.rawValue).\(field)", "\(type.rawValue).\(attribute)"]
    guard let name = names.first(where: { owners[$0] != nil }), let owner = owners[name] else {
      return
    }
    switch owner {
    case .shared: return
    case .api:
      throw EditError(
        .notOwned, "\(name) belongs to the shop and is not edited here",
        help: "change it in the shop, or its owner under `fields` in trumeau.yaml")
    case .local:
      throw EditError(
        .notOwned, "\(name) belongs to this project's files and is never sent to the shop",
        help: "write it into the product's file under content/products, or change its owner under "
          + "`fields` in trumeau.yaml")
    }
  }
}

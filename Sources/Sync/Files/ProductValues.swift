import Contract
import LocalMirror

/// What a product's file, or that of a translation, is rendered from: values as readers see them,
/// and where each of them is stored.
struct ProductValues {
  /// One value.
  struct Entry {
    /// The record that holds it: the product, or a translation; nil for one that does not exist yet.
    var key: RecordKey?
    /// Its field there.
    var field: String
    /// As readers see it.
    var value: FieldValue
    /// As the server has it.
    var server: FieldValue
    /// The server's version of the record.
    var version: Int64
    /// Whether it is edited here.
    var isEdited: Bool
  }

  /// The product.
  let product: RecordKey
  /// The language of a translation; nil for the product itself.
  let locale: String?
  /// By the name that it has in the file.
  let entries: [String: Entry]
  /// The product's handle, as readers see it.
  let handle: String
  /// The format of a description that has none yet: `markdown`, or what the product's own has.
  let descriptionFormat: String

  /// Reads the values; nil where there is no such product.
  init?(_ id: String, locale: String?, in transaction: MirrorTransaction) throws {
    product = RecordKey(.product, id)
    self.locale = locale
    guard try transaction.operation(of: product) != .delete,
      let own = try Self.entries(of: product, in: transaction),
      let handle = own["handle"]?.value.text
    else { return nil }
    self.handle = handle
    descriptionFormat = own["description"]?.value.members?.first?.name ?? "markdown"
    guard let locale else {
      entries = own
      return
    }
    var translated: [String: Entry] = [:]
    // The name of a file is the product's own handle in every language.
    for (name, key) in try transaction.translations(of: product, locale: locale)
    where name != "handle" {
      guard let entry = try Self.entries(of: key, in: transaction)?["value"] else { continue }
      translated[name] = entry
    }
    entries = translated
  }

  private static func entries(
    of key: RecordKey, in transaction: MirrorTransaction
  ) throws -> [String: Entry]? {
    let server = try transaction.serverRecord(key)
    let local = try transaction.localValues(of: key)
    guard server.map({ $0.state != .deleted }) ?? false || !local.isEmpty else { return nil }
    var found: [String: Entry] = [:]
    for (field, value) in server?.fields(of: key.type) ?? [:] {
      found[field] = Entry(
        key: key, field: field, value: value, server: value, version: server?.version ?? 0,
        isEdited: false)
    }
    for edit in local {
      let theirs = server?.value(edit.field) ?? .null
      found[edit.field] = Entry(
        key: key, field: edit.field, value: edit.value, server: theirs,
        version: server?.version ?? 0, isEdited: true)
    }
    return found
  }

  /// The value of a field as readers see it.
  func value(_ field: String) -> FieldValue { entries[field]?.value ?? .null }

  /// What is written into a file.
  ///
  /// - Parameter named: fields that the file names although they are not written into every file.
  func shown(
    by fields: ProductFileFields, and named: some Collection<String> = EmptyCollection()
  ) -> [String: FieldValue] {
    entries.filter { field, entry in
      guard !entry.value.isNull, field != "handle" else { return false }
      switch fields.role(of: field) {
      case .shown: return true
      case .accepted: return locale != nil || named.contains(field)
      default: return false
      }
    }.mapValues(\.value)
  }

  /// What is noted as rendered: all that stands in the file, the handle, what is cleared here and not
  /// in the shop, and the mark that it was rendered at all.
  ///
  /// - Parameter named: fields that the file names although they are not written into every file.
  func rendered(
    by fields: ProductFileFields, and named: some Collection<String> = EmptyCollection()
  ) -> [String: RenderedField] {
    let written = shown(by: fields, and: named)
    var result = ["id": RenderedField(.text(product.id), version: nil)]
    for (field, entry) in entries {
      let isCleared =
        entry.value.isNull && !entry.server.isNull && fields.role(of: field) == .shown
      guard written[field] != nil || isCleared || field == "handle" else { continue }
      result[field] = RenderedField(
        entry.value, version: entry.isEdited && entry.value != entry.server ? nil : entry.version,
        record: locale == nil ? nil : entry.key?.id)
    }
    return result
  }

  /// The version of the product on the server.
  var version: Int64 { entries["handle"]?.version ?? 0 }
}

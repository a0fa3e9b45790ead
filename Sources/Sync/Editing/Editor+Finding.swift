import Bytes
public import Contract
import Diagnostics
import LocalMirror

extension Editor {
  /// The record with this SKU, product handle or id: see `RecordFinder`.
  public func find(_ target: String) throws -> RecordKey {
    try RecordFinder(lookup).find(target)
  }

  func find(_ name: String, of type: ResourceType) throws -> RecordKey {
    try RecordFinder(lookup).find(name, of: type)
  }

  static func word(_ type: ResourceType) -> String { RecordFinder.word(type) }

  /// The variant that a price or stock belongs to: the record itself, or a product's only one.
  func variant(of key: RecordKey, for address: FieldAddress) throws -> RecordKey {
    guard key.type == .product else { return key }
    let variants = try lookup.variants(ofProduct: key.id)
    guard variants.count <= 1 else {
      let skus = variants.prefix(5).map(\.name).joined(separator: ", ")
      let more = variants.count > 5 ? " and \(variants.count - 5) more" : ""
      throw EditError(
        .whichVariant,
        "the product has \(variants.count) variants, and each its own \(address.head)",
        help: "type the SKU instead of the product: \(skus)\(more)")
    }
    guard let only = variants.first else {
      throw EditError(.whichVariant, "the product has no variant that could have a \(address.head)")
    }
    return RecordKey(.variant, only.id)
  }

  // MARK: Fields

  /// A field as the mirror knows it.
  struct Field {
    /// The record that has it: a product's for a SKU with `title`.
    var key: RecordKey
    /// Its name; for a translation that of the text that is translated.
    var name: String
    /// The member within the field's object, as of `metafields.maison.material`.
    var member: String?
    /// The language of the translation that is meant; nil for the field itself.
    var locale: String?
  }

  /// The field that a name means for a record: its own, its product's or only variant's, or the
  /// translation of one.
  func field(named name: String, of key: RecordKey) throws -> Field {
    for candidate in try relatives(of: key, having: name) {
      let shop = try lookup.locales()
      let record = try lookup.record(candidate)
      if let (base, locale) = Self.localized(name) {
        let known = shop.joined().first { $0.lowercased() == locale.lowercased() }
        let isLocaleMap =
          RecordFields.kind(of: name, in: candidate.type) != nil
          && !name.hasPrefix("metafields.")
        if !isLocaleMap, let record, FieldSource.text(base, of: candidate, record) != nil {
          if let known { return try translation(base, known, of: candidate, shop) }
          if RecordFields.kind(of: name, in: candidate.type) == nil {
            throw EditError(
              .unknownField, "the shop has no language \"\(locale)\"",
              help: "it has \(Set(shop.joined()).sorted().joined(separator: ", "))")
          }
        }
      }
      if let field = Self.own(name, of: candidate, record) { return field }
    }
    throw try unknownField(name, of: key)
  }

  /// The record and, where it has no such field, its product or its only variant.
  private func relatives(of key: RecordKey, having name: String) throws -> [RecordKey] {
    switch key.type {
    case .variant: return [key] + [try lookup.product(ofVariant: key.id)].compactMap { $0 }
    case .product:
      let attribute = RecordFields.split(name).name
      let isVariants = ResourceSchema.of(.variant).attributes.contains { $0.name == attribute }
      let isOwn = RecordFields.exists(name, in: .product) || attribute == "options"
      guard isVariants, !isOwn || name.hasPrefix("options.") else { return [key] }
      let variants = try lookup.variants(ofProduct: key.id)
      if variants.count == 1, let only = variants.first {
        return [key, RecordKey(.variant, only.id)]
      }
      if isOwn { return [key] }
      return [key, try variant(of: key, for: FieldAddress(name: name))]
    default: return [key]
    }
  }

  private static func localized(_ name: String) -> (base: String, locale: String)? {
    guard let dot = name.lastIndex(of: ".") else { return nil }
    let locale = name[name.index(after: dot)...]
    let parts = locale.split(separator: "-", omittingEmptySubsequences: false)
    guard let language = parts.first, (2...3).contains(language.utf8.count),
      parts.allSatisfy({ (2...8).contains($0.utf8.count) }),
      locale.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") })
    else { return nil }
    return (String(name[..<dot]), String(locale))
  }

  /// The language that a shop's records are written in is not a translation.
  private func translation(
    _ base: String, _ locale: String, of key: RecordKey, _ shop: [[String]]
  ) throws -> Field {
    let isSource = sourceLocale.map { $0 == locale } ?? shop.allSatisfy { $0.first == locale }
    if isSource, try lookup.translation(of: key, base, locale: locale) == nil,
      let record = try lookup.record(key), let field = Self.own(base, of: key, record)
    {
      return field
    }
    return Field(key: key, name: base, locale: locale)
  }

  private static func own(_ name: String, of key: RecordKey, _ record: Tape?) -> Field? {
    guard RecordFields.exists(name, in: key.type), !name.hasPrefix("links."),
      name != "external_ref"
    else { return nil }
    // A merchant's own fields are kept by namespace and key: {"maison": {"material": …}}.
    let (head, member) = RecordFields.split(name)
    if head == "metafields", let member, let dot = member.firstIndex(of: "."),
      record?.value["attributes"]?[head]?[member] == nil
    {
      let space = String(member[..<dot])
      return Field(
        key: key, name: "\(head).\(space)", member: String(member[member.index(after: dot)...]))
    }
    return Field(key: key, name: name)
  }

  private func unknownField(_ name: String, of key: RecordKey) throws -> EditError {
    var known = FieldNames.editable(key.type)
    if key.type == .variant { known += FieldNames.editable(.product) }
    if key.type == .product { known += FieldNames.editable(.variant) }
    if key.type == .product || key.type == .variant {
      known += ["price", "compare_at", "stock", "count"]
    }
    let near = Suggestion.nearest(to: name, among: known)
    return EditError(
      .unknownField, "a \(Self.word(key.type)) has no field `\(name)`",
      help: near.map { "did you mean `\($0)`?" }
        ?? "see `trumeau set --help`; the fields are \(Set(known).sorted().joined(separator: ", "))"
    )
  }
}

/// Names of fields for suggestions.
enum FieldNames {
  /// The fields of a type that can be set, without members that the merchant names.
  static func editable(_ type: ResourceType) -> [String] {
    ResourceSchema.of(type).attributes.flatMap { attribute -> [String] in
      guard RecordFields.isSplit(attribute.kind) else { return [attribute.name] }
      if case .object(let members) = attribute.kind {
        return members.map { "\(attribute.name).\($0.name)" }
      }
      return [attribute.name]
    }
  }
}

/// The text that a translation is a translation of.
enum FieldSource {
  /// The text of a field; nil where it has none, or is no text.
  static func text(_ field: String, of key: RecordKey, _ record: Tape) -> String? {
    guard let attributes = record.value["attributes"] else { return nil }
    let head = RecordFields.split(field).name
    let isNamedByMerchant = head == "metafields" || (head == "options" && key.type == .product)
    if !isNamedByMerchant {
      switch RecordFields.kind(of: field, in: key.type) {
      case .text, .oneOf: break
      default: return nil
      }
    }
    return TranslationSource.text(of: field, in: attributes)
  }
}

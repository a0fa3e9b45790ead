import Bytes
import Catalog
public import Contract
import LocalMirror

extension Editor {
  /// Brings an assignment to a field of the record itself about.
  mutating func assign(_ assignment: FieldAssignment, to field: Field) throws {
    let type = field.key.type
    let record = try lookup.record(field.key)
    let current = Self.value(field.name, of: record)
    guard let kind = RecordFields.kind(of: field.name, in: type) else {
      throw EditError(.unknownField, "\(assignment.address) cannot be set")
    }
    let value: FieldValue
    if let member = field.member {
      value = try within(current, member, assignment)
    } else if assignment.isClearing {
      value = .null
      try checkOptional(field, assignment.address)
    } else if type == .price, field.name == "amount" || field.name == "compare_at" {
      value = try amount(assignment, current: current, currency(of: record))
    } else {
      value = try changed(current, kind, assignment)
    }
    try edit(field.key, [FieldEdit(field.name, value)])
  }

  static func value(_ field: String, of record: Tape?) -> FieldValue {
    guard let record, let attributes = record.value["attributes"] else { return .null }
    return RecordFields.value(field, attributes: attributes, links: record.value["links"])
  }

  private func checkOptional(_ field: Field, _ address: FieldAddress) throws(EditError) {
    let schema = ResourceSchema.of(field.key.type)
    guard let attribute = schema.attributes.first(where: { $0.name == field.name }) else { return }
    if attribute.isRequired {
      throw EditError(
        .badValue, "\(address) cannot be cleared: a \(Self.word(field.key.type)) must have one")
    }
  }

  private func currency(of record: Tape?) throws(EditError) -> Currency {
    let code = Self.value("currency", of: record).text ?? ""
    guard let currency = Currency(code) else {
      throw EditError(.badValue, "the currency \"\(code)\" is not one of ISO 4217")
    }
    return currency
  }

  /// A value after an assignment that is not a clearing.
  private func changed(
    _ current: FieldValue, _ kind: AttributeKind, _ assignment: FieldAssignment
  ) throws -> FieldValue {
    let name = assignment.address.name
    if case .nullable(let inner) = kind { return try changed(current, inner, assignment) }
    switch (kind, assignment.operation) {
    case (.list(let element, _, _), .set):
      return .list(
        try references(FieldText.elements(assignment.text, element, name: name), element))
    case (.list(let element, _, _), let operation):
      let named = try references(
        FieldText.elements(assignment.text, element, name: name), element)
      let old = current.list ?? []
      let new =
        operation == .add
        ? old + named.filter { !old.contains($0) } : old.filter { !named.contains($0) }
      return new.isEmpty && current.isNull ? .null : .list(new)
    case (.integer, .add), (.integer, .remove):
      return .integer(try sum(current.integer ?? 0, assignment))
    case (.reference(let target), .set):
      return .text(try find(assignment.text, of: target).id)
    case (_, .set): return try FieldText.value(assignment.text, kind, name: name, current: current)
    default:
      throw EditError(
        .badValue, "\(name) is neither a list nor a number: += and -= cannot change it",
        help: "type \(name)=…")
    }
  }

  /// A whole number after `+=` or `-=`.
  func sum(_ current: Int64, _ assignment: FieldAssignment) throws(EditError) -> Int64 {
    let step = try FieldText.whole(assignment.text, assignment.address.description)
    let (result, isOver) =
      assignment.operation == .add
      ? current.addingReportingOverflow(step) : current.subtractingReportingOverflow(step)
    guard !isOver else {
      throw EditError(.badValue, "\(assignment.address) would be out of range")
    }
    return result
  }

  private func references(
    _ values: [FieldValue], _ kind: AttributeKind
  ) throws -> [FieldValue] {
    guard case .reference(let type) = kind else { return values }
    return try values.map { .text(try find($0.text ?? "", of: type).id) }
  }

  /// The object of a namespace after one of its members changed.
  private func within(
    _ current: FieldValue, _ member: String, _ assignment: FieldAssignment
  ) throws -> FieldValue {
    let name = assignment.address.name
    guard current.isNull || current.members != nil else {
      throw EditError(.badValue, "\(name) lies within a field that holds no members")
    }
    var members = (current.members ?? []).filter { $0.name != member }
    let old = current[member] ?? .null
    if assignment.isClearing {
      return members.isEmpty ? .null : .object(of: members)
    }
    guard assignment.operation == .set else {
      throw EditError(.badValue, "\(name) is set with =", help: "type \(name)=…")
    }
    let value = try FieldText.value(assignment.text, .anything, name: name, current: old)
    members.append(.init(member, value))
    return .object(of: members)
  }

  // MARK: Translations

  /// Sets or removes the text of a field in another language; the digest of the text that it is a
  /// translation of goes with it.
  ///
  /// - Parameter text: nil removes the translation, so that pages show the record's own text.
  /// - Throws: `EditError` with `badValue` where the field has no text of its own.
  public mutating func translate(
    _ resource: RecordKey, _ field: String, into locale: String, _ text: String?
  ) throws {
    try checkOwner(resource.type, field)
    let known = try lookup.translation(of: resource, field, locale: locale)
    guard let text else {
      if let known { try delete(known) }
      return
    }
    guard let record = try lookup.record(resource),
      let source = FieldSource.text(field, of: resource, record)
    else {
      throw EditError(
        .badValue, "\(field) has no text of its own that could be translated",
        help: "set \(field) first")
    }
    let digest = FieldValue.text(ContentHash.ofText(source))
    if let known = try known ?? restoredTranslation(resource, field, locale) {
      return try edit(
        known, [FieldEdit("value", .text(text)), FieldEdit("source_digest", digest)])
    }
    try create(
      .translation,
      fields: [
        "key": .text(field), "locale": .text(locale), "value": .text(text),
        "source_digest": digest,
        "links.resource": .object(of: [
          .init("type", .text(resource.type.rawValue)), .init("id", .text(resource.id)),
        ]),
      ])
  }

  private mutating func restoredTranslation(
    _ resource: RecordKey, _ field: String, _ locale: String
  ) throws -> RecordKey? {
    let match = try lookup.deletedHere(.translation).first { _, record in
      record.value("key") == .text(field) && record.value("locale") == .text(locale)
        && record.value("links.resource")["id"] == .text(resource.id)
    }
    guard let key = match?.0 else { return nil }
    try restore(key)
    return key
  }
}

import Bytes
import Contract
import Formats
import Machine
import SQL

/// Creating, changing and deleting single records under the rules of the contract. What breaks a
/// rule is thrown as a problem, and the transaction is undone.
struct RecordMutations {
  let writer: RecordWriter
  let symbols: Symbols

  // MARK: Create

  func create(_ draft: RecordDraft) throws -> Envelope {
    let mentions = try checked(draft)
    let tombstone = try writer.find(draft.type, draft.id)
    if tombstone != nil {
      throw Problem(
        .uniqueViolation, "The id \(draft.id) is or was in use; ids are never used again.",
        errors: [
          .init(pointer: "/id", code: "taken", message: "ids are never used again")
        ], holder: .init(type: draft.type.rawValue, id: draft.id))
    }
    let targets = try rows(of: mentions)
    let row = try writer.freeRow()
    try takeKeys(of: draft, row: row)
    let envelope = try writer.insert(
      draft, row: row, contentHash: hash(of: draft), isHidden: try isHidden(draft, mentions))
    for (mention, target) in targets {
      try writer.addMention(of: target, in: row, policy: mention.policy)
    }
    return envelope
  }

  // MARK: Change

  /// The new state of a record; nil where nothing changed.
  func update(_ old: StoredRecord, to draft: RecordDraft) throws -> Envelope? {
    let mentions = try checked(draft)
    let contentHash = hash(of: draft)
    if contentHash == old.contentHash, draft.externalRef == old.externalRef { return nil }
    let before = try old.draft(symbols: symbols)
    let targets = try rows(of: mentions)
    try replaceKeys(of: old, before: before, after: draft)
    for mention in try self.mentions(of: before) {
      if let target = try writer.find(mention.type, mention.id)?.row {
        try writer.removeMention(of: target, in: old.row)
      }
    }
    let hidden = try isHidden(draft, mentions)
    let envelope = try writer.update(
      old, to: draft, contentHash: contentHash, isHidden: hidden)
    for (mention, target) in targets {
      try writer.addMention(of: target, in: old.row, policy: mention.policy)
    }
    if hidden != old.isHidden { try spread(hidden, from: old.type, old.id, row: old.row) }
    return envelope
  }

  /// Lets the parts of a record appear or vanish with it for readers of what is published.
  func spread(_ isHidden: Bool, from type: ResourceType, _ id: String, row: Int64) throws {
    for (part, policy) in try writer.mentions(of: row) where policy == .owned {
      guard part.isHidden != isHidden, part.deletedAt == nil else { continue }
      let parent = try self.parent(of: part.draft(symbols: symbols))
      guard parent?.type == type, parent?.id == id else { continue }
      try writer.touch(part, isHidden: isHidden)
      try spread(isHidden, from: part.type, part.id, row: part.row)
    }
  }

  // MARK: Delete

  /// Makes tombstones of a record and all its parts.
  func delete(_ record: StoredRecord) throws {
    var doomed: [Int64: StoredRecord] = [:]
    var order: [StoredRecord] = []
    try collect(record, into: &doomed, &order)
    var holders: [Problem.Fault] = []
    for victim in order {
      for (source, policy) in try writer.mentions(of: victim.row)
      where policy == .guarded && doomed[source.row] == nil && holders.count < 50 {
        holders.append(
          .init(
            pointer: "", code: SchemaFault.Code.stillReferenced.rawValue,
            message: "\(source.type.rawValue) \(source.id) links to \(victim.type.rawValue) "
              + victim.id,
            params: ["type": source.type.rawValue, "id": source.id]))
      }
    }
    guard holders.isEmpty else {
      throw Problem(
        .stillReferenced,
        "Other records link to \(record.type.rawValue) \(record.id) or to a part of it.",
        errors: holders)
    }
    for victim in order.reversed() {
      for (source, policy) in try writer.mentions(of: victim.row)
      where policy == nil && doomed[source.row] == nil {
        try removeFromLists(victim, in: source.id, source.type)
      }
      let draft = try victim.draft(symbols: symbols)
      for mention in try mentions(of: draft) {
        if let target = try writer.find(mention.type, mention.id)?.row {
          try writer.removeMention(of: target, in: victim.row)
        }
      }
      try writer.delete(victim, keys: NaturalKeys.of(draft))
    }
  }

  private func collect(
    _ record: StoredRecord, into doomed: inout [Int64: StoredRecord], _ order: inout [StoredRecord]
  ) throws {
    guard doomed.updateValue(record, forKey: record.row) == nil else { return }
    order.append(record)
    for (source, policy) in try writer.mentions(of: record.row) where policy == .owned {
      if source.deletedAt == nil { try collect(source, into: &doomed, &order) }
    }
  }

  private func removeFromLists(
    _ victim: StoredRecord, in id: String, _ type: ResourceType
  ) throws {
    guard let source = try writer.find(type, id), source.deletedAt == nil else { return }
    var draft = try source.draft(symbols: symbols)
    draft.updatedAt = nil
    let schema = ResourceSchema.of(source.type)
    var builder = TapeBuilder(symbols: symbols)
    builder.beginObject()
    for (name, value) in draft.attributes.members {
      builder.key(name)
      guard
        case .list(.reference(victim.type), _, _)? = schema.attributes.first(
          where: { $0.name == name })?.kind
      else {
        builder.append(value)
        continue
      }
      builder.beginArray()
      for child in value.children where child.string != victim.id { builder.append(child) }
      builder.end()
    }
    builder.end()
    draft.attributes = builder.finish().value
    _ = try writer.update(
      source, to: draft, contentHash: hash(of: draft), isHidden: source.isHidden)
  }

  // MARK: Rules

  /// Checks a draft against the schema; what it mentions.
  private func checked(_ draft: RecordDraft) throws -> [RecordMention] {
    var mentions: [RecordMention] = []
    let faults = ResourceSchema.of(draft.type).check(
      attributes: draft.attributes, links: draft.links, mentions: &mentions)
    guard faults.isEmpty else {
      throw Problem(
        .validation, "The \(draft.type.rawValue) does not fit the contract.",
        errors: faults.map { Problem.Fault($0) })
    }
    return mentions
  }

  private func mentions(of draft: RecordDraft) throws -> [RecordMention] {
    var mentions: [RecordMention] = []
    _ = ResourceSchema.of(draft.type).check(
      attributes: draft.attributes, links: draft.links, mentions: &mentions)
    return mentions
  }

  private func rows(of mentions: [RecordMention]) throws -> [(RecordMention, Int64)] {
    var found: [(RecordMention, Int64)] = []
    var faults: [Problem.Fault] = []
    for mention in mentions {
      if let target = try writer.find(mention.type, mention.id), target.deletedAt == nil {
        found.append((mention, target.row))
      } else if faults.count < 50 {
        faults.append(
          .init(
            pointer: mention.pointer, code: SchemaFault.Code.dangling.rawValue,
            message: "there is no \(mention.type.rawValue) \(mention.id)"))
      }
    }
    guard faults.isEmpty else {
      throw Problem(.validation, "The record names records that do not exist.", errors: faults)
    }
    return found
  }

  private func takeKeys(of draft: RecordDraft, row: Int64) throws {
    for key in NaturalKeys.of(draft) {
      guard
        let holder = try writer.takeKey(
          draft.type, rule: key.rule, value: key.value, row: row)
      else { continue }
      let id = try writer.id(ofRow: holder)
      throw Problem(
        .uniqueViolation,
        "\(draft.type.rawValue) \(id) has the same \(key.rule) already.",
        errors: [
          .init(
            pointer: NaturalKeys.pointer(draft.type, rule: key.rule), code: "taken",
            message: "\(draft.type.rawValue) \(id) has it", params: ["id": id])
        ], holder: .init(type: draft.type.rawValue, id: id))
    }
  }

  private func replaceKeys(
    of old: StoredRecord, before: RecordDraft, after: RecordDraft
  ) throws {
    let kept = NaturalKeys.of(after)
    let dropped = NaturalKeys.of(before).filter { key in !kept.contains { $0 == key } }
    try writer.removeKeys(dropped, of: old)
    try takeKeys(of: after, row: old.row)
  }

  private func hash(of draft: RecordDraft) -> String {
    ContentHash.of(
      type: draft.type, id: draft.id, attributes: draft.attributes, links: draft.links)
  }

  private func isHidden(_ draft: RecordDraft, _ mentions: [RecordMention]) throws -> Bool {
    if draft.type == .product { return draft.attributes["status"]?.string != "active" }
    guard let parent = try parent(of: draft) else { return false }
    return try writer.find(parent.type, parent.id)?.isHidden ?? false
  }

  private func parent(of draft: RecordDraft) throws -> RecordMention? {
    guard let link = ResourceSchema.of(draft.type).parentLink else { return nil }
    return try mentions(of: draft).first { $0.pointer == "/links/\(link)" }
  }
}

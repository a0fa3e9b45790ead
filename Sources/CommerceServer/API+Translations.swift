import Bytes
import Contract

extension API {
  /// Refuses a translation of a text that is another by now.
  ///
  /// - Parameter before: what the translation was; nil for a new one.
  func checkSource(
    of draft: RecordDraft, before: RecordDraft?, _ writer: RecordWriter, _ symbols: Symbols
  ) throws {
    guard draft.type == .translation, let key = draft.attributes["key"]?.string,
      let given = draft.attributes["source_digest"]?.string,
      let name = draft.links?["resource"]?["type"]?.string,
      let type = ResourceType(rawValue: name), let id = draft.links?["resource"]?["id"]?.string
    else { return }
    // What is missing or dangling is named by the check of the whole record.
    guard let resource = try writer.find(type, id), resource.deletedAt == nil else { return }
    if let before, ContentHash.of(before) == ContentHash.of(draft) { return }
    let attributes = try resource.draft(symbols: symbols).attributes
    let current = TranslationSource.digest(of: key, in: attributes)
    guard current != given else { return }
    throw Problem(
      .sourceChanged,
      current.map { "The \(key) of \(name) \(id) has the digest \($0) now." }
        ?? "\(name) \(id) has no \(key) any more.",
      errors: [
        .init(
          pointer: "/attributes/source_digest", code: ProblemCode.sourceChanged.rawValue,
          message: "the translation was made from another text",
          params: ["source_digest": current ?? "null"])
      ])
  }

  /// A new value needs the digest of what it was translated from.
  func checkSourceIsNamed(in patch: TapeValue?) throws(Problem) {
    guard let patch, patch["value"] != nil, patch["source_digest"] == nil else { return }
    throw Problem(
      .validation, "Name the text that the new value was translated from.",
      errors: [
        .init(
          pointer: "/attributes/source_digest", code: SchemaFault.Code.missing.rawValue,
          message: "source_digest is required with a new value")
      ])
  }
}

extension ContentHash {
  static func of(_ draft: RecordDraft) -> String {
    of(type: draft.type, id: draft.id, attributes: draft.attributes, links: draft.links)
  }
}

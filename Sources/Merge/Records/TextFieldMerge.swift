import Contract

/// Merges the texts of a field: text, or an object of one member that names the format
/// (`markdown`, `html`).
struct TextFieldMerge {
  /// The merged value; nil where a conflict is left.
  let value: FieldValue?
  let segments: [TextSegment]
  let notes: [TextNote]

  /// nil where a value is no text, or the formats differ.
  init?(_ values: FieldMerger.Values, _ options: RecordMerge.Options) {
    let parts = [values.base, values.ours, values.theirs].map(Self.text)
    var format: String?
    for part in parts {
      guard let part else { return nil }
      if let name = part.format {
        guard format == nil || format == name else { return nil }
        format = name
      }
    }
    let texts = parts.map { $0?.text ?? "" }
    var merged: String?
    switch options.text {
    case .words:
      let result = WordMerge.merge(base: texts[0], ours: texts[1], theirs: texts[2])
      segments = result.textSegments
      notes = []
      merged = result.text
    case .prose:
      let result = ProseMerge.merge(
        base: texts[0], mine: texts[1], shop: texts[2],
        format: format == "html" ? .html : .markdown)
      segments = result.segments
      notes = result.notes
      merged = result.conflicts == 0 ? result.text : nil
    }
    if options.keepsBothReadings { merged = segments.resolved { "\($0.mine) \($0.shop)" } }
    value = merged.map { text in
      format.map { .object([FieldValue.Member($0, .text(text))]) } ?? .text(text)
    }
  }

  private static func text(_ value: FieldValue) -> (text: String, format: String?)? {
    switch value {
    case .null: return ("", nil)
    case .text(let text): return (text, nil)
    case .object(let members):
      guard members.count == 1, let text = members[0].value.text else { return nil }
      return (text, members[0].name)
    default: return nil
    }
  }
}

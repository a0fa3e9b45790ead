import Bytes
import Contract
import Formats

/// One line of `trumeau merge`: a case as JSON, and its answer as JSON.
///
/// A case has `base`, `ours` and `theirs`, and where wanted `id`, `suite` (`lines`, `words`,
/// `fields`), `labels` and `policy`. Texts without a suite are merged by lines, records by fields.
public struct MergeCase: ~Copyable {
  /// How cases are answered.
  public struct Options: Sendable {
    /// How conflicts of line merges are written.
    public var style: LineMerge.Style
    /// Whether prose is merged by blocks first, not by the words of tokenizer T1 alone.
    public var prose: Bool

    /// Sets options.
    public init(style: LineMerge.Style = .merge, prose: Bool = false) {
      self.style = style
      self.prose = prose
    }
  }

  /// What is wrong with a line.
  private struct Fault: Error {
    var message: String
    var column: Int?
  }

  private let options: Options
  private var json = JSONWriter(capacity: 1024)

  /// The answer to a line, without a line end; to a line that is no case, `{"id":…,"error":{…}}`.
  public static func answer(_ line: some Collection<UInt8>, _ options: Options = Options())
    -> String
  {
    let tape: Tape
    do throws(FormatError) {
      tape = try JSON.parse(Array(line))
    } catch {
      return fault(Fault(message: "not JSON: \(error.message)", column: error.column), nil)
    }
    do throws(Fault) {
      var work = MergeCase(options)
      try work.answer(tape.value)
      return work.finished()
    } catch {
      return fault(error, tape.value["id"])
    }
  }

  private consuming func finished() -> String { json.finish().string }

  private init(_ options: Options) { self.options = options }

  private static func fault(_ fault: Fault, _ id: TapeValue?) -> String {
    var json = JSONWriter(capacity: 128)
    json.beginObject()
    json.key("id")
    if let id { json.value(id) } else { json.null() }
    json.key("error")
    json.beginObject()
    json.key("phase")
    json.value("input")
    json.key("message")
    json.value(fault.message)
    json.key("column")
    json.value(fault.column.map(Int64.init))
    json.end()
    json.end()
    return json.finish().string
  }

  private mutating func answer(_ value: TapeValue) throws(Fault) {
    guard value.kind == .object else { throw Fault(message: "not a JSON object") }
    let suite = value["suite"]?.string ?? (value["policy"] == nil ? "lines" : "fields")
    json.beginObject()
    json.key("id")
    if let id = value["id"] { json.value(id) } else { json.null() }
    switch suite {
    case "lines": try answerLines(value)
    case "words": try answerWords(value)
    case "fields": try answerFields(value)
    default: throw Fault(message: "\"suite\" must be lines, words or fields")
    }
    json.end()
  }

  // MARK: Texts

  private func text(_ value: TapeValue, _ name: String) throws(Fault) -> String {
    guard let text = value[name]?.string else { throw Fault(message: "\"\(name)\" must be a text") }
    return text
  }

  private mutating func answerLines(_ value: TapeValue) throws(Fault) {
    var labels = LineMerge.Labels()
    for (name, label) in value["labels"]?.members ?? [] {
      guard let label = label.string else {
        throw Fault(message: "\"labels\" must be an object of texts")
      }
      switch name {
      case "ours": labels.ours = label
      case "base": labels.base = label
      case "theirs": labels.theirs = label
      default: continue  // a suite may say more of its cases than is asked for here
      }
    }
    let result = LineMerge.merge(
      base: try text(value, "base"), ours: try text(value, "ours"),
      theirs: try text(value, "theirs"), labels: labels, style: options.style)
    summary(result.conflicts)
    json.key("text")
    json.value(result.text)
  }

  private mutating func answerWords(_ value: TapeValue) throws(Fault) {
    let texts = (
      base: try text(value, "base"), ours: try text(value, "ours"),
      theirs: try text(value, "theirs")
    )
    var segments: [TextSegment] = []
    var notes: [TextNote]?
    if options.prose {
      let result = ProseMerge.merge(base: texts.base, mine: texts.ours, shop: texts.theirs)
      segments = result.segments
      notes = result.notes
    } else {
      segments =
        WordMerge.merge(base: texts.base, ours: texts.ours, theirs: texts.theirs)
        .textSegments
    }
    summary(segments.conflicts)
    json.key("segments")
    write(segments)
    guard let notes else { return }
    json.key("notes")
    json.beginArray()
    for note in notes {
      json.beginObject()
      json.key("kind")
      json.value(note.kind.rawValue)
      json.key("passage")
      json.value(note.passage)
      json.end()
    }
    json.end()
  }

  private mutating func summary(_ conflicts: Int) {
    json.key("clean")
    json.value(conflicts == 0)
    json.key("conflicts")
    json.value(conflicts)
  }

  /// Settled text as one string, wherever it is from; conflicts as objects.
  private mutating func write(_ segments: [TextSegment]) {
    json.beginArray()
    var settled = ""
    for segment in segments {
      switch segment {
      case .text(let text, _): settled += text
      case .conflict(let conflict):
        if !settled.isEmpty { json.value(settled) }
        settled = ""
        json.beginObject()
        for (key, reading) in [
          ("ours", conflict.mine), ("base", conflict.before), ("theirs", conflict.shop),
        ] {
          json.key(key)
          json.value(reading)
        }
        json.end()
      }
    }
    if !settled.isEmpty { json.value(settled) }
    json.end()
  }

  // MARK: Records

  private func record(_ value: TapeValue, _ name: String) throws(Fault) -> RecordMerge.Fields? {
    guard let record = value[name] else {
      throw Fault(message: "\"\(name)\" must be an object or null")
    }
    if record.isNull { return nil }
    guard record.kind == .object else {
      throw Fault(message: "\"\(name)\" must be an object or null")
    }
    return Dictionary(
      record.members.map { ($0.name, FieldValue($0.value)) }, uniquingKeysWith: { $1 })
  }

  private mutating func answerFields(_ value: TapeValue) throws(Fault) {
    var policies: [String: FieldPolicy] = [:]
    var order: [String] = []
    guard let named = value["policy"], named.kind == .object else {
      throw Fault(message: "\"policy\" must be an object of field and policy")
    }
    for (field, word) in named.members {
      guard let policy = word.string.flatMap(FieldPolicy.init) else {
        throw Fault(message: "the policy of \"\(field)\" is not known")
      }
      policies[field] = policy
      order.append(field)
    }
    let options = RecordMerge.Options(text: self.options.prose ? .prose : .words)
    let result = RecordMerge.merge(
      base: try record(value, "base"), ours: try record(value, "ours"),
      theirs: try record(value, "theirs"), order: order, options: options
    ) { policies[$0] ?? .scalar }
    write(result, order)
  }

  private mutating func write(_ result: RecordMerge.Result, _ order: [String]) {
    json.key("merged")
    if let merged = result.merged { write(merged, order) } else { json.null() }
    json.key("conflicts")
    json.beginArray()
    for conflict in result.conflicts { write(conflict) }
    json.end()
    json.key("auto")
    json.beginObject()
    for decision in result.decisions {
      json.key(decision.field)
      json.value(decision.rule.rawValue)
    }
    json.end()
    json.key("confirm")
    json.beginArray()
    for confirmation in result.confirmations { json.value(confirmation.field) }
    json.end()
    json.key("push")
    write(result.push, order)
  }

  private mutating func write(_ fields: RecordMerge.Fields, _ order: [String]) {
    json.beginObject()
    let rest = Set(fields.keys).subtracting(order).sorted()
    for name in order + rest {
      guard let value = fields[name] else { continue }
      json.key(name)
      value.write(into: &json)
    }
    json.end()
  }

  private mutating func write(_ conflict: FieldConflict) {
    json.beginObject()
    json.key("field")
    json.value(conflict.field)
    json.key("kind")
    json.value(conflict.kind.rawValue)
    if !conflict.differs.isEmpty {
      json.key("differs")
      json.beginArray()
      for name in conflict.differs { json.value(name) }
      json.end()
    }
    if !conflict.segments.isEmpty {
      json.key("segments")
      write(conflict.segments)
    }
    json.end()
  }

  private mutating func write(_ push: RecordMerge.Push, _ order: [String]) {
    let operation: String
    switch push {
    case .nothing: return json.null()
    case .create: operation = "create"
    case .delete: operation = "delete"
    case .update: operation = "update"
    }
    json.beginObject()
    json.key("op")
    json.value(operation)
    if case .update(let set, let add) = push {
      json.key("set")
      write(set, order)
      json.key("add")
      write(add.mapValues(FieldValue.integer), order)
    }
    json.end()
  }
}

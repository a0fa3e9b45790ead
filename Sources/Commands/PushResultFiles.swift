import Bytes
import CommandTree
import Contract
import Formats
import LocalMirror
import Machine
import Merge
import Sync

/// The files that `trumeau push` leaves behind on request: what became of each record, and a spreadsheet
/// of what the shop did not take, to be mended and imported.
struct PushResultFiles {
  /// A record and what became of it.
  struct Row {
    let outcome: String
    let operation: String
    let key: RecordKey
    let name: String
    let fields: [String]
    /// The number and kind of the question, where a person is asked.
    let question: Int64?
    let code: String?
    let words: String?
    let advice: String

    /// Whether the shop has it now.
    var isDone: Bool { outcome == "done" || outcome == "found" }
  }

  let resultsPath: String?
  let retryPath: String?
  /// Whether a spreadsheet was written: something in it can be mended.
  private(set) var hasRetry = false

  init(_ invocation: Invocation) {
    resultsPath = invocation.value("results")
    retryPath = invocation.value("retry")
  }

  /// Writes the files that were asked for.
  mutating func write(
    _ items: [PushReport.Item], _ mirror: MirrorStore, _ project: OpenProject
  ) throws {
    guard resultsPath != nil || retryPath != nil else { return }
    let reader = try project.openReader()
    let words = try RecordWords(reader.lookup)
    let rows = try Self.rows(items, try Inbox(mirror: mirror).questions(), words)
    if let resultsPath {
      let isLines = [".jsonl", ".ndjson"].contains { resultsPath.hasSuffix($0) }
      try SystemFiles().replace(resultsPath, with: isLines ? Self.lines(rows) : Self.table(rows))
    }
    if let retryPath { try writeRetry(rows, to: retryPath, reader, project) }
  }

  // MARK: Rows

  /// What was sent, in its order, then what was asked before and still waits.
  private static func rows(
    _ items: [PushReport.Item], _ questions: [Question], _ words: RecordWords
  ) throws -> [Row] {
    var told: Set<Int64> = []
    var rows = try items.map { item in
      let question = questions.first { question in
        // What is asked about the record's files is no matter of the push.
        question.key == item.key && question.kind != .duplicateFile
          && question.field.map(item.fields.contains) ?? true
      }
      let isAsked = item.outcome == .asked
      if isAsked, let number = question?.number { told.insert(number) }
      return Row(
        outcome: item.outcome.rawValue, operation: item.operation.rawValue, key: item.key,
        name: try words.name(of: item.key).address,
        fields: try item.fields.filter { isWorthTelling($0, item.key) }
          .map { try words.field($0, of: item.key) },
        question: isAsked ? question?.number : nil, code: item.kind?.rawValue, words: item.words,
        advice: advice(item, question))
    }
    for question in questions where !told.contains(question.number ?? 0) {
      rows.append(
        Row(
          outcome: "waiting", operation: "none", key: question.key,
          name: try words.name(of: question.key).address,
          fields: try question.field.map { [try words.field($0, of: question.key)] } ?? [],
          question: question.number, code: question.kind.rawValue, words: question.detail.words,
          advice: decide(question)))
    }
    return rows
  }

  /// Whether a field is one that a person has written, not one that follows from it.
  private static func isWorthTelling(_ field: String, _ key: RecordKey) -> Bool {
    !field.hasPrefix("links.") && !RecordWords.isDerived(field, of: key)
  }

  private static func decide(_ question: Question?) -> String {
    question?.number.map { "decide: trumeau conflicts resolve \($0)" }
      ?? "decide: trumeau conflicts"
  }

  private static func advice(_ item: PushReport.Item, _ question: Question?) -> String {
    switch item.outcome {
    case .done, .found: ""
    case .asked where item.kind == .rejected:
      "correct it and push again, or \(decide(question))"
    case .asked: decide(question)
    case .changed: "look at it again: trumeau plan, then trumeau push"
    case .blocked: "settle first what it waits for, then trumeau push"
    case .unknown: "the next trumeau push finds out what became of it"
    case .missed: "trumeau push sends it again"
    }
  }

  // MARK: Results

  private static let columns = [
    "outcome", "operation", "type", "id", "record", "fields", "question", "code", "shop says",
    "what to do",
  ]

  private static func table(_ rows: [Row]) -> [UInt8] {
    var table = CSVWriter()
    table.record(columns)
    for row in rows {
      table.record([
        row.outcome, row.operation, row.key.type.rawValue, row.key.id, row.name,
        row.fields.joined(separator: " "), row.question.map(String.init) ?? "", row.code ?? "",
        row.words ?? "", row.advice,
      ])
    }
    var bytes: [UInt8] = []
    table.take { $0.withBytes { bytes = Array($0) } }
    return bytes
  }

  private static func lines(_ rows: [Row]) -> [UInt8] {
    func text(_ text: String?) -> FieldValue { text.map { .text($0) } ?? .null }
    return rows.flatMap { row -> [UInt8] in
      let line = FieldValue.object([
        .init("outcome", .text(row.outcome)), .init("operation", .text(row.operation)),
        .init("type", .text(row.key.type.rawValue)), .init("id", .text(row.key.id)),
        .init("record", .text(row.name)),
        .init("fields", .list(row.fields.map { .text($0) })),
        .init("question", row.question.map { .integer($0) } ?? .null),
        .init("code", text(row.code)), .init("words", text(row.words)),
        .init("advice", .text(row.advice)),
      ])
      return Array((line.json + "\n").utf8)
    }
  }

  // MARK: What can be mended

  /// A spreadsheet of the products that the shop did not take, with the fields concerned. What stands in
  /// it are the values here; `import csv` takes what is changed.
  private mutating func writeRetry(
    _ rows: [Row], to path: String, _ reader: MirrorReader, _ project: OpenProject
  ) throws {
    let words = try RecordWords(reader.lookup)
    let export = SheetExport(reader, archive: project.exportArchive)
    var fields: [String] = []
    var remarks: [String: String] = [:]
    for row in rows where !row.isDone {
      let subject = try words.name(of: row.key).subject
      let known = try row.fields.filter { try export.hasColumn($0) }
      guard subject.type == .product, !known.isEmpty else { continue }
      fields += known.filter { !fields.contains($0) }
      let reason = "\(known.joined(separator: ", ")): \(row.words ?? row.advice)"
      remarks[subject.id] = remarks[subject.id].map { "\($0); \(reason)" } ?? reason
    }
    guard !remarks.isEmpty else { return }
    var options = SheetExport.Options()
    options.fields = fields
    options.remarks = remarks
    var bytes: [UInt8] = []
    let written = try export.run(options) { piece in
      piece.withBytes { bytes.append(contentsOf: $0) }
    }
    guard written.rowCount > 0 else { return }
    try SystemFiles().replace(path, with: bytes)
    hasRetry = true
  }

  // MARK: Telling

  func tell(_ console: Console) {
    if let resultsPath { console.note(console.faint("What became of each record: \(resultsPath)")) }
    guard let retryPath else { return }
    console.report(
      hasRetry
        ? "What can be mended: \(retryPath). Change it, `trumeau import csv \(retryPath)`, push again."
        : "There is nothing to mend in a spreadsheet; \(retryPath) was not written.")
  }
}

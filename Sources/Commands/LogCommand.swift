import Bytes
import CommandTree
import Contract
import LocalMirror
import Sync

/// `trumeau log`: every edit, decision and request, oldest first.
enum LogCommand {
  static let command = Command(
    "log", "every edit, decision and request, with who, when and why",
    examples: [
      Example("trumeau log square-90", "the history of one product"),
      Example("trumeau log --last 200", "the last 200 entries of all"),
    ],
    options: [.value("last", letter: "n", "N", "how many entries (default 50)")],
    positionals: [Positional("RECORD", "SKU, handle, id or type:name", isRequired: false)],
    work: run)

  /// One line of the history.
  private struct Item {
    let at: Instant
    let key: RecordKey
    let order: Int64
    let line: String
    let fill: (Document) -> Void
  }

  private static func run(_ invocation: Invocation, _ console: Console) throws -> ExitCode {
    let limit = try invocation.integer("last", in: 1...1_000_000) ?? 50
    let project = try OpenProject(invocation, console)
    let reader = try project.openReader()
    let words = try RecordWords(reader.lookup)
    var items = try edits(reader, words, console)
    items += try decisions(reader, words)
    items += try requests(reader, words)
    if let target = invocation.arguments.first {
      let subject = try words.name(of: EditedTarget.find(target, reader)).subject
      var isMeant: [RecordKey: Bool] = [:]
      items = try items.filter { item in
        if let known = isMeant[item.key] { return known }
        let found = try words.name(of: item.key).subject == subject
        isMeant[item.key] = found
        return found
      }
    }
    items.sort { ($0.at, $0.order) < ($1.at, $1.order) }
    let shown = items.suffix(limit)
    for item in shown { console.say("\(item.at.rfc3339.prefix(19))Z  \(item.line)") }
    if shown.isEmpty { console.say("Nothing was changed here yet.") }
    if shown.count < items.count {
      console.note("\(items.count - shown.count) earlier entries: --last \(items.count) shows all.")
    }
    console.json(
      Document("log") { document in
        document.field("total", items.count)
        document.list("entries", Array(shown)) { document, item in item.fill(document) }
      }.text)
    return .done
  }

  private static func edits(
    _ reader: MirrorReader, _ words: RecordWords, _ console: Console
  ) throws -> [Item] {
    try reader.log().map { entry in
      let edited = try EditedEntry(entry, words)
      let who = entry.origin.rawValue.padding(to: 10)
      return Item(
        at: entry.at, key: entry.key, order: entry.n,
        line: "\(who) \(edited.name.address.padding(to: 16)) \(edited.line(console))"
      ) { document in
        document.field("kind", "edit")
        edited.fill(document)
      }
    }
  }

  private static func decisions(_ reader: MirrorReader, _ words: RecordWords) throws -> [Item] {
    try reader.ledger.decisions().enumerated().map { number, entry in
      let name = try words.name(of: entry.key)
      let field = try entry.field.map { try words.field($0, of: entry.key) } ?? ""
      let result = try entry.result.map { try words.text($0, entry.field ?? "", of: entry.key) }
      let outcome = result.map { "\(entry.outcome): \(EditedText.cut($0, $0).0)" } ?? entry.outcome
      return Item(
        at: entry.at ?? Instant(microseconds: 0), key: entry.key, order: Int64(number),
        line: "\("decision".padding(to: 10)) \(name.address.padding(to: 16)) "
          + "\(field.padding(to: 18)) \(outcome)  by \(entry.by), rule \(entry.rule)"
      ) { document in
        document.field("kind", "decision")
        document.field("at", entry.at?.rfc3339)
        document.field("type", entry.key.type.rawValue)
        document.field("id", entry.key.id)
        document.field("address", name.address)
        document.field("field", entry.field)
        document.field("rule", entry.rule)
        document.field("outcome", entry.outcome)
        document.field("by", entry.by)
        if let value = entry.base { document.raw("before", value.json) }
        if let value = entry.ours { document.raw("mine", value.json) }
        if let value = entry.theirs { document.raw("shop", value.json) }
        if let value = entry.result { document.raw("result", value.json) }
        if let push = entry.push { document.field("push", push) }
      }
    }
  }

  private static func requests(_ reader: MirrorReader, _ words: RecordWords) throws -> [Item] {
    var items: [Item] = []
    for push in try reader.ledger.pushes() {
      for entry in try reader.ledger.outbox(of: push.number) {
        let name = try words.name(of: entry.key)
        let state = entry.reason.map { "\(entry.state.rawValue): \($0)" } ?? entry.state.rawValue
        items.append(
          Item(
            at: entry.firstSentAt ?? push.startedAt, key: entry.key, order: entry.number,
            line: "\("push \(push.number)".padding(to: 10)) \(name.address.padding(to: 16)) "
              + "\(entry.operation.padding(to: 18)) \(state)  key \(entry.mutationID)"
          ) { document in
            document.field("kind", "request")
            document.field("at", entry.firstSentAt?.rfc3339)
            document.field("type", entry.key.type.rawValue)
            document.field("id", entry.key.id)
            document.field("address", name.address)
            document.field("push", push.number)
            document.field("operation", entry.operation)
            document.field("key", entry.mutationID)
            document.field("state", entry.state.rawValue)
            document.field("attempts", entry.attempts)
            document.field("reason", entry.reason)
          })
      }
    }
    return items
  }
}

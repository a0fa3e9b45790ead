import Bytes
import CommandTree
import Contract
import LocalMirror
import Sync

/// `trumeau diff`: what is changed here and not sent yet.
enum DiffCommand {
  static let command = Command(
    "diff", "what is changed here and not sent yet: before, mine, and the shop's where it is new",
    examples: [
      Example("trumeau diff", "all products"),
      Example("trumeau diff square-90", "one product with its prices, stock and translations"),
    ],
    positionals: [Positional("RECORD", "SKU, handle, id or type:name", isRequired: false)],
    work: run)

  private static func run(_ invocation: Invocation, _ console: Console) throws -> ExitCode {
    let project = try OpenProject(invocation, console)
    try project.takeInFiles(console).tell(console)
    let reader = try project.openReader()
    let words = try RecordWords(reader.lookup)
    let subject = try invocation.arguments.first.map {
      try words.name(of: EditedTarget.find($0, reader)).subject
    }
    let overview = try EditOverview(reader, of: subject)
    for card in overview.cards {
      console.say(console.bold(card.title))
      for line in lines(of: card) { try tell(line, words, console) }
    }
    if overview.cards.isEmpty { console.say("Nothing is changed here that is not sent.") }
    console.json(
      Document("diff") { document in
        document.list("records", overview.cards) { document, card in
          document.field("type", card.subject.type.rawValue)
          document.field("id", card.subject.id)
          document.field("title", card.title)
          document.list("changes", card.lines) { document, line in fill(document, line) }
        }
      }.text)
    return .done
  }

  /// What a person wants to see of a card: a new price is its amount, not its links.
  private static func lines(of card: EditOverview.Card) -> [EditOverview.Line] {
    let made = Set(card.lines.filter { $0.operation == .create }.map(\.key))
    return card.lines.filter { line in
      if RecordWords.isDerived(line.field, of: line.key) { return false }
      let isPart = [.price, .inventoryLevel, .translation].contains(line.key.type)
      guard made.contains(line.key) else { return true }
      if line.field.isEmpty { return !isPart }
      return !line.field.hasPrefix("links.") && !(isPart && line.field == "currency")
    }
  }

  private static func tell(
    _ line: EditOverview.Line, _ words: RecordWords, _ console: Console
  ) throws {
    let kind = line.key.type.rawValue.replacing("_", with: " ")
    switch line.operation {
    case .create:
      console.say("  \(console.good("+")) \(line.address)  new \(kind)")
    case .delete:
      let gone = line.isGone ? ", as in the shop" : ""
      let field = line.words.isEmpty ? kind : line.words
      console.say("  \(console.bold("-")) \(line.address)  \(field) deleted\(gone)")
    case .none:
      let before = try words.text(line.before, line.field, of: line.key)
      let mine = try words.text(line.mine, line.field, of: line.key)
      let name = "\(line.address.padding(to: 16)) \(line.words.padding(to: 18))"
      let change = EditedText.change(from: before, to: mine)
      console.say("  ~ \(name) \(change)\(extra(line))")
      if let shop = line.shop {
        let theirs = try words.text(shop, line.field, of: line.key)
        console.say("    \("".padding(to: 35)) shop has \(EditedText.cut(theirs, mine).0) now")
      }
      if line.isGone {
        console.say("    \("".padding(to: 35)) the shop has deleted it")
      }
    }
  }

  private static func extra(_ line: EditOverview.Line) -> String {
    if line.isSent { return "  (sent)" }
    if line.isCount { return "  (counted)" }
    guard let before = line.before.integer, let mine = line.mine.integer else { return "" }
    if line.key.type == .inventoryLevel {
      let step = mine - before
      return "  (\(step > 0 ? "+" : "")\(step))"
    }
    guard line.key.type == .price, before > 0 else { return "" }
    return "  (\(percent(from: before, to: mine)))"
  }

  /// The change in per cent with one decimal, exact but for its rounding.
  static func percent(from before: Int64, to after: Int64) -> String {
    let difference = Int128(after) - Int128(before)
    let twice =
      (difference.magnitude * 2000 + before.magnitude.widened) / (before.magnitude.widened * 2)
    return "\(difference < 0 ? "-" : "+")\(twice / 10).\(twice % 10) %"
  }

  private static func fill(_ document: Document, _ line: EditOverview.Line) {
    document.field("type", line.key.type.rawValue)
    document.field("id", line.key.id)
    document.field("address", line.address)
    document.field("field", line.field)
    document.field("words", line.words)
    document.field("operation", line.operation.rawValue)
    if line.operation == .none {
      document.raw("before", line.before.json)
      document.raw("mine", line.mine.json)
      if let shop = line.shop { document.raw("shop", shop.json) }
      document.field("is_count", line.isCount)
      document.field("is_sent", line.isSent)
      document.field("source", line.source?.rawValue)
      document.field("at", line.at?.rfc3339)
    }
    document.field("is_gone", line.isGone)
  }
}

extension UInt64 {
  fileprivate var widened: UInt128 { UInt128(self) }
}

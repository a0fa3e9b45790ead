import CommandTree
import Diagnostics

/// `trumeau explain`: what an error code means, or how a price came to be.
enum ExplainCommand {
  static let command = Command(
    "explain", "what an error code means, or how a price came to be",
    examples: [
      Example("trumeau explain mirror.missing", "what the code means and what to do"),
      Example("trumeau explain price SKU --market jp", "each step from price list to shown price"),
      Example("trumeau explain codes", "every code there is"),
    ],
    subcommands: [
      PriceExplanation.command,
      Command("codes", "every code there is", work: { _, console in list(console) }),
    ]
      + Explanations.all.map { entry in
        Command(
          entry.code, entry.title, isListed: false,
          work: { _, console in show(entry, console) })
      })

  private static func list(_ console: Console) -> ExitCode {
    let width = Explanations.all.map(\.code.count).max() ?? 0
    for entry in Explanations.all {
      let pad = String(repeating: " ", count: width - entry.code.count)
      console.say("\(console.bold(entry.code))\(pad)   \(entry.title)")
    }
    console.json(
      Document("explain codes") { document in
        document.list("codes", Explanations.all) { document, entry in fill(document, entry) }
      }.text)
    return .done
  }

  private static func show(_ entry: Explanations.Entry, _ console: Console) -> ExitCode {
    console.say(
      "\(console.bold(entry.code)): \(entry.title)\n\n\(entry.cause)\n\nWhat to do: \(entry.remedy)"
    )
    console.say("Exit code: \(entry.exit.rawValue) (\(entry.exit.meaning))")
    console.json(Document("explain") { document in fill(document, entry) }.text)
    return .done
  }

  private static func fill(_ document: Document, _ entry: Explanations.Entry) {
    document.field("code", entry.code)
    document.field("title", entry.title)
    document.field("cause", entry.cause)
    document.field("remedy", entry.remedy)
    document.field("exit", Int(entry.exit.rawValue))
  }
}

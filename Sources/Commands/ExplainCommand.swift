import CommandTree
import Diagnostics
import Merge

/// `trumeau explain`: what an error code means, what a page was made from, or how a price came to be.
enum ExplainCommand {
  static let command = Command(
    "explain", "what an error code means, what a page was made from, or how a price came to be",
    discussion: """
      Every error has a code, which stands in brackets before its message; every question of
      `trumeau conflicts` has a kind. Without a code all codes are listed. An address or file of a
      page is explained as by `explain page`.
      """,
    examples: [
      Example("trumeau explain mirror.missing", "what the code means and what to do"),
      Example("trumeau explain /products/carre/", "what the page was made from"),
      Example("trumeau explain price SKU --market jp", "each step from price list to shown price"),
      Example("trumeau explain price-guard", "what a kind of question means, and its setting"),
      Example("trumeau explain", "every code there is"),
    ],
    positionals: [
      Positional(
        "CODE", "a code, as it stands in an error message, a kind of question, or a page's address",
        isRequired: false)
    ],
    subcommands: [PriceExplanation.command, PageExplanationCommand.command],
    work: run)

  private static func run(_ invocation: Invocation, _ console: Console) throws -> ExitCode {
    guard let code = invocation.arguments.first else { return list(console) }
    // No code has a slash.
    if code.contains("/") { return try PageExplanationCommand.run(invocation, console) }
    if let kind = ConflictKind(rawValue: code) { return QuestionExplanation.show(kind, console) }
    guard let entry = Explanations.entry(code) else {
      let known =
        Explanations.all.map(\.code) + ConflictKind.allCases.map(\.rawValue)
        + command.subcommands.map(\.name)
      let near = Suggestion.nearest(to: code, among: known)
      throw UsageError(
        "there is no code \"\(code)\"",
        help: near.map { "did you mean `trumeau explain \($0)`?" }
          ?? "`trumeau explain` lists all codes",
        path: invocation.path)
    }
    return show(entry, console)
  }

  private static func list(_ console: Console) -> ExitCode {
    let width = Explanations.all.map(\.code.count).max() ?? 0
    for (number, area) in Explanations.areas.enumerated() {
      console.say((number == 0 ? "" : "\n") + console.bold(area.title))
      for entry in area.entries {
        console.say("  \(entry.code.padding(to: width))   \(entry.title)")
      }
    }
    console.json(
      Document("explain") { document in
        document.list("areas", Explanations.areas) { document, area in
          document.field("title", area.title)
          document.list("codes", area.entries) { document, entry in fill(document, entry) }
        }
      }.text)
    return .done
  }

  private static func show(_ entry: Explanations.Entry, _ console: Console) -> ExitCode {
    console.say("\(console.bold(entry.code)): \(entry.title)\n")
    console.say(wrapped(entry.cause) + "\n")
    console.say(wrapped("What to do: \(entry.remedy)"))
    console.say(
      entry.exit == .done
        ? "\nA warning: the work goes on."
        : "\nExit code: \(entry.exit.rawValue) (\(entry.exit.meaning))")
    console.json(Document("explain") { document in fill(document, entry) }.text)
    return .done
  }

  /// A text in lines of at most 80 characters.
  static func wrapped(_ text: String) -> String {
    var lines: [String] = []
    for word in text.split(separator: " ") {
      if let last = lines.last, last.count + word.count < 80 {
        lines[lines.count - 1] += " \(word)"
      } else {
        lines.append(String(word))
      }
    }
    return lines.joined(separator: "\n")
  }

  private static func fill(_ document: Document, _ entry: Explanations.Entry) {
    document.field("code", entry.code)
    document.field("title", entry.title)
    document.field("cause", entry.cause)
    document.field("remedy", entry.remedy)
    document.field("exit", Int(entry.exit.rawValue))
  }
}

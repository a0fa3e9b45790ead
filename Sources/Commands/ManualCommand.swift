import CommandTree
import Machine

/// `trumeau man`: the manual pages, from the same tree as `--help`.
enum ManualCommand {
  static let command = Command(
    "man", "manual pages, in roff",
    examples: [
      Example("trumeau man feed build | man -l -", "read one"),
      Example("trumeau man --output man/man1", "write all of them, for a package"),
    ],
    options: [
      .value(
        "output", letter: "o", "DIR", "write the pages of the command and of all below it there")
    ],
    positionals: [
      Positional(
        "COMMAND", "which command (default: trumeau itself)", isRequired: false, isRepeatable: true)
    ],
    work: run)

  private static func run(_ invocation: Invocation, _ console: Console) throws -> ExitCode {
    var command = Tree.root
    for (depth, word) in invocation.arguments.enumerated() {
      guard let next = command.subcommands.first(where: { $0.name == word }) else {
        let words = (["trumeau"] + invocation.arguments[..<depth]).joined(separator: " ")
        throw UsageError(
          "`\(words)` has no command \"\(word)\"", help: "see `\(words) --help`",
          path: invocation.path)
      }
      command = next
    }
    let manual = ManualPage(
      root: Tree.root, globals: Tree.globals, version: Tree.version, date: Tree.date)
    guard let folder = invocation.value("output") else {
      let text = manual.text(of: command, path: invocation.arguments)
      console.say(String(text.dropLast()))
      console.json(
        Document("man") { document in
          document.field("name", manual.name(of: invocation.arguments))
          document.field("text", text)
        }.text)
      return .done
    }
    try Files.makeFolders(folder)
    let pages = manual.pages(below: command, path: invocation.arguments)
    for page in pages { try Files.replace("\(folder)/\(page.name).1", with: Array(page.text.utf8)) }
    console.report("\(pages.count) manual \(pages.count == 1 ? "page" : "pages") in \(folder)")
    console.json(
      Document("man") { $0.strings("files", pages.map { "\(folder)/\($0.name).1" }) }.text)
    return .done
  }
}

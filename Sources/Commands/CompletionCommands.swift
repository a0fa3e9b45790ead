import CommandTree
import Diagnostics
import LocalMirror
import Machine
import Settings

/// `trumeau completions`: what a shell needs to complete command lines.
enum CompletionCommands {
  private static let shells = CompletionScript.Shell.allCases.map(\.rawValue)

  static let command = Command(
    "completions", "a script by which your shell completes trumeau's commands",
    discussion: """
      The script knows all commands and options; storefronts, tiers, markets, channels, SKUs and
      handles are those of the project that you are in.
      """,
    examples: [
      Example(
        "trumeau completions bash > ~/.local/share/bash-completion/completions/trumeau",
        "for bash, from the next shell on"),
      Example("trumeau completions zsh > ~/.zfunc/_trumeau", "for zsh, in a folder of fpath"),
      Example(
        "trumeau completions fish > ~/.config/fish/completions/trumeau.fish", "for fish"),
    ],
    positionals: [Positional("SHELL", shells.joined(separator: ", "), choices: shells)],
    subcommands: [values],
    work: run)

  private static func run(_ invocation: Invocation, _ console: Console) throws -> ExitCode {
    let name = invocation.arguments[0]
    guard let shell = CompletionScript.Shell(rawValue: name) else {
      throw UsageError(
        "there are no completions for \"\(name)\"",
        help: "there are some for "
          + shells.joined(separator: ", "), path: invocation.path)
    }
    let script = CompletionScript(root: Tree.root, globals: Tree.globals).text(for: shell)
    console.say(String(script.dropLast()))
    console.json(
      Document("completions") { document in
        document.field("shell", name)
        document.field("script", script)
      }.text)
    return .done
  }

  /// What the scripts ask while somebody types: never an error, for there is nowhere to show it.
  private static let values = Command(
    "values", "names of a kind that begin with a text, one a line",
    examples: [Example("trumeau completions values sku AU-", "SKUs")],
    positionals: [
      Positional("KIND", ValueKind.names.joined(separator: ", "), choices: ValueKind.names),
      Positional("TEXT", "how they begin", isRequired: false),
    ], isListed: false,
    work: runValues)

  private static func runValues(_ invocation: Invocation, _ console: Console) throws -> ExitCode {
    let start = invocation.arguments.dropFirst().first ?? ""
    // Outside a project, or with a mirror that cannot be read, nothing is offered.
    let found = (try? names(invocation.arguments[0], start, invocation)) ?? []
    for name in found where name.hasPrefix(start) { console.say(name) }
    console.json(
      Document("completions values") {
        $0.strings("values", found.filter { $0.hasPrefix(start) })
      }
      .text)
    return .done
  }

  /// Names that are offered at a time.
  private static let limit = 100

  private static func names(_ kind: String, _ start: String, _ invocation: Invocation) throws
    -> [String]
  {
    if kind == "code" { return Explanations.all.map(\.code).sorted() }
    let folder = invocation.value("project") ?? Files.currentFolder
    let project = try Project.load(from: folder, sink: DiagnosticSink())
    func all(_ names: (StorefrontSettings) -> [String]) -> [String] {
      Set(project.storefronts.flatMap(names)).sorted()
    }
    switch kind {
    case "storefront": return project.storefronts.map(\.name)
    case "channel": return project.channels.map(\.name)
    case "tier": return all(\.tiers)
    case "market": return all { $0.markets.map(\.key) }
    case "locale": return all { $0.markets.flatMap(\.locales) }
    default: break
    }
    let reader = try MirrorReader(
      path: project.path(project.site.mirrorPath), tenant: project.site.tenant)
    let skus = kind == "product" ? [] : try reader.lookup.skus(beginningWith: start, limit: limit)
    let handles =
      kind == "sku" ? [] : try reader.lookup.handles(beginningWith: start, limit: limit)
    return skus + handles
  }
}

import CommandTree

/// The words of the command line: everything that can be typed.
enum Tree {
  static let version = "0.1.0"
  /// The day of the version.
  static let date = "2026-11-26"

  static let globals: [Option] = [
    .value("project", letter: "C", "DIR", "the project's folder; found by walking up otherwise"),
    .flag("json", "data as one JSON document on standard output"),
    .flag("quiet", letter: "q", "tell only what went wrong"),
    .flag("no-input", "never ask"),
    .value("color", "WHEN", "colour", choices: ["auto", "always", "never"]),
  ]

  static let root = Command(
    "trumeau", "a shop's pages and feeds from a local copy of its catalogue",
    discussion: """
      Pull brings the catalogue from the commerce API into a local mirror; build renders pages from
      it, and feed writes what marketplaces fetch. Edits are made here, offline; push sends them. Only
      pull, push, undo, watch, doctor and api use the network. Every command is safe to repeat, and to
      stop with Ctrl-C.
      """,
    examples: [
      Example("trumeau pull", "bring the catalogue up to date, and prove that it is complete"),
      Example("trumeau edit carre-jardin-90", "change a product here; nothing is sent yet"),
      Example("trumeau push", "see what would be sent, and send it"),
      Example("trumeau build", "render the site into public/"),
      Example("trumeau feed build", "write the product feeds"),
      Example("trumeau serve", "look at the site at http://127.0.0.1:4000"),
    ],
    options: [.flag("version", "the version of this program")],
    subcommands: [
      PullCommand.command, StatusCommand.command, SetCommand.set, SetCommand.create,
      SetCommand.delete, WithdrawCommand.command, DiffCommand.command, PlanCommand.command,
      PushCommand.command, ConflictsCommand.command, UndoCommand.command, LogCommand.command,
      EditCommand.command, TableCommands.export, TableCommands.importing,
      BuildCommand.command, RollbackCommand.command, FeedCommands.command, CheckCommands.command,
      TierCommands.command, ServeCommand.command, WatchCommand.command,
      MirrorCommands.command, ExplainCommand.command,
      DoctorCommand.command, LiquidCommands.command, MergeCommand.command, APICommands.command,
      SchemaCommands.schema, SchemaCommands.config, CompletionCommands.command,
      ManualCommand.command, VersionCommand.command,
    ],
    work: { invocation, console in
      if invocation.flag("version") { return VersionCommand.show(console) }
      throw UsageError("`trumeau` needs a command", help: "see `trumeau --help`", path: [])
    })
}

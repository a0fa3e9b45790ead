import CommandTree
import Synchronization
import Testing

private let tree = Command(
  "trumeau", "keeps a shop's pages",
  subcommands: [
    Command(
      "pull", "brings the catalogue", options: [.flag("full", "everything again")],
      work: { _, _ in .done }),
    Command(
      "mirror", "looks at the local copy",
      subcommands: [
        Command(
          "sql", "asks a question",
          options: [.value("format", letter: "f", "FORMAT", "shape", choices: ["table", "csv"])],
          positionals: [Positional("QUERY", "what to ask")], work: { _, _ in .done })
      ]),
    Command(
      "explain", "says what a code means",
      positionals: [Positional("CODE", "the code", isRequired: false)],
      subcommands: [Command("price", "says how a price came to be", work: { _, _ in .done })],
      work: { _, _ in .done }),
  ])

private let globals: [CommandTree.Option] = [
  .flag("json", "data as JSON"), .value("project", letter: "C", "DIR", "where the project is"),
]

private func parse(_ words: String...) throws -> Invocation {
  guard case .run(_, let invocation) = try Parser(root: tree, globals: globals).parse(words) else {
    throw UsageError("help was asked for", path: [])
  }
  return invocation
}

@Suite("Reading words by the tree")
struct ParserTests {
  @Test("options stand before, between and after, in each spelling")
  func spellings() throws {
    let invocation = try parse("-C", "shop", "mirror", "--json", "sql", "select 1", "--format=csv")
    #expect(invocation.path == ["mirror", "sql"])
    #expect(invocation.arguments == ["select 1"])
    #expect(invocation.value("project") == "shop")
    #expect(invocation.value("format") == "csv")
    #expect(invocation.flag("json"))
    #expect(try parse("mirror", "sql", "-fcsv", "--", "--x").arguments == ["--x"])
  }

  @Test(
    "what does not fit is refused with a hint",
    arguments: [
      (["pul"], "did you mean `trumeau pull`?"),
      (["pull", "--ful"], "did you mean `--full`?"),
      (["mirror", "sql", "q", "--format", "tabel"], "did you mean `table`?"),
    ])
  func hints(words: [String], hint: String) {
    let error = #expect(throws: UsageError.self) {
      try Parser(root: tree, globals: globals).parse(words)
    }
    #expect(error?.help == hint)
  }

  @Test(
    "missing, doubled and surplus words are refused",
    arguments: [
      ["mirror"], ["mirror", "sql"], ["pull", "now"], ["pull", "--full=1"], ["pull", "--project"],
      ["-C", "a", "-C", "b", "pull"],
    ])
  func refused(words: [String]) {
    #expect(throws: UsageError.self) { try Parser(root: tree, globals: globals).parse(words) }
  }

  @Test(
    "help is asked for in three ways",
    arguments: [["mirror", "-h"], ["help", "mirror"], ["--help", "mirror"]])
  func help(words: [String]) throws {
    guard case .help(let command, let path) = try Parser(root: tree, globals: globals).parse(words)
    else {
      Issue.record("no help")
      return
    }
    #expect(command.name == "mirror")
    #expect(path == ["mirror"])
  }

  @Test("a command may take a word of its own beside the commands below it")
  func wordBesideCommands() throws {
    #expect(try parse("explain").arguments == [])
    #expect(try parse("explain", "mirror.missing").arguments == ["mirror.missing"])
    #expect(try parse("explain", "price").path == ["explain", "price"])
  }

  @Test("usage says where a command is needed")
  func usageOfGroups() {
    let help = HelpText(root: tree, globals: globals)
    #expect(help.render(tree, path: []).contains("\n  trumeau COMMAND [OPTIONS]\n"))
    #expect(
      help.render(tree.subcommands[2], path: ["explain"])
        .contains("\n  trumeau explain [CODE]\n  trumeau explain COMMAND [OPTIONS]\n"))
  }

  @Test("many choices stand on lines of their own")
  func choices() {
    let words = (1...12).map { "choice-\($0)" }
    let command = Command(
      "pick", "picks", options: [.value("one", "WORD", "which", choices: words)],
      work: { _, _ in .done })
    #expect(
      HelpText(root: tree, globals: []).render(command, path: ["pick"]).hasSuffix(
        """
        Options
              --one WORD   which
                           choice-1, choice-2, choice-3, choice-4, choice-5, choice-6
                           choice-7, choice-8, choice-9, choice-10, choice-11, choice-12

        """))
  }

  @Test("help shows usage, arguments, options and what stands everywhere")
  func helpText() {
    let sql = tree.subcommands[1].subcommands[0]
    #expect(
      HelpText(root: tree, globals: globals).render(sql, path: ["mirror", "sql"]) == """
        trumeau mirror sql: asks a question

        Usage
          trumeau mirror sql [OPTIONS] QUERY

        Arguments
          QUERY   what to ask

        Options
          -f, --format FORMAT   shape (table, csv)

        Everywhere
              --json          data as JSON
          -C, --project DIR   where the project is

        """)
  }
}

@Suite("Progress")
struct ProgressLineTests {
  @Test("a bar shows share, counts, rate and the time that is left")
  func bar() {
    let written = Mutex("")
    let console = Console(columns: 80) { _, text in written.withLock { $0 += text } }
    let clock = Mutex(0.0)
    let progress = ProgressLine(console) { clock.withLock { $0 } }
    clock.withLock { $0 = 1 }
    progress.update("products", done: 100, total: 200)
    clock.withLock { $0 = 2 }
    progress.update("products", done: 100, total: 200)
    #expect(written.withLock { $0 }.contains("100 of 200   100/s   1 s left"))
    progress.clear()
    #expect(written.withLock { $0 }.hasSuffix("\r\u{1B}[K"))
  }

  @Test("without a terminal a line comes at most every ten seconds")
  func lines() {
    let written = Mutex<[String]>([])
    let console = Console { _, text in written.withLock { $0.append(text) } }
    let clock = Mutex(0.0)
    let progress = ProgressLine(console) { clock.withLock { $0 } }
    for second in 1...25 {
      clock.withLock { $0 = Double(second) }
      progress.update("prices", done: second, total: nil)
    }
    #expect(written.withLock { $0.count } == 2)
  }

  @Test("numbers are grouped and times are words")
  func words() {
    #expect(ProgressLine.grouped(1_234_567) == "1,234,567")
    #expect(ProgressLine.duration(3725) == "1 h 2 min")
    #expect(ProgressLine.took(1.42) == "1.4 s")
  }
}

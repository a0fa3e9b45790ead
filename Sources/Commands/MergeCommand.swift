import CommandTree
import Machine
import Merge

/// `trumeau merge`: the three-way merge by itself, without a shop around it.
enum MergeCommand {
  static let command = Command(
    "merge", "merge two edits of a text or record, without a shop",
    discussion: """
      With three files: what both changed from, mine and the shop's. The merged text goes to standard \
      output; exit code 5 where places are left that need your decision.

      Without files each line of standard input is a JSON object with "base", "ours", "theirs" and, \
      where wanted, "id", "suite", "labels" and "policy". The suite says how: "lines" answers \
      {"id","clean","conflicts","text"}, "words" {"id","clean","conflicts","segments"}, "fields" \
      {"id","merged","conflicts","auto","confirm","push"}. A line that is no such object is answered \
      by {"id","error":{"phase","message","column"}}, and the next one is read.
      """,
    examples: [
      Example("trumeau merge before.md mine.md shop.md", "three files, by lines"),
      Example("trumeau merge --prose before.md mine.md shop.md", "by paragraphs and words"),
      Example("trumeau merge --json < cases.jsonl", "many, one a line"),
    ],
    options: [
      .flag("prose", "by blocks, then words, as Markdown"),
      .value(
        "style", "STYLE", "how undecided lines are written (default merge)",
        choices: LineMerge.Style.allCases.map(\.rawValue)),
    ],
    positionals: [
      Positional("FILE", "before, mine and shop", isRequired: false, isRepeatable: true)
    ],
    work: run)

  private static func run(_ invocation: Invocation, _ console: Console) throws -> ExitCode {
    let style = invocation.value("style").flatMap(LineMerge.Style.init) ?? .merge
    if invocation.arguments.isEmpty {
      let options = MergeCase.Options(style: style, prose: invocation.flag("prose"))
      try StandardInput.forEachLine { line in
        console.data(MergeCase.answer(line, options) + "\n")
      }
      return .done
    }
    guard invocation.arguments.count == 3 else {
      throw UsageError("a merge takes three files: before, mine, shop", path: invocation.path)
    }
    let texts = try invocation.arguments.map { try Files.readText($0) }
    if invocation.flag("prose") {
      return tell(ProseMerge.merge(base: texts[0], mine: texts[1], shop: texts[2]), console)
    }
    let result = LineMerge.merge(
      base: texts[0], ours: texts[1], theirs: texts[2],
      labels: LineMerge.Labels(ours: "mine", base: "before", theirs: "shop"), style: style)
    return tell(result.text, undecided: result.conflicts, console)
  }

  private static func tell(_ result: ProseMerge.Result, _ console: Console) -> ExitCode {
    for note in result.notes where !note.passage.isEmpty {
      console.note("please read: \(note.passage)")
    }
    for place in result.undecided {
      let facts = ConflictFacts(
        record: "the text", field: "a passage", mine: place.sentence?.mine ?? place.mine,
        shop: place.sentence?.shop ?? place.shop, before: place.sentence?.before ?? place.before)
      console.complain(ConflictKind.text.sentence(facts))
    }
    return tell(result.text, undecided: result.conflicts, console)
  }

  private static func tell(_ text: String, undecided: Int, _ console: Console) -> ExitCode {
    if console.isJSON {
      console.json(
        Document("merge", ok: undecided == 0) {
          $0.field("text", text)
          $0.field("undecided", undecided)
        }.text)
    } else {
      console.data(text)
    }
    return undecided == 0 ? .done : .decisionsOpen
  }
}

import Contract
import Settings
import Bytes
import CommandTree
import LocalMirror
import Machine
import SQL

/// `trumeau mirror`: looks at the local copy without changing it.
enum MirrorCommands {
  static let command = Command(
    "mirror", "look at the local copy of the catalogue",
    examples: [
      Example("trumeau mirror stats", "what is in it"),
      Example("trumeau mirror verify", "whether every byte is as it came"),
      Example("trumeau mirror sql \"select handle, title from product limit 5\"", "a question"),
      Example("trumeau mirror export folder", "everything as plain files"),
    ],
    subcommands: [stats, verify, sql, export])

  private static let stats = Command(
    "stats", "how many records of each kind, how large, how old",
    examples: [Example("trumeau mirror stats", "a line for each kind of record")],
    work: { invocation, console in
      let project = try OpenProject(invocation, console)
      let reader = try MirrorReader(
        path: project.mirrorPath, tenant: project.settings.site.tenant)
      let status = try reader.status()
      console.say(
        "\(console.bold("stream".padding(to: 18)))\("records".padding(to: 10, before: true))\("bytes".padding(to: 14, before: true))   proven"
      )
      for stream in status.streams where stream.count > 0 || stream.quarantined > 0 {
        let count = ProgressLine.grouped(stream.count).padding(to: 10, before: true)
        let bytes = ProgressLine.grouped(stream.byteCount).padding(to: 14, before: true)
        console.say(
          "\(stream.type.path.padding(to: 18))\(count)\(bytes)   \(stream.provenAt?.rfc3339 ?? "not yet")"
        )
      }
      console.say(
        "\n\(ProgressLine.grouped(status.recordCount)) records, file of "
          + "\(ProgressLine.grouped(status.fileBytes)) bytes, snapshot \(status.snapshotID)")
      console.json(
        Document("mirror stats") { document in
          document.field("snapshot_id", status.snapshotID)
          document.field("file_bytes", status.fileBytes)
          document.list("streams", status.streams) { document, stream in
            document.field("type", stream.type.name)
            document.field("count", stream.count)
            document.field("bytes", stream.byteCount)
            document.field("quarantined", stream.quarantined)
            document.field("proven_at", stream.provenAt?.rfc3339)
          }
        }.text)
      return .done
    })

  private static let verify = Command(
    "verify", "check that every record is still as it came from the shop",
    discussion: "Exit code 3 where something is damaged; the lines say which record.",
    examples: [Example("trumeau mirror verify", "every record, without the network")],
    work: { invocation, console in
      let project = try OpenProject(invocation, console)
      let reader = try MirrorReader(
        path: project.mirrorPath, tenant: project.settings.site.tenant)
      let report = try reader.verify()
      for finding in report.findings.prefix(50) {
        console.complain("error[mirror.damaged]: \(finding.message)")
      }
      let others = report.findings.count + report.furtherCount - 50
      if others > 0 { console.complain("… and \(others) more") }
      if report.isSound {
        let count = ProgressLine.grouped(report.checkedCount)
        console.report(console.good("Clean: \(count) records are as they came."))
      } else {
        console.complain("`trumeau pull --full` reads everything again.")
      }
      if !report.dangling.isEmpty {
        console.note("\(report.dangling.count) records link to something that is not here.")
      }
      console.json(
        Document("mirror verify", ok: report.isSound) { document in
          document.field("records", report.checkedCount)
          document.field("dangling", report.dangling.count)
          document.list("findings", report.findings) { document, finding in
            document.field("kind", finding.kind.rawValue)
            document.field("type", finding.type?.name)
            document.field("id", finding.id)
            document.field("message", finding.message)
          }
        }.text)
      return report.isSound ? .done : .findings
    })

  private static let sql = Command(
    "sql", "ask the mirror a question; it cannot be changed this way",
    discussion: "The tables are described in docs/mirror.md.",
    examples: [
      Example("trumeau mirror sql \"select handle, title from product limit 5\"", "five products"),
      Example(
        "trumeau mirror sql \"select * from price\" --format csv > p.csv", "for a spreadsheet"),
    ],
    options: [
      .value(
        "format", letter: "f", "FORMAT", "shape of the answer (default table)",
        choices: ["table", "csv", "tsv"]),
      .value("limit", "N", "rows at most (default 1000)"),
    ],
    positionals: [Positional("QUERY", "a question in SQL; - reads it from standard input")],
    work: { invocation, console in
      let project = try OpenProject(invocation, console)
      Signals.collect()
      let limit = try invocation.integer("limit", in: 1...1_000_000) ?? 1000
      let question =
        invocation.arguments[0] == "-" ? StandardInput.text() : invocation.arguments[0]
      let result = try MirrorQuery(path: project.mirrorPath).run(question, limit: limit)
      if console.isJSON {
        let names = distinct(result.columns)
        console.json(
          Document("mirror sql") { document in
            document.field("is_cut", result.isCut)
            document.list("rows", result.rows) { document, row in
              for (column, value) in zip(names, row) {
                switch value {
                case .integer(let number): document.field(column, number)
                default: document.field(column, value.shown)
                }
              }
            }
          }.text)
        return .done
      }
      let table = QueryTable(result)
      switch invocation.value("format") {
      case "csv": console.data(table.separated(by: ","))
      case "tsv": console.data(table.separated(by: "\t"))
      default: console.data(table.aligned(columns: console.columns))
      }
      if result.isCut { console.note("Only the first \(limit) rows; --limit shows more.") }
      return .done
    })

  /// Names of columns as members of one object: the second `a` is `a_2`.
  private static func distinct(_ columns: [String]) -> [String] {
    var taken: Set<String> = []
    return columns.map { column in
      var name = column
      var number = 1
      while !taken.insert(name).inserted {
        number += 1
        name = "\(column)_\(number)"
      }
      return name
    }
  }

  private static let export = Command(
    "export", "write everything into plain files",
    discussion: """
      One file of JSON lines for each kind of record, and products and prices as CSV for a
      spreadsheet.
      """,
    examples: [Example("trumeau mirror export backup", "into the new folder backup")],
    positionals: [Positional("FOLDER", "a folder that does not exist yet or is empty")],
    work: { invocation, console in
      let project = try OpenProject(invocation, console)
      let reader = try MirrorReader(
        path: project.mirrorPath, tenant: project.settings.site.tenant)
      let written = try reader.export(to: invocation.arguments[0])
      for file in written.files { console.report("\(invocation.arguments[0])/\(file)") }
      console.report("\(ProgressLine.grouped(written.recordCount)) records")
      console.json(
        Document("mirror export") { document in
          document.strings("files", written.files)
          document.field("records", written.recordCount)
        }.text)
      return .done
    })
}

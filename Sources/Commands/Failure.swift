import CommandTree
import Diagnostics

/// What stopped a command, as a person reads it: the one place where errors become words.
struct Failure: Error {
  var code: String
  var message: String
  var help: String?
  var exit: ExitCode
  var findings: [Diagnostic] = []

  init(
    _ code: String, _ message: String, help: String? = nil, exit: ExitCode = .failed,
    findings: [Diagnostic] = []
  ) {
    self.code = code
    self.message = message
    self.help = help
    self.exit = exit
    self.findings = findings
  }

  /// Tells it, and gives the exit code.
  func tell(on console: Console, command: String) -> ExitCode {
    if console.isJSON {
      console.json(
        Document(command, ok: false) { document in
          document.field("exit", Int(exit.rawValue))
          let all = findings + (isOnlyFindings ? [] : [diagnostic])
          document.list("errors", all) { document, finding in document.fill(finding) }
        }.text)
      return exit
    }
    console.show(findings + (isOnlyFindings ? [] : [diagnostic]), limit: 20)
    if let last = findings.last(where: { Explanations.entry($0.code) != nil }) {
      console.note(
        "\nMore on a finding: `trumeau explain \(last.code)`, with the code in brackets.")
    }
    return exit
  }

  /// Whether the findings say it all.
  private var isOnlyFindings: Bool { message.isEmpty }

  private var diagnostic: Diagnostic {
    var help = self.help
    if Explanations.entry(code) != nil {
      let more = "See `trumeau explain \(code)`."
      let isEnded = help?.last.map { ".?!".contains($0) } ?? true
      help = help.map { isEnded ? "\($0) \(more)" : "\($0). \(more)" } ?? more
    }
    return Diagnostic(code, .error, message, help: help)
  }
}

extension Document {
  /// Adds the fields of a finding.
  func fill(_ finding: Diagnostic) {
    field("code", finding.code)
    field("severity", finding.severity.word)
    field("message", finding.message)
    if let place = finding.location {
      field("file", place.file)
      field("line", place.line)
      field("column", place.column)
    }
    if let record = finding.record {
      object("record") { document in
        document.field("type", record.type)
        document.field("id", record.id)
        document.field("title", record.title)
      }
    }
    if !finding.notes.isEmpty { strings("notes", finding.notes) }
    if let help = finding.help { field("help", help) }
  }
}
